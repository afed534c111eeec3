"""Clients that mean harm, or have all the time in the world: a byte now and then in a command, a
message, a chunk, a handshake, a header or a body; sockets closed half way; thousands that say
nothing. Each is ended in bounded time, and everybody else is served meanwhile.

The server's patience is set to seconds here (lethe.toml); what is counted from when is tested with
a clock in hand in src/adapters/smtp_in/tests/patience_test.cpp.
"""

import resource
import select
import socket
import ssl
import sys
import time

from lib.certificate import make_certificate
from lib.installation import Workplace, exit_unless_built, free_address, port_of
from lib.smtp import mail, send
from lib.suite import Skipped, Suite, contains, eventually

suite = Suite()

PACE = 0.1  # between two bytes of a slow client, while it listens for the server's word
CROWD = 64  # connections of one address by HTTP ([http] connections_per_peer)
BOUND = 30  # seconds until a slow client must have been ended; its server's patience is 3 to 6


class World:
    """What the cases share."""


world = World()


def connected(address, source="127.0.0.1"):
    peer = socket.create_connection(("127.0.0.1", port_of(address)), timeout=BOUND,
                                    source_address=(source, 0))
    return peer


def heard(peer, until=b"\r\n"):
    said = b""
    while not said.endswith(until):
        piece = peer.recv(4096)
        assert piece, f"hung up after {said!r}"
        said += piece
    return said


def greeted(address=None, source="127.0.0.1"):
    peer = connected(address or world.lethe.smtp, source)
    heard(peer)
    return peer


def in_mail(source="127.0.0.1"):
    """A session that stands behind RCPT."""
    peer = greeted(source=source)
    for line, code in ((b"EHLO slow.example", b"250 "), (b"MAIL FROM:<s@example.org>", b"250 "),
                       (b"RCPT TO:<help@desk.example>", b"250 ")):
        peer.sendall(line + b"\r\n")
        said = heard(peer)
        while code not in said.splitlines()[-1]:
            said += heard(peer)
    return peer


def rest_of(peer):
    """All that is said until the end; a reset is an end too."""
    said = b""
    try:
        while piece := peer.recv(65536):
            said += piece
    except ConnectionError:
        pass
    return said


def drip(peer, pieces):
    """Sends the pieces one by one at a slow pace until the peer ends the connection; what it said."""
    started, said = time.monotonic(), b""
    for piece in pieces:
        if time.monotonic() - started > BOUND:
            raise AssertionError(f"nobody ended it within {BOUND} s; said so far: {said[-200:]!r}")
        try:
            peer.sendall(piece)
            if not select.select([peer], [], [], PACE)[0]:
                continue
            got = peer.recv(65536)
        except ConnectionError:
            return said
        if not got:
            return said
        said += got
        if b"421 " in got:
            return said + rest_of(peer)
    raise AssertionError("the pieces were sent to the end")


def forever(piece):
    while True:
        yield piece


def bytes_of(content):
    """One by one, and then again from the start."""
    while True:
        yield from (bytes([byte]) for byte in content)


def others_are_served(subject):
    started = time.monotonic()
    send(world.lethe.smtp, mail(subject=subject, message_id=f"<{subject}@example.org>"))
    eventually(lambda: world.api.ticket_with_subject(subject), f"a ticket {subject!r}")
    assert time.monotonic() - started < BOUND, "served, but late"


def told_and_closed(said):
    contains(said, b"421 4.4.2")


# --- SMTP ---

@suite.case
def a_command_in_single_bytes_ends_with_421():
    with greeted() as peer:
        told_and_closed(drip(peer, bytes_of(b"NOOP it goes on and on ")))
    others_are_served("after-slow-command")


@suite.case
def silence_ends_with_421():
    with greeted() as peer:
        told_and_closed(rest_of(peer))


@suite.case
def a_message_in_single_bytes_ends_with_421():
    with in_mail() as peer:
        peer.sendall(b"DATA\r\n")
        contains(heard(peer), b"354")
        told_and_closed(drip(peer, bytes_of(b"Subject: slow-data\r\n")))
    others_are_served("after-slow-data")
    assert not world.api.ticket_with_subject("slow-data"), "half a mail is no ticket"


@suite.case
def a_chunk_in_single_bytes_ends_with_421():
    with in_mail() as peer:
        peer.sendall(b"BDAT 100000 LAST\r\n")
        told_and_closed(drip(peer, bytes_of(b"Subject: slow-bdat\r\n")))
    others_are_served("after-slow-chunk")


@suite.case
def small_chunks_that_never_come_to_an_end_end_with_421():
    with in_mail() as peer:
        told_and_closed(drip(peer, forever(b"BDAT 1\r\nx")))
    others_are_served("after-small-chunks")


@suite.case
def commands_that_bring_no_mail_nearer_end_with_421():
    for command in (b"NOOP\r\n", b"RCPT TO:<help@desk.example>\r\n", b"RSET\r\n"):
        with in_mail() as peer:
            contains(drip(peer, forever(command)), b"421 ")


@suite.case
def a_session_closed_on_their_side_is_closed_on_ours():
    for begin in (b"", b"EHL", b"EHLO a.example\r\nMAIL FROM:<s@example.org>\r\n"):
        with greeted() as peer:
            peer.sendall(begin)
            peer.shutdown(socket.SHUT_WR)
            rest_of(peer)  # a time-out of the socket fails the case
    with in_mail() as peer:
        peer.sendall(b"DATA\r\nSubject: cut-off\r\n\r\nhalf a")
        peer.shutdown(socket.SHUT_WR)
        rest_of(peer)
    others_are_served("after-half-closed")
    assert not world.api.ticket_with_subject("cut-off"), "half a mail is no ticket"


# --- TLS ---

def client_hello():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        context.wrap_bio(incoming, outgoing, server_hostname="desk.example").do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def dripped_to_the_end(content):
    yield from (bytes([byte]) for byte in content[:-1])
    raise AssertionError("the whole handshake was waited for")


@suite.case
def a_handshake_in_single_bytes_is_ended():
    with connected(world.tls) as peer:
        drip(peer, dripped_to_the_end(client_hello()))
    with greeted() as peer:
        peer.sendall(b"STARTTLS\r\n")
        contains(heard(peer), b"220")
        drip(peer, dripped_to_the_end(client_hello()))
    others_are_served("after-slow-handshake")


@suite.case
def who_says_nothing_on_the_tls_port_is_ended():
    with connected(world.tls) as peer:
        assert rest_of(peer) == b"", "nothing in clear"


# --- HTTP ---

def late_and_closed(said):
    """408, complete, and the end; nothing that the slow client said comes back."""
    assert said.startswith(b"HTTP/1.1 408 "), f"no 408: {said[:200]!r}"
    contains(said.lower(), b"connection: close")
    assert b"slow-http" not in said, said


@suite.case
def a_header_in_single_bytes_is_ended():
    with connected(world.lethe.http) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\nHost: desk.example\r\nX-Slow: ")
        late_and_closed(drip(peer, bytes_of(b"abc")))
    others_are_served("after-slow-header")


@suite.case
def a_body_in_single_bytes_is_ended_and_a_webhooks_too():
    for path, kind in (("/api/v1/tickets", "application/json"), ("/inbound/raw", "message/rfc822"),
                       ("/sign-in", "application/x-www-form-urlencoded")):
        with connected(world.lethe.http) as peer:
            peer.sendall(f"POST {path} HTTP/1.1\r\nHost: desk.example\r\nContent-Type: {kind}\r\n"
                         "Content-Length: 60000\r\n\r\n".encode())
            late_and_closed(drip(peer, bytes_of(b"Subject: slow-http\r\n")))
    others_are_served("after-slow-bodies")
    assert not world.api.ticket_with_subject("slow-http"), "half a mail is no ticket"


def form_of_nobody(path, body, length=None, headers=""):
    """What a form of somebody without a session is answered; `body` may be shorter than `length`."""
    with connected(world.lethe.http) as peer:
        peer.sendall(f"POST {path} HTTP/1.1\r\nHost: desk.example\r\nConnection: close\r\n{headers}"
                     "Content-Type: application/x-www-form-urlencoded\r\n"
                     f"Content-Length: {length or len(body)}\r\n\r\n".encode() + body)
        return rest_of(peer)


@suite.case
def a_long_form_of_a_stranger_is_refused_before_one_byte_of_it_comes():
    for path in ("/tickets/new", "/tickets/1/messages", "/tickets/1/draft", "/tickets/1/preview"):
        said = form_of_nobody(path, b"", length=30_000_000)
        assert said.startswith(b"HTTP/1.1 303 "), (path, said[:200])
        contains(said, b"/sign-in")


@suite.case
def who_was_signed_out_reads_what_became_of_a_form_whatever_its_length():
    ours = "Sec-Fetch-Site: same-origin\r\n"
    short = form_of_nobody("/tickets/1/messages", b"text=Half+a+sentence", headers=ours)
    assert short.startswith(b"HTTP/1.1 403 "), short[:200]
    contains(short, b"Half a sentence")
    long = form_of_nobody("/tickets/1/messages", b"text=" + b"x" * 16_000_000, headers=ours)
    assert long.startswith(b"HTTP/1.1 403 "), long[:200]
    contains(long, b"nothing of it was stored")


@suite.case
def who_ends_sending_behind_a_request_still_hears_the_answer():
    with connected(world.lethe.http) as peer:
        peer.sendall(b"GET /healthz HTTP/1.1\r\nHost: desk.example\r\n\r\n")
        peer.shutdown(socket.SHUT_WR)
        contains(rest_of(peer), b"HTTP/1.1 200")


@suite.case
def a_body_that_breaks_off_is_no_mail():
    with connected(world.lethe.http) as peer:
        peer.sendall(b"POST /inbound/raw HTTP/1.1\r\nHost: desk.example\r\n"
                     b"Content-Type: message/rfc822\r\nContent-Length: 60000\r\n\r\n"
                     b"Subject: broken-off\r\n")
        peer.shutdown(socket.SHUT_WR)
        assert not rest_of(peer).startswith(b"HTTP/1.1 2"), "half a body was taken"
    assert not world.api.ticket_with_subject("broken-off")


@suite.case
def who_connects_and_stops_within_a_header_is_told_408_too():
    with connected(world.lethe.http) as peer:
        peer.sendall(b"GET / HT")
        late_and_closed(rest_of(peer))


def get(peer):
    peer.sendall(b"GET /healthz HTTP/1.1\r\nHost: desk.example\r\n\r\n")
    return peer.recv(65536)


@suite.case
def one_address_fills_its_own_places_only():
    crowd = [connected(world.lethe.http, "127.4.0.1") for _ in range(CROWD)]
    try:
        for peer in crowd:
            contains(get(peer), b"HTTP/1.1 200")
        with connected(world.lethe.http, "127.4.0.1") as one_more:
            said = rest_of(one_more)
            assert said.startswith(b"HTTP/1.1 503 "), said[:200]
            contains(said.lower(), b"retry-after: ")
        for source in ("127.4.0.2", "127.0.0.1"):
            with connected(world.lethe.http, source) as other:
                contains(get(other), b"HTTP/1.1 200")
        contains(get(crowd[-1]), b"HTTP/1.1 200")
    finally:
        for peer in crowd:
            peer.close()

    def comes_back():
        with connected(world.lethe.http, "127.4.0.1") as peer:
            try:
                return get(peer).startswith(b"HTTP/1.1 200")
            except ConnectionError:
                return False
    eventually(comes_back, "whoever left makes room")


@suite.case
def behind_the_proxy_everybody_shares_one_address_and_nobody_is_turned_away():
    crowd = [connected(world.lethe.http) for _ in range(CROWD + 20)]
    try:
        for peer in crowd:
            contains(get(peer), b"HTTP/1.1 200")
    finally:
        for peer in crowd:
            peer.close()


# --- Many ---

@suite.case
def hundreds_of_slow_clients_of_every_kind_hold_up_nobody():
    peers = []
    try:
        for n in range(300):
            source = f"127.2.{n // 40}.1"  # no more than 40 from one address
            peer = in_mail(source) if n % 3 == 0 else greeted(source=source) if n % 3 == 1 else \
                connected(world.lethe.http, source)
            peer.sendall((b"DATA\r\nSubject: x", b"NOO", b"GET / HTTP/1.1\r\nX: ")[n % 3])
            peers.append(peer)
        others_are_served("among-hundreds")
        for peer in peers:
            rest_of(peer)
    finally:
        for peer in peers:
            peer.close()
    others_are_served("after-hundreds")


@suite.case
def thousands_that_say_nothing_are_all_told_421():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    wanted = min(2_000, hard - 500)
    if wanted < 500:
        raise Skipped(f"only {hard} files may be open")
    peers = []
    try:
        for n in range(wanted):
            peers.append(connected(world.lethe.smtp, f"127.3.{n // 40 // 200}.{1 + n // 40 % 200}"))
        others_are_served("among-silent-thousands")
        ended = sum(b"421 " in rest_of(peer) for peer in peers)
    finally:
        for peer in peers:
            peer.close()
    assert ended == wanted, f"{ended} of {wanted} were told"


def settings(place):
    (place.path / "raw.secret").write_text("a-long-secret-of-a-script\n")
    return f"""
[smtp]
listen_tls = "{world.tls}"
tls_certificate = "{place.path}/tls.pem"
tls_key = "{place.path}/tls.key"
command_seconds = 3
transaction_seconds = 6
handshake_seconds = 3

[http]
header_seconds = 3
body_seconds = 3
connections_per_peer = {CROWD}

[inbound.raw]
secret_file = "{place.path}/raw.secret"
"""


def main():
    exit_unless_built()
    with Workplace() as place:
        world.tls = free_address()
        make_certificate(place.path, "slow.example")
        world.lethe = place.make("desk", settings(place))
        world.api = world.lethe.start()
        return suite.run()


if __name__ == "__main__":
    sys.exit(main())
