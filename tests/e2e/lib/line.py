"""A line between a client and a server on this machine that can be cut: closed, reset, or after so
many bytes of the server's."""

import select
import socket
import struct
import threading

RESET = struct.pack("ii", 1, 0)  # SO_LINGER without a wait: closing sends RST


class Line:
    def __init__(self, port):
        self.target = port
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.calls = []
        self.bytes_left = None
        self.was_cut_inside = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            call = Call(self, client, server)
            self.calls.append(call)
            call.start()

    def cut(self, how):
        """`how`: "closed" or "reset". Returns when every call is over."""
        calls, self.calls = self.calls, []
        for call in calls:
            call.cut(how)

    def cut_after(self, count):
        """The call that brings this many more bytes from the server is reset; once."""
        self.bytes_left = count

    def passes(self, count):
        """False for the bytes over which the line is cut."""
        if self.bytes_left is None:
            return True
        self.bytes_left -= count
        if self.bytes_left > 0:
            return True
        self.bytes_left, self.was_cut_inside = None, True
        return False

    def close(self):
        self.listening.close()
        self.cut("closed")


class Call:
    """Two threads, each the only reader of its socket and the one that closes it."""

    def __init__(self, line, client, server):
        self.line, self.client, self.server = line, client, server
        self.ending = None
        self.threads = [
            threading.Thread(target=self._carry, args=(client, server, False), daemon=True),
            threading.Thread(target=self._carry, args=(server, client, True), daemon=True)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def cut(self, how):
        self.ending = how
        for thread in self.threads:
            thread.join(20)

    def _carry(self, source, target, from_server):
        try:
            while self.ending is None:
                if not select.select([source], [], [], 0.1)[0]:
                    continue
                content = source.recv(65536)
                if not content:
                    self.ending = "closed"
                elif from_server and not self.line.passes(len(content)):
                    self.ending = "reset"
                else:
                    target.sendall(content)
        except OSError:
            self.ending = self.ending or "closed"
        if self.ending == "reset":
            source.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        source.close()
