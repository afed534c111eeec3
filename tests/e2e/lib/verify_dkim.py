"""verify_dkim.py RECORDS: which signatures of the mail on stdin hold, as a JSON list; RECORDS is a
JSON object of TXT records by name."""

import json
import sys

import dkim

RECORDS = json.loads(sys.argv[1])


def look_up(name, **_):
    name = name.decode() if isinstance(name, bytes) else name
    return RECORDS[name].encode() if name in RECORDS else None


def holds(content, index):
    try:
        return dkim.DKIM(content).verify(idx=index, dnsfunc=look_up)
    except dkim.DKIMException:
        return False


mail = sys.stdin.buffer.read()
print(json.dumps([holds(mail, index) for index in range(2)]))
