"""sign_dkim.py DOMAIN SELECTOR KEY_FILE: the mail on stdin with a DKIM signature above it."""

import sys
from pathlib import Path

import dkim

domain, selector, key_file = sys.argv[1:]
mail = sys.stdin.buffer.read()
signature = dkim.sign(mail, selector.encode(), domain.encode(), Path(key_file).read_bytes(),
                      canonicalize=(b"relaxed", b"relaxed"),
                      include_headers=[b"from", b"to", b"subject", b"date", b"message-id"])
sys.stdout.buffer.write(signature + mail)
