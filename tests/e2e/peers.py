"""Real peers: Postfix in front of us by LMTP, swaks and python's smtplib with every kind of TLS,
a certificate that changes while mail comes in, and thousands of connections at once."""

import os
import resource
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

from lib.certificate import make_certificate
from lib.installation import Workplace, exit_unless_built, free_address, port_of
from lib.smtp import mail
from lib.suite import Skipped, Suite, contains, equal, eventually

DESK = "help@desk.example"
suite = Suite()


class World:
    """What the cases of the story hand on."""


world = World()


def name_shown(address):
    """The common name in the certificate that the TLS port shows."""
    pem = ssl.get_server_certificate(("127.0.0.1", port_of(address)))
    done = subprocess.run(["openssl", "x509", "-noout", "-subject"], input=pem, text=True,
                          capture_output=True, check=True)
    return done.stdout.strip().rsplit("CN = ", 1)[-1].rsplit("CN=", 1)[-1]


def trusting():
    context = ssl.create_default_context(cafile=str(world.place.path / "tls.pem"))
    context.check_hostname = False
    return context


def content(subject):
    return mail(subject=subject, text="By a real peer.\n", message_id=f"<{subject}@example.org>")


def arrives(subject):
    return eventually(lambda: world.api.ticket_with_subject(subject), f"a ticket {subject!r}")


# --- Clients ---

@suite.case
def smtplib_comes_by_starttls_and_by_tls_from_the_start():
    with smtplib.SMTP("127.0.0.1", port_of(world.lethe.smtp), timeout=60) as client:
        client.starttls(context=trusting())
        client.ehlo()
        assert not client.has_extn("starttls"), "no TLS within TLS"
        client.sendmail("vera@example.org", [DESK], content("peer-starttls"))
    with smtplib.SMTP_SSL("127.0.0.1", port_of(world.tls), timeout=60,
                          context=trusting()) as client:
        client.sendmail("vera@example.org", [DESK], content("peer-smtps"))
    with smtplib.LMTP("127.0.0.1", port_of(world.lmtp)) as client:
        client.sendmail("vera@example.org", [DESK], content("peer-lmtp"))
    for subject in ("peer-starttls", "peer-smtps", "peer-lmtp"):
        assert arrives(subject)


@suite.case
def swaks_comes_by_starttls_and_by_tls_from_the_start():
    if not shutil.which("swaks"):
        raise Skipped("swaks is not installed")
    for how, address in (("--tls", world.lethe.smtp), ("--tls-on-connect", world.tls)):
        subject = "swaks" + how
        done = subprocess.run(["swaks", "--server", "127.0.0.1", "--port", str(port_of(address)),
                               how, "--to", DESK, "--from", "vera@example.org", "--timeout", "60",
                               "--header", f"Subject: {subject}"], capture_output=True, text=True)
        equal(done.returncode, 0, done.stdout[-800:] + done.stderr[-400:])
        assert arrives(subject)


@suite.case
def old_tls_and_no_tls_get_nowhere_on_the_tls_port():
    old = trusting()
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    try:
        smtplib.SMTP_SSL("127.0.0.1", port_of(world.tls), timeout=60, context=old)
        raise AssertionError("TLS 1.1 was taken")
    except (ssl.SSLError, OSError):
        pass
    with socket.create_connection(("127.0.0.1", port_of(world.tls)), timeout=60) as plain:
        plain.sendall(b"EHLO me.example\r\n")
        said = plain.recv(4096)
        assert not said.startswith(b"2"), said
    with smtplib.SMTP_SSL("127.0.0.1", port_of(world.tls), timeout=60, context=trusting()) as next_one:
        equal(next_one.noop()[0], 250)


@suite.case
def commands_in_clear_behind_starttls_are_dropped():
    with socket.create_connection(("127.0.0.1", port_of(world.lethe.smtp)), timeout=60) as clear:
        clear.recv(4096)
        clear.sendall(b"EHLO me.example\r\n")
        clear.recv(4096)
        clear.sendall(b"STARTTLS\r\nMAIL FROM:<evil@example.org>\r\n")
        said = b""
        while not said.endswith(b"\n"):
            said += clear.recv(4096)
        equal(said[:3], b"220")
        equal(said.count(b"\n"), 1, "one answer only")
        with trusting().wrap_socket(clear) as safe:
            safe.sendall(b"EHLO me.example\r\nRCPT TO:<help@desk.example>\r\n")
            said = b""
            while b"\n503" not in said and b"\n250 2.1.5" not in said:
                said += safe.recv(4096)
            contains(said, b"\n503", "no MAIL was said")


@suite.case
def who_ends_sending_still_hears_the_answer():
    with socket.create_connection(("127.0.0.1", port_of(world.lethe.smtp)), timeout=60) as half:
        half.sendall(b"EHLO me.example\r\nMAIL FROM:<v@example.org>\r\nRCPT TO:<help@desk.example>\r\n"
                     b"DATA\r\n" + content("half-closed") + b"\r\n.\r\n")
        half.shutdown(socket.SHUT_WR)
        said = b""
        while piece := half.recv(4096):
            said += piece
    contains(said, b"250 2.0.0")
    assert arrives("half-closed")


@suite.case
def mail_that_went_round_fifty_servers_is_refused():
    trace = "".join(f"Received: from a{n} by b{n}; Mon, 2 Nov 2026 10:00:00 +0000\r\n"
                    for n in range(51)).encode()
    with smtplib.SMTP("127.0.0.1", port_of(world.lethe.smtp), timeout=60) as client:
        try:
            client.sendmail("vera@example.org", [DESK], trace + content("loops"))
            raise AssertionError("it was taken")
        except smtplib.SMTPDataError as refused:
            equal((refused.smtp_code, refused.smtp_error[:5]), (554, b"5.4.6"))


# --- The certificate ---

@suite.case
def a_new_certificate_is_used_without_a_restart_and_drops_nobody():
    equal(name_shown(world.tls), "one.example")
    with smtplib.SMTP_SSL("127.0.0.1", port_of(world.tls), timeout=60, context=trusting()) as before:
        make_certificate(world.place.path, "two.example")
        eventually(lambda: name_shown(world.tls) == "two.example", "the new certificate")
        equal(before.noop()[0], 250, "the session from before")


@suite.case
def a_broken_certificate_leaves_the_former_one_and_says_so():
    pem = world.place.path / "tls.pem"
    whole = pem.read_bytes()
    pem.write_bytes(whole[:100])
    world.lethe.process.send_signal(signal.SIGHUP)
    eventually(lambda: "the former one stays" in world.lethe.log.read_text(), "a word in the log")
    equal(name_shown(world.tls), "two.example")
    pem.write_bytes(whole)
    eventually(lambda: world.lethe.log.read_text().rstrip().endswith("new sessions use it"),
               "read again")


# --- Postfix in front ---

def postfix_settings(folder, smtp_port, transport):
    return f"""
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
myhostname = front.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relay_domains = desk.example
relay_transport = {transport}
local_recipient_maps =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_forbid_bare_newline = yes
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
lmtp_host_lookup = native
smtp_host_lookup = native
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
alias_maps =
alias_database =
"""


MASTER = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """An instance of its own: nothing of the system's is read or written."""

    def __init__(self, name, transport):
        self.folder = Path("/var/tmp") / f"lethe-postfix-{os.getpid()}-{name}"
        self.port = port_of(free_address())
        self.config = self.folder / "etc"
        for each in ("etc", "queue", "data"):
            (self.folder / each).mkdir(parents=True)
        self.folder.chmod(0o755)
        shutil.chown(self.folder / "data", "postfix")
        (self.config / "main.cf").write_text(postfix_settings(self.folder, self.port, transport))
        (self.config / "master.cf").write_text(MASTER.format(port=f"127.0.0.1:{self.port}"))

    def postfix(self, what):
        return subprocess.run(["postfix", "-c", str(self.config), what], capture_output=True, text=True)

    def __enter__(self):
        done = self.postfix("start")
        assert done.returncode == 0, done.stderr[-800:]
        eventually(self.answers, "Postfix listens")
        return self

    def answers(self):
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=10):
                return True
        except OSError:
            return False

    def queued(self):
        done = subprocess.run(["postqueue", "-c", str(self.config), "-j"], capture_output=True, text=True)
        return len(done.stdout.splitlines())

    def log(self):
        path = self.folder / "postfix.log"
        return path.read_text(errors="replace")[-1500:] if path.exists() else ""

    def __exit__(self, *_):
        self.postfix("abort")
        shutil.rmtree(self.folder, ignore_errors=True)


def by_postfix(name, transport, subjects):
    if os.geteuid() != 0 or not shutil.which("postfix"):
        raise Skipped("Postfix needs to be installed, and root to start it")
    with Postfix(name, transport) as front:
        with smtplib.SMTP("127.0.0.1", front.port, timeout=60) as client:
            for subject in subjects:
                client.sendmail("vera@example.org", [DESK], content(subject))
        try:
            for subject in subjects:
                arrives(subject)
            eventually(lambda: front.queued() == 0, "an empty queue")
        except AssertionError as late:
            raise AssertionError(f"{late}\n{front.log()}") from late
    equal([sum(each["subject"] == subject for each in world.api.tickets()) for subject in subjects],
          [1] * len(subjects))


@suite.case
def postfix_delivers_by_lmtp_over_tcp():
    by_postfix("tcp", f"lmtp:inet:127.0.0.1:{port_of(world.lmtp)}", [f"front-tcp-{n}" for n in range(5)])


@suite.case
def postfix_delivers_by_smtp():
    by_postfix("smtp", f"smtp:[127.0.0.1]:{port_of(world.lethe.smtp)}", ["front-smtp-1", "front-smtp-2"])


@suite.case
def postfix_delivers_by_lmtp_over_a_unix_socket():
    path = Path("/var/tmp") / f"lethe-lmtp-{os.getpid()}"
    world.lethe.stop()
    world.api = world.lethe.start("--lmtp", f"unix:{path}")
    try:
        os.chmod(path, 0o666)
        by_postfix("unix", f"lmtp:unix:{path}", [f"front-unix-{n}" for n in range(5)])
    finally:
        world.lethe.stop()
        world.api = world.lethe.start("--lmtp", world.lmtp)


# --- Many ---

def memory_kib():
    for line in Path(f"/proc/{world.lethe.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


@suite.case
def thousands_of_idle_connections_cost_little_and_stop_nobody():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    wanted = min(10_000, hard - 2_000)
    if wanted < 1_000:
        raise Skipped(f"only {hard} files may be open")
    before, peers = memory_kib(), []
    started = time.monotonic()
    try:
        for n in range(wanted - 10):
            source = f"127.{1 + n // 40 // 200}.{n // 40 % 200}.7"  # 40 connections each
            peers.append(socket.create_connection(("127.0.0.1", port_of(world.lethe.smtp)),
                                                  timeout=60, source_address=(source, 0)))
        for peer in peers:
            assert peer.recv(64).startswith(b"220"), "greeted"
        with smtplib.SMTP("127.0.0.1", port_of(world.lethe.smtp), timeout=60) as client:
            client.sendmail("vera@example.org", [DESK], content("among-thousands"))
        each = (memory_kib() - before) / len(peers)
        print(f"      {len(peers)} connections, {each:.1f} KiB each, "
              f"{time.monotonic() - started:.1f} s")
        assert each < 24, f"{each} KiB for each connection"
    finally:
        for peer in peers:
            peer.close()
    assert arrives("among-thousands")


def settings(place):
    return f"""
[smtp]
listen_tls = "{world.tls}"
tls_certificate = "{place.path}/tls.pem"
tls_key = "{place.path}/tls.key"
"""


def main():
    exit_unless_built()
    with Workplace() as place:
        world.place = place
        world.tls, world.lmtp = free_address(), free_address()
        make_certificate(place.path, "one.example")
        world.lethe = place.make("desk", settings(place))
        world.api = world.lethe.start("--lmtp", world.lmtp)
        return suite.run()


if __name__ == "__main__":
    sys.exit(main())
