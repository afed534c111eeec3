"""Killed at any moment, Lethe loses nothing it promised and finishes what it began.

First `kill -9` at random moments under load, then an abort at every fault point of the test build
(LETHE_FAULT=<point>); a point that no scenario reaches is a failure. LETHE_SEED repeats a run,
LETHE_KILL_ROUNDS makes it shorter; with LETHE_E2E_POSTGRES the rows lie there.
"""

import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading

from lib.installation import Workplace, exit_unless_built, fault_points, run
from lib.loads import loads_by_number
from lib.smtp import Client, HungUp, Receiver, Refused, mail, send
from lib.suite import Suite, equal, eventually

ROUNDS = int(os.environ.get("LETHE_KILL_ROUNDS", "50"))
SEED = int(os.environ.get("LETHE_SEED", "20260801"))
CONNECTIONS = 3
BIG = bytes(range(251)) * 1300  # more than 256 KiB: a file of its own

suite = Suite()
receiver = Receiver()


class World:
    pass


world = World()


# --- kill -9 under load ---

def letter(number):
    return mail(sender=f"Sender {number % 40} <s{number % 40}@example.org>",
                subject=f"load {number}", text=f"Letter number {number}.\n",
                message_id=f"<load-{number}@example.org>")


class Load:
    """Connections that send new letters until the server is gone."""

    def __init__(self, address, first, after, kill):
        self.address, self.after, self.kill = address, after, kill
        self.next, self.sent, self.taken, self.lock = first, [], [], threading.Lock()

    def run(self):
        threads = [threading.Thread(target=self.talk) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def talk(self):
        try:
            with Client(self.address) as client:
                while True:
                    number = self.begin()
                    client.send(letter(number), sender=f"s{number % 40}@example.org")
                    self.is_taken(number)
        except (HungUp, OSError):
            return

    def begin(self):
        with self.lock:
            number, self.next = self.next, self.next + 1
            self.sent.append(number)
            return number

    def is_taken(self, number):
        with self.lock:
            self.taken.append(number)
            if len(self.taken) == self.after:
                self.kill()


def start_quickly(lethe):
    lethe.start(wait=False)
    lethe.wait_until_ready()


@suite.case
def every_mail_answered_250_survives_kill_9_exactly_once():
    chance = random.Random(SEED)
    lethe = world.place.make("load")
    sent, taken, first = [], set(), 0
    for _ in range(ROUNDS):
        start_quickly(lethe)
        load = Load(lethe.smtp, first, chance.randint(1, 40),
                    lambda: lethe.process.send_signal(signal.SIGKILL))
        load.run()
        lethe.kill()
        first = load.next
        sent += load.sent
        taken.update(load.taken)
    api = lethe.start()
    found = loads_by_number(api)
    lost = sorted(taken - found.keys())
    twice = [number for number, tickets in found.items() if len(tickets) > 1]
    print(f"      {ROUNDS} rounds, seed {SEED}: {len(sent)} sent, {len(taken)} answered 250, "
          f"{len(found)} tickets")
    equal((lost, twice), ([], []), "lost and doubled")
    with Client(lethe.smtp) as client:
        for number in sent:
            client.send(letter(number), sender=f"s{number % 40}@example.org")
    found = loads_by_number(api)
    equal(sorted(found), sorted(sent), "tickets after a redelivery of everything")
    equal([number for number, tickets in found.items() if len(tickets) > 1], [], "doubled")
    for number in chance.sample(sent, min(50, len(sent))):
        text = api.messages(found[number][0]["id"])[0]["text"].strip()
        equal(text, f"Letter number {number}.")
    equal(lethe.stop(), 0)


# --- An installation to break ---

SETTINGS = """
[keyring]
replica = "{root}/{name}.replica"
[submission]
url = "{url}"
from = "help@desk.example"
"""
KEEPER, GONE, PAST, OLD = (f"{name}@people.example" for name in ("keeper", "gone", "past", "old"))


def configure(lethe):
    lethe.configure(SETTINGS.replace("{url}", receiver.url).replace("{name}", lethe.data.name))


def replica_of(lethe):
    return lethe.data.parent / f"{lethe.data.name}.replica"


def write(lethe, sender, subject):
    send(lethe.smtp, mail(sender=sender, subject=subject, text=f"Words of {sender}.\n",
                          message_id=f"<{subject}@people.example>",
                          files=[("big.bin", "application/octet-stream", BIG)]), sender=sender)


def make_template():
    lethe = world.place.make("template")
    configure(lethe)
    replica_of(lethe).mkdir(mode=0o700)
    api = lethe.start()
    for sender, subject in ((KEEPER, "kept"), (GONE, "going"), (PAST, "past")):
        write(lethe, sender, subject)
    old = {"ticket": {"requester": {"email": OLD}, "subject": "old", "status": "closed",
                      "created_at": "2020-01-01T00:00:00Z", "closed_at": "2020-02-01T00:00:00Z",
                      "messages": [{"kind": "customer", "text": "long ago"}]}}

    api.ok(api.call("POST", "/api/v1/import", raw=json.dumps(old).encode()))
    if not lethe.database:  # `lethe backup` is for SQLite
        world.backup = world.place.path / "before.tar"
        done = lethe.command("backup create", str(world.backup))
        assert done.returncode == 0, f"{done}"
    done = lethe.command("person erase", PAST)
    assert done.returncode == 0, f"{done}"
    lethe.stop()
    world.template = lethe


def copy(name):
    source, target = world.template, world.place.path / name
    shutil.copytree(source.data, target, ignore=shutil.ignore_patterns("control.sock", "lock"))
    shutil.copytree(source.keyring, f"{target}.keyring")
    shutil.copytree(replica_of(source), f"{target}.replica")
    lethe = world.place.adopt(target)
    lethe.copy_rows_of(source)
    configure(lethe)
    return lethe


def has_ended(process):
    """False when it goes on living: the point lies elsewhere."""
    try:
        process.wait(5)
        return True
    except subprocess.TimeoutExpired:
        return False


def aborted(completed):
    return completed.returncode == -signal.SIGABRT


def is_whole(api, sender, subject):
    ticket = api.ticket_with_subject(subject)
    assert ticket, f"the ticket {subject!r} is gone"
    message = [message for message in api.messages(ticket["id"])
               if message["kind"] == "customer"][0]
    equal(message["text"].strip(), f"Words of {sender}.")
    file, = message["attachments"]
    assert api.call("GET", file["url"]).body == BIG, f"the file of {subject!r} is damaged"


def nobody_living_was_swept(api, *more):
    for sender, subject in ((KEEPER, "kept"), *more):
        is_whole(api, sender, subject)
        assert api.person(sender), f"{sender} was swept"
    equal(api.person(PAST), None, "who was erased before")


def certificates_verify(lethe, api, at_least):
    certificates = api.all("/certificates")
    assert len(certificates) >= at_least, f"{len(certificates)} certificates"
    key = world.place.path / "key"
    key.write_bytes(api.get("/ledger/key").body)
    for certificate in certificates:
        file = world.place.path / "one.lethe-certificate"
        file.write_bytes(api.get(f"/certificates/{certificate['id']}", headers={
            "Accept": "application/vnd.lethe.certificate"}).body)
        done = run("certificate", "verify", file, "--key", key)
        equal(done.returncode, 0, f"{done.stdout}{done.stderr}")


# --- Scenarios: each gives True when the point was reached, and fails when the end is wrong ---

def killed_at_intake(lethe, point):
    lethe.start(environment={"LETHE_FAULT": point}, wait=False)
    process = lethe.process
    eventually(lambda: lethe.is_ready() or process.poll() is not None, "the server listens")
    try:
        write(lethe, "new@people.example", "new")
    except (HungUp, OSError, Refused):
        pass
    if not has_ended(process):
        lethe.kill()
        return False
    reached = process.returncode == -signal.SIGABRT
    lethe.process = None
    api = lethe.start()
    write(lethe, "new@people.example", "new")  # what a sender does that heard no 250
    is_whole(api, "new@people.example", "new")
    nobody_living_was_swept(api, (GONE, "going"))
    return reached


def killed_at_erasure(lethe, point):
    stopped = lethe.command("person erase", GONE, environment={"LETHE_FAULT": point})
    if not aborted(stopped):
        return False
    api = lethe.start()
    # Before the first durable step the order may not exist yet: it is given again.
    if api.person(GONE):
        again = lethe.command("person erase", GONE)
        assert again.returncode in (0, 1), f"{again}"
    equal(api.person(GONE), None, "the erased person")
    equal(api.ticket_with_subject("going"), None, "the erased ticket")
    nobody_living_was_swept(api)
    certificates_verify(lethe, api, at_least=2)
    return True


def killed_at_restore(lethe, point):
    if lethe.database:
        return False  # what PostgreSQL holds is restored with its own tools
    stopped = lethe.command("backup restore", str(world.backup), environment={"LETHE_FAULT": point})
    if not aborted(stopped):
        return False
    again = lethe.command("backup restore", str(world.backup))
    equal(again.returncode, 0, f"{again}")
    api = lethe.start()
    nobody_living_was_swept(api, (GONE, "going"))
    assert not (lethe.data / "restore.old").exists(), "restore.old is left"
    return True


def killed_in_the_retention_run(lethe, point):
    api = lethe.start()
    api.ok(api.post("/retention/rules", {"name": "old", "days": 365}), 201)
    api.ok(api.put("/retention/policy", {"keep_contact": False, "deletion": "erase",
                                         "delay_days": 0, "grace_days": 7}))
    api.ok(api.put("/retention/enabled", {"enabled": True}))
    lethe.stop()
    if not aborted(lethe.command("retention run", environment={"LETHE_FAULT": point})):
        return False
    again = lethe.command("retention run")
    equal(again.returncode, 0, f"{again}")
    api = lethe.start()
    equal(api.ticket_with_subject("old"), None, "the old ticket")
    nobody_living_was_swept(api, (GONE, "going"))
    certificates_verify(lethe, api, at_least=2)
    return True


def killed_while_sending(lethe, point):
    lethe.start(environment={"LETHE_FAULT": point}, wait=False)
    process = lethe.process
    eventually(lambda: lethe.is_ready() or process.poll() is not None, "the server listens")
    try:
        send(lethe.smtp, mail(sender=f"{lethe.data.name}@people.example", subject="sending"))
    except (HungUp, OSError, Refused):
        pass
    if not has_ended(process):
        lethe.kill()
        return False
    lethe.process = None
    api = lethe.start()
    eventually(lambda: receiver.to(f"{lethe.data.name}@people.example"), "the mail leaves")
    nobody_living_was_swept(api, (GONE, "going"))
    return True


def killed_while_redacting(lethe, point):
    api = lethe.start(environment={"LETHE_FAULT": point})
    ticket = api.ticket_with_subject("going")
    message = api.messages(ticket["id"])[0]
    path = f"/tickets/{ticket['id']}/redactions"
    order = {"message_id": message["id"], "text": f"Words of {GONE}"}
    process = lethe.process
    try:
        api.post(path, order)
    except (OSError, http.client.HTTPException):
        pass
    if not has_ended(process):
        lethe.kill()
        return False
    lethe.process = None
    api = lethe.start()
    text = lambda: api.messages(ticket["id"])[0]["text"]
    if "Words of" in text():
        api.ok(api.post(path, order), 200, 201, 202)
    eventually(lambda: "Words of" not in text(), "the passage is gone")
    nobody_living_was_swept(api)
    return True


SCENARIOS = {"intake": [killed_at_intake], "store": [killed_at_intake],
             "blobs_files": [killed_at_intake, killed_at_erasure],
             "keyring.commit": [killed_at_intake], "keyring.turn": [killed_at_erasure],
             "vault": [killed_at_erasure], "erasure": [killed_at_erasure],
             "ledger": [killed_at_erasure], "restore": [killed_at_restore],
             "retention": [killed_in_the_retention_run], "outbox": [killed_while_sending],
             "redaction": [killed_while_redacting],
             "durable_files": [killed_at_erasure, killed_at_intake, killed_at_restore]}
EVERY = [killed_at_intake, killed_at_erasure, killed_at_restore, killed_in_the_retention_run,
         killed_while_sending, killed_while_redacting]


def scenarios_for(point):
    for prefix in sorted(SCENARIOS, key=len, reverse=True):
        if point.startswith(prefix + "."):
            first = SCENARIOS[prefix]
            return first + [scenario for scenario in EVERY if scenario not in first]
    return EVERY


def breaking_at(point):
    def attempt():
        for number, scenario in enumerate(scenarios_for(point)):
            lethe = copy(f"{point}.{number}")
            try:
                if scenario(lethe, point):
                    return
            finally:
                lethe.kill()
                lethe.forget_database()
                for ending in ("", ".keyring", ".replica"):
                    shutil.rmtree(f"{lethe.data}{ending}", ignore_errors=True)
        raise AssertionError("no scenario reaches this point")
    suite.add(f"aborted at {point} it ends the same", attempt)


def main():
    exit_unless_built()
    points = fault_points()
    assert points, "a release build has no fault points"
    for point in points:
        breaking_at(point)
    with Workplace() as place:
        world.place = place
        make_template()
        return suite.run()


if __name__ == "__main__":
    sys.exit(main())
