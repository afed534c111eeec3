"""The emulators of tests/emulators, behind a certificate of a test authority."""

import json
import ssl
import subprocess
import urllib.request

from .certificate import openssl
from .installation import SOURCE


class Authority:
    """A certificate for 127.0.0.1 or other `hosts`, signed by an authority that only the test trusts.
    With `days` below 0 it is out of date."""

    def __init__(self, directory, name="authority", hosts="IP:127.0.0.1,DNS:localhost", days=2):
        self.file = directory / f"{name}.pem"
        self.certificate, self.key = directory / f"{name}.host.pem", directory / f"{name}.host.key"
        root = directory / f"{name}.key"
        request = directory / f"{name}.csr"
        names = directory / f"{name}.names"
        names.write_text(f"subjectAltName={hosts}\n")
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                f"/CN={name}", "-keyout", root, "-out", self.file)
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1",
                "-keyout", self.key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", root,
                "-CAcreateserial", "-days", days, "-extfile", names, "-out", self.certificate)


class Emulator:
    def __init__(self, name, authority, secret):
        self.authority = authority
        self.process = subprocess.Popen(
            ["node", str(SOURCE / f"tests/emulators/{name}.mjs"), str(authority.certificate),
             str(authority.key), secret], stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())["port"]
        self.url = f"https://127.0.0.1:{self.port}"
        self.context = ssl.create_default_context(cafile=str(authority.file))

    def call(self, path, value=None):
        body = None if value is None else json.dumps(value).encode()
        with urllib.request.urlopen(f"{self.url}/__emu/{path}", body, timeout=60,
                                    context=self.context) as answer:
            return json.loads(answer.read())

    def faults(self, *plan):
        self.call("faults", list(plan))

    def state(self):
        return self.call("state")

    def journal(self):
        return self.call("journal")

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
