"""/metrics: strict Prometheus text, numbers that move, and nobody's data."""

import http.client
import re
import sys

from lib.installation import Workplace, exit_unless_built, free_address
from lib.smtp import Client, mail, send
from lib.suite import Suite, equal, eventually

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf"({NAME})(\{{{NAME}=\"[^\"\\\n]*\"(?:,{NAME}=\"[^\"\\\n]*\")*\}})? (-?[0-9]+(?:\.[0-9]+)?)")
suite = Suite()


class World:
    """What the cases of the story hand on."""


world = World()


def fetch(address, path="/metrics"):
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read().decode("utf-8")
    connection.close()
    return answer.status, answer.headers, body


def parse(text):
    """{name with labels: value}; fails at any line that the format does not allow."""
    assert text.endswith("\n"), "the last line ends too"
    values, types, helped = {}, {}, set()
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            helped.add(line.split(" ", 3)[2])
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types and kind in ("counter", "gauge"), line
            types[name] = kind
        else:
            found = SAMPLE.fullmatch(line)
            assert found, f"no sample: {line!r}"
            name = found[1]
            assert name in types and name in helped, f"{name} has no TYPE and HELP above it"
            equal(name.endswith("_total"), types[name] == "counter", name)
            key = name + (found[2] or "")
            assert key not in values, f"{key} twice"
            values[key] = float(found[3])
    return values


def metrics():
    status, headers, body = fetch(world.metrics)
    equal(status, 200)
    equal(headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
    world.text = body
    return parse(body)


@suite.case
def counts_move_with_what_happens():
    before = metrics()
    for n in range(3):
        send(world.lethe.smtp, mail(subject=f"Count me {n}", text="words", sender="zora@example.org",
                                    message_id=f"<count-{n}@example.org>"),
             sender="zora@example.org", recipients=("help@desk.example",))
    accepted = 'lethe_mails_total{door="smtp",answer="accepted"}'
    equal(metrics()[accepted] - before[accepted], 3)
    eventually(lambda: metrics()["lethe_index_queue_length"] == 0, "the index follows")
    with Client(world.lethe.smtp):
        assert metrics()["lethe_mail_sessions"] >= 1
    eventually(lambda: metrics()["lethe_mail_sessions"] == 0, "the session ended")
    equal(metrics()["lethe_store_up"], 1)
    assert metrics()["process_resident_memory_bytes"] > 1 << 20


@suite.case
def nobody_is_in_it():
    metrics()
    for word in ("zora", "example.org", "Count me", "desk.example"):
        assert word not in world.text, word


@suite.case
def it_is_on_its_own_listener_only():
    equal(fetch(world.lethe.http)[0], 404)
    equal(fetch(world.metrics, "/")[0], 404)
    equal(fetch(world.lethe.http, "/healthz")[0], 200)
    equal(fetch(world.lethe.http, "/readyz")[0], 200)


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as place:
        world.metrics = free_address()
        world.lethe = place.make("desk", f'[http]\nmetrics = "{world.metrics}"\n')
        world.api = world.lethe.start()
        status = suite.run()
    sys.exit(status)
