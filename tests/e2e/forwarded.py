"""Mail that an agent hands on is its original sender's: at once when the agent is proven, by hand
when nothing proves it, never for anybody else."""

import re
import sys

from lib.installation import ADMIN, PASSWORD, Workplace, exit_unless_built
from lib.site import Browser
from lib.smtp import mail, send
from lib.suite import Suite, contains, equal, eventually

DESK = "help@desk.example"
PROOF = ("mx.desk.example; spf=pass smtp.mailfrom=desk.example; dkim=pass header.d=desk.example; "
         "dmarc=pass header.from=desk.example")
COMMENT = "Please take this one."
suite = Suite()


class World:
    """What the cases of the story hand on."""


world = World()


class Original:
    """A customer's mail as it stands in a forward; every client's is another person's."""

    def __init__(self, key):
        self.address = f"ann.{key}@example.org"
        self.subject = f"Broken pedal {key}"
        self.words = f"The crank of {re.sub('[^a-z]', ' ', key)} is loose."
        self.message_id = f"original-{key}@example.org"
        self.sender = f"Ann Smith <{self.address}>"


# --- What mail programs make of a forward: (prefix of the subject, text) of an Original ---

def gmail(sender, date, subject, to):
    return lambda o: ("Fwd: ", f"{COMMENT}\n\n---------- Forwarded message ---------\n"
                               f"{sender} {o.sender}\n{date} Mon, 2 Feb 2026 at 10:00\n"
                               f"{subject} {o.subject}\n{to} <root@desk.example>\n\n\n{o.words}\n")


def outlook(prefix, sender, sent, to, subject):
    return lambda o: (prefix, f"{COMMENT}\n\n________________________________\n"
                              f"{sender} {o.sender}\n{sent} 02.02.2026 10:00\n"
                              f"{to} Root <root@desk.example>\n{subject} {o.subject}\n\n{o.words}\n")


def apple(prefix, line, sender, subject, date, to):
    return lambda o: (prefix, f"{COMMENT}\n\n> {line}\n> \n> {sender} {o.sender}\n"
                              f"> {subject} {o.subject}\n> {date} 2. Feb 2026\n"
                              f"> {to} root@desk.example\n> \n> {o.words}\n")


def thunderbird(line, subject, date, sender, to):
    return lambda o: ("Fwd: ", f"{COMMENT}\n\n\n-------- {line} --------\n{subject} \t{o.subject}\n"
                               f"{date} \tMon, 2 Feb 2026 10:00:00 +0100\n{sender} \t{o.sender}\n"
                               f"{to} \troot@desk.example\n\n{o.words}\n")


INLINE = {
    "gmail-en": gmail("From:", "Date:", "Subject:", "To:"),
    "gmail-de": gmail("Von:", "Date:", "Subject:", "To:"),
    "gmail-fr": gmail("De :", "Date:", "Subject:", "To:"),
    "outlook-en": outlook("FW: ", "From:", "Sent:", "To:", "Subject:"),
    "outlook-de": outlook("WG: ", "Von:", "Gesendet:", "An:", "Betreff:"),
    "outlook-fr": outlook("TR : ", "De :", "Envoyé :", "À :", "Objet :"),
    "apple-en": apple("Fwd: ", "Begin forwarded message:", "From:", "Subject:", "Date:", "To:"),
    "apple-de": apple("Fwd: ", "Anfang der weitergeleiteten Nachricht:", "Von:", "Betreff:",
                      "Datum:", "An:"),
    "apple-fr": apple("Fwd: ", "Début du message réexpédié :", "De:", "Objet:", "Date:", "À:"),
    "thunderbird-en": thunderbird("Forwarded Message", "Subject:", "Date:", "From:", "To:"),
    "thunderbird-de": thunderbird("Weitergeleitete Nachricht", "Betreff:", "Datum:", "Von:", "An:"),
    "thunderbird-fr": thunderbird("Message transféré", "Sujet :", "Date :", "De :", "Pour :"),
}


def inline(key, sender, **headers):
    original = Original(key.replace("-", "."))
    prefix, text = INLINE[key](original)
    return original, mail(sender=sender, to=DESK, subject=prefix + original.subject, text=text,
                          message_id=f"<{key}-{len(headers)}@desk.example>", **headers)


def parts(original, sender, kind, *bodies, **headers):
    """A mail of several parts, each with its headers."""
    lines = [f"From: {sender}", f"To: {DESK}", f"Subject: Fwd: {original.subject}",
             "Date: Mon, 02 Feb 2026 11:00:00 +0000", "MIME-Version: 1.0",
             f"Message-ID: <forward-of-{original.message_id}>"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    lines += [f'Content-Type: {kind}; boundary="=_cut"', ""]
    for body in bodies:
        lines += ["--=_cut", *body.split("\n")]
    return "\r\n".join(lines + ["--=_cut--", ""]).encode()


def attached(key, sender, **headers):
    original = Original(key)
    return original, parts(
        original, sender, "multipart/mixed",
        f"Content-Type: text/plain; charset=utf-8\n\n{COMMENT}\n",
        f'Content-Type: message/rfc822; name="{key}.eml"\nContent-Disposition: attachment\n\n'
        f"From: {original.sender}\nTo: root@desk.example\nSubject: {original.subject}\n"
        f"Message-ID: <{original.message_id}>\nDate: Mon, 02 Feb 2026 10:00:00 +0000\n\n"
        f"{original.words}\n", **headers)


def outlook_in_html(key, sender, **headers):
    """Text and HTML of the same forward, as Outlook sends them."""
    original = Original(key)
    _, text = INLINE["outlook-de"](original)
    block = "".join(f"<b>{label}</b> {value}<br>" for label, value in (
        ("Von:", f"Ann Smith &lt;{original.address}&gt;"), ("Gesendet:", "Montag, 2. Februar 2026"),
        ("An:", "Root &lt;root@desk.example&gt;"), ("Betreff:", original.subject)))
    return original, parts(
        original, sender, "multipart/alternative",
        f"Content-Type: text/plain; charset=utf-8\n\n{text}",
        "Content-Type: text/html; charset=utf-8\n\n"
        f"<html><body><p>{COMMENT}</p><hr><p>{block}</p><p>{original.words}</p></body></html>",
        **headers)


# --- What came of it ---

AGENT = f"Root <{ADMIN}>"


def brought(content, sender=ADMIN):
    send(world.lethe.smtp, content, sender=sender, recipients=(DESK,))


def questions(ticket):
    """The ids of the open questions whether it is a forward."""
    return [each["id"] for each in world.api.ticket(ticket)["proposals"] if each["kind"] == "forwarded"]


def is_theirs(ticket, original):
    """The ticket is the original sender's; who forwarded it left a note and no more."""
    ticket = world.api.ticket(ticket)
    equal(ticket["requester"]["emails"], [original.address], "requester")
    equal(ticket["requester"]["name"], "Ann Smith", "name")
    equal(ticket["subject"], original.subject, "subject")
    said = [each for each in world.api.messages(ticket["id"]) if each["kind"] != "event"]
    equal([each["kind"] for each in said], ["note", "customer"], original.subject)
    note, message = said
    equal(note["text"].strip(), COMMENT, "note")
    equal(note["author"]["email"], ADMIN, "author of the note")
    equal(message["author"]["email"], original.address, "author of the mail")
    equal(message["text"].strip(), original.words, "text")
    equal((message["html"], message["verified"]), (None, False), "html and proof")
    equal(questions(ticket), [], "questions")


@suite.case
def a_proven_agents_forward_opens_the_ticket_of_its_original_sender_in_every_form():
    for key in INLINE:
        original, content = inline(key, AGENT, authentication_results=PROOF)
        brought(content)
        is_theirs(world.api.the_ticket(original.subject), original)


@suite.case
def a_proven_agents_attached_mail_and_html_do_the_same():
    for make in (attached, outlook_in_html):
        original, content = make(f"proven.{make.__name__}", AGENT, authentication_results=PROOF)
        brought(content)
        is_theirs(world.api.the_ticket(original.subject), original)


@suite.case
def without_proof_the_ticket_is_the_agents_and_asks_whose_it_is():
    world.asked = {}
    for key in ("outlook-fr", "apple-de", "thunderbird-en"):
        original = Original(f"unproven.{key}")
        prefix, text = INLINE[key](original)
        brought(mail(sender=AGENT, to=DESK, subject=prefix + original.subject, text=text))
        world.asked[key] = (world.api.the_ticket(prefix + original.subject), original)
    for make in (attached, outlook_in_html):
        original, content = make(f"unproven.{make.__name__}", AGENT)
        brought(content)
        world.asked[make.__name__] = (world.api.the_ticket("Fwd: " + original.subject), original)
    for ticket, original in world.asked.values():
        equal(ticket["requester"]["emails"], [ADMIN], "requester")
        equal(len(questions(ticket)), 1, "questions")
        equal(world.api.person(original.address), None, "a person made of words")


@suite.case
def a_proof_of_another_domain_is_none():
    original = Original("foreign.proof")
    prefix, text = INLINE["gmail-en"](original)
    brought(mail(sender=AGENT, to=DESK, subject=prefix + original.subject, text=text,
                 authentication_results="mx.desk.example; dkim=pass header.d=evil.example"))
    ticket = world.api.the_ticket(prefix + original.subject)
    equal(ticket["requester"]["emails"], [ADMIN], "requester")
    equal(len(questions(ticket)), 1, "questions")


@suite.case
def the_page_says_what_accepting_does_and_does_it():
    ticket, original = world.asked["apple-de"]
    browser = Browser(world.lethe.http)
    browser.sign_in(ADMIN, PASSWORD)
    path = f"/tickets/{ticket['id']}/threads"
    for page in (browser.get(f"/tickets/{ticket['id']}"), browser.get(path)):
        contains(page, "This is a forward: open it for the original sender Ann Smith "
                       f"&lt;{original.address}&gt;, and keep what stands above it as a note.")
    form = re.search(rf'action="(/tickets/{ticket["id"]}/proposals/\d+)"', browser.get(path))
    assert form, "no form to decide"
    shown = browser.submit(path, form[1], {"do": "accept"})
    contains(shown, original.words)
    contains(shown, "opened it for the original sender")
    is_theirs(ticket, original)


@suite.case
def the_api_accepts_the_others_and_each_but_once():
    for key, (ticket, original) in world.asked.items():
        if key == "apple-de":
            continue
        path = f"/tickets/{ticket['id']}/proposals/{questions(ticket)[0]}"
        world.api.ok(world.api.post(path, {"accept": True}), 200)
        is_theirs(ticket, original)
        equal(world.api.post(path, {"accept": True}).status, 409, "accepted twice")


@suite.case
def the_original_sender_goes_on_by_the_id_of_the_attached_mail():
    ticket, original = world.asked["attached"]
    send(world.lethe.smtp, mail(sender=original.sender, to=DESK, subject=f"Re: {original.subject}",
                                text="It fell off.\n", in_reply_to=f"<{original.message_id}>"),
         sender=original.address, recipients=(DESK,))
    contains(world.api.messages(ticket["id"])[-1]["text"], "It fell off.")


@suite.case
def an_outsiders_text_that_looks_like_a_forward_changes_nobody():
    # Eve's own domain is proven, Eve is no agent.
    for number, proof in enumerate((None, PROOF.replace("=desk.example", "=example.net"))):
        original = Original(f"outsider.{number}")
        prefix, text = INLINE["outlook-de"](original)
        headers = {"authentication_results": proof} if proof else {}
        brought(mail(sender="Eve <eve@example.net>", to=DESK, subject=prefix + original.subject,
                     text=text, **headers), sender="eve@example.net")
        ticket = world.api.the_ticket(prefix + original.subject)
        equal(ticket["requester"]["emails"], ["eve@example.net"], "requester")
        equal(questions(ticket), [], "questions")
        equal(world.api.person(original.address), None, "a person made of words")


@suite.case
def a_ticket_is_given_to_another_person_and_back():
    ticket, original = world.asked["thunderbird-en"]
    path = f"/tickets/{ticket['id']}"
    given = world.api.ok(world.api.patch(path, {"requester": {"email": "carla@example.org",
                                                              "name": "Carla"}}))
    equal((given["requester"]["emails"], given["subject"]),
          (["carla@example.org"], original.subject), "given")
    said = [each for each in world.api.messages(ticket["id"]) if each["kind"] == "customer"]
    equal(said[0]["author"]["email"], original.address, "the words stay their writer's")
    world.api.ok(world.api.patch(path, {"requester": {"email": original.address}}))
    is_theirs(ticket, original)
    equal(world.api.patch(path, {"requester": {"email": "no address"}}).status, 400, "no address")


@suite.case
def erasing_the_original_sender_takes_the_forwarded_words_and_leaves_the_agents():
    send(world.lethe.smtp, mail(sender=AGENT, to=DESK, subject="My own question",
                                text="Where is the tea?\n"), sender=ADMIN, recipients=(DESK,))
    for key in ("apple-de", "attached"):
        ticket, original = world.asked[key]
        person = world.api.person(original.address)
        made = world.api.ok(world.api.post(f"/people/{person['id']}/erasures", {"mode": "erase"}),
                            202)
        look = lambda: world.api.ok(world.api.get(f"/erasures/{made['id']}"))["state"] == "done"
        eventually(look, "the erasure is done")
        shell = world.api.ticket(ticket)
        equal((shell["erased"], shell["subject"]), (True, None), "the ticket")
        equal(world.api.get(f"/tickets/{ticket['id']}/messages").status, 410, "its messages")
        equal(world.api.person(original.address), None, "the person")
        for left in world.api.tickets():
            for message in world.api.messages(left["id"]):
                assert original.words not in message["text"], f"in ticket {left['subject']!r}"
    contains(world.api.messages(world.api.the_ticket("My own question")["id"])[0]["text"],
             "Where is the tea?")


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as place:
        world.lethe = place.make("desk", """
[smtp]
trusted_authserv_id = ["mx.desk.example"]
""")
        world.api = world.lethe.start()
        status = suite.run()
        world.lethe.stop()
    sys.exit(status)
