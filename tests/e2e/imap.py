"""Mailboxes that Lethe fetches from a real Dovecot: every mail becomes one ticket and leaves the
box, through kills, restarts, new uids, wrong certificates and wrong passwords."""

import base64
import random
import re
import signal
import sys

from lib.dovecot import PASSWORD as IMAP_PASSWORD
from lib.dovecot import Dovecot
from lib.installation import ADMIN, PASSWORD, SHARED, Workplace, exit_unless_built
from lib.line import Line
from lib.site import Browser
from lib.smtp import mail
from lib.suite import Suite, contains, equal, eventually

DESK = "help@desk.example"
OURS = 120
suite = Suite()


class World:
    """What the cases of the story hand on."""


world = World()


def content(number):
    return mail(subject=f"fetched-{number}", text=f"Mail number {number}.\n",
                message_id=f"<fetched-{number}@example.org>")


def with_file(subject, file):
    """A mail of about 30 MB when the file has 22."""
    head = (f"From: Vera Lind <vera@example.org>\r\nTo: {DESK}\r\nSubject: {subject}\r\n"
            f"Message-ID: <{subject}@example.org>\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nAs promised.\r\n--b\r\n"
            "Content-Type: application/octet-stream; name=disk.img\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n")
    lines = base64.encodebytes(file).replace(b"\n", b"\r\n")
    return head.encode() + lines + b"--b--\r\n"


def from_eva(word):
    return mail(sender="Eva <eva@example.org>", subject=f"eva-{word}", text=f"Eva writes {word}.\n",
                message_id=f"<eva-{word}@example.org>")


def corpus():
    """80 mails of the corpora, malformed ones among them, spread over the sets."""
    paths = sorted(path for path in SHARED.glob("corpora/*/**/*")
                   if path.suffix in (".eml", ".raw") and path.stat().st_size < 300_000)
    step = max(1, len(paths) // 80)
    return [path.read_bytes() for path in paths[::step]][:80]


def fill(user):
    for number in range(OURS):
        world.dovecot.deliver(user, content(number))
    for raw in corpus():
        world.dovecot.deliver(user, raw)


def mailbox_page(browser, address):
    page = browser.get("/settings/mail")
    found = re.search(r'href="(/settings/mail/addresses/\d+)">' + re.escape(address), page)
    assert found, f"no link to {address} in {page}"
    return found.group(1)


def add_mailbox(lethe, address, **source):
    """By the pages, as an administrator without scripts does."""
    browser = Browser(lethe.http)
    browser.sign_in(ADMIN, PASSWORD)
    browser.submit("/settings/mail", "/settings/mail", {"do": "add", "address": address})
    path = mailbox_page(browser, address)
    fields = {"do": "save", "door": "imap", "host": "localhost", "port": str(world.dovecot.tls),
              "security": "tls", "user": "desk", "password": IMAP_PASSWORD, "folder": "INBOX",
              "ca_file": str(world.dovecot.folder / "tls.pem"), "display_name": "Desk", **source}
    browser.submit(path, path, fields)
    return browser, path


def change(browser, path, **source):
    fields = {"do": "save", "door": "imap", "host": "localhost", "port": str(world.dovecot.tls),
              "security": "tls", "user": "desk", "password": "", "folder": "INBOX",
              "ca_file": str(world.dovecot.folder / "tls.pem"), "display_name": "Desk", **source}
    return browser.submit(path, path, fields)


def tested(browser, path):
    return browser.submit(path, path, {"do": "test"})


def count(api):
    return len(api.tickets())


def is_empty(user):
    return not world.dovecot.left(user)


@suite.case
def two_hundred_mails_survive_kills_and_a_restart_of_the_mail_server():
    world.dovecot = Dovecot(["desk", "twin", "late"])
    fill("desk")
    fill("twin")
    world.dovecot.start()
    world.line = Line(world.dovecot.tls)
    world.place = Workplace()
    world.lethe = world.place.make("desk")
    api = world.lethe.start()
    world.browser, world.path = add_mailbox(world.lethe, DESK)
    for at_least in (20, 60):
        eventually(lambda: count(api) >= at_least, f"{at_least} tickets", patience=60)
        world.lethe.kill()
        api = world.lethe.start()
    eventually(lambda: count(api) >= 100, "100 tickets", patience=60)
    world.dovecot.restart()
    eventually(lambda: is_empty("desk"), "the box is empty", patience=120)
    world.api = api
    subjects = [ticket["subject"] for ticket in api.tickets()]
    for number in range(OURS):
        equal(subjects.count(f"fetched-{number}"), 1, f"tickets of mail {number}")


@suite.case
def an_undisturbed_twin_of_the_box_makes_as_many_tickets():
    twin = world.place.make("twin")
    api = twin.start()
    add_mailbox(twin, DESK, user="twin")
    eventually(lambda: is_empty("twin"), "the twin is empty", patience=120)
    equal(count(world.api), count(api), "tickets")
    equal(sum(len(world.api.messages(each["id"])) for each in world.api.tickets()),
          sum(len(api.messages(each["id"])) for each in api.tickets()), "messages")
    twin.stop()


@suite.case
def a_mail_that_arrives_is_told_at_once():
    world.dovecot.deliver("desk", content("idle"))
    # The next look without IDLE's word would be minutes away.
    eventually(lambda: world.api.ticket_with_subject("fetched-idle"), "its ticket", patience=20)
    eventually(lambda: is_empty("desk"), "the box is empty")


@suite.case
def new_uids_for_a_box_make_no_second_ticket():
    before = count(world.api)
    world.dovecot.stop()
    world.dovecot.renumber("desk")
    world.dovecot.deliver("desk", content(7))
    world.dovecot.deliver("desk", content("renumbered"))
    world.dovecot.start()
    eventually(lambda: world.api.ticket_with_subject("fetched-renumbered"), "its ticket",
               patience=60)
    eventually(lambda: is_empty("desk"), "the box is empty")
    equal(count(world.api), before + 1, "tickets")


@suite.case
def a_connection_that_is_cut_while_it_waits_is_made_anew():
    for how in ("closed", "reset"):
        change(world.browser, world.path, port=str(world.line.port))
        world.dovecot.deliver("desk", content(f"before-{how}"))
        eventually(lambda: world.api.ticket_with_subject(f"fetched-before-{how}"), "by the line")
        eventually(lambda: is_empty("desk"), "the box is empty, so it waits")
        world.line.cut(how)
        world.dovecot.deliver("desk", content(f"after-{how}"))
        eventually(lambda: world.api.ticket_with_subject(f"fetched-after-{how}"), "its ticket",
                   patience=30)
        eventually(lambda: is_empty("desk"), "the box is empty")


@suite.case
def a_mail_of_30_megabytes_comes_whole_also_by_a_line_that_is_cut_inside_it():
    file = random.Random(30).randbytes(22 << 20)
    for word in ("whole", "cut"):
        if word == "cut":
            world.line.cut_after(12 << 20)
        world.dovecot.deliver("desk", with_file(f"large-{word}", file))
        eventually(lambda: world.api.ticket_with_subject(f"large-{word}"), f"its ticket, {word}",
                   patience=120)
        found = world.api.ticket_with_subject(f"large-{word}")
        (attachment,) = world.api.messages(found["id"])[0]["attachments"]
        assert world.api.call("GET", attachment["url"]).body == file, f"the file's bytes, {word}"
        eventually(lambda: is_empty("desk"), "the box is empty")
    assert world.line.was_cut_inside, "the line was not cut"
    change(world.browser, world.path)


@suite.case
def a_mail_that_loops_is_set_aside_and_the_next_one_comes_in():
    loop = b"".join(b"Received: from a.example by b.example; Sat, 21 Nov 2026 09:30:00 +0000\r\n"
                    for _ in range(60)) + content("loops")
    world.dovecot.deliver("desk", loop)
    world.dovecot.deliver("desk", content("behind-it"))
    eventually(lambda: world.api.ticket_with_subject("fetched-behind-it"), "the next one")
    eventually(lambda: is_empty("desk"), "the box is empty")
    equal(len(world.dovecot.left("desk", ".Lethe-refused")), 1, "set aside")
    assert not world.api.ticket_with_subject("fetched-loops")
    contains(world.browser.get(world.path), "Lethe-refused", "the page")


@suite.case
def a_mail_that_the_server_cannot_read_stops_no_other():
    # Dovecot hangs up over it, already when it is asked for sizes: the others come after three such
    # ends, with growing pauses between.
    world.dovecot.deliver("desk", content("unreadable"), mode=0)
    world.dovecot.deliver("desk", content("behind-unreadable"))
    eventually(lambda: world.api.ticket_with_subject("fetched-behind-unreadable"), "the next one",
               patience=90)
    eventually(lambda: "cannot be fetched" in world.browser.get(world.path), "the page says so",
               patience=60)
    world.dovecot.deliver("desk", content("meanwhile-unreadable"))
    eventually(lambda: world.api.ticket_with_subject("fetched-meanwhile-unreadable"), "a new one",
               patience=20)
    equal(len(world.dovecot.left("desk")), 1, "left at the source")
    world.dovecot.left("desk")[0].chmod(0o600)
    number = world.path.rsplit("/", 1)[1]
    world.api.ok(world.api.post(f"/deliveries/mailboxes/{number}/fetch"), 200)
    eventually(lambda: world.api.ticket_with_subject("fetched-unreadable"), "its ticket")
    eventually(lambda: is_empty("desk"), "the box is empty")


@suite.case
def what_was_set_aside_is_fetched_again_when_it_is_asked_for():
    aside = world.dovecot.box("desk") / ".Lethe-refused"
    # A mail whose trouble is over lies beside the one that loops still.
    world.dovecot.deliver("desk", content("aside"), folder=".Lethe-refused")
    equal(len(world.dovecot.left("desk", aside.name)), 2, "set aside")
    number = world.path.rsplit("/", 1)[1]
    tried = world.api.ok(world.api.post(f"/deliveries/mailboxes/{number}/fetch"), 200)
    equal(tried["tried"], True, "tried")
    eventually(lambda: world.api.ticket_with_subject("fetched-aside"), "its ticket")
    eventually(lambda: is_empty("desk") and len(world.dovecot.left("desk", aside.name)) == 1,
               "the looping one is set aside again")
    assert not world.api.ticket_with_subject("fetched-loops")


@suite.case
def killed_around_the_commit_a_mail_becomes_one_ticket_and_leaves_the_box():
    for point in ("intake.prepared", "intake.applied", "intake.durable"):
        world.lethe.stop()
        world.dovecot.deliver("desk", content(point))
        world.lethe.start(environment={"LETHE_FAULT": point}, wait=False)
        process = world.lethe.process
        equal(process.wait(60), -signal.SIGABRT, point)
        world.lethe.process = None
        equal(len(world.dovecot.left("desk")), 1, f"left at the source after {point}")
        world.api = world.lethe.start()
        world.browser = Browser(world.lethe.http)
        world.browser.sign_in(ADMIN, PASSWORD)
        eventually(lambda: is_empty("desk"), f"the box is empty after {point}")
        assert world.api.ticket_with_subject(f"fetched-{point}"), point


@suite.case
def mail_of_somebody_who_is_being_erased_waits_and_stops_nobody():
    replica, away = world.place.path / "desk.replica", world.place.path / "unmounted"
    world.lethe.stop()
    replica.mkdir(mode=0o700)
    world.lethe.configure(f'[keyring]\nreplica = "{replica}"\n')
    world.api = world.lethe.start()
    world.dovecot.deliver("desk", from_eva("before"))
    eventually(lambda: world.api.ticket_with_subject("eva-before"), "the first ticket")
    world.lethe.stop()
    replica.rename(away)
    world.api = world.lethe.start()
    eva = world.api.person("eva@example.org")
    made = world.api.ok(world.api.post(f"/people/{eva['id']}/erasures", {"mode": "erase"}), 202)
    state = lambda: world.api.ok(world.api.get(f"/erasures/{made['id']}"))
    eventually(lambda: state()["detail"], "the erasure waits for the replica")
    world.dovecot.deliver("desk", from_eva("meanwhile"))
    world.dovecot.deliver("desk", content("behind-eva"))
    eventually(lambda: world.api.ticket_with_subject("fetched-behind-eva"), "the next one")
    equal(world.api.ticket_with_subject("eva-meanwhile"), None, "taken in under keys that go")
    eventually(lambda: len(world.dovecot.left("desk")) == 1, "only hers is left at the source")
    away.rename(replica)
    world.lethe.stop()
    world.api = world.lethe.start()
    eventually(lambda: state()["state"] == "done", "the erasure is done")
    number = world.path.rsplit("/", 1)[1]
    eventually(lambda: world.api.post(f"/deliveries/mailboxes/{number}/fetch").status == 200,
               "the mailbox is fetched again")
    eventually(lambda: world.api.ticket_with_subject("eva-meanwhile"), "her ticket")
    eventually(lambda: is_empty("desk"), "the box is empty")
    equal(world.api.ticket_with_subject("eva-before"), None, "what was erased")
    world.browser = Browser(world.lethe.http)
    world.browser.sign_in(ADMIN, PASSWORD)


@suite.case
def what_is_wrong_is_said_in_one_sentence_each():
    for source, sentence in [
            ({"password": "wrong"}, "refuses this user and password"),
            ({"password": IMAP_PASSWORD, "folder": "Nowhere"}, "no such folder"),
            ({"ca_file": ""}, "nobody that this machine trusts"),
            ({"host": "no-such-host.invalid"}, "no server of this name"),
            ({"port": "9"}, "Nothing answers on this port"),
            ({"port": str(world.dovecot.plain)}, "speaks no TLS"),
            ({"port": str(world.dovecot.plain), "security": "starttls"}, "It works"),
            ({"port": str(world.dovecot.plain), "security": "plain", "host": "127.0.0.1"},
             "It works"),
            ({}, "It works")]:
        change(world.browser, world.path, **source)
        page = tested(world.browser, world.path).replace("&#39;", "'")
        contains(page, sentence, f"{source}")


@suite.case
def a_folder_is_found_by_the_name_that_people_give_it():
    world.dovecot.make_folder("desk", ".R&APw-ckfragen")  # as RFC 3501 writes Rückfragen
    world.dovecot.deliver("desk", content("umlaut"), folder=".R&APw-ckfragen")
    for name in ("R&APw-ckfragen", "Rückfragen"):
        change(world.browser, world.path, folder=name)
        contains(tested(world.browser, world.path), "It works", name)
    eventually(lambda: world.api.ticket_with_subject("fetched-umlaut"), "its ticket")
    eventually(lambda: not world.dovecot.left("desk", ".R&APw-ckfragen"), "the folder is empty")
    change(world.browser, world.path)


@suite.case
def a_certificate_for_another_name_stops_it_and_the_page_says_so():
    world.dovecot.restart("other")
    change(world.browser, world.path, ca_file=str(world.dovecot.folder / "other.pem"))
    contains(tested(world.browser, world.path), "for another name", "the page")
    world.dovecot.deliver("desk", content("untrusted"))
    eventually(lambda: "not working" in world.browser.get(world.path), "it says so")
    equal(len(world.dovecot.left("desk")), 1, "left at the source")
    world.dovecot.restart("tls")
    change(world.browser, world.path)
    eventually(lambda: world.api.ticket_with_subject("fetched-untrusted"), "its ticket")


@suite.case
def a_paused_box_is_left_alone():
    world.browser.submit(world.path, world.path, {"do": "pause"})
    eventually(lambda: "paused" in world.browser.get(world.path), "the page says so")
    world.dovecot.deliver("desk", content("paused"))
    # Another box that is fetched meanwhile shows that time went by.
    add_mailbox(world.lethe, "late@desk.example", user="late")
    world.dovecot.deliver("late", content("meanwhile"))
    eventually(lambda: world.api.ticket_with_subject("fetched-meanwhile"), "the other box")
    equal(len(world.dovecot.left("desk")), 1, "left in the paused box")
    world.browser.submit(world.path, world.path, {"do": "go-on"})
    eventually(lambda: world.api.ticket_with_subject("fetched-paused"), "its ticket")


@suite.case
def no_password_stands_in_a_file_or_log():
    status = world.lethe.stop()
    equal(status, 0, "exit status")
    for path in [*world.place.path.rglob("*")]:
        if path.is_file():
            assert IMAP_PASSWORD.encode() not in path.read_bytes(), f"in {path}"


if __name__ == "__main__":
    exit_unless_built()
    try:
        status = suite.run()
    finally:
        if hasattr(world, "place"):
            world.place.__exit__()
        if hasattr(world, "line"):
            world.line.close()
        if hasattr(world, "dovecot"):
            world.dovecot.close()
    sys.exit(status)
