"""Debian's Dovecot with a configuration of its own: maildirs in a folder, users in a file, TLS."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from .installation import free_address, port_of
from .suite import Skipped, eventually

PASSWORD = "tulips in april"


def make_certificate(folder, name, alternative):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=imap.test",
                    "-addext", f"subjectAltName={alternative}", "-keyout",
                    str(folder / f"{name}.key"), "-out", str(folder / f"{name}.pem")],
                   check=True, capture_output=True)


class Dovecot:
    def __init__(self, users):
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        if not os.access(program, os.X_OK):
            raise Skipped("there is no Dovecot here")
        version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
        if not version.startswith("2.3."):
            raise Skipped(f"its configuration is written for Dovecot 2.3, this is {version.strip()}")
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="lethe-dovecot.", dir="/var/tmp"))
        self.folder.chmod(0o755)
        as_root = os.geteuid() == 0
        self.user = "nobody" if as_root else pwd.getpwuid(os.geteuid()).pw_name
        entry = pwd.getpwnam(self.user)
        self.uid, self.gid = entry.pw_uid, entry.pw_gid
        self.plain, self.tls = port_of(free_address()), port_of(free_address())
        make_certificate(self.folder, "tls", "DNS:localhost,IP:127.0.0.1")
        make_certificate(self.folder, "other", "DNS:imap.elsewhere.example")
        (self.folder / "users").write_text(
            "".join(f"{user}:{{PLAIN}}{PASSWORD}\n" for user in users))
        for user in users:
            for part in ("new", "cur", "tmp"):
                (self.box(user) / part).mkdir(parents=True)
        self.own(self.folder / "mail")
        self.process = None
        self.certificate = "tls"
        self.serial = 0
        self.system_users = ("" if as_root else f"default_internal_user = {self.user}\n"
                             f"default_login_user = {self.user}\nservice anvil {{ chroot = }}\n"
                             "service imap-login { chroot = }\n")

    def own(self, top):
        if os.geteuid() != 0:
            return
        for folder, _, files in os.walk(top):
            os.chown(folder, self.uid, self.gid)
            for name in files:
                os.chown(Path(folder) / name, self.uid, self.gid)

    def box(self, user):
        return self.folder / "mail" / user

    def settings(self):
        f = self.folder
        return f"""{self.system_users}protocols = imap
listen = 127.0.0.1
base_dir = {f}/run
state_dir = {f}/state
log_path = {f}/dovecot.log
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{f}/mail/%u
mail_access_groups =
passdb {{
  driver = passwd-file
  args = {f}/users
}}
userdb {{
  driver = static
  args = uid={self.uid} gid={self.gid} home={f}/home/%u
}}
auth_failure_delay = 0
ssl = yes
ssl_cert = <{f}/{self.certificate}.pem
ssl_key = <{f}/{self.certificate}.key
service imap-login {{
  inet_listener imap {{
    port = {self.plain}
  }}
  inet_listener imaps {{
    port = {self.tls}
    ssl = yes
  }}
}}
"""

    def start(self, certificate="tls"):
        self.certificate = certificate
        (self.folder / "dovecot.conf").write_text(self.settings())
        self.process = subprocess.Popen(
            [self.program, "-F", "-c", str(self.folder / "dovecot.conf")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(self.answers, f"Dovecot answers: {self.log()}")

    def answers(self):
        import socket
        try:
            with socket.create_connection(("127.0.0.1", self.plain), timeout=5) as connection:
                return connection.recv(4) == b"* OK"
        except OSError:
            return False

    def log(self):
        path = self.folder / "dovecot.log"
        return path.read_text(errors="replace")[-1500:] if path.exists() else ""

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def restart(self, certificate="tls"):
        self.stop()
        self.start(certificate)

    def renumber(self, user):
        """The box gets another UIDVALIDITY and new uids, as after a restore. Dovecot is stopped."""
        for path in self.box(user).glob("dovecot*"):
            path.unlink()

    def make_folder(self, user, folder):
        for part in ("new", "cur", "tmp"):
            (self.box(user) / folder / part).mkdir(parents=True)
        self.own(self.box(user) / folder)

    def deliver(self, user, content, folder="", mode=0o600):
        """As a local delivery agent does: whole in tmp, then by rename in new."""
        self.serial += 1
        name = f"{int(time.time())}.{self.serial}.{os.getpid()}.test"
        box = self.box(user) / folder if folder else self.box(user)
        path = box / "tmp" / name
        path.write_bytes(content)
        path.chmod(mode)
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)
        path.rename(box / "new" / name)

    def left(self, user, folder=""):
        top = self.box(user) / folder if folder else self.box(user)
        return [path for part in ("new", "cur") for path in (top / part).glob("*")]

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
