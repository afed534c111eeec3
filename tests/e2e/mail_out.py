"""What leaves: read by python's email package and nodemailer's mailparser, verified by dkimpy."""

import email
import email.policy
import json
import re
import smtplib
import subprocess
import sys
import urllib.parse
from pathlib import Path

from lib.installation import ADMIN, PASSWORD, Workplace, exit_unless_built
from lib.site import Browser, ask
from lib.smtp import Receiver, mail
from lib.suite import Suite, contains, equal, eventually

HERE = Path(__file__).resolve().parent
DESK = "help@desk.example"
SETTINGS = """
[submission]
url = "{url}"
from = "help@desk.example"
dkim_selector = "rsa1"
dkim_key_file = "{keys}/rsa.pem"
dkim_second_selector = "ed1"
dkim_second_key_file = "{keys}/ed25519.pem"
[http]
public_url = "http://{http}"
"""
WORDS = "Grüße — ¿qué tal? Привет, 你好 👋\nA second line."

suite = Suite()
receiver = Receiver()


class World:
    """What the cases hand on."""


world = World()


def read_by_python(content):
    return email.message_from_bytes(content, policy=email.policy.default)


def read_by_mailparser(content):
    done = subprocess.run(["node", str(HERE / "read_mail.mjs")], input=content,
                          capture_output=True, check=True)
    return json.loads(done.stdout)


def signatures_that_hold(content, records):
    """By dkimpy, which Debian has for its own Python only."""
    done = subprocess.run(["/usr/bin/python3", str(HERE / "lib" / "verify_dkim.py"), json.dumps(records)],
                          input=content, capture_output=True, check=True)
    return json.loads(done.stdout)


def link_in(header):
    return re.fullmatch(r"<(.*)>", header.strip())[1]


@suite.case
def a_confirmation_and_an_answer_are_read_alike_by_two_readers():
    world.lethe.take(mail(subject="Leaking kettle – two", text="It leaks.\n", message_id="<k-1@example.org>"))
    world.ticket = world.api.ticket_with_subject("Leaking kettle – two")
    world.api.answer(world.ticket, WORDS, cc=["cora@example.org"])
    for sent in receiver.mails_to("vera@example.org", 2) + receiver.mails_to("cora@example.org", 1):
        ours, theirs = read_by_python(sent.content), read_by_mailparser(sent.content)
        equal(theirs["subject"], ours["Subject"])
        contains(theirs["subject"], "Leaking kettle – two")
        equal(theirs["from"], [DESK])
        equal([a.addr_spec for a in ours["From"].addresses], [DESK])
        equal(f"<{theirs['messageId'].strip('<>')}>", ours["Message-ID"])
        for body in ("plain", "html"):
            assert ours.get_body((body,)) is not None, f"no {body} body"
        for body, read in (("plain", theirs["text"]), ("html", theirs["html"])):
            equal(read.split(), ours.get_body((body,)).get_content().split())
    last = receiver.mails_to("vera@example.org", 2)[1]
    for line in WORDS.splitlines():
        contains(read_by_mailparser(last.content)["text"], line)


@suite.case
def nothing_in_a_mail_is_loaded_from_anywhere():
    for sent in receiver.all():
        html = read_by_python(sent.content).get_body(("html",)).get_content()
        for loads in ("<img", "<link", "@import", "url(", "<script", "<iframe"):
            assert loads not in html, f"{loads} in a mail"


@suite.case
def both_signatures_are_good_for_an_independent_verifier():
    records = {}
    page = world.site.get("/settings/mail/texts")
    for name in ("rsa1", "ed1"):
        found = re.search(rf"{name}\._domainkey\.desk\.example</p><pre[^>]*>([^<]*)<", page)
        assert found, f"no record of {name} in the settings"
        records[f"{name}._domainkey.desk.example."] = found[1]
    for sent in receiver.all():
        equal(signatures_that_hold(sent.content, records), [True, True])
        fields = read_by_python(sent.content).get_all("DKIM-Signature")
        equal(sorted(re.search(r"a=([a-z0-9-]+)", field)[1] for field in fields),
              ["ed25519-sha256", "rsa-sha256"])
    broken = receiver.all()[0].content.replace(b"Subject: ", b"Subject: x", 1)
    equal(signatures_that_hold(broken, records), [False, False])


@suite.case
def one_click_is_offered_in_all_but_the_answer_to_who_asked():
    confirmation, own = receiver.mails_to("vera@example.org", 2)[:2]
    copy = receiver.mails_to("cora@example.org", 1)[0]
    for sent in (confirmation, copy):
        equal(sent["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        contains(link_in(sent["List-Unsubscribe"]), "/unsubscribe/")
    equal(own["List-Unsubscribe"], "")
    for sent in (confirmation, copy, own):
        contains(sent.text, "/choices/")


@suite.case
def looking_at_the_link_changes_nothing_and_one_post_does():
    link = link_in(receiver.mails_to("cora@example.org", 1)[0]["List-Unsubscribe"])
    status, _, headers = ask("GET", link)
    equal(status, 303)
    choices = urllib.parse.urljoin(link, headers["Location"])
    status, page, _ = ask("GET", choices)
    equal(status, 200)
    contains(page, "cora@example.org")
    equal(page.count("checked"), 3, "boxes that are ticked")
    for other in (b"", b"acknowledgements=1", b"List-Unsubscribe=", b"x" * 5000):
        status, said, _ = ask("POST", link, other)
        equal(status, 400, f"a POST of {other[:20]}")
        contains(said, "List-Unsubscribe=One-Click")
    equal(ask("GET", choices)[1].count("checked"), 3, "boxes after what was no click")
    status, _, headers = ask("POST", link, b"List-Unsubscribe=One-Click")
    equal(status, 200)
    equal(headers["Set-Cookie"], None)
    equal(ask("GET", choices)[1].count("checked"), 2, "boxes that are ticked afterwards")
    click = b"List-Unsubscribe=One-Click"
    equal(ask("POST", link, click)[0], 200, "a second click")
    equal(ask("POST", link[:-3] + "AAA", click)[0], 404)


@suite.case
def who_left_gets_no_copy_and_who_unsubscribed_still_gets_answers():
    link = link_in(receiver.mails_to("vera@example.org", 1)[0]["List-Unsubscribe"])
    equal(ask("POST", link, b"List-Unsubscribe=One-Click")[0], 200)
    world.lethe.take(mail(subject="Another kettle", text="Leaks too.\n", message_id="<k-2@example.org>"))
    another = world.api.ticket_with_subject("Another kettle")
    world.api.answer(another, "An answer.")
    last = receiver.mails_to("vera@example.org", 3)[2]
    equal(last["Auto-Submitted"], "")
    equal(len(receiver.to("cora@example.org")), 1, "copies to who left")


@suite.case
def a_domain_that_refuses_holds_up_no_other():
    receiver.answers["slow@slow.example"] = "451 4.7.1 later"
    world.lethe.take(mail(sender="Slow <slow@slow.example>", subject="From the slow", text="x\n"),
                     sender="slow@slow.example")
    world.lethe.take(mail(sender="Quick <quick@quick.example>", subject="From the quick", text="x\n"),
                     sender="quick@quick.example")
    receiver.mails_to("quick@quick.example", 1)
    equal(receiver.to("slow@slow.example"), [])


@suite.case
def who_asks_for_it_is_told_of_the_delivery_in_a_form_for_programs():
    host, port = world.lethe.smtp.rsplit(":", 1)
    with smtplib.SMTP(host, int(port), timeout=60) as client:
        client.ehlo()
        assert client.has_extn("dsn"), "DSN is offered"
        client.sendmail("nina@example.org", [DESK],
                        mail(sender="Nina <nina@example.org>", subject="With a receipt",
                             message_id="<dsn-1@example.org>"),
                        mail_options=["RET=HDRS", "ENVID=a+2Bb"],
                        rcpt_options=["NOTIFY=SUCCESS,FAILURE",
                                      "ORCPT=rfc822;old+2Bbox@desk.example"])

    def reports():
        return [sent for sent in receiver.to("nina@example.org")
                if read_by_python(sent.content).get_content_type() == "multipart/report"]

    sent = eventually(reports, "a report of the delivery")[0]
    equal(sent.sender, "", "from the null sender")
    report = read_by_python(sent.content)
    equal(report["Auto-Submitted"], "auto-replied")
    equal(report["In-Reply-To"], "<dsn-1@example.org>")
    status = next(part for part in report.walk()
                  if part.get_content_type() == "message/delivery-status")
    whole, recipient = status.get_payload()
    equal(whole["Original-Envelope-Id"], "a+b")
    equal(recipient["Original-Recipient"], "rfc822;old+box@desk.example")
    equal(recipient["Final-Recipient"], f"rfc822; {DESK}")
    equal((recipient["Action"], recipient["Status"]), ("delivered", "2.1.5"))
    equal(len(reports()), 1)


def head_of(sent):
    return sent.content.split(b"\r\n\r\n", 1)[0]


@suite.case
def only_who_needs_smtputf8_gets_letters_beyond_ascii_in_a_header():
    idn = "ina@xn--mnchen-3ya.example"
    world.lethe.take(mail(sender=f"Dr. Ina <{idn}>", subject="From a town with two dots",
                          message_id="<idn-1@example.org>"), sender=idn)
    ticket = world.api.ticket_with_subject("From a town with two dots")
    world.api.answer(ticket, "To all of you.", cc=["jörg@münchen.example", "bea@münchen.example"])
    sent = (receiver.mails_to(idn, 2) + receiver.mails_to("bea@xn--mnchen-3ya.example", 1)
            + receiver.mails_to("jörg@xn--mnchen-3ya.example", 1))
    for one in sent:
        read = read_by_python(one.content)
        equal([a.addr_spec for a in read["To"].addresses], [idn])
        equal(list(read["To"].defects), [])
        is_ascii = head_of(one).isascii()
        equal(is_ascii, one.recipients[0].isascii(), str(one.recipients))
        if is_ascii and read["Cc"]:
            equal([a.addr_spec for a in read["Cc"].addresses], ["bea@xn--mnchen-3ya.example"])
            contains(str(read["Cc"]), "jörg")


@suite.case
def no_line_of_a_header_with_an_encoded_word_is_longer_than_76():
    subject = "Übergrößenträger für die Küche der Bäckerei in Füssen am grünen See, zweite Anfrage"
    for length in range(20, len(subject), 7):
        short = subject[:length].strip()
        world.lethe.take(mail(sender=f"Mia <mia{length}@mia{length}.example>", subject=short),
                         sender=f"mia{length}@mia{length}.example")
        sent, = receiver.mails_to(f"mia{length}@mia{length}.example", 1)
        equal(sent["Subject"], f"Re: {short}")
        for line in head_of(sent).split(b"\r\n"):
            assert b"=?" not in line or len(line) <= 76, f"{len(line)}: {line}"


def make_keys(folder):
    folder.mkdir()
    for name, kind in (("rsa", ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
                       ("ed25519", ["ed25519"])):
        subprocess.run(["openssl", "genpkey", "-algorithm", *kind, "-out",
                        str(folder / f"{name}.pem")], check=True, capture_output=True)


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as place:
        make_keys(place.path / "keys")
        world.lethe = place.make("out")
        world.lethe.configure(SETTINGS.format(url=receiver.url, keys=place.path / "keys",
                                              http=world.lethe.http))
        world.api = world.lethe.start()
        world.site = Browser(world.lethe.http)
        world.site.sign_in(ADMIN, PASSWORD)
        status = suite.run()
    sys.exit(status)
