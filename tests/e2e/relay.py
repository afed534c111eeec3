"""Relay mode: a mail is at the target exactly once, or its sender keeps it; nothing else keeps anything.

LETHE_RELAY_MAILS says how many mails the proof sends (60; script/relay-proof: 10,000).
"""

import os
import random
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from lib.emulator import Authority, Emulator
from lib.hunt import Needles, in_process, overlapping
from lib.installation import Workplace, exit_unless_built
from lib.relay import Line, Relay
from lib.smtp import Client, HungUp, Refused, mail, stuffed
from lib.suite import Skipped, Suite, contains, equal, eventually

MAILS = int(os.environ.get("LETHE_RELAY_MAILS", "60"))
SENDERS = 10
DESK, OTHER, PRIVATE = "help@desk.example", "other@desk.example", "private@desk.example"

suite = Suite()


class World:
    place = authority = hook = relay = None


world = World()


def letter(subject, **more):
    return mail(to=DESK, subject=subject, message_id=f"<{subject}@people.example>", **more)


def answer_to(content, recipients=(DESK,), sender="sender@people.example", address=None):
    """(code, text) of the reply after the content."""
    with Client(address or world.relay.smtp) as client:
        client.envelope(sender, recipients)
        return client.data(stuffed(content))


def at_hook(subject):
    return [ticket for ticket in world.hook.state() if ticket["subject"] == subject]


def fresh(name):
    return Relay(world.place.path, name)


# --- Settings ---

@suite.case
def a_setting_that_is_none_or_unsafe_is_refused_in_words():
    for change, words in (({"url": "http://127.0.0.1/hook"}, "https://"),
                          ({"target": "zammad"}, "lethe, freshdesk, jira or webhook"),
                          ({"key_file": "/nowhere/key"}, "/nowhere/key"),
                          ({"colour": "red"}, "relay.mailbox.colour is not a setting"),
                          ({"target": "jira"}, "project"),
                          ({"require_tls": True}, "tls_certificate"),
                          ({"url": "https://user:secret@host/"}, "credentials")):
        relay = fresh(f"bad{secrets.token_hex(4)}")
        relay.add(DESK, "webhook", "https://127.0.0.1/hook", "secret", world.authority.file)
        relay.mailboxes[0].update(change)
        contains(relay.run_refused(), words)
        shutil.rmtree(relay.directory)


@suite.case
def it_refuses_to_start_when_memory_cannot_be_locked():
    relay = fresh("unlocked")
    relay.add(DESK, "webhook", "https://127.0.0.1/hook", "secret", world.authority.file)
    low = ["setpriv", "--bounding-set=-ipc_lock", "prlimit", "--memlock=65536:65536"]
    contains(relay.run_refused(low), "LimitMEMLOCK")


@suite.case
def a_change_of_settings_stands_in_the_log():
    statements = world.relay.state / "statements"
    equal(len(list(statements.glob("settings-*.statement"))), 1, "after the first start")
    world.relay.stop()
    world.relay.start()
    equal(len(list(statements.glob("settings-*.statement"))), 1, "after the same settings")
    world.relay.stop()
    world.relay.mailboxes[0]["tags"] = ["changed"]
    world.relay.start()
    files = sorted(statements.glob("settings-*.statement"))
    equal(len(files), 2, "after a change")
    verify = Path(__file__).resolve().parents[1] / "certificate/verify.sh"
    script = verify.read_text().replace('"type":"erasure"', '"type":"policy_change"')
    for file in files:
        done = subprocess.run(["sh", "-s", file, world.relay.state / "ledger.public"],
                              input=script, text=True, capture_output=True)
        equal(done.returncode, 0, f"{done}")


# --- The webhook ---

@suite.case
def a_mail_is_at_the_target_before_250_and_once():
    code, text = answer_to(letter("plain"))
    equal(code, 250, text)
    ticket, = at_hook("plain")
    equal((ticket["from"], ticket["to"]), ("sender@people.example", DESK))
    equal(answer_to(letter("plain"))[0], 250, "sent again")
    equal(at_hook("plain")[0]["posts"], 1, "posts")
    equal(answer_to(letter("plain", text="other words\n"))[0], 250)
    equal(len(at_hook("plain")), 2, "the same Message-ID with other content")
    equal(world.hook.call("complaints"), [], "what the target found wrong")


@suite.case
def the_answer_of_the_target_decides():
    for status, code in ((400, 550), (422, 550), (413, 552), (401, 451), (403, 451), (404, 451),
                         (301, 451), (429, 451), (500, 451), (503, 451)):
        world.hook.faults({"match": "/hook", "times": 1, "status": status,
                           "headers": {"Location": f"{world.hook.url}/elsewhere"},
                           "body": {"message": "echo of the mail: Hello."}})
        found, text = answer_to(letter(f"status {status}"))
        equal(found, code, f"{status}: {text}")
        assert "Hello" not in text, "the target's words reached the sender"
        equal(answer_to(letter(f"status {status}"))[0], 250, "afterwards")
        equal(len(at_hook(f"status {status}")), 1)
    contains(world.relay.words(), "ALARM")
    assert "Hello" not in world.relay.words(), "the target's words are in the log"
    assert not any("elsewhere" in entry["path"] for entry in world.hook.journal()), "a redirect"


@suite.case
def a_lost_answer_makes_no_second_ticket():
    for number, fault in enumerate(({"drop": "before"}, {"drop": "after"}, {"cut": True},
                                    {"drop": "after", "delay": 50})):
        world.hook.faults({"match": "/hook", "times": 2, **fault})
        subject = f"lost {number}"
        while answer_to(letter(subject))[0] != 250:
            pass
        equal(len(at_hook(subject)), 1, str(fault))


@suite.case
def a_lost_answer_and_a_restart_make_no_second_ticket():
    world.hook.faults({"match": "/hook", "times": 2, "drop": "after"})
    equal(answer_to(letter("restart"))[0], 451)
    world.relay.kill()
    world.relay.start()
    equal(answer_to(letter("restart"))[0], 250)
    equal(len(at_hook("restart")), 1)


@suite.case
def a_certificate_of_somebody_else_gets_nothing():
    relay = fresh("stranger")
    stranger = Authority(relay.directory, "stranger")
    relay.add(DESK, "webhook", f"{world.hook.url}/hook", "key of the hook", stranger.file)
    before = len(world.hook.journal())
    relay.start()
    equal(answer_to(letter("stranger"), address=relay.smtp)[0], 451)
    equal(len(world.hook.journal()), before, "requests")
    relay.kill()


@suite.case
def one_target_per_mail_and_no_clear_text_where_tls_is_wanted():
    with Client(world.relay.smtp) as client:
        client.expect("MAIL FROM:<a@people.example>", 250)
        client.expect(f"RCPT TO:<{DESK}>", 250)
        equal(client.command(f"RCPT TO:<{OTHER}>")[0], 452)
        equal(client.command(f"RCPT TO:<{PRIVATE}>")[0], 530)
        equal(client.command("RCPT TO:<nobody@desk.example>")[0], 550)
        equal(client.command(f"RCPT TO:<HELP@desk.example>")[0], 250)


# --- Freshdesk ---

def start_desk(target, secret, url=None, **more):
    emulator = Emulator(target, world.authority, secret)
    relay = fresh(f"{target}{secrets.token_hex(3)}")
    relay.add(DESK, target, url or emulator.url, secret, world.authority.file, **more)
    return emulator, relay.start()


def ask(relay, content, recipients=(DESK,)):
    return answer_to(content, recipients, address=relay.smtp)[0]


@suite.case
def freshdesk_gets_a_ticket_with_everything():
    desk, relay = start_desk("freshdesk", "api-key", group=7, type="Question", tags=["relay"])
    try:
        files = [("a b.bin", "application/octet-stream", b"\x00\xff" * 500)]
        equal(ask(relay, letter("Grüße", files=files, cc="Ann <ann@people.example>")), 250)
        ticket, = desk.state()
        equal((ticket["email"], ticket["name"], ticket["subject"], ticket["group_id"]),
              ("vera@example.org", "Vera Lind", "Grüße", "7"))
        equal((ticket["status"], ticket["priority"], ticket["tags"], ticket["cc_emails"]),
              ("2", "1", ["relay"], ["ann@people.example"]))
        equal(ticket["attachments"], [{"name": "a b.bin", "size": 1000}])
        for fault in ({"drop": "after"}, {"cut": True}, {"drop": "before"}, {"status": 502}):
            desk.faults({"match": "POST /api/v2/tickets", "times": 1, **fault})
            subject = f"lost {fault}"
            while ask(relay, letter(subject)) != 250:
                pass
            equal(len([one for one in desk.state() if one["subject"] == subject]), 1, str(fault))
        desk.faults({"match": "POST /api/v2/tickets", "times": 1, "status": 200,
                     "type": "text/html", "body": "<h1>maintenance</h1>"})
        equal(ask(relay, letter("maintenance")), 451)
        equal(ask(relay, letter("maintenance")), 250)
        huge = [("big", "application/octet-stream", bytes(20_100_000))]
        equal(ask(relay, letter("huge", files=huge)), 552)
        equal(desk.call("complaints"), [], "strict mode")
    finally:
        relay.kill()
        desk.close()


@suite.case
def a_reply_to_freshdesk_joins_its_ticket_only_for_its_requester():
    desk, relay = start_desk("freshdesk", "api-key")
    try:
        equal(ask(relay, letter("first")), 250)
        ticket = desk.state()[0]["id"]
        done = subprocess.run([os.environ["LETHE_BIN"], "relay", "--config", str(relay.config),
                               "--reply-address", "vera@example.org", "--ticket", str(ticket)],
                              text=True, capture_output=True)
        address = done.stdout.strip()
        assert re.fullmatch(rf"help\+{ticket}\.[a-z2-7]{{16}}@desk\.example", address), f"{done}"
        equal(ask(relay, letter("Re: first"), [address]), 250)
        note, = desk.state()[0]["conversations"]
        equal((note["incoming"], note["private"]), ("true", "false"))
        equal(ask(relay, letter("guess", sender="Eve <eve@people.example>"), [address]), 250)
        equal(len(desk.state()), 2, "a stranger with the address makes a ticket of their own")
        desk.faults({"match": "/notes", "times": 1, "drop": "after"})
        equal(ask(relay, letter("again"), [address]), 451)
        equal(ask(relay, letter("again"), [address]), 250)
        equal(len(desk.state()[0]["conversations"]), 2, "notes after a lost answer")
        desk.call("seed", {"trash": [ticket]})
        equal(ask(relay, letter("late"), [address]), 250)
        contains(desk.state()[2]["description"], f"#{ticket}")
        equal(desk.call("complaints"), [], "strict mode")
    finally:
        relay.kill()
        desk.close()


# --- Jira ---

@suite.case
def jira_gets_an_issue_without_the_person():
    desk, relay = start_desk("jira", "bot@desk.example:token", project="DESK", issue_type="Task")
    try:
        files = [("one.txt", "text/plain", b"1" * 100), ("two.txt", "text/plain", b"2" * 200)]
        equal(ask(relay, letter("broken {code} *lamp*", files=files)), 250)
        issue, = desk.state()
        equal(issue["fields"]["summary"], "broken {code} *lamp*")
        equal([file["size"] for file in issue["attachments"]], [100, 200])
        assert "vera" not in str(issue).lower(), "the person is in the issue"
        desk.faults({"match": "POST /rest/api/3/issue", "times": 1, "drop": "after"})
        equal(ask(relay, letter("lost")), 451)
        equal(ask(relay, letter("lost")), 451, "while the index may lag")
        equal(len(desk.state()), 2)
        equal(desk.call("complaints"), [], "strict mode")
    finally:
        relay.kill()
        desk.close()


# --- The proof ---

class Sender:
    """Sends marked mails as a mail server does: again and again until 250 or 5xx."""

    def __init__(self, mark):
        self.mark, self.lock, self.next, self.taken = mark, threading.Lock(), 0, []
        self.tries, self.stop_at, self.pause = 0, MAILS, threading.Event()

    def content(self, number):
        name = f"{self.mark}{number}"
        files = [(f"{name}.txt", "text/plain", f"file of {name}\n".encode() * 40)]
        return mail(sender=f"N{name} <s{name}@people.example>", to=DESK, subject=name,
                    text=f"Words of {name}.\n" * 30, message_id=f"<{name}@people.example>",
                    files=files if number % 5 == 0 else ())

    def talk(self):
        while True:
            with self.lock:
                number, self.next = self.next, self.next + 1
            if number >= self.stop_at:
                return
            while not self.attempt(number):
                self.pause.wait(0.02)  # as a sender between two attempts

    def attempt(self, number):
        with self.lock:
            self.tries += 1
        try:
            with Client(world.relay.smtp) as client:
                client.send(self.content(number), sender=f"s{self.mark}{number}@people.example",
                            recipients=(DESK,))
        except Refused as refusal:
            assert refusal.code < 500, f"refused for good: {refusal}"
            return False
        except (HungUp, OSError):
            return False
        with self.lock:
            self.taken.append(number)
        return True

    def run(self, trouble):
        threads = [threading.Thread(target=self.talk) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        for _ in range(2 * MAILS):  # then what is left gets through
            if not any(thread.is_alive() for thread in threads):
                break
            trouble()
            self.pause.wait(0.05)
        world.hook.faults()
        for thread in threads:
            thread.join()


def make_trouble(chance, line):
    """Slow, failing and dying targets, and a relay that dies."""
    kind = chance.randint(0, 9)
    if kind == 0:
        world.relay.kill()
        world.relay.start()
    elif kind == 1:
        line.cut()
        threading.Event().wait(0.1)  # how long the host is away
        line.mend()
    else:
        faults = [{"drop": "before"}, {"drop": "after"}, {"status": 503}, {"status": 429},
                  {"delay": 300}, {"cut": True}, {"status": 500}]
        world.hook.faults(*({"match": "/hook", "times": 3, **chance.choice(faults)}
                            for _ in range(2)))


def changed_files(since):
    """Every regular file of this file system that was written since."""
    found = subprocess.run(["find", "/", "-xdev", "-type", "f", "-newermt", f"@{since:.0f}",
                            "-print0"], capture_output=True).stdout
    for name in filter(None, found.split(b"\0")):
        yield Path(os.fsdecode(name))


def marks_in(files, needles):
    found = {}
    for path in files:
        try:
            with open(path, "rb") as source:
                for piece in overlapping(source):
                    found.update({name: str(path) for name in needles.in_bytes(piece)})
        except OSError:
            continue
    return found


@suite.case
def nothing_is_lost_doubled_or_kept_when_everything_fails():
    began, chance = time.time() - 1, random.Random(MAILS)
    mark = "q" + secrets.token_hex(6)
    needles = Needles()
    needles.add_word(mark)
    line = Line(world.hook.port)
    world.relay.stop()
    world.relay.mailboxes[0]["url"] = f"https://127.0.0.1:{line.port}/hook"
    world.relay.start()
    sender = Sender(mark)
    sender.run(lambda: make_trouble(chance, line))
    world.hook.faults()
    of_mark = [one for one in world.hook.state() if one["subject"].startswith(mark)]
    equal(sorted(one["subject"] for one in of_mark),
          sorted(f"{mark}{number}" for number in range(MAILS)), "tickets")
    print(f"      {MAILS} mails, {sender.tries} attempts, {len(of_mark)} tickets, "
          f"{sum(one['posts'] for one in of_mark)} posts")

    assert in_flight(needles, sender), "the hunt does not find a mail that is under way"
    pid = world.relay.process.pid
    eventually(lambda: not in_process(pid, needles), "no mark in the idle relay's memory", 20)
    status = Path(f"/proc/{pid}/smaps_rollup").read_text()
    contains(status, "Swap:                  0 kB")
    locked = int(re.search(r"VmLck:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])
    assert locked > 10_000, f"{locked} kB are locked"
    found = marks_in(changed_files(began), needles)
    equal(found, {}, "marks in files")
    assert "people.example" not in world.relay.words(), "an address is in the log"
    line.close()
    world.relay.stop()
    world.relay.mailboxes[0]["url"] = f"{world.hook.url}/hook"
    world.relay.start()


def in_flight(needles, sender):
    """While the target hesitates the mail is in memory: the hunt must find it."""
    world.hook.faults({"match": "/hook", "times": 1, "delay": 1500})
    thread = threading.Thread(target=sender.attempt, args=(MAILS + 1,))
    thread.start()
    found = eventually(lambda: in_process(world.relay.process.pid, needles), "the mail in flight", 5)
    thread.join()
    return found


@suite.case
def marked_bytes_are_written_to_no_descriptor_but_the_two_sockets():
    if not shutil.which("strace"):
        raise Skipped("strace is not installed")
    mark = "w" + secrets.token_hex(8)
    calls = "write,writev,pwrite64,pwritev,sendto,sendmsg,sendfile,splice,mmap,read,readv,recvfrom,recvmsg"
    tracer = subprocess.Popen(["strace", "-f", "-yy", "-s", "200000", "-e", f"trace={calls}", "-p",
                               str(world.relay.process.pid)], stderr=subprocess.PIPE, text=True,
                              errors="replace")
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(tracer.stderr))
    contains(tracer.stderr.readline(), "attached")
    reader.start()
    for number in range(10):
        equal(answer_to(letter(f"{mark}{number}"))[0], 250)
    tracer.terminate()
    reader.join()
    tracer.wait()
    read = [line for line in lines if mark in line and re.search(r"\b(read|recv)", line)]
    assert read, "strace saw no mail coming in"
    written = [line[:200] for line in lines if mark in line and line not in read]
    # Towards the target it is TLS: not even there a mark is seen in clear.
    equal(written, [], "marked bytes written")


# --- Behind Postfix ---

MAIN = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
mail_owner = postfix
maillog_file = /dev/stdout
myhostname = mx.desk.example
mydestination =
alias_maps =
local_recipient_maps =
relay_domains = desk.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_relay_restrictions = reject_unauth_destination
smtpd_proxy_filter = {filter}
smtpd_proxy_timeout = 100s
smtpd_forbid_bare_newline = normalize
"""


def make_postfix(root, port):
    (root / "etc").mkdir(parents=True)
    os.chmod(root.parent, 0o755)
    os.chmod(root, 0o755)
    (root / "etc/main.cf").write_text(MAIN.format(root=root, filter=world.relay.smtp))
    services = ["cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr",
                "rewrite unix - - n - - trivial-rewrite", "bounce unix - - n - 0 bounce",
                "anvil unix - - n - 1 anvil", "proxymap unix - - n - - proxymap",
                "error unix - - n - - error",
                "postlog unix-dgram n - n - 1 postlogd", f"127.0.0.1:{port} inet n - n - - smtpd"]
    (root / "etc/master.cf").write_text("\n".join(services) + "\n")
    (root / "queue").mkdir()
    (root / "data").mkdir()
    subprocess.run(["chown", "postfix", root / "data"], check=True)
    subprocess.run(["postfix", "-c", root / "etc", "check"], check=True, capture_output=True)


@suite.case
def behind_postfix_as_a_proxy_filter_nothing_is_queued():
    if os.geteuid() != 0 or not shutil.which("postfix"):
        raise Skipped("Postfix starts as root only")
    root, port = world.place.path / "postfix", random.randint(20000, 30000)
    make_postfix(root, port)
    postfix = subprocess.Popen(["postfix", "-c", str(root / "etc"), "start-fg"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"127.0.0.1:{port}"
    try:
        eventually(lambda: postfix.poll() is not None or is_greeted(address), "Postfix listens")
        equal(answer_to(letter("by postfix"), address=address)[0], 250)
        equal(len(at_hook("by postfix")), 1)
        world.hook.faults({"match": "/hook", "times": 1, "status": 503})
        equal(answer_to(letter("by postfix, later"), address=address)[0], 451)
        equal(answer_to(letter("by postfix, later"), address=address)[0], 250)
        equal(len(at_hook("by postfix, later")), 1)
        queued = [path for part in ("incoming", "active", "deferred", "hold", "maildrop")
                  for path in (root / "queue" / part).rglob("*") if path.is_file()]
        equal(queued, [], "queue files")
    finally:
        subprocess.run(["postfix", "-c", str(root / "etc"), "stop"], capture_output=True)
        postfix.wait(30)


def is_greeted(address):
    try:
        with Client(address):
            return True
    except (OSError, HungUp):
        return False


def main():
    exit_unless_built()
    with Workplace() as place:
        world.place = place
        world.authority = Authority(place.path)
        world.hook = Emulator("webhook", world.authority, "key of the hook")
        world.relay = fresh("relay")
        hook = (f"{world.hook.url}/hook", "key of the hook", world.authority.file)
        for address, more in ((DESK, {}), (OTHER, {}), (PRIVATE, {"require_tls": True})):
            world.relay.add(address, "webhook", *hook, **more)
        world.relay.more = (f'tls_certificate = "{world.authority.certificate}"\n'
                            f'tls_key = "{world.authority.key}"\n')
        try:
            world.relay.start()
            return suite.run()
        finally:
            world.relay.kill()
            world.hook.close()


if __name__ == "__main__":
    sys.exit(main())
