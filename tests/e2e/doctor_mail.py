"""lethe doctor mail against zones that are in order, empty, broken, or never answered."""

import subprocess
import sys
import time
from pathlib import Path

from lib.certificate import dkim_record, openssl
from lib.dns import NameServer
from lib.installation import Workplace, exit_unless_built
from lib.suite import Skipped, Suite, contains, equal

suite = Suite()


class World:
    pass


world = World()
DOMAIN = "desk.example"
HOST = "mx.desk.example"
KEY = f"k1._domainkey.{DOMAIN}"


def make_files(folder):
    """A DKIM key with its record, and a certificate of the mail host."""
    dkim = folder / "dkim.pem"
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", dkim)
    world.record = dkim_record(dkim)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", f"/CN={HOST}",
            "-addext", f"subjectAltName=DNS:{HOST}", "-keyout", folder / "tls.key",
            "-out", folder / "tls.pem")


def good_zone():
    return {(DOMAIN, "MX"): [(10, HOST)], (HOST, "A"): ["192.0.2.25"],
            ("25.2.0.192.in-addr.arpa", "PTR"): [HOST],
            (DOMAIN, "TXT"): ["site-verification=abc", "v=spf1 mx -all"],
            (KEY, "TXT"): [world.record], (f"_dmarc.{DOMAIN}", "TXT"): ["v=DMARC1; p=reject"]}


def doctor(*more, zones=None):
    world.dns.zones = good_zone() if zones is None else zones
    return world.lethe.run("doctor", "mail", "--data", world.lethe.data, *more)


def lines(done, subject):
    """Grades of the findings about `subject`."""
    return [line.split()[0] for line in done.stdout.splitlines()
            if line.split(None, 1)[1:] and line.split(None, 1)[1].startswith(subject)]


def changed(**values):
    zones = good_zone()
    for key, value in values.items():
        place = {"mx": (DOMAIN, "MX"), "txt": (DOMAIN, "TXT"), "dkim": (KEY, "TXT"),
                 "dmarc": (f"_dmarc.{DOMAIN}", "TXT"),
                 "ptr": ("25.2.0.192.in-addr.arpa", "PTR")}[key]
        zones[place] = value
    return zones


@suite.case
def a_zone_in_order_is_0_and_every_line_says_so():
    done = doctor()
    equal(done.returncode, 0, f"{done}")
    for subject in ("mx ", "reverse name", "spf ", "dkim ", "dmarc ", "tls:"):
        grades = lines(done, subject)
        assert grades and set(grades) == {"OK"}, f"{subject}: {done}"


@suite.case
def the_same_with_a_running_server():
    world.dns.zones = good_zone()
    world.lethe.start()
    try:
        done = doctor()
        equal(done.returncode, 0, f"{done}")
        equal(lines(done, "spf "), ["OK"], f"{done}")
        equal(doctor(zones={}).returncode, 1, "errors end it with 1 there too")
    finally:
        world.lethe.stop()


@suite.case
def an_empty_zone_names_everything_that_is_missing():
    done = doctor(zones={})
    equal(done.returncode, 1, f"{done}")
    for subject in ("mx ", "spf ", "dkim ", "dmarc "):
        equal(lines(done, subject), ["ERROR"], f"{subject}: {done}")
    contains(done.stderr, "errors")


@suite.case
def broken_spf_is_told():
    two = doctor(zones=changed(txt=["v=spf1 mx -all", "v=spf1 a -all"]))
    equal((two.returncode, lines(two, "spf ")), (1, ["ERROR"]), f"{two}")
    many = changed(txt=["v=spf1 " + " ".join(f"include:s{n}.example" for n in range(11)) + " -all"])
    for n in range(11):
        many[(f"s{n}.example", "TXT")] = ["v=spf1 ip4:192.0.2.0/24 -all"]
    done = doctor(zones=many)
    equal((done.returncode, lines(done, "spf ")), (1, ["ERROR"]), f"{done}")
    contains(done.stdout, "10 look-ups")
    many[(DOMAIN, "TXT")] = [many[(DOMAIN, "TXT")][0].replace("include:s10.example ", "")]
    equal(lines(doctor(zones=many), "spf "), ["OK"], "ten are allowed")


@suite.case
def an_answer_that_is_cut_comes_by_tcp():
    before = world.dns.by_tcp
    done = doctor(zones=changed(txt=["filler=" + "x" * 900, "v=spf1 mx -all"]))
    equal((done.returncode, lines(done, "spf ")), (0, ["OK"]), f"{done}")
    assert world.dns.by_tcp > before, "it was not asked by TCP"


@suite.case
def a_policy_of_none_is_a_warning_and_no_error():
    done = doctor(zones=changed(dmarc=["v=DMARC1; p=none"]))
    equal((done.returncode, lines(done, "dmarc ")), (0, ["WARNING"]), f"{done}")


@suite.case
def a_reverse_name_that_leads_elsewhere_is_an_error():
    done = doctor(zones=changed(ptr=["pool-25.provider.example"]))
    equal((done.returncode, lines(done, "reverse name")), (1, ["ERROR"]), f"{done}")


@suite.case
def another_dkim_key_than_ours_is_an_error():
    done = doctor(zones=changed(dkim=["v=DKIM1; k=rsa; p=AQID"]))
    equal((done.returncode, lines(done, "dkim ")), (1, ["ERROR"]), f"{done}")


@suite.case
def a_certificate_for_another_host_is_a_warning():
    zones = changed(mx=[(10, "other.example")])
    zones[("other.example", "A")] = ["192.0.2.25"]
    zones[("25.2.0.192.in-addr.arpa", "PTR")] = ["other.example"]
    done = doctor(zones=zones)
    equal((done.returncode, lines(done, "tls:")), (0, ["OK", "WARNING"]), f"{done}")


@suite.case
def a_resolver_that_is_silent_ends_it_in_bounded_time():
    world.dns.silent = True
    began = time.monotonic()
    try:
        done = doctor()
    finally:
        world.dns.silent = False
    assert time.monotonic() - began < 40, "it waited too long"
    equal((done.returncode, lines(done, "dns:")), (1, ["ERROR"]), f"{done}")
    assert world.dns.asked > 0, "[dns] resolver was not asked"


@suite.case
def postfix_is_read_from_the_file_that_is_named():
    good, bad = world.place / "good.cf", world.place / "bad.cf"
    good.write_text("# Postfix\nsmtpd_forbid_bare_newline = no\n"
                    "smtpd_forbid_bare_newline = normalize\n"
                    "smtpd_forbid_bare_newline_exclusions =\n"
                    "ours = reject_unauth_pipelining\n"
                    "smtpd_data_restrictions = permit_mynetworks,\n   $ours\n")
    bad.write_text("smtpd_forbid_bare_newline = yes\nsmtpd_forbid_bare_newline = no\n")
    done = doctor("--main-cf", good)
    equal((done.returncode, lines(done, "postfix:")), (0, ["OK"] * 3), f"{done}")
    done = doctor("--main-cf", bad)
    equal(done.returncode, 1, f"{done}")
    assert "ERROR" in lines(done, "postfix:"), f"{done}"
    missing = doctor("--main-cf", world.place / "nowhere.cf")
    equal(missing.returncode, 1, f"{missing}")
    contains(missing.stderr, "nowhere.cf")


@suite.case
def what_is_not_set_is_judged_by_the_version():
    bare = world.place / "bare.cf"
    bare.write_text("smtpd_forbid_bare_newline_exclusions =\n")
    unknown = doctor("--main-cf", bare)
    equal((unknown.returncode, lines(unknown, "postfix:")), (1, ["ERROR", "WARNING"]), f"{unknown}")
    contains(unknown.stdout, "--postfix-version")
    for version, status, grades in (("3.9.1", 0, ["OK"] * 4), ("3.10-20240612", 0, ["OK"] * 4),
                                    ("3.8.5", 1, ["OK", "ERROR", "WARNING"]),
                                    ("3.4.29", 1, ["OK", "ERROR", "WARNING"])):
        done = doctor("--main-cf", bare, "--postfix-version", version)
        equal((done.returncode, lines(done, "postfix:")), (status, grades), f"{version}: {done}")
    bare.write_text(bare.read_text() + "mail_version = 3.9.4\n")
    equal(lines(doctor("--main-cf", bare), "postfix:"), ["OK"] * 4, "main.cf says it")
    said = doctor("--main-cf", bare, "--postfix-version", "3.8.5")
    equal(lines(said, "postfix:"), ["OK", "ERROR", "WARNING"], "who asks knows better")
    wrong = doctor("--main-cf", bare, "--postfix-version", "new")
    assert wrong.returncode != 0 and "--postfix-version" in wrong.stderr, f"{wrong}"


@suite.case
def the_postfix_of_this_machine_is_asked_for_its_version_about_its_own_file_only():
    postconf, installed = Path("/usr/sbin/postconf"), Path("/etc/postfix/main.cf")
    if not (postconf.exists() and installed.exists()):
        raise Skipped("no Postfix is set up here")
    version = subprocess.run([postconf, "-dh", "mail_version"], check=True, text=True,
                             capture_output=True).stdout.strip()
    contains(doctor("--main-cf", installed).stdout, f"judged as version {version}, by postconf")
    copy = world.place / "copy.cf"
    copy.write_bytes(installed.read_bytes())
    assert "judged as version" not in doctor("--main-cf", copy).stdout, "a copy may be another one's"


@suite.case
def dmarc_is_looked_for_where_the_domain_was_registered_and_nowhere_between():
    world.lethe.configure(settings(world.place, sender="help@help.desk.example.co.uk"))
    try:
        for name, grade in (("desk.example.co.uk", "ERROR"), ("co.uk", "ERROR"),
                            ("example.co.uk", "OK"), ("help.desk.example.co.uk", "OK")):
            zones = good_zone()
            zones[(f"_dmarc.{name}", "TXT")] = ["v=DMARC1; p=reject"]
            equal(lines(doctor(zones=zones), "dmarc "), [grade], name)
    finally:
        world.lethe.configure(settings(world.place))


def settings(folder, sender=f"help@{DOMAIN}"):
    return f"""
[dns]
resolver = "{world.dns.address}"
[submission]
url = "smtp://127.0.0.1:9"
from = "{sender}"
dkim_selector = "k1"
dkim_key_file = "{folder}/dkim.pem"
[smtp]
listen = "127.0.0.1:0"
tls_certificate = "{folder}/tls.pem"
tls_key = "{folder}/tls.key"
"""


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as place:
        world.place, world.dns = place.path, NameServer()
        make_files(place.path)
        world.lethe = place.make("data", settings(place.path))
        status = suite.run()
        world.dns.close()
    sys.exit(status)
