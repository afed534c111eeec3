"""A relay in a directory of its own, a line to its target that can be cut, and TLS before a target."""

import http.client
import http.server
import os
import signal
import socket
import ssl
import subprocess
import threading
from pathlib import Path

from .installation import PROGRAM, free_address
from .suite import eventually


class Relay:
    def __init__(self, directory, name="relay"):
        self.directory = Path(directory) / name
        self.directory.mkdir()
        self.config = self.directory / "relay.toml"
        self.state, self.log = self.directory / "state", self.directory / "log"
        self.smtp, self.lmtp = free_address(), free_address()
        self.mailboxes, self.more, self.process = [], "", None

    def key_file(self, secret):
        path = self.directory / f"key{len(list(self.directory.glob('key*')))}"
        path.write_text(secret + "\n")
        return path

    def add(self, address, target, url, secret, ca_file, **more):
        settings = {"address": address, "target": target, "url": url,
                    "key_file": str(self.key_file(secret)), "ca_file": str(ca_file), **more}
        self.mailboxes.append(settings)
        return settings

    def write_config(self):
        lines = ["[relay]", f'listen = "{self.smtp}"', f'lmtp_listen = "{self.lmtp}"',
                 f'state = "{self.state}"', self.more]
        for mailbox in self.mailboxes:
            lines.append("[[relay.mailbox]]")
            lines += [f"{name} = {toml(value)}" for name, value in mailbox.items()]
        self.config.write_text("\n".join(lines) + "\n")

    def start(self, prefix=(), wait=True):
        self.write_config()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([*prefix, PROGRAM, "relay", "--config",
                                             str(self.config)], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        if wait:
            eventually(lambda: listens(self.smtp) or self.process.poll() is not None, "it listens")
            assert self.process.poll() is None, self.words()
        return self

    def words(self):
        return self.log.read_text(errors="replace")

    def stop(self):
        process, self.process = self.process, None
        if process is None:
            return None
        process.send_signal(signal.SIGTERM)
        return process.wait(120)

    def kill(self):
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()

    def run_refused(self, prefix=()):
        """What it says when it will not start."""
        self.write_config()
        done = subprocess.run([*prefix, PROGRAM, "relay", "--config", str(self.config)], text=True,
                              capture_output=True, timeout=60, env=os.environ)
        assert done.returncode != 0, f"it started: {done}"
        return done.stderr


def toml(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value) if isinstance(value, int) else f'"{value}"'


def listens(address):
    host, port = address.rsplit(":", 1)
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


class Line:
    """A TCP line to `port` that can be cut as when a host dies, and mended."""

    def __init__(self, port):
        self.target, self.is_up, self.open, self.lock = port, True, set(), threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if not self.is_up:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.target))
            with self.lock:
                self.open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    def _copy(self, source, sink):
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            with self.lock:
                self.open.discard(end)

    def cut(self):
        self.is_up = False
        with self.lock:
            open_now = list(self.open)
        for end in open_now:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def mend(self):
        self.is_up = True

    def close(self):
        self.cut()
        self.listener.close()


class Front:
    """HTTPS before a server that speaks HTTP, as a reverse proxy; answers can get lost on the way."""

    def __init__(self, address, authority):
        front, self.address, self.to_lose = self, address, 0

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                front.forward(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.certificate, authority.key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def forward(self, handler):
        content = handler.rfile.read(int(handler.headers["Content-Length"]))
        headers = {name: value for name, value in handler.headers.items() if name.lower() != "host"}
        status, kind, body = self.ask(handler.path, content, headers)
        if self.to_lose > 0:
            self.to_lose -= 1
            handler.close_connection = True
            return
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def ask(self, path, content, headers):
        near = http.client.HTTPConnection(self.address, timeout=60)
        try:
            near.request("POST", path, content, headers)
            answer = near.getresponse()
            return answer.status, answer.headers.get("Content-Type", "text/plain"), answer.read()
        except OSError:
            return 502, "text/plain", b"nobody is there"
        finally:
            near.close()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
