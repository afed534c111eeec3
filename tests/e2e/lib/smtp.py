"""Mail in and out: a client that sends exactly the bytes it is given, and a server that receives."""

import base64
import email
import email.policy
import socket
import socketserver
import threading

from .suite import eventually


class Refused(Exception):
    """The server's answer to a mail or a recipient was not a success."""

    def __init__(self, code, text):
        super().__init__(f"{code} {text}")
        self.code, self.text = code, text


class HungUp(Exception):
    pass


class Client:
    """One SMTP connection. Nothing is corrected on the way: bare LF goes out as bare LF."""

    def __init__(self, address, timeout=60, source="127.0.0.1"):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=timeout,
                                               source_address=(source, 0))
        self.file = self.socket.makefile("rb")
        self.greeting = self.answer()
        self.ehlo = self.command("EHLO client.example")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.file.close()
        self.socket.close()

    def answer(self):
        lines = []
        while True:
            try:
                line = self.file.readline()
            except ConnectionError as error:
                raise HungUp(str(error)) from error
            if not line:
                raise HungUp("the server closed the connection")
            lines.append(line[4:].decode("utf-8", "replace").rstrip())
            if line[3:4] != b"-":
                return int(line[:3]), "\n".join(lines)

    def write(self, content):
        try:
            self.socket.sendall(content)
        except ConnectionError as error:
            raise HungUp(str(error)) from error

    def command(self, line):
        self.write(line.encode() + b"\r\n")
        return self.answer()

    def expect(self, line, *codes):
        code, text = self.command(line)
        if code not in codes:
            raise Refused(code, text)
        return text

    def envelope(self, sender, recipients):
        self.expect(f"MAIL FROM:<{sender}>", 250)
        for recipient in recipients:
            self.expect(f"RCPT TO:<{recipient}>", 250, 251)

    def data(self, wire):
        """`wire` is what follows DATA, dots stuffed and final dot included. (code, text)."""
        self.expect("DATA", 354)
        self.write(wire)
        return self.answer()

    def send(self, mail, sender="sender@example.org", recipients=("help@desk.example",)):
        """The answer's text; Refused when it was not 250."""
        self.envelope(sender, recipients)
        code, text = self.data(stuffed(mail))
        if code != 250:
            raise Refused(code, text)
        return text


def stuffed(mail):
    if not mail.endswith(b"\r\n"):
        mail += b"\r\n"
    mail = mail.replace(b"\r\n.", b"\r\n..")
    return (b"." if mail.startswith(b".") else b"") + mail + b".\r\n"


def send(address, mail, **envelope):
    with Client(address) as client:
        return client.send(mail, **envelope)


def mail(sender="Vera Lind <vera@example.org>", to="help@desk.example", subject="A question",
         text="Hello.\r\n", message_id=None, files=(), **headers):
    """A mail's bytes. `files`: (name, type, bytes). Other headers: `in_reply_to="<..>"`."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {encoded_word(subject)}",
             "Date: Mon, 02 Feb 2026 10:00:00 +0000", "MIME-Version: 1.0"]
    if message_id:
        lines.append(f"Message-ID: {message_id}")
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    body = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "",
            text.replace("\r\n", "\n").replace("\n", "\r\n")]
    if files:
        parts = ["\r\n".join(body)] + [file_part(*file) for file in files]
        lines.append('Content-Type: multipart/mixed; boundary="=_cut"')
        body = ["", *(f"--=_cut\r\n{part}" for part in parts), "--=_cut--", ""]
    return "\r\n".join(lines + body).encode()


def file_part(name, kind, content):
    return (f'Content-Type: {kind}; name="{name}"\r\n'
            f'Content-Disposition: attachment; filename="{name}"\r\n'
            "Content-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(content).decode().replace("\n", "\r\n"))


def encoded_word(text):
    if text.isascii():
        return text
    return "=?utf-8?B?" + base64.b64encode(text.encode()).decode() + "?="


class Received:
    def __init__(self, sender, recipients, content):
        self.sender, self.recipients, self.content = sender, recipients, content
        self.message = email.message_from_bytes(content, policy=email.policy.default)

    def __getitem__(self, header):
        return str(self.message[header] or "")

    @property
    def text(self):
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""


class Receiver:
    """The mail server that Lethe submits to. `answers` maps a recipient to its answer to RCPT."""

    def __init__(self):
        self.mails, self.answers, self.lock = [], {}, threading.Lock()
        receiver = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self):
                receiver._talk(self.rfile, self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = allow_reuse_address = True

        self.server = Server(("127.0.0.1", 0), Session)
        self.url = f"smtp://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def all(self):
        with self.lock:
            return list(self.mails)

    def to(self, address):
        return [mail for mail in self.all() if address in mail.recipients]

    def mails_to(self, address, count):
        """All to this address, as soon as there are `count`."""
        eventually(lambda: len(self.to(address)) >= count, f"{count} mails to {address}")
        return self.to(address)

    def _talk(self, source, sink):
        def say(text):
            sink.write(text.encode() + b"\r\n")
            sink.flush()

        sender, recipients = "", []
        say("220 receiver.example")
        while line := source.readline():
            verb = line.strip().upper()
            if verb.startswith((b"EHLO", b"HELO")):
                say("250-receiver.example\r\n250-8BITMIME\r\n250 SMTPUTF8")
            elif verb.startswith(b"MAIL"):
                sender, recipients = path_of(line), []
                say("250 ok")
            elif verb.startswith(b"RCPT"):
                answer = self.answers.get(path_of(line), "250 ok")
                if answer.startswith("2"):
                    recipients.append(path_of(line))
                say(answer)
            elif verb == b"DATA":
                say("354 go on")
                content = read_content(source)
                with self.lock:
                    self.mails.append(Received(sender, recipients, content))
                say("250 taken")
            elif verb == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


def path_of(line):
    return line.split(b"<", 1)[1].split(b">", 1)[0].decode("utf-8", "replace")


def read_content(source):
    lines = []
    while (line := source.readline()) and line != b".\r\n":
        lines.append(line[1:] if line.startswith(b".") else line)
    return b"".join(lines)
