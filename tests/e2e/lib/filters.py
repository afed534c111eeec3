"""Debian's rspamd and clamd, each with a configuration and a folder of its own. Neither asks the
network anything: rspamd's resolver is a port where nobody answers, or a name server of the test's
own; clamd knows one signature, that of the EICAR test file, which is written here."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from .installation import free_address
from .suite import Skipped, eventually

# In two halves, so that no scanner takes this file for what it tests.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*" + "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
TOP_LEVEL_DOMAINS = "/usr/share/rspamd/effective_tld_names.dat"


def program_named(name):
    for folder in ("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"):
        if os.access(f"{folder}/{name}", os.X_OK):
            return f"{folder}/{name}"
    raise Skipped(f"there is no {name} here")


class Daemon:
    """Runs in the foreground with its files in a folder of its own; ends with close()."""

    def __init__(self, name):
        self.program = program_named(name)
        self.folder = Path(tempfile.mkdtemp(prefix=f"lethe-{name}.", dir="/var/tmp"))
        self.process = None

    def start(self):
        with open(self.folder / "said", "ab") as said:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=said,
                                            stderr=said, start_new_session=True)
        eventually(lambda: self.answers() or self.process.poll() is not None,
                   "the daemon answers", patience=60)
        assert self.process.poll() is None, f"{self.program} ended: {self.last_words()}"

    def last_words(self):
        return "".join(path.read_text(errors="replace")[-1000:]
                       for path in (self.folder / "said", self.folder / "log") if path.exists())

    def kill(self):
        """The whole of it at once, as by a power cut; its workers are in its process group."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
            self.process = None

    def close(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Rspamd(Daemon):
    """One worker, no controller, no Redis, no rules but those compiled in."""

    def __init__(self):
        super().__init__("rspamd")
        self.address = free_address()
        self.configure()

    def configure(self):
        (self.folder / "rspamd.conf").write_text(self.settings())

    def settings(self):
        f = self.folder
        return f"""options {{
  pidfile = "{f}/pid";
  tempdir = "{f}";
  cache_file = "{f}/symbols.cache";
  history_file = "{f}/history";
  stats_file = "{f}/stats";
  hs_cache_dir = "{f}";
  control_socket = "{f}/control.sock mode=0600";
  url_tld = "{TOP_LEVEL_DOMAINS}";
  local_addrs = [];
  filters = "";
  task_timeout = 4s;
  dns {{
    nameserver = ["127.0.0.1:9"];
    timeout = 0.1s;
    retransmits = 1;
    sockets = 1;
  }}
}}
logging {{
  type = "file";
  filename = "{f}/log";
  level = "info";
}}
worker "normal" {{
  bind_socket = "{self.address}";
  count = 1;
}}
actions {{
  reject = 15;
  "add header" = 6;
}}
"""

    def command(self):
        # Without -i it refuses to be run by root.
        as_root = ["-i"] if os.geteuid() == 0 else []
        return [self.program, "-f", *as_root, "-c", str(self.folder / "rspamd.conf")]

    def answers(self):
        host, port = self.address.rsplit(":", 1)
        try:
            with socket.create_connection((host, int(port)), timeout=5) as connection:
                connection.sendall(b"GET /ping HTTP/1.0\r\n\r\n")
                said = b""
                while b"pong" not in said and (more := connection.recv(4096)):
                    said += more
                return b"pong" in said
        except OSError:
            return False


class StockRspamd(Rspamd):
    """As Debian installs it: all of its rules, modules and scores, from /etc/rspamd. Said besides is
    what a test needs: a name server, folders, one worker, and that loopback is judged like the world.
    """

    # In place of 10,000 public suffixes, which take it half a minute to compile.
    SUFFIXES = "com\norg\nexample\n"

    def __init__(self, name_server):
        self.name_server = name_server
        super().__init__()

    def configure(self):
        local = self.folder / "local.d"
        local.mkdir()
        (self.folder / "suffixes").write_text(self.SUFFIXES)
        for name, text in self.local_settings().items():
            (local / name).write_text(text)

    def local_settings(self):
        f, off = self.folder, "enabled = false;\ncount = -1;\n"
        judged = "check_local = true;\n"
        return {"options.inc": f"""tempdir = "{f}";
url_tld = "{f}/suffixes";
disable_hyperscan = true;
local_addrs = [];
dns {{
  nameserver = ["{self.name_server}:10"];
  timeout = 0.5s;
  retransmits = 2;
  sockets = 1;
}}
""", "worker-normal.inc": f'bind_socket = "{self.address}";\ncount = 1;\n',
                "worker-controller.inc": off, "worker-proxy.inc": off,
                "logging.inc": f'filename = "{f}/log";\n',
                "spf.conf": judged, "dkim.conf": judged, "dmarc.conf": judged}

    def command(self):
        as_root = ["-i"] if os.geteuid() == 0 else []
        folders = [f"--var={name}={self.folder}"
                   for name in ("LOCAL_CONFDIR", "DBDIR", "RUNDIR", "LOGDIR")]
        return [self.program, "-f", *as_root, "-c", "/etc/rspamd/rspamd.conf", *folders]


class Clamd(Daemon):
    def __init__(self):
        super().__init__("clamd")
        # A copy at another place: Debian's AppArmor profile of clamd lets it read no folder of ours.
        self.program = shutil.copy(self.program, self.folder / "clamd")
        self.socket = self.folder / "clamd.sock"
        (self.folder / "database").mkdir()
        (self.folder / "database/eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
        (self.folder / "clamd.conf").write_text(self.settings())

    def settings(self):
        f = self.folder
        return f"""Foreground yes
LocalSocket {self.socket}
FixStaleSocket yes
DatabaseDirectory {f}/database
TemporaryDirectory {f}
LogFile {f}/log
StreamMaxLength 40M
MaxThreads 2
Bytecode no
"""

    def command(self):
        return [self.program, "--foreground", f"--config-file={self.folder}/clamd.conf"]

    def answers(self):
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self.socket))
                connection.sendall(b"zPING\0")
                return connection.recv(16).startswith(b"PONG")
        except OSError:
            return False
