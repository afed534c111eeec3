"""SPF, DKIM and DMARC by Debian's rspamd with the rules it is installed with. What it asks the DNS is
answered by zones of this test; mails are signed with a key that is made here. Every verdict is read
where agents read it: on the message, by the API and on the page."""

import subprocess
import sys
from email.utils import formatdate
from pathlib import Path

from lib.certificate import dkim_record, openssl
from lib.dns import NameServer
from lib.filters import StockRspamd
from lib.installation import ADMIN, PASSWORD, Workplace, exit_unless_built
from lib.site import Browser
from lib.smtp import Client, mail
from lib.suite import Skipped, Suite, contains, equal

HERE = Path(__file__).resolve().parent
DESK = "help@desk.example"
SHOP = "shop.example"  # publishes SPF, a DKIM key and p=reject
LAX = "lax.example"  # the same records with p=none
BARE = "bare.example"  # publishes nothing
THEIR_SERVER, ANOTHER_SERVER = "127.0.0.5", "127.0.0.6"
SELECTOR = "k1"
suite = Suite()


class World:
    """What the cases share."""

    lethe = rspamd = None


world = World()


def make_key(folder):
    """The key file, and the TXT record that it wants."""
    file = folder / "dkim.pem"
    openssl("genrsa", "-traditional", "-out", file, "2048")
    return file, dkim_record(file)


def zones(record):
    spf = f"v=spf1 ip4:{THEIR_SERVER} -all"
    found = {("mail." + SHOP, "A"): [THEIR_SERVER], (BARE, "A"): ["192.0.2.7"],
             ("forward.example", "TXT"): ["v=spf1 ip4:127.0.0.9 -all"]}
    for domain, policy in ((SHOP, "reject"), (LAX, "none")):
        found[(domain, "TXT")] = ["site-verification=1", spf]
        found[(f"{SELECTOR}._domainkey.{domain}", "TXT")] = [record]
        found[(f"_dmarc.{domain}", "TXT")] = [f"v=DMARC1; p={policy}"]
    return found


def content(subject, sender):
    return mail(sender=f"Vera <{sender}>", to=DESK, subject=subject,
                message_id=f"<{subject.replace(' ', '-')}@{sender.split('@')[1]}>").replace(
                    b"Date: Mon, 02 Feb 2026 10:00:00 +0000", b"Date: " + formatdate().encode())


def signed(mail_bytes, domain):
    """By dkimpy, which Debian has for its own Python only."""
    return subprocess.run(["/usr/bin/python3", str(HERE / "lib/sign_dkim.py"), domain, SELECTOR,
                           str(world.key)], input=mail_bytes, capture_output=True, check=True).stdout


def taken(subject, raw, sender, source, helo="client.example"):
    """The ticket that the mail became, in whichever view."""
    if world.lethe is None:
        raise Skipped("rspamd did not start")
    with Client(world.lethe.smtp, source=source) as client:
        client.expect(f"EHLO {helo}", 250)
        client.send(raw, sender=sender, recipients=(DESK,))
    found = [ticket for status in ("", "spam")
             for ticket in world.api.tickets(**({"status": status} if status else {}))
             if ticket["subject"] == subject]
    equal(len(found), 1, f"tickets {subject!r}")
    return found[0]


def message_of(ticket):
    return world.api.messages(ticket["id"])[0]


def verdicts(ticket):
    """(SPF, DKIM, DMARC)"""
    trust = world.api.ok(world.api.get(f"/messages/{message_of(ticket)['id']}/checks"))["trust"]
    equal(trust["source"], "filter", "who judged")
    return trust["spf"], trust["dkim"], trust["dmarc"]


@suite.case
def rspamd_runs_with_the_rules_it_is_installed_with():
    if not Path("/etc/rspamd/rspamd.conf").exists():
        raise Skipped("rspamd has no configuration here")
    world.rspamd = StockRspamd(world.dns.address)
    world.rspamd.start()
    world.lethe = world.place.make("data", f"""
[rspamd]
url = "http://{world.rspamd.address}"
[smtp]
forwarders = ["forward.example"]
""")
    world.api = world.lethe.start()


@suite.case
def all_three_pass_and_the_sender_is_verified():
    raw = signed(content("all in order", f"vera@{SHOP}"), SHOP)
    ticket = taken("all in order", raw, f"vera@{SHOP}", THEIR_SERVER)
    equal(verdicts(ticket), ("pass", "pass", "pass"))
    equal((ticket["status"], message_of(ticket)["verified"]), ("open", True))
    page = page_of(ticket)
    for words in ("SPF passed", "DKIM passed", "DMARC passed"):
        contains(page, words)


@suite.case
def spf_alone_or_a_signature_alone_is_enough_for_dmarc():
    ticket = taken("only spf", content("only spf", f"vera@{SHOP}"), f"vera@{SHOP}", THEIR_SERVER)
    equal(verdicts(ticket), ("pass", "none", "pass"))
    raw = signed(content("only dkim", f"vera@{SHOP}"), SHOP)
    ticket = taken("only dkim", raw, f"vera@{SHOP}", ANOTHER_SERVER)
    equal(verdicts(ticket), ("fail", "pass", "pass"))
    equal(message_of(ticket)["verified"], True)


@suite.case
def a_body_that_was_changed_on_the_way_has_no_valid_signature():
    raw = signed(content("changed", f"vera@{LAX}"), LAX).replace(b"Hello.", b"Hallo.")
    ticket = taken("changed", raw, f"vera@{LAX}", THEIR_SERVER)
    equal(verdicts(ticket), ("pass", "fail", "pass"))


@suite.case
def a_forged_from_fails_though_everything_about_the_forger_s_own_domain_passes():
    raw = signed(content("your invoice", f"vera@{SHOP}"), LAX)
    ticket = taken("your invoice", raw, f"eve@{LAX}", THEIR_SERVER)
    equal(verdicts(ticket), ("pass", "pass", "fail"))
    equal(message_of(ticket)["verified"], False)
    contains(page_of(ticket), "DMARC failed")


@suite.case
def a_policy_of_none_fails_as_well_and_refuses_nobody():
    ticket = taken("lax", content("lax", f"vera@{LAX}"), f"vera@{LAX}", ANOTHER_SERVER)
    equal(verdicts(ticket), ("fail", "none", "fail"))
    equal(message_of(ticket)["verified"], False)


@suite.case
def a_domain_that_publishes_nothing_has_none_of_each():
    ticket = taken("nothing known", content("nothing known", f"vera@{BARE}"), f"vera@{BARE}",
                   THEIR_SERVER)
    equal(verdicts(ticket), ("none", "none", "none"))
    equal(message_of(ticket)["verified"], False)
    contains(page_of(ticket), "SPF without result")


@suite.case
def a_known_forwarder_s_spf_failure_is_not_counted():
    straight = taken("straight", content("straight", f"vera@{SHOP}"), f"vera@{SHOP}",
                     ANOTHER_SERVER)
    equal((straight["status"], verdicts(straight)), ("spam", ("fail", "none", "fail")))
    forwarded = taken("handed on", content("handed on", f"vera@{SHOP}"), f"vera@{SHOP}",
                      ANOTHER_SERVER, helo="mx.forward.example")
    equal((forwarded["status"], verdicts(forwarded)), ("open", ("none", "none", "fail")))
    raw = signed(content("handed on signed", f"vera@{SHOP}"), SHOP)
    kept = taken("handed on signed", raw, f"vera@{SHOP}", ANOTHER_SERVER, helo="mx.forward.example")
    equal((verdicts(kept), message_of(kept)["verified"]), (("none", "pass", "pass"), True))


@suite.case
def when_the_dns_is_silent_nothing_is_verified_and_nothing_is_lost():
    if world.lethe is None:
        raise Skipped("rspamd did not start")
    world.dns.silent = True
    try:
        ticket = taken("no dns", content("no dns", "vera@unasked.example"), "vera@unasked.example",
                       THEIR_SERVER)
        assert "pass" not in verdicts(ticket), "who vouches?"
        equal(message_of(ticket)["verified"], False)
    finally:
        world.dns.silent = False


def page_of(ticket):
    browser = Browser(world.lethe.http)
    browser.sign_in(ADMIN, PASSWORD)
    return browser.get(f"/tickets/{ticket['id']}")


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as world.place:
        world.dns = NameServer()
        world.key, record = make_key(world.place.path)
        world.dns.zones = zones(record)
        try:
            status = suite.run()
        finally:
            if world.rspamd:
                world.rspamd.close()
            world.dns.close()
    sys.exit(status)
