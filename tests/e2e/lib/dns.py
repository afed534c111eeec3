"""A name server on loopback, over UDP and TCP, that plays zones.

zones = {("example.org", "MX"): [(10, "mx.example.org")], ("example.org", "TXT"): ["v=spf1 -all"]}
An answer too long for UDP is cut (TC), so that the client must come back by TCP.
"""

import ipaddress
import socket
import struct
import threading

TYPES = {"A": 1, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
UDP_MAX = 512


def packed_name(name):
    labels = [label for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def packed(kind, value):
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if kind == "PTR":
        return packed_name(value)
    if kind == "MX":
        return struct.pack("!H", value[0]) + packed_name(value[1])
    raw = value.encode()
    pieces = [raw[at:at + 255] for at in range(0, len(raw), 255)] or [b""]
    return b"".join(bytes([len(piece)]) + piece for piece in pieces)


class NameServer:
    """`silent` takes questions and says nothing."""

    def __init__(self):
        self.zones, self.silent, self.asked, self.by_tcp = {}, False, 0, 0
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(self.tcp.getsockname())
        for work in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=work, daemon=True).start()

    def close(self):
        self.udp.close()
        self.tcp.close()

    def answer(self, question, cut_at=None):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode().lower())
            at += 1 + question[at]
        end = at + 5
        number = struct.unpack("!H", question[at + 1:at + 3])[0]
        name = ".".join(labels)
        kind = next((each for each, n in TYPES.items() if n == number), None)
        values = self.zones.get((name, kind), [])
        known = any(zone == name for zone, _ in self.zones)
        body = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", number, 1, 60, len(raw)) + raw
                        for raw in (packed(kind, value) for value in values))
        flags, count = 0x8580, len(values)
        if not known:
            flags |= 3  # NXDOMAIN
        if cut_at and end + len(body) > cut_at:
            flags, body, count = flags | 0x0200, b"", 0
        header = question[:2] + struct.pack("!HHHHH", flags, 1, count, 0, 0)
        return header + question[12:end] + body

    def serve_udp(self):
        while True:
            try:
                question, peer = self.udp.recvfrom(4096)
                self.asked += 1
                if not self.silent:
                    self.udp.sendto(self.answer(question, UDP_MAX), peer)
            except OSError:
                return

    def serve_tcp(self):
        while True:
            try:
                connection, _ = self.tcp.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                try:
                    length = connection.recv(2, socket.MSG_WAITALL)
                    question = connection.recv(struct.unpack("!H", length)[0], socket.MSG_WAITALL)
                    self.by_tcp += 1
                    if not self.silent:
                        answer = self.answer(question)
                        connection.sendall(struct.pack("!H", len(answer)) + answer)
                except (OSError, struct.error):
                    pass
