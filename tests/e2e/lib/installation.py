"""An installation of Lethe in a directory of its own: init, serve, stop, kill, the command line.

Its rows lie in that directory, or with LETHE_E2E_POSTGRES in a database of its own (lib/postgres.py).
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from . import postgres
from .api import Api
from .smtp import send
from .suite import eventually

SOURCE = Path(__file__).resolve().parents[3]
PROGRAM = os.environ.get("LETHE_BIN", str(SOURCE / "build/dev/lethe"))
SHARED = SOURCE.parent / "shared"
ADMIN = "root@desk.example"
PASSWORD = "correct horse battery"


class Workplace:
    """A temporary directory for one test file; what was started in it ends with it."""

    def __init__(self):
        self.path = Path(tempfile.mkdtemp(prefix="lethe-e2e."))
        self.installations = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for installation in self.installations:
            installation.kill()
            installation.forget_database()
        shutil.rmtree(self.path, ignore_errors=True)

    def make(self, name, settings="", initialise=True):
        """A fresh installation. `settings` is its lethe.toml; it may say {root}."""
        installation = Installation(self.path / name)
        self.installations.append(installation)
        installation.use_database(postgres.make_database() if postgres.is_used() else None)
        if initialise:
            installation.init()
        if settings:
            installation.configure(settings)
        return installation

    def adopt(self, data):
        """An installation whose files somebody else put in place."""
        installation = Installation(data)
        self.installations.append(installation)
        return installation


class Installation:
    def __init__(self, data):
        self.data = Path(data)
        self.keyring = Path(f"{data}.keyring")
        self.database = None
        self.http, self.smtp = free_address(), free_address()
        self.process = self.api = self.token = None
        self.log = Path(f"{data}.log")
        self.said = []

    # --- The command line ---

    def run(self, *arguments, stdin="", environment=None, timeout=120):
        return run(*arguments, stdin=stdin, environment=environment, timeout=timeout)

    def command(self, first, *rest, **options):
        """`lethe FIRST... --data DIR REST...`; `first` may be two words."""
        return self.run(*first.split(), "--data", str(self.data), *rest, **options)

    def init(self, password=PASSWORD, **options):
        done = self.command("init", "--organisation", "Desk & Söhne", "--admin", ADMIN,
                            stdin=password + "\n" if password else "", **options)
        assert done.returncode == 0, f"init: {done}"

    def configure(self, settings):
        store = postgres.settings(self.database) if self.database else ""
        (self.data / "lethe.toml").write_text(store + settings.replace("{root}", str(self.data.parent)))

    def use_database(self, database):
        """Before `init`, or for a copy: where the rows lie when they do not lie in the directory."""
        self.database = database
        if database:
            self.data.mkdir(mode=0o700, exist_ok=True)
            self.configure("")

    @property
    def rows(self):
        """For lib.hunt: the file, or the name in PostgreSQL."""
        return self.database or self.data / "lethe.db"

    def forget_database(self):
        if self.database:
            postgres.drop_database(self.database)
            self.database = None

    def copy_rows_of(self, source):
        """The rows of a stopped installation whose files were copied here."""
        if source.database:
            self.use_database(postgres.make_database(template=source.database))

    def make_token(self, scope="admin", agent=ADMIN):
        done = self.command("token create", "--agent", agent, "--scope", scope)
        assert done.returncode == 0, f"token create: {done}"
        return done.stdout.strip()

    # --- The server ---

    def start(self, *options, environment=None, wait=True):
        """Starts the server; waits until it listens. Returns the API with an admin's token."""
        assert self.process is None, "it runs already"
        self.said = []
        log = open(self.log, "ab")
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", str(self.data), "--http", self.http, "--smtp", self.smtp,
             *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
            env={**os.environ, **(environment or {})}, text=True)
        log.close()
        threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True).start()
        if wait:
            self.wait_until_ready()
            return self.admin()
        return None

    def _listen(self, source):
        with source:
            for line in source:
                self.said.append(line)

    def is_ready(self):
        return any(line.startswith("Mail:") for line in self.said)

    def wait_until_ready(self):
        process = self.process
        eventually(lambda: self.is_ready() or process.poll() is not None, "the server listens")
        if not self.is_ready():
            status, self.process = process.returncode, None
            raise AssertionError(f"the server ended with {status}:\n{self.last_words()}")

    def admin(self):
        if not self.token:
            self.token = self.make_token()
        self.api = Api(self.http, self.token)
        return self.api

    def last_words(self, count=2000):
        return self.log.read_text(errors="replace")[-count:] if self.log.exists() else ""

    def take(self, content, sender="vera@example.org", recipients=("help@desk.example",)):
        """Takes a mail at the door; lib.smtp.Refused when it does not."""
        send(self.smtp, content, sender=sender, recipients=recipients)

    def stop(self):
        """SIGTERM; the exit status."""
        process, self.process = self.process, None
        if process is None:
            return None
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError("the server did not end after SIGTERM") from None

    def kill(self):
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()

    def restart(self, *options, environment=None):
        self.stop()
        return self.start(*options, environment=environment)

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(*arguments, stdin="", environment=None, timeout=120):
    return subprocess.run([PROGRAM, *map(str, arguments)], input=stdin, text=True, errors="replace",
                          capture_output=True, timeout=timeout,
                          env={**os.environ, **(environment or {})})


def bound(port):
    """A socket that holds this port, or None when somebody has it."""
    holder = socket.socket()
    try:
        holder.bind(("127.0.0.1", port))
        return holder
    except OSError:
        holder.close()
        return None


def own_ports():
    """Below those that the kernel gives to clients (from 32768): a server that is started later, or
    once more, finds its port free. The first of each hundred is held while this process lives, so
    that suites beside one another take their own."""
    for first in range(12_000, 32_000, 100):
        guard = bound(first)
        if guard:
            guards.append(guard)
            yield from range(first + 1, first + 100)


guards, ports = [], own_ports()


def free_address():
    for port in ports:
        holder = bound(port)
        if holder:
            holder.close()
            return f"127.0.0.1:{port}"
    raise AssertionError("no port is free")


def port_of(address):
    return int(address.rsplit(":", 1)[1])


def fault_points():
    return run("doctor", "--fault-points").stdout.split()


def exit_unless_built():
    if not os.access(PROGRAM, os.X_OK):
        print(f"there is no program {PROGRAM}; LETHE_BIN names it\n0 passed, 1 failed")
        sys.exit(1)


def certificate_of(text):
    """The id in what `lethe person erase` prints."""
    found = re.search(r"^certificate (\d+)$", text, re.MULTILINE)
    assert found, f"no certificate in {text!r}"
    return found[1]
