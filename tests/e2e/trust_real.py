"""The same gate with Debian's rspamd and clamd instead of stand-ins: GTUBE, EICAR, and what happens
to a mail when a daemon dies while it is needed. Nothing that dies loses a mail."""

import sys

from lib.dovecot import Dovecot
from lib.filters import EICAR, GTUBE, Clamd, Rspamd
from lib.installation import Workplace, exit_unless_built
from lib.mailboxes import Mailbox
from lib.smtp import mail, send
from lib.suite import Skipped, Suite, contains, equal, eventually

DESK = "help@desk.example"
# clamd adds the word to the name of every signature that ClamAV did not publish.
SIGNATURE = "Eicar-Test-Signature.UNOFFICIAL"
suite = Suite()


class World:
    """What the cases of the story hand on."""

    lethe = dovecot = rspamd = clamd = None


world = World()


def shown(subject):
    """The ticket with this subject, wherever it is shown; None while there is none."""
    found = [ticket for status in ("", "spam")
             for ticket in world.api.tickets(**({"status": status} if status else {}))
             if ticket["subject"] == subject]
    assert len(found) <= 1, f"{len(found)} tickets {subject!r}"
    return found[0] if found else None


def content(subject, **more):
    return mail(subject=subject, message_id=f"<{subject.replace(' ', '-')}@example.org>", **more)


def taken(subject, **more):
    send(world.lethe.smtp, content(subject, **more), sender="vera@example.org", recipients=(DESK,))
    ticket = shown(subject)
    assert ticket, f"no ticket {subject!r}"
    return ticket


def first_message(ticket):
    return world.api.messages(ticket["id"])[0]


def checks(ticket):
    return world.api.ok(world.api.get(f"/messages/{first_message(ticket)['id']}/checks"))


def quarantine(ticket):
    return checks(ticket)["files"][0]["quarantine"]


@suite.case
def both_daemons_run_on_their_own_files():
    world.place = Workplace()
    world.rspamd, world.clamd = Rspamd(), Clamd()
    world.rspamd.start()
    world.clamd.start()
    world.lethe = world.place.make("data", f"""
[rspamd]
url = "http://{world.rspamd.address}"
[clamav]
socket = "unix:{world.clamd.socket}"
""")
    world.api = world.lethe.start()


def needs_daemons():
    if world.lethe is None:
        raise Skipped("rspamd or clamd did not start")


@suite.case
def a_clean_mail_with_a_clean_file_is_in_the_inbox_and_both_were_asked():
    needs_daemons()
    ticket = taken("clean", files=[("note.txt", "text/plain", b"harmless")])
    equal(ticket["status"], "open", "status")
    found = checks(ticket)
    equal((found["trust"]["source"], found["trust"]["spam"]), ("filter", "ham"), "filter")
    equal((found["files"][0]["quarantine"], found["files"][0]["not_checked"]), (None, False), "file")
    equal(world.api.call("GET", first_message(ticket)["attachments"][0]["url"]).body, b"harmless",
          "download")


@suite.case
def gtube_is_a_ticket_in_the_spam_view_and_nowhere_else():
    needs_daemons()
    ticket = taken("unsolicited", text=f"Dear friend,\r\n\r\n{GTUBE}\r\n")
    equal(ticket["status"], "spam", "status")
    assert not world.api.ticket_with_subject("unsolicited"), "it stands in the ordinary list"
    world.api.ok(world.api.patch(f"/tickets/{ticket['id']}", {"status": "not_spam"}))
    equal(world.api.ticket_with_subject("unsolicited")["status"], "open", "brought back")


@suite.case
def eicar_is_locked_until_an_administrator_releases_it():
    needs_daemons()
    ticket = taken("infected", files=[("tool.com", "application/octet-stream", EICAR),
                                      ("note.txt", "text/plain", b"harmless")])
    bad, good = first_message(ticket)["attachments"]
    equal(world.api.call("GET", good["url"]).body, b"harmless", "the other file")
    refused = world.api.call("GET", bad["url"])
    equal(refused.status, 403, "download")
    contains(refused.body.decode(), SIGNATURE)
    writer = world.api.with_token(world.lethe.make_token("write"))
    path = f"/attachments/{bad['id']}/release"
    equal(writer.post(path, {"reason": "I want it"}).status, 403, "no administrator")
    world.api.ok(world.api.post(path, {"reason": "our own test"}))
    equal(world.api.call("GET", bad["url"]).body, EICAR, "released")


@suite.case
def a_file_of_the_full_size_of_a_mail_is_still_checked():
    needs_daemons()
    ticket = taken("large", files=[("large.bin", "application/octet-stream",
                                    b"\0lethe" * (4 * 1024 * 1024) + EICAR)])
    equal(quarantine(ticket), SIGNATURE, "found at the end")


@suite.case
def when_clamd_dies_a_mail_by_smtp_is_taken_marked_and_a_fetched_one_waits():
    needs_daemons()
    world.dovecot = Dovecot(["desk"])
    world.dovecot.start()
    mailbox = Mailbox(world.lethe, world.dovecot, DESK, "desk")
    world.clamd.kill()
    file = ("tool.com", "application/octet-stream", EICAR)
    equal(checks(taken("by smtp, unscanned", files=[file]))["files"][0]["not_checked"], True, "mark")
    world.dovecot.deliver("desk", content("fetched, infected", files=[file]))
    world.dovecot.deliver("desk", content("fetched, without a file"))
    mailbox.look_now()
    eventually(lambda: shown("fetched, without a file"), "the mail behind it")
    eventually(lambda: "until the virus scanner answers" in mailbox.page(), "the page says so")
    equal((shown("fetched, infected"), len(world.dovecot.left("desk"))), (None, 1), "it waits")
    world.clamd.start()
    mailbox.look_now()
    ticket = eventually(lambda: shown("fetched, infected"), "its ticket")
    equal(quarantine(ticket), SIGNATURE, "checked after all")
    eventually(lambda: not world.dovecot.left("desk"), "the box is empty")


@suite.case
def when_rspamd_dies_mail_comes_in_with_nobody_vouching_for_it_and_gtube_comes_in_too():
    needs_daemons()
    world.rspamd.kill()
    ticket = taken("unfiltered", text=f"Dear friend,\r\n\r\n{GTUBE}\r\n")
    equal((ticket["status"], checks(ticket)["trust"]["source"]), ("open", "nobody"), "unfiltered")
    equal(first_message(ticket)["verified"], False, "verified")
    world.rspamd.start()
    equal(checks(taken("filtered again"))["trust"]["source"], "filter", "after its return")


if __name__ == "__main__":
    exit_unless_built()
    try:
        status = suite.run()
    finally:
        for daemon in (world.dovecot, world.rspamd, world.clamd):
            if daemon:
                daemon.close()
        if hasattr(world, "place"):
            world.place.__exit__()
    sys.exit(status)
