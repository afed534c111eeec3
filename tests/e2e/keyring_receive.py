"""A keyring with its replica on another host: two processes, and either may die at any moment.

Nothing that was answered 250 is lost, erasures wait for the receiver, and what the receiver holds
is a whole keyring: put in place of a lost one it opens everything but what was erased.
LETHE_SEED repeats a run.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import threading

from lib.installation import PROGRAM, Workplace, exit_unless_built, free_address
from lib.loads import loads_by_number
from lib.smtp import Client, HungUp, mail, send
from lib.suite import Suite, equal, eventually

ROUNDS = int(os.environ.get("LETHE_RECEIVE_ROUNDS", "12"))
SEED = int(os.environ.get("LETHE_SEED", "20261122"))
ANN, BOB = "ann@people.example", "bob@people.example"
SETTINGS = """
[keyring]
replica = "tcp+tls://{address}"
replica_pairing_file = "{pairing}"
"""

suite = Suite()


class World:
    pass


world = World()


class Receiving:
    """`lethe keyring receive` in a directory of its own."""

    def __init__(self, directory):
        self.directory, self.address = directory, free_address()
        self.process, self.said = None, []

    def start(self):
        self.said = []
        self.process = subprocess.Popen(
            [PROGRAM, "keyring", "receive", "--keyring", str(self.directory), "--listen",
             self.address], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True).start()
        process = self.process
        eventually(lambda: any("Receiving at" in line for line in self.said)
                   or process.poll() is not None, "the receiver listens")
        equal(process.poll(), None, "".join(self.said))

    def _listen(self, source):
        with source:
            for line in source:
                self.said.append(line)

    def pairing(self):
        lines = [line for line in self.said if line.startswith("lethe-pairing-1 ")]
        return lines[0] if lines else None

    def stop(self):
        process, self.process = self.process, None
        process.terminate()
        return process.wait(30)

    def kill(self):
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()


def pair(lethe, receiving):
    file = world.place.path / f"{lethe.data.name}.pairing"
    file.write_text(receiving.pairing())
    file.chmod(0o600)
    lethe.configure(SETTINGS.replace("{address}", receiving.address)
                    .replace("{pairing}", str(file)))


def status(lethe):
    done = lethe.command("keyring status")
    equal(done.returncode, 0, done.stderr)
    return done.stdout


def write(lethe, sender, number):
    send(lethe.smtp, letter(sender, number), sender=sender)


def letter(sender, number):
    return mail(sender=sender, subject=f"load {number}", text=f"Letter number {number}.\n",
                message_id=f"<{number}@people.example>")


def opened_with_the_receivers_keyring(lethe, receiving):
    """The same data, and nothing of the first keyring."""
    data = world.place.path / f"{lethe.data.name}.elsewhere"
    for old in (data, f"{data}.keyring"):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(lethe.data, data, ignore=shutil.ignore_patterns("control.sock", "lock"))
    shutil.copytree(receiving.directory, f"{data}.keyring")
    elsewhere = world.place.adopt(data)
    elsewhere.configure("")
    elsewhere.token = lethe.token
    return elsewhere


@suite.case
def a_paired_receiver_holds_the_whole_keyring():
    world.receiving = receiving = Receiving(world.place.path / "there")
    receiving.start()
    world.lethe = lethe = world.place.make("here")
    assert receiving.pairing(), "".join(receiving.said)
    pair(lethe, receiving)
    lethe.start()
    assert f"current, at tcp+tls://{receiving.address}" in status(lethe), status(lethe)
    write(lethe, ANN, 1)
    write(lethe, BOB, 2)
    lethe.stop()
    equal(receiving.stop(), 0)
    elsewhere = opened_with_the_receivers_keyring(lethe, receiving)
    api = elsewhere.start()
    equal(sorted(loads_by_number(api)), [1, 2], "tickets that the receiver's copy opens")
    elsewhere.stop()


@suite.case
def with_the_receiver_away_mail_is_taken_and_erasures_wait():
    lethe, receiving = world.lethe, world.receiving
    api = lethe.start()
    write(lethe, ANN, 3)
    assert "BEHIND" in status(lethe), status(lethe)
    done = lethe.command("doctor")
    assert "the replica is behind" in done.stdout, done.stdout
    done = lethe.command("person erase", BOB)
    assert done.returncode != 0 and "every copy follows" in done.stderr, f"{done}"
    equal(api.all("/certificates"), [], "certificates while the receiver is away")
    receiving.start()
    equal(receiving.pairing(), None, "the secret is shown once")
    assert "current" in status(lethe), status(lethe)
    lethe.restart()  # what is interrupted goes on at the start
    api = lethe.admin()
    eventually(lambda: api.all("/certificates"), "the erasure ends")
    lethe.stop()
    receiving.stop()
    elsewhere = opened_with_the_receivers_keyring(lethe, receiving)
    api = elsewhere.start()
    equal(sorted(loads_by_number(api)), [1, 3], "tickets that the receiver's copy opens")
    equal(api.person(BOB), None, "the erased person")
    elsewhere.stop()


@suite.case
def a_lost_keyring_comes_back_from_the_receiver():
    lethe, receiving = world.lethe, world.receiving
    receiving.start()
    shutil.rmtree(lethe.keyring)
    lethe.keyring.mkdir(mode=0o700)
    api = lethe.start()
    equal(sorted(loads_by_number(api)), [1, 3])
    lethe.stop()
    receiving.stop()


@suite.case
def a_stranger_and_another_pairing_are_refused():
    lethe, receiving = world.lethe, world.receiving
    receiving.start()
    file = world.place.path / "here.pairing"
    right = file.read_text()
    for wrong in (re.sub(r"(.)$", lambda m: "0" if m[1] != "0" else "1", right.strip()),
                  right.replace(right.split()[1], "0" * 64)):
        file.write_text(wrong + "\n")
        lethe.start()
        assert "BEHIND" in status(lethe), status(lethe)
        lethe.stop()
    file.write_text(right)
    lethe.start()
    assert "current" in status(lethe), status(lethe)
    lethe.stop()
    receiving.stop()


@suite.case
def either_may_be_killed_at_any_moment():
    chance = random.Random(SEED)
    lethe, receiving = world.lethe, world.receiving
    receiving.start()
    lethe.start()
    first, taken = 100, set()
    for _ in range(ROUNDS):
        victim = chance.choice([lethe, receiving])
        after = chance.randint(1, 30)
        for number in range(first, first + 40):
            if number == first + after:
                timer = threading.Timer(chance.random() / 50, victim.process.kill)
                timer.start()
            try:
                with Client(lethe.smtp) as client:
                    client.send(letter(f"s{number % 7}@people.example", number),
                                sender=f"s{number % 7}@people.example")
                taken.add(number)
            except (HungUp, OSError):
                break
        timer.join()
        first += 40
        victim.kill()
        victim.start()
        if chance.random() < 0.5:
            assert "current" in status(lethe), status(lethe)
            erased = chance.randrange(7)
            lethe.command("person erase", f"s{erased}@people.example")
            taken = {number for number in taken if number % 7 != erased}
    assert "current" in status(lethe), status(lethe)
    found = loads_by_number(lethe.api)
    print(f"      {ROUNDS} rounds, seed {SEED}: {len(taken)} answered 250 and not erased")
    equal(sorted(taken - found.keys()), [], "lost")
    equal([number for number, tickets in found.items() if len(tickets) > 1], [], "doubled")
    lethe.stop()
    receiving.stop()
    elsewhere = opened_with_the_receivers_keyring(lethe, receiving)
    api = elsewhere.start()
    equal(sorted(loads_by_number(api)), sorted(found), "tickets that the receiver's copy opens")
    elsewhere.stop()


def main():
    exit_unless_built()
    with Workplace() as place:
        world.place = place
        try:
            return suite.run()
        finally:
            if getattr(world, "receiving", None):
                world.receiving.kill()


if __name__ == "__main__":
    sys.exit(main())
