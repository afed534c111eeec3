"""Mail from the first letter to the last bounce, by SMTP, against the real server."""

import hashlib
import json
import re
import subprocess
import sys
import time
from datetime import date, datetime, timedelta, timezone

from lib.installation import SHARED, Workplace, exit_unless_built
from lib.smtp import Client, HungUp, Receiver, Refused, mail, send
from lib.suite import Suite, contains, equal

SETTINGS = """
[submission]
url = "{url}"
from = "help@desk.example"
[http]
public_url = "https://desk.example"
"""
DESK = "help@desk.example"

suite = Suite()
receiver = Receiver()


class World:
    """What the cases of the story hand on."""


world = World()


def texts_of(ticket):
    return [message["text"] for message in world.api.messages(ticket["id"])
            if message["kind"] in ("customer", "agent", "note")]


def reply_address_of(sent):
    found = re.search(r"reply\+[a-z0-9]+@[a-z.]+", sent["Reply-To"])
    assert found, f"no signed address in {sent['Reply-To']!r}"
    return found[0]


# --- One conversation ---

@suite.case
def a_mail_becomes_a_ticket_with_its_words_and_files():
    picture = bytes(range(256)) * 40
    world.lethe.take(mail(subject="Leaking kettle – two of them", text="My kettle leaks.\nBoth do.\n",
                          message_id="<kettle-1@example.org>", files=[("kettle.png", "image/png", picture)]))
    ticket = world.api.the_ticket("Leaking kettle – two of them")
    equal(ticket["status"], "open")
    equal(ticket["channel"], "mail")
    equal(ticket["requester"]["emails"], ["vera@example.org"])
    equal(ticket["requester"]["name"], "Vera Lind")
    message, = world.api.messages(ticket["id"])
    contains(message["text"], "My kettle leaks.\nBoth do.")
    equal(message["message_id"], "kettle-1@example.org")
    file, = message["attachments"]
    equal((file["name"], file["type"], file["size"]), ("kettle.png", "image/png", len(picture)))
    equal(file["sha256"], hashlib.sha256(picture).hexdigest())
    equal(world.api.call("GET", file["url"]).body, picture)
    world.ticket = ticket


@suite.case
def it_is_acknowledged_once_with_the_privacy_link():
    first = receiver.mails_to("vera@example.org", 1)[0]
    equal(first["Auto-Submitted"], "auto-replied")
    equal(first.sender, "", "an automatic mail has no envelope sender")
    contains(first["In-Reply-To"], "<kettle-1@example.org>")
    contains(first.text, f"#{world.ticket['number']}")
    contains(first.text, "https://desk.example/privacy")
    world.lethe.take(mail(subject="Re: Leaking kettle", text="One more thing: it is blue.\n",
                          in_reply_to="<kettle-1@example.org>", message_id="<kettle-2@example.org>"))
    equal(len(texts_of(world.ticket)), 2)
    world.api.answer(world.ticket, "A mark, so that whatever was queued before has left.")
    receiver.mails_to("vera@example.org", 2)
    automatic = [sent for sent in receiver.to("vera@example.org") if sent["Auto-Submitted"]]
    equal(len(automatic), 1, "acknowledgements")


@suite.case
def an_answer_leaves_in_the_thread_with_a_signed_reply_address():
    made = world.api.answer(world.ticket, "Try a **new seal**, please.", status="pending")
    sent = receiver.mails_to("vera@example.org", 3)[2]
    equal(made["kind"], "agent")
    contains(sent.text, "new seal")
    contains(sent["References"], "<kettle-1@example.org>")
    contains(sent["References"], "<kettle-2@example.org>")
    assert sent["In-Reply-To"].startswith("<"), sent["In-Reply-To"]
    equal(sent["Message-ID"], f"<{made['message_id']}>")
    contains(sent["Subject"], "Leaking kettle – two of them")
    contains(sent["From"], DESK)
    assert sent.sender.startswith("bounce+"), sent.sender
    html = sent.message.get_body(("html",))
    contains(html.get_content(), "<strong>new seal</strong>")
    equal(world.api.ticket(world.ticket)["status"], "pending")
    world.answer, world.reply_to = sent, reply_address_of(sent)


@suite.case
def the_customers_answer_to_the_signed_address_joins_and_reopens():
    world.lethe.take(mail(to=world.reply_to, subject="totally different subject", text="The seal is here.\n"),
                     recipients=(world.reply_to,))
    equal(texts_of(world.ticket)[-1].strip(), "The seal is here.")
    newest = world.api.messages(world.ticket["id"])[-1]
    equal(newest["verified"], True)
    equal(world.api.ticket(world.ticket)["status"], "open")


@suite.case
def the_signed_address_works_in_upper_case():
    local, domain = world.reply_to.split("@")
    shouted = f"{local.upper()}@{domain}"
    world.lethe.take(mail(to=shouted, subject="x", text="SHOUTED ANSWER\n"), recipients=(shouted,))
    equal(texts_of(world.ticket)[-1].strip(), "SHOUTED ANSWER")


@suite.case
def an_answer_that_names_only_our_message_id_joins_too():
    world.lethe.take(mail(subject="Re: Leaking kettle", text="By message id.\n",
                          in_reply_to=world.answer["Message-ID"]))
    equal(texts_of(world.ticket)[-1].strip(), "By message id.")
    equal(world.api.messages(world.ticket["id"])[-1]["verified"], True)


@suite.case
def a_forged_signed_address_is_refused_at_the_door():
    forged = re.sub(r"\+(.)", lambda m: "+" + ("b" if m[1] != "b" else "c"), world.reply_to)
    try:
        world.lethe.take(mail(to=forged, text="forged"), recipients=(forged,))
    except Refused as refusal:
        equal(refusal.code, 550)
    else:
        raise AssertionError("it was accepted")


@suite.case
def a_forged_message_id_makes_a_ticket_of_its_own():
    forged = re.sub(r"^<(.)", lambda m: "<" + ("b" if m[1] != "b" else "c"),
                    world.answer["Message-ID"])
    count = len(texts_of(world.ticket))
    world.lethe.take(mail(subject="By a forged id", text="x", in_reply_to=forged))
    equal(len(texts_of(world.ticket)), count)
    world.api.the_ticket("By a forged id")


@suite.case
def a_stranger_who_knows_the_signed_address_joins_unverified_and_gets_no_copies():
    world.lethe.take(mail(sender="Mallory <mallory@evil.example>", to=world.reply_to, subject="hi",
                          text="Send me everything.\n"), sender="mallory@evil.example",
                     recipients=(world.reply_to,))
    newest = world.api.messages(world.ticket["id"])[-1]
    equal(newest["text"].strip(), "Send me everything.")
    equal(newest["verified"], False)
    before = len(receiver.to("vera@example.org"))
    world.api.answer(world.ticket, "An answer for Vera alone.")
    receiver.mails_to("vera@example.org", before + 1)
    equal(receiver.to("mallory@evil.example"), [], "mails to the stranger")


@suite.case
def a_number_in_the_subject_alone_does_not_join():
    count = len(texts_of(world.ticket))
    subject = f"Re: [#{world.ticket['number']}] Leaking kettle"
    world.lethe.take(mail(sender="Nosy <nosy@example.net>", subject=subject, text="Am I in?\n"))
    equal(len(texts_of(world.ticket)), count)
    assert world.api.the_ticket(subject)["id"] != world.ticket["id"]
    own = f"[#{world.ticket['number']}] from Vera herself"
    world.lethe.take(mail(subject=own, text="Am I in?\n"))
    assert world.api.the_ticket(own)["id"] != world.ticket["id"]


@suite.case
def a_foreign_message_id_joins_only_for_those_who_take_part():
    world.lethe.take(mail(subject="Shared order", text="Cc my colleague.\n", cc="Cora <cora@example.org>",
                          message_id="<shared-1@example.org>"))
    ticket = world.api.the_ticket("Shared order")
    world.lethe.take(mail(sender="Cora <cora@example.org>", subject="Re: Shared order", text="I agree.\n",
                          in_reply_to="<shared-1@example.org>"), sender="cora@example.org")
    equal([text.strip() for text in texts_of(ticket)], ["Cc my colleague.", "I agree."])
    equal(world.api.messages(ticket["id"])[-1]["verified"], False)
    world.lethe.take(mail(sender="Eve <eve@evil.example>", subject="Re: Shared order (Eve)", text="Me too.\n",
                          in_reply_to="<shared-1@example.org>"), sender="eve@evil.example")
    equal(len(texts_of(ticket)), 2)
    world.api.the_ticket("Re: Shared order (Eve)")


# --- Once ---

@suite.case
def the_same_mail_again_makes_no_second_ticket():
    letter = mail(subject="Only once", text="Redelivered.\n", message_id="<once@example.org>")
    for _ in range(3):
        world.lethe.take(letter)
    world.lethe.take(b"Received: from a by b; Mon, 2 Feb 2026 10:00:00 +0000\r\n" + letter)
    equal(len(texts_of(world.api.the_ticket("Only once"))), 1)


@suite.case
def the_same_mail_to_two_mailboxes_is_one_ticket():
    letter = mail(to=f"{DESK}, sales@desk.example", subject="To both", message_id="<both@x.example>")
    world.lethe.take(letter)
    world.lethe.take(letter, recipients=("sales@desk.example",))
    equal(len(texts_of(world.api.the_ticket("To both"))), 1)


@suite.case
def another_mail_with_the_same_message_id_is_not_swallowed():
    world.lethe.take(mail(sender="one@example.org", subject="Same id 1", text="one", message_id="<same@x>"))
    world.lethe.take(mail(sender="two@example.org", subject="Same id 2", text="two", message_id="<same@x>"))
    world.api.the_ticket("Same id 1")
    world.api.the_ticket("Same id 2")


# --- Machines ---

@suite.case
def an_automatic_reply_neither_reopens_nor_is_acknowledged():
    world.api.answer(world.ticket, "Solved now.", status="solved")
    before = len(texts_of(world.ticket))
    sent = receiver.mails_to("vera@example.org", 1)
    world.lethe.take(mail(to=world.reply_to, subject="Out of office", text="I am away.\n",
                          auto_submitted="auto-replied"), recipients=(world.reply_to,))
    equal(len(texts_of(world.ticket)), before + 1)
    equal(world.api.ticket(world.ticket)["status"], "solved")
    world.lethe.take(mail(sender="Robot <robot@example.net>", subject="A robot's first letter", text="beep\n",
                          auto_submitted="auto-generated"), sender="robot@example.net")
    world.lethe.take(mail(sender="List <list@example.net>", subject="A list's letter", text="news\n",
                          list_id="<l.example.net>", precedence="list"), sender="list@example.net")
    world.lethe.take(mail(sender="Ned <ned@example.net>", subject="From nobody", text="x\n"), sender="")
    world.api.the_ticket("A robot's first letter")
    world.api.the_ticket("From nobody")
    world.lethe.take(mail(sender="Mark <mark@example.org>", subject="A mark", text="x\n"))
    receiver.mails_to("mark@example.org", 1)  # the queue has come past them
    for address in ("robot@example.net", "list@example.net", "ned@example.net"):
        equal(receiver.to(address), [], f"mails to {address}")
    assert len(sent) >= 1


@suite.case
def acknowledgements_to_one_address_are_limited():
    for number in range(12):
        world.lethe.take(mail(sender="Looper <looper@example.net>", subject=f"Loop {number}", text="again\n"))
    world.lethe.take(mail(sender="Mark 2 <mark2@example.org>", subject="A second mark", text="x\n"))
    receiver.mails_to("mark2@example.org", 1)
    assert len(receiver.to("looper@example.net")) <= 5, "automatic mails in an hour"


@suite.case
def our_own_mail_coming_back_is_not_answered():
    looping = world.answer.content
    before = len(receiver.all())
    world.lethe.take(looping, sender=world.answer.sender)
    world.lethe.take(mail(sender="Mark 3 <mark3@example.org>", subject="A third mark", text="x\n"))
    receiver.mails_to("mark3@example.org", 1)
    equal(len(receiver.all()), before + 1)


@suite.case
def a_mail_that_circles_between_servers_is_refused():
    hops = "".join(f"Received: from a{n} by b{n}; Mon, 2 Feb 2026 10:00:00 +0000\r\n"
                   for n in range(60))
    try:
        world.lethe.take(hops.encode() + mail(subject="Circling"))
    except Refused as refusal:
        equal(refusal.code, 554)
    else:
        raise AssertionError("it was accepted")


def bounce_of(sent, recipient):
    return (f"From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\nTo: {sent.sender}\r\n"
            "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
            "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;"
            ' boundary="=_b"\r\n\r\n'
            "--=_b\r\nContent-Type: text/plain\r\n\r\nCould not be delivered.\r\n"
            "--=_b\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Reporting-MTA: dns; mx.example.org\r\n\r\n"
            f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
            "--=_b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
            f"Message-ID: {sent['Message-ID']}\r\n\r\n--=_b--\r\n").encode()


@suite.case
def a_bounce_is_attached_to_the_ticket_whose_answer_it_returns():
    before = len(texts_of(world.ticket))
    world.lethe.take(bounce_of(world.answer, "vera@example.org"), sender="", recipients=(world.answer.sender,))
    equal(len(texts_of(world.ticket)), before + 1)
    contains(texts_of(world.ticket)[-1], "Could not be delivered")
    equal(world.api.ticket(world.ticket)["status"], "solved")
    equal(world.api.person("mailer-daemon@mx.example.org"), None, "a person for the mail system")


@suite.case
def a_bounce_to_the_plain_mailbox_is_found_by_the_message_id_inside():
    before = len(texts_of(world.ticket))
    late = bounce_of(world.answer, "vera@example.org").replace(b"Could not be", b"Still not")
    world.lethe.take(late, sender="", recipients=(DESK,))
    equal(len(texts_of(world.ticket)), before + 1)


# --- Time ---

def imported(subject, closed_days_ago):
    closed = datetime.now(timezone.utc) - timedelta(days=closed_days_ago)
    line = {"ticket": {"requester": {"email": "olga@example.org", "name": "Olga"},
                       "subject": subject, "created_at": stamp(closed - timedelta(days=9)),
                       "closed_at": stamp(closed), "status": "closed",
                       "messages": [{"kind": "customer", "text": "Long ago."}]}}
    answered = world.api.call("POST", "/api/v1/import", raw=json.dumps(line).encode() + b"\n",
                              headers={"Content-Type": "application/x-ndjson"})
    equal(world.api.ok(answered)["imported"], 1)
    return world.api.the_ticket(subject)


def stamp(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def reply_to_imported(subject, closed_days_ago):
    ticket = imported(subject, closed_days_ago)
    before = len(receiver.to("olga@example.org"))
    world.api.answer(ticket, "Is it still broken?")
    sent = receiver.mails_to("olga@example.org", before + 1)[-1]
    address = reply_address_of(sent)
    world.lethe.take(mail(sender="Olga <olga@example.org>", to=address, subject=f"Re: {subject}",
                          text="Yes, it is.\n"), recipients=(address,))
    return ticket


@suite.case
def an_answer_to_a_ticket_closed_more_than_30_days_ago_makes_a_linked_one():
    ticket = reply_to_imported("Old matter", 45)
    equal(world.api.ticket(ticket)["status"], "closed")
    equal(len(texts_of(ticket)), 2)
    follower = world.api.the_ticket("Re: Old matter")
    equal([text.strip() for text in texts_of(follower)], ["Yes, it is."])


@suite.case
def an_answer_to_a_ticket_closed_less_than_30_days_ago_reopens_it():
    ticket = reply_to_imported("Recent matter", 20)
    equal(world.api.ticket(ticket)["status"], "open")
    equal(world.api.ticket(ticket)["closed_at"], None)
    equal(len(texts_of(ticket)), 3)


# --- The wire ---

def smuggled(ending):
    """What a server would see as a second mail if it took `ending` for the end of the first."""
    return (mail(subject="Outer", text="outer\n").removesuffix(b"\r\n") + ending
            + b"MAIL FROM:<admin@desk.example>\r\nRCPT TO:<help@desk.example>\r\nDATA\r\n"
            + mail(sender="admin@desk.example", subject="Smuggled", text="inner\n") + b"\r\n.\r\n")


def smuggling_case(name, ending):
    def attempt():
        with Client(world.lethe.smtp) as client:
            client.envelope("a@example.org", [DESK])
            try:
                code, _ = client.data(smuggled(ending))
            except HungUp:
                code = 521
            assert code >= 500, f"answered {code}"
        subjects = [ticket["subject"] for ticket in world.api.tickets()]
        assert "Smuggled" not in subjects and "Outer" not in subjects
    suite.add(f"a mail that ends with {name} inside is refused", attempt)


for words, octets in {"LF.LF": b"\n.\n", "LF.CRLF": b"\n.\r\n", "CRLF.LF": b"\r\n.\n",
                      "CR.CR": b"\r.\r", "CRLF.CR": b"\r\n.\r", "CR.CRLF": b"\r.\r\n",
                      "a bare LF": b"\nplain", "a bare CR": b"\rplain"}.items():
    smuggling_case(words, octets)


@suite.case
def the_server_still_takes_mail_afterwards():
    world.lethe.take(mail(subject="After the smugglers", text="fine\n"))
    world.api.the_ticket("After the smugglers")


# --- Every mail of the corpora ---

MAIL_ENDINGS = {".eml", ".raw", ".golden", ".msg"}


def corpus_mails():
    for path in sorted((SHARED / "corpora").rglob("*")):
        if path.suffix in MAIL_ENDINGS and path.is_file():
            yield str(path.relative_to(SHARED / "corpora")), path.read_bytes()


def attack_mails(seed):
    made = world.place / f"attack-{seed}"
    subprocess.run([sys.executable, SHARED / "corpora/attack/generate.py", "--seed", str(seed),
                    "--out", made], check=True, stdout=subprocess.DEVNULL)
    for path in sorted(made.rglob("*.eml")):
        yield f"attack seed {seed} {path.name}", path.read_bytes()


def on_the_wire(content):
    """Files hold lines that end in LF; over SMTP they end in CRLF. A lone CR stays as it is."""
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def has_bare_cr(wire):
    return b"\r" in wire.replace(b"\r\n", b"")


def hand_in(name, content):
    """'taken' or 'refused'; fails when the server is too slow, hangs up or ends."""
    wire = on_the_wire(content)
    before, started = world.lethe.cpu_seconds(), time.monotonic()
    try:
        send(world.lethe.smtp, wire, sender="corpus@example.org")
        verdict = "taken"
    except Refused as refusal:
        assert 500 <= refusal.code < 600 and refusal.text, f"{name}: {refusal}"
        verdict = "refused"
    except HungUp:
        assert has_bare_cr(wire), f"{name}: the server hung up"
        verdict = "refused"
    assert world.lethe.process.poll() is None, f"{name}: the server ended"
    allowed = max(1.0, len(wire) / 1_000_000)
    used = min(world.lethe.cpu_seconds() - before, time.monotonic() - started)
    assert used <= allowed, f"{name}: {used:.1f} s for {len(wire)} bytes"
    return verdict


def all_are_taken(mails):
    verdicts, problems, refused = {"taken": 0, "refused": 0}, [], []
    for name, content in mails:
        try:
            verdict = hand_in(name, content)
        except AssertionError as problem:
            problems.append(str(problem))
            continue
        verdicts[verdict] += 1
        if verdict == "refused" and not has_bare_cr(on_the_wire(content)):
            refused.append(name)
    print(f"      {verdicts['taken']} taken, {verdicts['refused']} refused; "
          f"refused without a bare CR: {', '.join(refused) or 'none'}")
    assert not problems, "\n".join(problems[:20])
    assert verdicts["taken"] > verdicts["refused"]


@suite.case
def every_mail_of_the_corpora_is_a_ticket_or_refused_clearly_and_in_time():
    all_are_taken(corpus_mails())


@suite.case
def attack_mails_of_a_fixed_seed_are_tickets_or_refused():
    all_are_taken(attack_mails(1))


@suite.case
def attack_mails_of_the_days_seed_are_tickets_or_refused():
    seed = int(date.today().strftime("%Y%m%d"))
    print(f"      seed {seed}")
    all_are_taken(attack_mails(seed))


@suite.case
def every_ticket_made_of_them_can_be_read():
    tickets = world.api.tickets()
    problems = []
    for ticket in tickets:
        answered = world.api.get(f"/tickets/{ticket['id']}/messages")
        if answered.status != 200:
            problems.append(f"ticket {ticket['number']}: {answered}")
            continue
        for message in answered.json["items"]:
            for file in message["attachments"]:
                got = world.api.call("GET", file["url"])
                digest = hashlib.sha256(got.body).hexdigest()
                if got.status != 200 or digest != file["sha256"]:
                    problems.append(f"ticket {ticket['number']}, file: {got.status}")
    assert not problems, "\n".join(problems[:20])
    print(f"      {len(tickets)} tickets")


@suite.case
def the_server_ends_in_order():
    equal(world.lethe.stop(), 0, "exit status")


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as place:
        world.place = place.path
        world.lethe = place.make("data", SETTINGS.replace("{url}", receiver.url))
        world.api = world.lethe.start()
        status = suite.run()
    sys.exit(status)
