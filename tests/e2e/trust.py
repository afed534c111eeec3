"""Senders, files and passages are checked at the gate: rspamd and clamd stand in as small servers
that follow their protocols and can be told to fail; nothing that fails keeps a mail out."""

import json
import socket
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lib.dovecot import Dovecot
from lib.filters import EICAR
from lib.installation import Workplace, exit_unless_built
from lib.mailboxes import Mailbox
from lib.smtp import mail, send
from lib.suite import Suite, contains, equal, eventually

SETTINGS = """
[rspamd]
url = "http://127.0.0.1:{rspamd}"
[clamav]
socket = "127.0.0.1:{clamd}"
[smtp]
trusted_authserv_id = ["mx.desk.example"]
forwarders = ["forward.example"]
[inbound.raw]
secret_file = "{root}/raw.secret"
"""
BEARER = "a-long-secret-of-a-script"
PASS = {"R_SPF_ALLOW": {"score": -0.2}, "R_DKIM_ALLOW": {"options": ["example.org:s=mail"]},
        "DMARC_POLICY_ALLOW": {"score": -0.5}}

suite = Suite()


class Rspamd:
    """POST /checkv2; `answer` is (status, body) or the word hang."""

    def __init__(self):
        self.asked, self.released = [], threading.Event()
        self.says("no action", PASS)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append((self.path, self.headers.items(), body))
                if outer.answer == "hang":
                    outer.released.wait(30)
                    return
                status, text = outer.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def says(self, action, symbols, score=0.0):
        answer = {"action": action, "score": score, "symbols": symbols,
                  "thresholds": {"add header": 6, "reject": 15}}
        self.answer = (200, json.dumps(answer).encode())


class Clamd:
    """zINSTREAM; finds EICAR. `works` False: hangs up without a word."""

    def __init__(self):
        self.works = True
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            peer, _ = self.listener.accept()
            with peer, peer.makefile("rb") as stream:
                if self.works:
                    peer.sendall(self.answer(stream))

    @staticmethod
    def answer(stream):
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", stream.read(4))[0]:
            content += stream.read(size)
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


class World:
    pass


world = World()


def taken(subject, sender="vera@example.org", **more):
    """The ticket that the mail became."""
    send(world.lethe.smtp, mail(sender=f"Vera <{sender}>", subject=subject,
                                message_id=f"<{subject.replace(' ', '-')}@example.org>", **more),
         sender=sender, recipients=("help@desk.example",))
    found = [ticket for status in ("", "spam")
             for ticket in world.api.tickets(**({"status": status} if status else {}))
             if ticket["subject"] == subject]
    assert found, f"no ticket {subject!r}"
    return found[0]


def first_message(ticket):
    return world.api.messages(ticket["id"])[0]


def checks(message):
    return world.api.ok(world.api.get(f"/messages/{message['id']}/checks"))


@suite.case
def the_filter_is_asked_with_the_envelope_and_its_answer_stands_with_the_message():
    message = first_message(taken("signed by its domain"))
    path, headers, body = world.rspamd.asked[-1]
    equal(path, "/checkv2", "path")
    said = {name.lower(): value for name, value in headers}
    equal((said["from"], said["rcpt"], said["ip"]),
          ("vera@example.org", "help@desk.example", "127.0.0.1"), "envelope")
    assert said["queue-id"].isdigit() and b"Subject: signed" in body
    equal(checks(message)["trust"], {"source": "filter", "spf": "pass", "dkim": "pass",
                                     "dmarc": "pass", "spam": "ham"}, "trust")
    equal(message["verified"], True, "verified")


@suite.case
def without_a_dmarc_pass_nobody_is_verified():
    world.rspamd.says("no action", {"R_SPF_FAIL": {}, "DMARC_POLICY_REJECT": {}})
    message = first_message(taken("from somebody else"))
    equal(message["verified"], False, "verified")
    equal(checks(message)["trust"]["dmarc"], "fail", "dmarc")


@suite.case
def spam_is_a_ticket_in_its_view_and_can_be_brought_back():
    world.rspamd.says("reject", {"GTUBE": {"score": 100}}, 100)
    ticket = taken("cheap watches", sender="eve@example.net")
    equal(ticket["status"], "spam", "status")
    world.api.ok(world.api.patch(f"/tickets/{ticket['id']}", {"status": "not_spam"}))
    equal(world.api.ok(world.api.get(f"/tickets/{ticket['id']}"))["status"], "open", "status")


@suite.case
def a_filter_that_answers_garbage_errors_or_nothing_keeps_no_mail_out():
    for name, answer in (("garbage", (200, b"<html>")), ("error", (500, b"{}")),
                         ("empty", (200, b"")), ("silence", "hang")):
        world.rspamd.answer = answer
        message = first_message(taken(f"filter gives {name}"))
        equal(checks(message)["trust"]["source"], "nobody", name)
        equal(message["verified"], False, name)
    world.rspamd.released.set()
    world.rspamd.says("no action", PASS)


@suite.case
def a_trusted_header_counts_when_the_filter_is_away_and_only_the_topmost():
    world.rspamd.answer = (500, b"")
    good = first_message(taken("trusted header", authentication_results=(
        "mx.desk.example; spf=pass; dkim=pass header.d=example.org; dmarc=pass")))
    equal(checks(good)["trust"]["source"], "header", "source")
    equal(good["verified"], True, "verified")
    other = first_message(taken("untrusted header", authentication_results=(
        "mx.elsewhere.example; dmarc=pass")))
    equal(checks(other)["trust"]["source"], "nobody", "source")
    equal(other["verified"], False, "verified")
    world.rspamd.says("no action", PASS)


@suite.case
def an_infected_file_is_locked_until_an_administrator_releases_it_with_a_reason():
    ticket = taken("see the file", files=[("tool.com", "application/octet-stream", EICAR),
                                          ("note.txt", "text/plain", b"harmless")])
    message = first_message(ticket)
    bad, good = message["attachments"]
    equal(world.api.call("GET", good["url"]).body, b"harmless", "the other file")
    refused = world.api.call("GET", bad["url"])
    equal(refused.status, 403, "download")
    contains(refused.body.decode(), "Eicar-Test-Signature")
    marks = {file["id"]: file for file in checks(message)["files"]}
    equal(marks[bad["id"]]["quarantine"], "Eicar-Test-Signature", "signature")
    path = f"/attachments/{bad['id']}/release"
    equal(world.api.post(path, {"reason": " "}).status, 400, "no reason")
    writer = world.api.with_token(world.lethe.make_token("write"))
    equal(writer.post(path, {"reason": "I want it"}).status, 403, "no administrator")
    world.api.ok(world.api.post(path, {"reason": "our own test"}))
    equal(world.api.call("GET", bad["url"]).body, EICAR, "released")
    notes = [each["text"] for each in world.api.messages(ticket["id"]) if each["kind"] == "note"]
    contains(notes[-1], "our own test")


@suite.case
def a_scanner_that_is_away_keeps_no_mail_out_and_files_say_so():
    world.clamd.works = False
    message = first_message(taken("unscanned", files=[("a.pdf", "application/pdf", b"%PDF")]))
    equal(checks(message)["files"][0]["not_checked"], True, "mark")
    equal(world.api.call("GET", message["attachments"][0]["url"]).status, 200, "download")
    world.clamd.works = True


@suite.case
def masks_are_off_until_an_administrator_chooses_them():
    iban = "DE89 3704 0044 0532 0130 00"
    before = first_message(taken("iban before", text=f"Pay to {iban}.\r\n"))
    contains(before["text"], iban)
    world.api.ok(world.api.put("/mail/masks", {"iban": True, "password": True}))
    after = first_message(taken("iban after", text=f"Pay to {iban}. Password: hunter22\r\n"))
    contains(after["text"], "Pay to [IBAN ending 3000]. Password: [password removed]")
    equal(world.api.put("/mail/masks", {"colour": True}).status, 400, "unknown mask")


def shown(subject):
    """The ticket with this subject, wherever it is shown; None while there is none."""
    found = [ticket for status in ("", "spam")
             for ticket in world.api.tickets(**({"status": status} if status else {}))
             if ticket["subject"] == subject]
    return found[0] if found else None


@suite.case
def a_forwarder_s_spf_failure_does_not_count_against_the_sender():
    failed = {"R_SPF_FAIL": {"score": 4}, "DMARC_POLICY_REJECT": {"score": 4}}
    world.rspamd.says("add header", failed, 8)
    equal(taken("straight from a wrong server")["status"], "spam", "without a forwarder")
    ticket = taken("by a known forwarder", sender="bounces@mail.forward.example")
    equal(ticket["status"], "open", "status")
    equal(checks(first_message(ticket))["trust"]["spf"], "none", "spf")
    world.rspamd.says("add header", {**failed, "BAD_WORDS": {"score": 7}}, 15)
    equal(taken("spam by a known forwarder", sender="bounces@forward.example")["status"], "spam",
          "what is spam without SPF stays spam")
    world.rspamd.says("no action", PASS)


@suite.case
def what_a_webhook_brings_is_checked_like_a_mail_by_smtp():
    world.rspamd.says("reject", {"GTUBE": {"score": 100}}, 100)
    content = mail(subject="spam by a webhook", message_id="<webhook@example.org>",
                   files=[("tool.com", "application/octet-stream", EICAR)])
    answer = world.api.call("POST", "/inbound/raw?to=help@desk.example&from=vera@example.org",
                            raw=content, headers={"Content-Type": "message/rfc822",
                                                  "Authorization": f"Bearer {BEARER}"})
    equal(answer.status, 200, "status")
    world.rspamd.says("no action", PASS)
    ticket = shown("spam by a webhook")
    equal(ticket["status"], "spam", "view")
    equal(checks(first_message(ticket))["files"][0]["quarantine"], "Eicar-Test-Signature", "file")


def begin_to_fetch():
    world.dovecot = Dovecot(["desk"])
    world.dovecot.start()
    world.mailbox = Mailbox(world.lethe, world.dovecot, "help@desk.example", "desk")


def fetched(subject, **more):
    """The ticket that a mail in the fetched box became."""
    world.dovecot.deliver("desk", mail(subject=subject, **more,
                                       message_id=f"<{subject.replace(' ', '-')}@example.org>"))
    return eventually(lambda: shown(subject), f"the ticket {subject!r}")


@suite.case
def a_fetched_mail_is_asked_about_its_sender_and_its_files_too():
    begin_to_fetch()
    world.rspamd.says("reject", {"GTUBE": {"score": 100}}, 100)
    equal(fetched("fetched spam", return_path="<eve@example.net>")["status"], "spam", "view")
    said = {name.lower(): value for name, value in world.rspamd.asked[-1][1]}
    equal((said["from"], said["rcpt"]), ("eve@example.net", "help@desk.example"), "envelope")
    assert "ip" not in said, "nobody knows the sender's server"
    world.rspamd.says("no action", {})
    file = first_message(fetched("fetched file", files=[
        ("tool.com", "application/octet-stream", EICAR)]))["attachments"][0]
    refused = world.api.call("GET", file["url"])
    equal(refused.status, 403, "download")
    contains(refused.body.decode(), "Eicar-Test-Signature")


@suite.case
def of_a_fetched_mail_the_results_of_the_trusted_server_stand_and_no_other_ones():
    good = first_message(fetched("fetched and signed", authentication_results=(
        "mx.desk.example; spf=pass smtp.mailfrom=example.org; dkim=pass header.d=example.org; "
        "dmarc=pass header.from=example.org")))
    equal(checks(good)["trust"], {"source": "header", "spf": "pass", "dkim": "pass",
                                  "dmarc": "pass", "spam": "ham"}, "trust")
    equal(good["verified"], True, "verified")
    forged = first_message(fetched("fetched and forged", authentication_results=(
        "mx.elsewhere.example; dmarc=pass header.from=example.org")))
    equal(forged["verified"], False, "verified")


@suite.case
def while_the_scanner_is_away_a_fetched_file_waits_at_its_source_and_stops_nobody():
    world.clamd.works = False
    world.dovecot.deliver("desk", mail(subject="fetched unscanned", message_id="<wait@example.org>",
                                       files=[("a.pdf", "application/pdf", b"%PDF")]))
    fetched("behind the one that waits")
    eventually(lambda: "until the virus scanner answers" in world.mailbox.page(), "the page says so")
    equal(shown("fetched unscanned"), None, "taken in unchecked")
    equal(len(world.dovecot.left("desk")), 1, "left at the source")
    world.clamd.works = True
    world.mailbox.look_now()
    message = first_message(eventually(lambda: shown("fetched unscanned"), "its ticket"))
    equal(checks(message)["files"][0]["not_checked"], False, "mark")
    eventually(lambda: not world.dovecot.left("desk"), "the box is empty")
    eventually(lambda: "until the virus scanner answers" not in world.mailbox.page(),
               "the page says nothing more")


@suite.case
def masks_are_set_and_a_mailbox_s_state_is_seen_on_the_page():
    browser = world.mailbox.browser
    page = browser.submit("/settings/mail", "/settings/mail", {"do": "masks", "national_id": "1"})
    equal(world.api.ok(world.api.get("/mail/masks")),
          {"iban": False, "national_id": True, "password": False}, "masks")
    contains(page, 'name="national_id" value="1" checked')
    contains(page, "since the start.")
    world.mailbox.do("pause")
    eventually(lambda: "paused" in browser.get("/settings/mail"), "the list says so")


@suite.case
def a_wrong_address_of_filter_or_scanner_is_refused_at_the_start():
    for setting, words in (('[rspamd]\nurl = "localhost:11333"', "rspamd.url"),
                           ('[clamav]\nsocket = "clamd"', "clamav.socket"),
                           ('[smtp]\ntrusted_authserv_id = "mx"', "list of texts")):
        wrong = world.place.make(f"wrong{len(words)}{ord(words[0])}", setting)
        done = wrong.run("serve", "--data", str(wrong.data), "--http", wrong.http, "--smtp",
                         wrong.smtp)
        assert done.returncode != 0, setting
        contains(done.stderr, words)


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as place:
        world.place, world.rspamd, world.clamd = place, Rspamd(), Clamd()
        (place.path / "raw.secret").write_text(BEARER + "\n")
        world.lethe = place.make("data", SETTINGS.replace("{rspamd}", str(world.rspamd.port))
                                 .replace("{clamd}", str(world.clamd.port)))
        world.api = world.lethe.start()
        try:
            status = suite.run()
        finally:
            if hasattr(world, "dovecot"):
                world.dovecot.close()
        world.lethe.stop()
    sys.exit(status)
