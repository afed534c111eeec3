"""Relay mode: a mail is at the target exactly once, or its sender keeps it; nothing else keeps anything.

LETHE_RELAY_MAILS says how many mails the proof sends (60; script/relay-proof: 10,000),
LETHE_RELAY_SENDERS over how many connections at once (10; script/relay-proof: 50).
"""

import base64
import os
import random
import re
import secrets
import shutil
import smtplib
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from lib.emulator import Authority, Emulator
from lib.hunt import Needles, in_directory, in_process, overlapping
from lib.installation import ADMIN, PASSWORD, Workplace, exit_unless_built, free_address
from lib.relay import Front, Line, Relay
from lib.site import Browser
from lib.smtp import Client, HungUp, Refused, mail, stuffed
from lib.suite import Skipped, Suite, contains, equal, eventually

MAILS = int(os.environ.get("LETHE_RELAY_MAILS", "60"))
SENDERS = int(os.environ.get("LETHE_RELAY_SENDERS", "10"))
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
                          ({"target": "jira", "project": "DESK", "issue_type": "Task",
                            "tags": ["two words"]}, "tags"),
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


@suite.case
def another_key_or_door_is_a_change_of_settings_too_and_no_key_stands_in_the_log():
    relay = fresh("marked")
    relay.add(DESK, "webhook", f"{world.hook.url}/hook", "a key to be found", world.authority.file)

    def statements():
        files = sorted((relay.state / "statements").glob("settings-*.statement"))
        return [file.read_text() for file in files]

    relay.start()
    equal(len(statements()), 1, "after the first start")
    for change in (lambda: Path(relay.mailboxes[0]["key_file"]).write_text("another key\n"),
                   lambda: setattr(relay, "more", "memory_mib = 65\n")):
        relay.stop()
        change()
        before = len(statements())
        relay.start()
        equal(len(statements()), before + 1, "after a change")
    relay.stop()
    for text in statements():
        assert "a key to be found" not in text and "another key" not in text, "a key in the log"


@suite.case
def a_server_that_relays_no_longer_says_so_in_the_log_of_its_relay():
    if os.geteuid() != 0:
        raise Skipped("the server's memory is locked as root only")
    key = world.place.path / "hook.key"
    key.write_text("key of the hook\n")
    lethe = world.place.make("former", RELAYING.format(
        metrics=free_address(), address=OTHER, url=world.hook.url, key=key,
        authority=world.authority.file))
    lethe.start()
    statements = lethe.data / "relay/statements"
    try:
        equal(len(list(statements.glob("settings-*.statement"))), 1, "while it relays")
        lethe.stop()
        lethe.configure("")
        lethe.start()
        files = sorted(statements.glob("settings-*.statement"))
        equal(len(files), 2, "after the last relay mailbox was removed")
        contains(files[1].read_text(), '"mailboxes":[]')
        lethe.restart()
        equal(len(list(statements.glob("settings-*.statement"))), 2, "after the same settings")
    finally:
        lethe.kill()


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
def a_success_that_ends_early_is_no_success():
    for cut in (True, "chunked"):
        subject = f"cut {cut}"
        world.hook.faults({"match": "/hook", "times": 2, "cut": cut})
        equal(answer_to(letter(subject))[0], 451, subject)
        equal(answer_to(letter(subject))[0], 250, subject)
        ticket, = at_hook(subject)
        equal(ticket["posts"], 3, "posts under one key")


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
def a_certificate_of_another_name_or_out_of_date_gets_nothing():
    for name, more in (("another", {"hosts": "DNS:elsewhere.example"}), ("past", {"days": -1})):
        relay = fresh(name)
        authority = Authority(relay.directory, name, **more)
        hook = Emulator("webhook", authority, "key of the hook")
        relay.add(DESK, "webhook", f"{hook.url}/hook", "key of the hook", authority.file)
        relay.start()
        try:
            equal(answer_to(letter(name), address=relay.smtp)[0], 451, name)
            contains(relay.words(), "not reached")
        finally:
            relay.kill()
            hook.close()


@suite.case
def one_target_per_mail_and_no_clear_text_where_tls_is_wanted():
    with Client(world.relay.smtp) as client:
        client.expect("MAIL FROM:<a@people.example>", 250)
        client.expect(f"RCPT TO:<{DESK}>", 250)
        equal(client.command(f"RCPT TO:<{OTHER}>")[0], 452)
        equal(client.command(f"RCPT TO:<{PRIVATE}>")[0], 530)
        equal(client.command("RCPT TO:<nobody@desk.example>")[0], 550)
        equal(client.command(f"RCPT TO:<HELP@desk.example>")[0], 250)


@suite.case
def a_mailbox_that_wants_tls_takes_mail_over_tls_only():
    content = letter("private")
    try:
        answer_to(content, (PRIVATE,))
        raise AssertionError("a sender in clear was let in")
    except Refused as refusal:
        equal(refusal.code, 530)
    equal(at_hook("private"), [])
    host, port = world.relay.smtp.rsplit(":", 1)
    with smtplib.SMTP(host, int(port), timeout=60) as sender:
        sender.starttls(context=ssl.create_default_context(cafile=str(world.authority.file)))
        equal(sender.sendmail("sender@people.example", [PRIVATE], content), {})
    ticket, = at_hook("private")
    equal(ticket["to"], PRIVATE)


def lmtp_replies(content, recipients):
    with Client(world.relay.lmtp) as client:
        client.expect("LHLO client.example", 250)
        client.envelope("sender@people.example", recipients)
        first = client.data(stuffed(content))[0]
        return [first] + [client.answer()[0] for _ in recipients[1:]]


@suite.case
def lmtp_answers_each_recipient_for_its_own_target():
    # One copy after the other, so the fault meets the first recipient's.
    world.hook.faults({"match": "/hook", "times": 1, "status": 422})
    three = (DESK, OTHER, "HELP@desk.example")
    equal(lmtp_replies(letter("to two"), three), [550, 250, 550])
    equal([ticket["to"] for ticket in at_hook("to two")], [OTHER])
    world.hook.faults({"match": "/hook", "times": 1, "status": 503})
    equal(lmtp_replies(letter("to two"), three), [451, 250, 451])
    equal(lmtp_replies(letter("to two"), three), [250, 250, 250])
    found = at_hook("to two")
    equal(sorted(ticket["to"] for ticket in found), sorted([OTHER, f"{DESK}, HELP@desk.example"]))
    equal([ticket["posts"] for ticket in found], [1, 1], "posts")


# --- Lethe ---

@suite.case
def another_lethe_takes_the_mail_and_a_lost_answer_makes_no_second_ticket():
    (world.place.path / "raw.secret").write_text("a-long-secret-of-a-relay\n")
    desk = world.place.make("desk", '[inbound.raw]\nsecret_file = "{root}/raw.secret"\n')
    api = desk.start()
    front, relay = Front(desk.http, world.authority), fresh("to-lethe")
    relay.add(DESK, "lethe", front.url, "a-long-secret-of-a-relay", world.authority.file)
    relay.start()
    try:
        equal(ask(relay, letter("to lethe")), 250)
        ticket = api.ticket_with_subject("to lethe")
        assert ticket, "250, and no ticket at the target"
        contains(str(api.messages(ticket["id"])), "Hello.")
        front.to_lose = 2  # the relay asks once more at once
        equal(ask(relay, letter("lost by lethe")), 451)
        equal(ask(relay, letter("lost by lethe")), 250)
        assert api.ticket_with_subject("lost by lethe"), "250, and no ticket at the target"
        desk.stop()
        equal(ask(relay, letter("while away")), 451)
        api = desk.start()
        equal(ask(relay, letter("while away")), 250)
        assert api.ticket_with_subject("while away"), "250, and no ticket at the target"
    finally:
        relay.kill()
        front.close()
        desk.kill()


RELAYING = """
[http]
metrics = "{metrics}"
[[relay.mailbox]]
name = "beside"
address = "{address}"
target = "webhook"
url = "{url}/hook"
key_file = "{key}"
ca_file = "{authority}"
"""


def metrics_at(address):
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=60) as answer:
        return answer.read().decode()


@suite.case
def on_its_own_it_shows_the_same_counts_and_nobody_in_them():
    metrics = free_address()
    relay = fresh("counted")
    relay.add(DESK, "webhook", f"{world.hook.url}/hook", "key of the hook", world.authority.file,
              name="counted")
    relay.add(OTHER, "webhook", f"{world.hook.url}/hook", "key of the hook", world.authority.file)
    relay.more = f'[http]\nmetrics = "{metrics}"\n'
    relay.start()
    try:
        mark = "v" + secrets.token_hex(8)
        equal(answer_to(letter(mark), address=relay.smtp)[0], 250)
        world.hook.faults({"match": "/hook", "times": 1, "status": 422})
        equal(answer_to(letter(mark + "-refused"), address=relay.smtp)[0], 550)
        world.hook.faults({"match": "/hook", "times": 1, "status": 401})
        equal(answer_to(letter(mark + "-deferred"), address=relay.smtp)[0], 451)
        shown = metrics_at(metrics)
        for line in ('relay_mails_total{mailbox="counted",answer="accepted"} 1',
                     'relay_mails_total{mailbox="counted",answer="refused"} 1',
                     'relay_mails_total{mailbox="counted",answer="deferred"} 1',
                     'relay_mails_total{mailbox="2",answer="accepted"} 0',
                     'relay_alarm{mailbox="counted"} 1', 'relay_alarm{mailbox="2"} 0',
                     'mails_total{door="smtp",answer="accepted"} 1'):
            contains(shown, f"lethe_{line}\n")
        for word in (mark, "desk.example", "people.example", world.hook.url, "lethe_store_up"):
            assert word not in shown, f"{word!r} in the metrics"
        for path in ("/", "/healthz", "/metrics/x"):
            try:
                urllib.request.urlopen(f"http://{metrics}{path}", timeout=60)
                raise AssertionError(f"{path} is answered")
            except urllib.error.HTTPError as error:
                equal(error.code, 404, path)
                error.close()
    finally:
        equal(relay.stop(), 0, "it ends, with its metrics")


@suite.case
def without_the_setting_it_listens_for_mail_only_and_other_pages_are_not_its_own():
    if os.geteuid() != 0:
        raise Skipped("only root may look at a locked process")
    equal(len(listeners(world.relay.process.pid)), 2, "SMTP and LMTP")
    relay = fresh("pages")
    relay.add(DESK, "webhook", f"{world.hook.url}/hook", "key of the hook", world.authority.file)
    relay.more = '[http]\nlisten = "127.0.0.1:0"\n'
    contains(relay.run_refused(), "http.listen does not belong here")


def listeners(pid):
    """Inodes of the sockets of `pid` that listen by TCP."""
    ours = {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()
            if os.path.islink(link)}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in ours:
                found.add(fields[9])
    return found


@suite.case
def in_the_server_only_the_relayed_mailbox_is_not_kept():
    if os.geteuid() != 0:
        raise Skipped("the server's memory is locked as root only")
    key = world.place.path / "hook.key"
    key.write_text("key of the hook\n")
    mark = "v" + secrets.token_hex(8)
    needles = Needles()
    needles.add_word(mark)
    metrics = free_address()
    lethe = world.place.make("beside", RELAYING.format(
        metrics=metrics, address=OTHER, url=world.hook.url, key=key, authority=world.authority.file))
    api = lethe.start()
    try:
        equal(answer_to(letter("kept"), address=lethe.smtp)[0], 250)
        equal(answer_to(letter(mark, text=f"Words of {mark}.\n"), (OTHER,), address=lethe.smtp)[0], 250)
        eventually(lambda: api.ticket_with_subject("kept"), "the ticket of the mailbox beside")
        equal(api.ticket_with_subject(mark), None, "the relayed mail in the server")
        equal([ticket["to"] for ticket in at_hook(mark)], [OTHER])
        with Client(lethe.smtp) as client:
            client.expect("MAIL FROM:<a@people.example>", 250)
            client.expect(f"RCPT TO:<{DESK}>", 250)
            equal(client.command(f"RCPT TO:<{OTHER}>")[0], 452, "kept and relayed in one")
        world.hook.faults({"match": "/hook", "times": 1, "status": 401})
        equal(answer_to(letter("later"), (OTHER,), address=lethe.smtp)[0], 451)
        shown = metrics_at(metrics)
        for line in ('mails_total{mailbox="beside",answer="accepted"} 1',
                     'mails_total{mailbox="beside",answer="deferred"} 1',
                     'mails_total{mailbox="beside",answer="refused"} 0',
                     'alarm{mailbox="beside"} 1'):
            contains(shown, f"lethe_relay_{line}\n")
        assert "desk.example" not in shown, "an address in the metrics"
        browser = Browser(lethe.http)
        browser.sign_in(ADMIN, PASSWORD)
        page = browser.get("/settings/relay")
        for words in (OTHER, f"{world.hook.url}/hook", "451: the target refuses our key"):
            contains(page, words)
        pid = lethe.process.pid
        eventually(lambda: not in_process(pid, needles), "no mark in the idle server's memory", 20)
    finally:
        lethe.stop()
    planted = lethe.data / "planted"
    planted.write_text(mark)
    assert in_directory(lethe.data, needles), "the hunt does not find what is there"
    planted.unlink()
    equal(in_directory(lethe.data, needles), {}, "marks in the server's files")
    equal(in_directory(lethe.keyring, needles), {}, "marks in the keyring")
    assert mark not in lethe.log.read_text(errors="replace"), "a mark in the server's log"


RAW_DOOR = """
[inbound.raw]
secret_file = "{root}/raw-of-two.secret"
"""


def post_raw(lethe, content, recipients):
    """The status that a script is told."""
    query = urllib.parse.urlencode([("to", each) for each in recipients])
    request = urllib.request.Request(
        f"http://{lethe.http}/inbound/raw?{query}&from=vera@people.example", content,
        {"Content-Type": "message/rfc822", "Authorization": "Bearer a-long-secret-of-two-doors"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code


@suite.case
def a_mail_by_http_reaches_the_relayed_and_the_kept_mailbox_that_it_names():
    if os.geteuid() != 0:
        raise Skipped("the server's memory is locked as root only")
    (world.place.path / "raw-of-two.secret").write_text("a-long-secret-of-two-doors\n")
    key = world.place.path / "hook.key"
    key.write_text("key of the hook\n")
    lethe = world.place.make("two-doors", RAW_DOOR + RELAYING.format(
        metrics=free_address(), address=OTHER, url=world.hook.url, key=key,
        authority=world.authority.file))
    api = lethe.start()

    def arrived(subject):
        return len(at_hook(subject)), len([t for t in api.tickets() if t["subject"] == subject])

    try:
        for name, both in (("relayed first", (OTHER, DESK)), ("kept first", (DESK, OTHER))):
            equal(post_raw(lethe, letter(name), both), 200, name)
            equal(arrived(name), (1, 1), name)
            world.hook.faults({"match": "/hook", "times": 1, "status": 503})
            equal(post_raw(lethe, letter(name + " later"), both), 503, name)
            equal(post_raw(lethe, letter(name + " later"), both), 200, name)
            equal(arrived(name + " later"), (1, 1), name)
            world.hook.faults({"match": "/hook", "times": 1, "status": 422})
            equal(post_raw(lethe, letter(name + " refused"), both), 422, name)
            equal(arrived(name + " refused"), (0, 1), name)
        equal(post_raw(lethe, letter("only kept"), (DESK,)), 200)
        equal(arrived("only kept"), (0, 1))
        equal(post_raw(lethe, letter("only relayed"), (OTHER,)), 200)
        equal(arrived("only relayed"), (1, 0))
    finally:
        lethe.kill()


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
        equal(ask(relay, letter("Grüße", files=files,
                                cc="Ann <ann@people.example>, Desk <Help@desk.example>")), 250)
        ticket, = desk.state()
        equal((ticket["email"], ticket["name"], ticket["subject"], ticket["group_id"]),
              ("vera@example.org", "Vera Lind", "Grüße", "7"))
        equal((ticket["status"], ticket["priority"], ticket["tags"], ticket["cc_emails"]),
              ("2", "1", ["relay"], ["ann@people.example"]))
        equal(ticket["attachments"], [{"name": "a b.bin", "size": 1000}])
        for fault in ({"drop": "after"}, {"cut": True}, {"cut": "chunked"}, {"drop": "before"},
                      {"status": 502}):
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
        equal(ask(relay, letter("s" * 300)), 250)
        last = desk.state()[-1]
        equal(last["subject"], "s" * 255)
        contains(last["description"], "s" * 300)
        equal(desk.call("complaints"), [], "strict mode")
    finally:
        relay.kill()
        desk.close()


@suite.case
def what_the_settings_got_wrong_sends_no_mail_back():
    """A 400 about a field that no mail gave: its sender could do nothing about it."""
    for target, secret, more in (
            ("freshdesk", "api-key", {"group": 8}),
            ("jira", "bot@desk.example:token", {"project": "NONE", "issue_type": "Task"})):
        desk, relay = start_desk(target, secret, **more)
        try:
            equal(ask(relay, letter(f"misconfigured {target}")), 451, target)
            contains(relay.words(), "ALARM")
            equal(desk.state(), [], target)
        finally:
            relay.kill()
            desk.close()


@suite.case
def a_target_that_asks_for_a_pause_gets_it():
    relay = fresh("paused")
    relay.add(DESK, "webhook", f"{world.hook.url}/hook", "key of the hook", world.authority.file)
    relay.start()
    try:
        world.hook.faults({"match": "/hook", "times": 1, "status": 429,
                           "headers": {"Retry-After": "600"}})
        before = len(world.hook.journal())
        equal(ask(relay, letter("paused")), 451)
        equal(ask(relay, letter("paused")), 451)
        equal(ask(relay, letter("another in the pause")), 451)
        equal(len(world.hook.journal()), before + 1, "posts")
    finally:
        relay.kill()


@suite.case
def a_page_in_the_place_of_lethe_has_no_mail():
    """The webhook's emulator answers 200 too, but not as a Lethe does."""
    relay = fresh("page")
    relay.add(DESK, "lethe", world.hook.url, "a-long-secret-of-a-relay", world.authority.file)
    relay.start()
    try:
        world.hook.faults({"match": "/inbound/raw", "times": 2, "status": 200, "type": "text/html",
                           "body": "<h1>Maintenance</h1>"})
        equal(ask(relay, letter("to a page")), 451)
    finally:
        relay.kill()


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
        equal(ask(relay, letter("long", text="A line of a long mail.\n" * 3000)), 250)
        issue = desk.state()[1]
        equal([file["name"] for file in issue["attachments"]], ["message.txt"])
        assert issue["attachments"][0]["size"] > 3000 * 22, "the whole text goes along"
        huge = [("big.bin", "application/octet-stream", bytes(10_485_761))]
        equal(ask(relay, letter("huge", files=huge)), 552)
        desk.faults({"match": "POST /rest/api/3/issue", "times": 1, "drop": "after"})
        equal(ask(relay, letter("lost")), 451)
        equal(ask(relay, letter("lost")), 451, "while the index may lag")
        equal(len(desk.state()), 3)
        equal(desk.call("complaints"), [], "strict mode")
    finally:
        relay.kill()
        desk.close()


# --- The proof ---

class Sender:
    """Sends marked mails as a mail server does: again and again until 250 or 5xx."""

    def __init__(self, mark):
        self.mark, self.lock, self.next, self.taken = mark, threading.Lock(), 0, []
        self.tries, self.problems, self.pause = 0, [], threading.Event()
        self.patience, self.has_given_up = 120 + 0.06 * MAILS, False

    def content(self, number):
        name = f"{self.mark}{number}"
        files = [(f"{name}.txt", "text/plain", f"file of {name}\n".encode() * 40)]
        return mail(sender=f"N{name} <s{name}@people.example>", to=DESK, subject=name,
                    text=f"Words of {name}.\n" * 30, message_id=f"<{name}@people.example>",
                    files=files if number % 5 == 0 else ())

    def talk(self):
        """Over one connection for as long as the relay keeps it."""
        client = None
        while (number := self.take_number()) is not None:
            content = self.content(number)
            while not self.has_given_up:
                try:
                    client = client or Client(world.relay.smtp)
                    if self.attempt(client, number, content):
                        break
                    self.pause.wait(0.05)  # as a sender between two attempts
                except (HungUp, OSError):
                    client = None
                    self.pause.wait(0.25)  # likewise, when nobody listens
                except Refused as refusal:
                    client = None
                    if refusal.code >= 500:
                        self.problems.append(f"mail {number} was refused for good: {refusal}")
                        break
                    self.pause.wait(0.05)
        if client:
            client.close()

    def take_number(self):
        with self.lock:
            if self.next >= MAILS or self.has_given_up:
                return None
            self.next += 1
            return self.next - 1

    def attempt(self, client, number, content):
        with self.lock:
            self.tries += 1
        try:
            client.send(content, sender=f"s{self.mark}{number}@people.example", recipients=(DESK,))
        except Refused as refusal:
            if refusal.code >= 500 or refusal.code == 421:
                raise
            client.command("RSET")
            return False
        with self.lock:
            self.taken.append(number)
        return True

    def send_one(self, number):
        with Client(world.relay.smtp) as client:
            return self.attempt(client, number, self.content(number))

    def run(self, trouble):
        threads = [threading.Thread(target=self.talk, daemon=True) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        began = said = time.monotonic()
        while any(thread.is_alive() for thread in threads):
            if time.monotonic() - began > self.patience:
                self.has_given_up = True
                break
            trouble()
            self.pause.wait(0.2)
            if time.monotonic() - said >= 10:
                said = time.monotonic()
                print(f"      {said - began:4.0f} s: {len(self.taken)} of {MAILS} mails taken, "
                      f"{self.tries} attempts", flush=True)
        for thread in threads:
            thread.join()


# Of every hundred posts about thirty fail, in every way, and ten are slow.
FAULTS = [{"share": 0.05, "drop": "before"}, {"share": 0.05, "drop": "after"},
          {"share": 0.04, "cut": True}, {"share": 0.06, "status": 503},
          {"share": 0.05, "status": 500}, {"share": 0.05, "status": 429},
          {"share": 0.10, "delay": 400}]


class Trouble:
    """A slow and failing target, a host that goes away, and a relay that is killed."""

    def __init__(self, line):
        self.line, self.calls, self.kills, self.cuts, self.swapped = line, 0, 0, 0, 0
        world.hook.faults(*({"match": "/hook", **fault} for fault in FAULTS))

    def __call__(self):
        self.calls += 1
        self.swapped = max(self.swapped, swapped_kib(world.relay.process.pid))
        if self.calls % 40 == 1:
            self.kills += 1
            world.relay.kill()
            world.relay.start()
        elif self.calls % 15 == 2:
            self.cuts += 1
            self.line.cut()
            threading.Event().wait(0.1)  # how long the host is away
            self.line.mend()


def swapped_kib(pid):
    """Of the process's own memory. What the senders and the target hold is theirs to swap."""
    return int(re.search(r"VmSwap:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


PSEUDO = {"proc", "sysfs", "devtmpfs", "devpts", "cgroup", "cgroup2", "debugfs", "tracefs",
          "securityfs", "pstore", "bpf", "mqueue", "hugetlbfs", "configfs", "fusectl", "binfmt_misc"}


def changed_files(since):
    """Every regular file of every writable file system that was written since."""
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, place, kind, options = line.split()[:4]
        if kind in PSEUDO or "ro" in options.split(","):
            continue
        place = place.encode().decode("unicode_escape")
        if not os.path.isdir(place):
            continue
        found = subprocess.run(["find", place, "-xdev", "-type", "f", "-newermt", f"@{since:.0f}",
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


def marks_in_files(began, needles, mark):
    """The marks found; before that the same search must find one that was put there."""
    planted = [world.relay.state / "planted", world.relay.directory / "planted.log"]
    planted[0].write_bytes(base64.b64encode(b"x" + mark.encode() + b"yz"))
    planted[1].write_text(f"a line with {mark}\n")
    files = list(changed_files(began))
    for path in planted:
        assert path.resolve() in files, f"the search does not come to {path}"
        assert marks_in([path], needles), f"the search does not see the mark in {path}"
        path.unlink()
    return marks_in(files, needles), len(files)


@suite.case
def nothing_is_lost_doubled_or_kept_when_everything_fails():
    began = time.time() - 1
    mark = "q" + secrets.token_hex(6)
    needles = Needles()
    needles.add_word(mark)
    line = Line(world.hook.port)
    world.relay.stop()
    world.relay.mailboxes[0]["url"] = f"https://127.0.0.1:{line.port}/hook"
    world.relay.start()
    sender, trouble = Sender(mark), Trouble(line)
    sender.run(trouble)
    took = time.time() - began
    world.hook.faults()
    assert not sender.has_given_up, f"{len(sender.taken)} of {MAILS} mails after {took:.0f} s"
    equal(sender.problems, [], "mails that were refused")
    equal(sorted(sender.taken), list(range(MAILS)), "mails answered 250")
    of_mark = [one for one in world.hook.state() if one["subject"].startswith(mark)]
    equal(sorted(one["subject"] for one in of_mark),
          sorted(f"{mark}{number}" for number in range(MAILS)), "tickets")

    assert in_flight(needles, sender), "the hunt does not find a mail that is under way"
    pid = world.relay.process.pid
    eventually(lambda: not in_process(pid, needles), "no mark in the idle relay's memory", 20)
    # Locked memory is never swapped, and none of it was at any look: the swap's own
    # bytes would show what the senders and the target hold.
    equal((trouble.swapped, swapped_kib(pid)), (0, 0), "KiB of a relay in the swap")
    locked = int(re.search(r"VmLck:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])
    assert locked > 10_000, f"{locked} kB are locked"
    found, files = marks_in_files(began, needles, mark)
    equal(found, {}, "marks in files")
    assert "people.example" not in world.relay.words(), "an address is in the log"
    print(f"      {MAILS} mails in {took:.0f} s: {sender.tries} attempts, {len(of_mark)} tickets, "
          f"{sum(one['posts'] for one in of_mark)} posts that had effect, {trouble.kills} kills of "
          f"the relay, {trouble.cuts} cuts of the line; 0 marks in {files} changed files, in the "
          f"idle memory and in the log; {locked // 1024} MiB locked, 0 swapped", flush=True)
    line.close()
    world.relay.stop()
    world.relay.mailboxes[0]["url"] = f"{world.hook.url}/hook"
    world.relay.start()


def in_flight(needles, sender):
    """While the target hesitates the mail is in memory: the hunt must find it."""
    world.hook.faults({"match": "/hook", "times": 1, "delay": 1500})
    thread = threading.Thread(target=sender.send_one, args=(MAILS + 1,))
    thread.start()
    found = eventually(lambda: in_process(world.relay.process.pid, needles), "the mail in flight", 5)
    thread.join()
    return found


READS = ("read", "pread64", "readv", "recvfrom", "recvmsg", "recvmmsg")
WRITES = ("write", "pwrite64", "writev", "pwritev", "pwritev2", "sendto", "sendmsg", "sendmmsg",
          "sendfile", "splice", "tee", "vmsplice", "copy_file_range", "process_vm_writev")
# Ways to write that show no bytes: they must not be gone at all.
UNSEEN = ("io_uring_setup", "memfd_create")
STRACE = ["strace", "-f", "-yy", "-s", "200000", "-e",
          # With "?" a call that this strace or this processor lacks is no error.
          "trace=" + ",".join(f"?{name}" for name in (*READS, *WRITES, *UNSEEN, "mmap"))]


def is_call(line, names):
    return re.match(rf"(\[pid +\d+\] )?({'|'.join(names)})\(", line) is not None


def written_with(lines, mark):
    """Lines that are no reading and show the mark; a call that goes on later is one line or two."""
    reads = [rf"({name}\(|<\.\.\. {name} resumed>)" for name in READS]
    return [line for line in lines if mark in line
            and not re.match(rf"(\[pid +\d+\] )?({'|'.join(reads)})", line)]


def the_trace_sees_a_written_mark(mark):
    done = subprocess.run([*STRACE, "sh", "-c", f"printf {mark} >&2"], text=True, errors="replace",
                          capture_output=True)
    # The shell's own output stands between the lines of strace.
    lines = [line for line in done.stderr.splitlines() if is_call(line, WRITES)]
    assert written_with(lines, mark), f"the trace does not see a mark that is written: {done.stderr}"


def shared_mappings(lines):
    return [line[:200] for line in lines if is_call(line, ("mmap",)) and "MAP_SHARED" in line
            and "PROT_WRITE" in line and "MAP_ANONYMOUS" not in line]


@suite.case
def marked_bytes_are_written_to_no_descriptor_but_the_two_sockets():
    if not shutil.which("strace"):
        raise Skipped("strace is not installed")
    mark = "w" + secrets.token_hex(8)
    the_trace_sees_a_written_mark(mark)
    tracer = subprocess.Popen([*STRACE, "-p", str(world.relay.process.pid)], stderr=subprocess.PIPE,
                              text=True, errors="replace")
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(tracer.stderr))
    contains(tracer.stderr.readline(), "attached")
    reader.start()
    for number in range(10):
        equal(answer_to(letter(f"{mark}{number}"))[0], 250)
    for fault in ({"status": 503}, {"status": 422}, {"drop": "before"}):
        world.hook.faults({"match": "/hook", "times": 2, **fault})
        assert answer_to(letter(f"{mark} {fault}"))[0] in (451, 550), f"{fault}"
    world.hook.faults()
    tracer.terminate()
    reader.join()
    tracer.wait()
    assert [line for line in lines if mark in line], "strace saw no mail coming in"
    for what in (f":{world.hook.port}]", f":{world.relay.smtp.rsplit(':', 1)[1]}", ".relay>"):
        assert [line for line in lines if what in line and any(name in line for name in WRITES)], \
            f"strace saw nothing written to {what}"
    # Towards the target it is TLS: not even there a mark is seen in clear.
    equal([line[:200] for line in written_with(lines, mark)], [], "marked bytes written")
    equal([line[:200] for line in lines if is_call(line, UNSEEN)], [], "ways round the trace")
    equal(shared_mappings(lines), [], "files written through memory")


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
