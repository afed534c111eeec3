"""The command line: every subcommand with and without a server, exit codes, what it refuses and why.

0 done, 1 refused with the reason, 2 usage, 3 environment (DESIGN section 5).
"""

import hashlib
import itertools
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading

from lib.installation import (ADMIN, PROGRAM, SOURCE, Workplace, certificate_of,
                              exit_unless_built, free_address, run)
from lib.site import Browser
from lib.smtp import HungUp, Refused, mail, send
from lib.suite import Skipped, Suite, contains, equal, eventually

suite = Suite()


class World:
    pass


world = World()


def done(completed, *parts):
    equal(completed.returncode, 0, f"{completed}")
    for part in parts:
        contains(completed.stdout, part)
    return completed.stdout


def refused(completed, code, *parts):
    """Ended with this code, said why on standard error, and nothing like a success."""
    codes = code if isinstance(code, tuple) else (code,)
    assert completed.returncode in codes, f"{completed}"
    assert completed.stderr.strip(), f"no reason is given: {completed}"
    for part in parts:
        contains(completed.stderr.lower(), part.lower())


def hashes(*directories):
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for directory in directories for path in sorted(directory.rglob("*"))
            if path.is_file() and not path.name.endswith(("-wal", "-shm", "lock"))}


def fresh(name, settings=""):
    return world.place.make(name, settings)


def copied(source, name):
    target = world.place.path / name
    ignored = shutil.ignore_patterns("control.sock", "lock")
    shutil.copytree(source.data, target, ignore=ignored)
    shutil.copytree(source.keyring, f"{target}.keyring")
    return world.place.adopt(target)


# --- Usage ---

@suite.case
def help_and_version_are_0():
    done(run("--help"), "serve", "init", "backup")
    done(run("--version"), "lethe")
    for words in (["init"], ["serve"], ["token", "create"], ["import"], ["retention", "run"],
                  ["person", "erase"], ["backup", "restore"], ["keyring", "status"],
                  ["certificate", "verify"], ["doctor"]):
        done(run(*words, "--help"), "--")


WRONG = [[], ["frobnicate"], ["init"], ["init", "--data"], ["token"], ["token", "create"],
         ["serve", "--nonsense"], ["import", "--data", "x"], ["import", "--data", "x", "docx", "f"],
         ["import", "--data", "x", "eml"], ["retention", "--data", "x"], ["person", "erase", "a@b.c"],
         ["person", "kill", "--data", "x", "a@b.c"], ["backup", "create", "f"], ["backup"],
         ["backup", "verify"], ["keyring", "status"], ["certificate", "verify"],
         ["token", "create", "--data", "x", "--agent", "a@b.example", "--scope", "everything"],
         ["keyring", "status", "--data", ""], ["serve", "--data", ""],
         ["doctor", "--data", "x", "--main-cf", "/etc/hostname"]]


@suite.case
def wrong_use_is_2():
    for words in WRONG:
        refused(run(*words), 2)


@suite.case
def an_unknown_command_is_named_beside_those_there_are():
    refused(run("frobnicate"), 2, "frobnicate", "init, serve", "doctor")
    refused(run("person", "kill", "--data", "x", "a@b.c"), 2, "lethe person", "kill", "export, erase")
    refused(run(), 2, "a command is missing", "serve")
    refused(run("keyring"), 2, "a command is missing", "status, receive")
    refused(run("token", "create", "--data", "x"), 2, "--agent")


@suite.case
def what_is_no_data_directory_is_said_to_be_none():
    nowhere = str(world.place.path / "nowhere")
    for words in (["serve", "--data", nowhere], ["keyring", "status", "--data", nowhere],
                  ["person", "export", "--data", nowhere, "a@b.example"],
                  ["token", "create", "--data", nowhere, "--agent", ADMIN, "--scope", "read"]):
        refused(run(*words), (1, 3), "not a data directory")
    assert not os.path.exists(nowhere), "it was made"


# --- init ---

@suite.case
def init_twice_is_refused_and_changes_nothing():
    lethe = fresh("twice")
    before = hashes(lethe.data, lethe.keyring)
    refused(lethe.command("init", "--organisation", "Other", "--admin", "b@b.example",
                          stdin="another password\n"), 1)
    equal(hashes(lethe.data, lethe.keyring), before)


@suite.case
def init_refuses_a_short_password_and_a_wrong_address_and_makes_nothing():
    for admin, password in ((ADMIN, "short\n"), ("no address", "long enough password\n")):
        lethe = world.place.make(f"refused-{len(password)}", initialise=False)
        refused(lethe.command("init", "--organisation", "O", "--admin", admin, stdin=password), 1)
        assert not (lethe.data / "lethe.db").exists()
        assert not lethe.keyring.exists()


@suite.case
def init_that_fails_leaves_nothing_and_may_be_tried_again():
    lethe = world.place.make("tried", initialise=False)
    for organisation, password in (("O", "x" * 1025 + "\n"), ("", "long enough password\n"),
                                   ("two\nlines", ""), ("O" * 201, "")):
        refused(lethe.command("init", "--organisation", organisation, "--admin", ADMIN,
                              stdin=password), 1)
        assert not lethe.data.exists() and not lethe.keyring.exists(), "something was made"
    lethe.keyring.mkdir()
    lethe.keyring.chmod(0o755)  # others may look into it
    (lethe.keyring / "note").write_text("mine")
    refused(lethe.command("init", "--organisation", "O", "--admin", ADMIN), (1, 3), "chmod")
    assert not lethe.data.exists(), "a half-made directory is left"
    equal([path.name for path in lethe.keyring.iterdir()], ["note"])
    lethe.keyring.chmod(0o700)
    lethe.init()
    done(lethe.command("token create", "--agent", ADMIN, "--scope", "read"))


@suite.case
def init_that_was_killed_is_known_and_says_what_to_do():
    lethe = copied(world.lethe, "killed-init")
    (lethe.data / "init.unfinished").touch()
    before = hashes(lethe.data, lethe.keyring)
    refused(lethe.command("init", "--organisation", "O", "--admin", ADMIN), 1, "has not finished",
            str(lethe.keyring))
    refused(lethe.command("keyring status"), 1, "has not finished", "run it again")
    refused(run("serve", "--data", lethe.data, "--http", lethe.http, "--smtp", lethe.smtp), 1,
            "has not finished")
    equal(hashes(lethe.data, lethe.keyring), before)


@suite.case
def init_on_a_full_disk_says_so_and_leaves_nothing():
    for size in ("100k", "700k"):
        disk = SmallDisk(world.place.path / f"small-{size}", size)
        try:
            lethe = world.place.make(f"small-{size}/data", initialise=False)
            refused(lethe.command("init", "--organisation", "O", "--admin", ADMIN), 3, "full",
                    "make room")
            equal(list(disk.path.iterdir()), [])
        finally:
            disk.close()


@suite.case
def a_password_of_a_file_with_crlf_is_the_one_that_is_typed():
    lethe = world.place.make("crlf", initialise=False)
    done(lethe.command("init", "--organisation", "O", "--admin", ADMIN,
                       stdin="correct horse battery\r\n"))
    lethe.start()
    contains(Browser(lethe.http).sign_in(ADMIN, "correct horse battery"), 'href="/settings/me"')
    lethe.stop()


@suite.case
def init_without_a_password_prints_a_sign_in_link():
    lethe = world.place.make("link", initialise=False)
    said = done(lethe.command("init", "--organisation", "O", "--admin", ADMIN), "/join/")
    equal(len(said.strip().splitlines()), 1)


@suite.case
def the_keyring_is_outside_and_private():
    lethe = world.lethe
    assert not list(lethe.data.rglob("keyring*")) and not list(lethe.data.rglob("root.*"))
    assert (lethe.keyring / "CACHEDIR.TAG").exists()
    for path in [lethe.data, lethe.keyring, *lethe.data.rglob("*"), *lethe.keyring.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, f"{path}: {oct(path.stat().st_mode)}"


# --- Every command, alone and through the server ---

def letters():
    folder = world.place.path / "letters"
    folder.mkdir(exist_ok=True)
    mails = [mail(sender=f"Imp {n} <imp{n}@example.org>", subject=f"Letter {n}", text=f"Body {n}\n",
                  message_id=f"<imp-{n}@example.org>") for n in range(6)]
    for number, content in enumerate(mails[:3]):
        (folder / f"{number}.eml").write_bytes(content)
    mbox = b"".join(b"From imp@example.org Mon Feb  2 10:00:00 2026\n"
                    + content.replace(b"\r\n", b"\n") + b"\n" for content in mails[3:])
    (folder / "box.mbox").write_bytes(mbox)
    lines = [{"ticket": {"requester": {"email": f"nd{n}@example.org", "name": f"Nd {n}"},
                         "subject": f"Line {n}", "created_at": "2024-01-01T00:00:00Z",
                         "closed_at": "2024-02-01T00:00:00Z",
                         "messages": [{"kind": "customer", "text": f"Text {n}"}]}} for n in range(3)]
    (folder / "t.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines) + "{}\n")
    return folder


def every_command(lethe, mark):
    """All subcommands over a directory, whoever owns it."""
    folder = letters()
    token = done(lethe.command("token create", "--agent", ADMIN, "--scope", "read", "--name", mark))
    equal(len(token.split()), 1, "it prints the token and nothing else")
    refused(lethe.command("token create", "--agent", "nobody@desk.example", "--scope", "read"), 1)
    emls = sorted(map(str, folder.glob("*.eml")))
    done(lethe.command("import", "eml", *emls), "imported 3")
    done(lethe.command("import", "eml", *emls), "imported 0", "known already 3")
    done(lethe.command("import", "mbox", str(folder / "box.mbox")), "imported 3")
    done(lethe.command("import", "mbox", str(folder / "box.mbox")), "known already 3")
    done(lethe.command("import", "ndjson", str(folder / "t.ndjson")), "imported 3", "refused 1",
         "line 4")
    refused(lethe.command("import", "eml", str(folder / "none.eml")), (1, 3), "none.eml")
    refused(lethe.command("import", "mbox", str(folder / "0.eml")), 1, "0.eml is no mbox", "eml")
    (folder / "empty.mbox").write_bytes(b"\n")
    done(lethe.command("import", "mbox", str(folder / "empty.mbox")), "imported 0", "refused 0")
    done(lethe.command("retention preview"), "now:", "in 30 days:")
    done(lethe.command("retention run"), "erased")
    refused(lethe.command("retention run", "--at", "2999-01-01T00:00:00Z"), 1)
    for verb in ("run", "preview"):
        refused(lethe.command(f"retention {verb}", "--at", "tomorrow"), 2, "rfc 3339")
    done(lethe.command("person export", "imp1@example.org"), "Body 1")
    refused(lethe.command("person export", "nobody@example.org"), 1)
    backup = str(world.place.path / f"{mark}.tar")
    done(lethe.command("backup create", backup), "keyring is not in it", str(lethe.keyring))
    refused(lethe.command("backup create", backup), 1, "exists")
    done(run("backup", "verify", backup), "keyring is not in")
    done(lethe.command("backup verify", backup), "keyring is not in", str(lethe.keyring))
    said = done(lethe.command("person erase", "imp1@example.org"), "certificate")
    certificate_of(said)
    refused(lethe.command("person export", "imp1@example.org"), 1)
    refused(lethe.command("person erase", "imp1@example.org"), 1)
    done(lethe.command("keyring status"), "replica: none")
    doctor = lethe.command("doctor")
    contains(doctor.stdout, "ledger:")
    assert doctor.returncode in (0, 1), f"{doctor}"
    return said


@suite.case
def every_command_works_without_a_server():
    every_command(fresh("alone"), "alone")


@suite.case
def every_command_works_through_the_running_server():
    lethe = fresh("served")
    lethe.start()
    world.erased = certificate_of(every_command(lethe, "served"))
    subjects = [ticket["subject"] for ticket in lethe.api.tickets()]
    equal(sorted(s for s in subjects if s.startswith("Letter")),
          ["Letter 0", "Letter 2", "Letter 3", "Letter 4", "Letter 5"])
    refused(lethe.command("backup restore", str(world.place.path / "served.tar")), (1, 3), "process")
    world.served = lethe


FROM_LINE = b"From imp@example.org Mon Feb  2 10:00:00 2026\n"


def letter(name, text="Text\n"):
    return mail(sender=f"{name}@example.org", subject=name, text=text,
                message_id=f"<{name}@example.org>")


@suite.case
def what_cannot_be_imported_is_named_and_costs_only_itself():
    lethe = fresh("hostile")
    folder = world.place.path / "hostile-mails"
    folder.mkdir()
    (folder / "good.eml").write_bytes(letter("good"))
    good = str(folder / "good.eml")
    for form in ("eml", "mbox", "ndjson"):
        refused(lethe.command("import", form, str(folder)), 1, f"{folder} is a directory")
    missing = str(folder / "missing.eml")
    said = lethe.command("import", "eml", missing, good, str(folder))
    refused(said, 1, f"cannot read {missing}: no such file")
    contains(said.stdout, "imported 1")
    contains(said.stdout, f"{folder} is a directory")
    (folder / "mac.mbox").write_bytes((FROM_LINE + letter("mac")).replace(b"\r", b"")
                                      .replace(b"\n", b"\r"))
    refused(lethe.command("import", "mbox", str(folder / "mac.mbox")), 1, "CR alone")
    (folder / "marked.mbox").write_bytes(b"\xef\xbb\xbf" + FROM_LINE + letter("marked"))
    done(lethe.command("import", "mbox", str(folder / "marked.mbox")), "imported 1")
    lines = [json.dumps({"ticket": {"requester": {"email": "bom@example.org"}, "subject": "Marked",
                                    "messages": [{"kind": "customer", "text": "x"}]}}), "{broken"]
    (folder / "marked.ndjson").write_text("\n".join(lines), encoding="utf-8-sig")
    done(lethe.command("import", "ndjson", str(folder / "marked.ndjson")), "imported 1",
         "refused 1", "line 2: ")


@suite.case
def a_mail_over_64_mib_in_an_mbox_is_refused_by_its_number_and_not_cut():
    lethe = fresh("huge")
    huge = world.place.path / "huge.mbox"
    with open(huge, "wb") as file:
        file.write(FROM_LINE + letter("before") + b"\n" + FROM_LINE + letter("huge"))
        for _ in range(65):
            file.write((b"x" * 1023 + b"\n") * 1024)
        file.write(b"\n" + FROM_LINE + letter("after"))
    done(lethe.command("import", "mbox", str(huge)), "imported 2", "refused 1",
         f"{huge} mail 2: a mail has at most 64 MiB")
    huge.unlink()
    subjects = sorted(ticket["subject"] for ticket in lethe.start().tickets())
    equal(subjects, ["after", "before"])
    lethe.stop()


@suite.case
def an_import_that_meets_a_full_disk_stops_and_goes_on_later():
    disk = SmallDisk(world.place.path / "import-disk", "12m")
    try:
        lethe = world.place.make("import-disk/data")
        box = world.place.path / "many.mbox"
        box.write_bytes(b"".join(FROM_LINE + letter(f"many{n}", "word " * 600 + "\n") + b"\n"
                                 for n in range(1500)))
        stopped = lethe.command("import", "mbox", str(box))
        refused(stopped, 3, "run the same command again")
        contains(stopped.stdout, "refused 0")
        subprocess.run(["mount", "-o", "remount,size=200m", str(disk.path)], check=True)
        before = int(stopped.stdout.split("imported ")[1].split(",")[0])
        again = done(lethe.command("import", "mbox", str(box)), f"known already {before}")
        contains(again, f"imported {1500 - before}")
    finally:
        disk.close()


@suite.case
def an_export_to_a_full_disk_is_no_success():
    lethe = fresh("full-output")
    (world.place.path / "ida.eml").write_bytes(letter("fullout"))
    done(lethe.command("import", "eml", str(world.place.path / "ida.eml")))
    with open("/dev/full", "w") as full:
        said = subprocess.run([PROGRAM, "person", "export", "--data", str(lethe.data),
                               "fullout@example.org"], stdout=full, stderr=subprocess.PIPE,
                              text=True, timeout=60)
    equal(said.returncode, 3)
    contains(said.stderr, "cannot write to standard output")


@suite.case
def an_import_goes_on_where_it_was_stopped():
    lethe = fresh("resumed")
    folder = letters()
    some = [str(folder / "0.eml")]
    done(lethe.command("import", "eml", *some), "imported 1")
    done(lethe.command("import", "eml", *some, str(folder / "1.eml"), str(folder / "2.eml")),
         "imported 2", "known already 1")


@suite.case
def an_export_holds_their_data_and_nobody_elses():
    lethe = fresh("export")
    api = lethe.start()
    send(lethe.smtp, mail(sender="Ida Own <ida@example.org>", subject="Ida's own matter",
                          text="Idas Wörter.\n", message_id="<ida@x>", cc="Udo <udo@example.org>",
                          files=[("ida.txt", "text/plain", b"Idas Datei")]))
    send(lethe.smtp, mail(sender="Udo Other <udo@example.org>", subject="Re: Ida's own matter",
                          text="UDOS EIGENE MEINUNG\n", in_reply_to="<ida@x>"),
         sender="udo@example.org")
    send(lethe.smtp, mail(sender="Udo Other <udo@example.org>", subject="UDOS SACHE", text="x\n"))
    ticket = api.ticket_with_subject("Ida's own matter")
    api.ok(api.post(f"/tickets/{ticket['id']}/messages", {"kind": "agent", "text": "Unser Rat."}), 201)
    exported = json.loads(done(lethe.command("person export", "ida@example.org")))
    said = json.dumps(exported, ensure_ascii=False)
    for word in ("ida@example.org", "Ida Own", "Idas Wörter.", "ida.txt", "Unser Rat."):
        contains(said, word)
    for word in ("UDOS EIGENE MEINUNG", "UDOS SACHE"):
        assert word not in said, word


# --- Certificates ---

@suite.case
def a_certificate_is_genuine_changed_or_unchecked():
    api = world.served.api
    file = api.get(f"/certificates/{world.erased}",
                   headers={"Accept": "application/vnd.lethe.certificate"}).body
    genuine, key = world.place.path / "g.lethe-certificate", world.place.path / "log.key"
    genuine.write_bytes(file)
    key.write_bytes(api.get("/ledger/key").body)
    done(run("certificate", "verify", genuine, "--key", key))
    unchecked = run("certificate", "verify", genuine)
    equal(unchecked.returncode, 1)
    contains(unchecked.stdout + unchecked.stderr, "authenticity NOT checked")
    other = fresh("other-key").start()
    wrong = world.place.path / "wrong.key"
    wrong.write_bytes(other.get("/ledger/key").body)
    equal(run("certificate", "verify", genuine, "--key", wrong).returncode, 1)
    changed = world.place.path / "c.lethe-certificate"
    for at in range(0, len(file), max(1, len(file) // 60)):
        altered = bytearray(file)
        altered[at] ^= 1
        changed.write_bytes(altered)
        assert run("certificate", "verify", changed, "--key", key).returncode == 1, f"byte {at}"
    refused(run("certificate", "verify", world.place.path / "none", "--key", key), 1, "no such file")
    refused(run("certificate", "verify", world.place.path, "--key", key), 1, "is a directory")
    refused(run("certificate", "verify", genuine, "--key", world.place.path / "none"), (1, 3))


# --- Owners ---

@suite.case
def a_second_server_is_refused_and_told_who_holds_the_directory():
    second = run("serve", "--data", world.served.data, "--http", free_address(), "--smtp",
                 free_address())
    refused(second, (1, 3), f"process {world.served.process.pid}")


@suite.case
def an_address_in_use_is_3():
    other = fresh("address")
    refused(run("serve", "--data", other.data, "--http", world.served.http, "--smtp", other.smtp), 3)
    refused(run("serve", "--data", other.data, "--http", other.http, "--smtp", world.served.smtp),
            (1, 3))
    for wrong in ("nonsense", ":8080", "127.0.0.1:", "127.0.0.1:99999"):
        refused(run("serve", "--data", other.data, "--http", wrong, "--smtp", other.smtp), 1, wrong,
                "address:port")


WRONG_SETTINGS = [
    # settings, what the refusal names
    ("[smtp]\nlisten = {}", "smtp.listen is a text"),
    ("[keyring]\ncopies_days = true", "keyring.copies_days is 0 to 3650"),
    ("[keyring]\ncopies_days = 30.0", "keyring.copies_days is 0 to 3650"),
    ("[smtp]\ncommand_seconds = true", "smtp.command_seconds is 1 to"),
    ("[nonsense]", "nonsense is not a setting"),
    ("[inbound.pigeon]", "inbound.pigeon is not a setting"),
    ("[[smtp]]", "smtp is not a setting"),
    ("[relay.mailbox]", "is written [[relay.mailbox]]"),
    ('[keyring]\npath = "a\\u0000b"', "keyring.path holds a control character"),
    ('[smtp]\nforwarders = ["a\\nb"]', "smtp.forwarders holds a control character"),
    ('[http]\npublic_url = "desk.example"', "http.public_url begins with http"),
    ('[http]\npublic_url = "https://"', "http.public_url begins with http"),
    ('[submission]\nfrom = "support"', "submission.from is a mail address"),
    ('[smtp]\ntls_key = "/etc/key.pem"', "smtp.tls_certificate and smtp.tls_key"),
    ('[smtp]\ntls_certificate = "/etc/cert.pem"', "smtp.tls_certificate and smtp.tls_key"),
    ('[smtp]\nlisten_tls = "127.0.0.1:0"', "smtp.listen_tls needs smtp.tls_certificate"),
    ('[keyring]\nreplica = "{root}/wrong-settings.keyring/"', "keyring.replica is the keyring itself"),
    ('[keyring]\npath = "{root}/k"\nreplica = "{root}/x/../k"', "keyring.replica is the keyring itself"),
    ('[submission]\ndkim_selector = "s1"', "submission.dkim_selector and submission.dkim_key_file"),
    ('[submission]\ndkim_second_key_file = "/k"', "submission.dkim_second_selector and"),
]


@suite.case
def a_setting_of_a_wrong_kind_is_named():
    other = fresh("wrong-settings")
    for settings, named in WRONG_SETTINGS:
        other.configure(settings + "\n")
        refused(other.command("keyring status"), (1, 3), named, "lethe.toml")
    other.configure('[keyring]\npath = ""\ncopies_days = 30\n[http]\n[inbound.raw]\n'
                    'secret_file = ""\n[submission]\nfrom = "support@desk.example"\n')
    done(other.command("keyring status"))


@suite.case
def settings_that_are_a_directory_are_refused():
    other = fresh("settings-directory")
    settings = other.data / "lethe.toml"
    if settings.exists():
        settings.unlink()
    settings.mkdir()
    refused(other.command("keyring status"), (1, 3), "lethe.toml is a directory")


@suite.case
def a_setting_that_nobody_knows_is_named():
    other = fresh("settings", '[smtp]\ncolour = "blue"\n')
    refused(other.command("keyring status"), (1, 3), "smtp.colour")


def asked(lethe, line):
    """What the server says to one line on control.sock; empty when it hangs up."""
    with socket.socket(socket.AF_UNIX) as door:
        door.settimeout(30)
        door.connect(str(lethe.data / "control.sock"))
        door.sendall(line)
        said = b""
        while chunk := door.recv(65536):
            said += chunk
    return said.decode()


@suite.case
def a_request_that_is_none_does_not_end_the_server():
    lethe = world.served
    for line in (b"garbage\n", b"[]\n", b"{}\n", b'{"command":1}\n', b"\0\n",
                 b'{"command":"import"}\n',
                 b'{"command":"import","arguments":{"format":"eml","files":[1]}}\n',
                 b'{"command":"import","arguments":{"format":"eml","files":{}}}\n',
                 b'{"command":"person erase","arguments":[]}\n'):
        contains(asked(lethe, line), '"error"', f"{line}")
        done(lethe.command("keyring status"))


@suite.case
def more_files_than_fit_into_a_megabyte_are_imported_by_the_server():
    folder = world.place.path / "many-files-of-a-customer-that-are-imported-at-once"
    folder.mkdir()
    (folder / "one.eml").write_bytes(letter("one-of-many"))
    names = [f"{folder}/{'./' * 200}one.eml"] * 3000
    done(world.served.command("import", "eml", *names), "imported 1", "known already 2999")


def virtual_mib(lethe):
    with open(f"/proc/{lethe.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmSize")) >> 10


@suite.case
def a_command_leaves_no_thread_behind_in_the_server():
    lethe = world.served
    ask = lambda: contains(asked(lethe, b'{"command":"keyring status","arguments":{}}\n'), "done")
    for _ in range(20):
        ask()
    before = virtual_mib(lethe)
    for _ in range(100):
        ask()
    grown = virtual_mib(lethe) - before
    assert grown < 300, f"{grown} MiB for 100 commands"  # a stack of each would be 800


@suite.case
def the_server_ends_with_0_when_told_to():
    equal(world.served.stop(), 0)
    assert not (world.served.data / "control.sock").exists()


# --- Damage ---

def refuses_to_open(lethe, codes, *parts):
    for words in ("keyring status", "retention preview"):
        refused(lethe.command(words), codes, *parts)
    refused(run("serve", "--data", lethe.data, "--http", lethe.http, "--smtp", lethe.smtp), codes,
            *parts)


@suite.case
def data_of_a_newer_version_is_refused_and_unchanged():
    lethe = copied(world.served, "newer")
    with sqlite3.connect(lethe.data / "lethe.db") as database:
        database.execute("INSERT INTO schema_version (version) VALUES (9999)")
        database.execute("PRAGMA user_version = 9999")
    database.close()
    before = hashes(lethe.data, lethe.keyring)
    refuses_to_open(lethe, 3, "newer")
    equal(hashes(lethe.data, lethe.keyring), before)


@suite.case
def a_keyring_of_a_newer_version_is_refused():
    lethe = copied(world.served, "newer-keyring")
    with sqlite3.connect(lethe.keyring / "keyring.db") as database:
        database.execute("PRAGMA user_version = 9999")
    database.close()
    refuses_to_open(lethe, 3, "newer")


@suite.case
def a_keyring_of_another_installation_is_refused():
    lethe = copied(world.served, "foreign")
    shutil.rmtree(lethe.keyring)
    shutil.copytree(fresh("foreigner").keyring, lethe.keyring)
    before = hashes(lethe.data)
    refuses_to_open(lethe, (1, 3))
    after = {name: value for name, value in hashes(lethe.data).items() if "search.db" not in name}
    equal(after, {name: value for name, value in before.items() if "search.db" not in name})


@suite.case
def a_busier_installations_keyring_or_backup_is_refused_and_nothing_is_swept():
    """Its keyring has seen more than the data: by its sequence alone it would pass for today's."""
    quiet, busy = fresh("quiet"), fresh("busier")
    done(quiet.command("import", "eml", str(letters() / "0.eml")), "imported 1")
    done(busy.command("import", "eml", *(str(letters() / f"{n}.eml") for n in range(3))), "imported 3")
    done(busy.command("person erase", "imp0@example.org"))
    backup = str(world.place.path / "quiet.tar")
    done(quiet.command("backup create", backup))
    rows = lambda lethe: {name: value for name, value in hashes(lethe.data).items()
                          if "search.db" not in name}
    before = rows(busy)
    refused(busy.command("backup restore", backup, "--confirm-sweep"), 3, "another installation")
    equal(rows(busy), before)
    assert not (busy.data / "restore.old").exists()
    own, before = quiet.keyring.with_name("quiet.own"), rows(quiet)
    quiet.keyring.rename(own)
    shutil.copytree(busy.keyring, quiet.keyring)
    refuses_to_open(quiet, (1, 3), "another installation")
    equal(rows(quiet), before)
    shutil.rmtree(quiet.keyring)
    own.rename(quiet.keyring)
    contains(done(quiet.command("person export", "imp0@example.org")), "Body 0")


@suite.case
def a_backup_that_the_keyring_is_too_old_for_changes_nothing():
    lethe = fresh("overtaken")
    old = lethe.keyring.with_name("overtaken.old")
    shutil.copytree(lethe.keyring, old)
    done(lethe.command("import", "eml", str(letters() / "0.eml")), "imported 1")
    backup = str(world.place.path / "overtaken.tar")
    done(lethe.command("backup create", backup))
    shutil.rmtree(lethe.keyring)
    old.rename(lethe.keyring)
    refused(lethe.command("backup restore", backup), 3, "older than the data")
    assert not (lethe.data / "restore.old").exists(), "today's data was moved away"


@suite.case
def a_keyring_of_another_installation_is_refused_even_when_it_is_the_newer_one():
    """By its sequence alone it would pass, and the sweep would take everybody for erased."""
    foreigner = fresh("newer-foreigner")
    (world.place.path / "foreign.eml").write_bytes(letter("foreign"))
    done(foreigner.command("import", "eml", str(world.place.path / "foreign.eml")))
    lethe = copied(world.lethe, "foreign-data")
    shutil.rmtree(lethe.keyring)
    shutil.copytree(foreigner.keyring, lethe.keyring)
    refuses_to_open(lethe, 3, "belongs to another installation", "keyring.path")


@suite.case
def a_backup_of_another_installation_is_refused_and_what_was_there_is_back():
    other = fresh("small-other")
    backup = str(world.place.path / "other.tar")
    done(other.command("backup create", backup))
    lethe = fresh("keeps-its-data", "[keyring]\ncopies_days = 9\n")
    (world.place.path / "kept.eml").write_bytes(letter("kept"))
    done(lethe.command("import", "eml", str(world.place.path / "kept.eml")))
    refused(lethe.command("backup restore", backup), 3, "belongs to another installation")
    assert not (lethe.data / "restore.old").exists(), "restore.old is left"
    contains(done(lethe.command("person export", "kept@example.org")), "Text")
    own = str(world.place.path / "own.tar")
    done(lethe.command("backup create", own))
    lethe.configure("[keyring]\ncopies_days = 11\n")
    done(lethe.command("backup restore", own), "Restored")
    contains(lethe.command("doctor").stdout, "11 days at most")
    done(lethe.command("person export", "kept@example.org"), "Text")


@suite.case
def a_backup_for_which_no_keyring_is_there_is_restored_once_it_is():
    target = world.place.adopt(world.place.path / "keyless")
    refused(target.command("backup restore", str(world.place.path / "own.tar")), 3,
            "keyring.path")
    assert not (target.data / "lethe.db").exists(), "rows without their keyring are in place"
    shutil.copytree(world.place.path / "keeps-its-data.keyring", target.keyring)
    done(target.command("backup restore", str(world.place.path / "own.tar")), "Restored")


@suite.case
def the_only_administrator_is_not_erased():
    lethe = fresh("last-admin")
    refused(lethe.command("person erase", ADMIN), 1, "last administrator")
    done(lethe.command("token create", "--agent", ADMIN, "--scope", "read"))


NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def by_nobody(*words):
    return subprocess.run([*NOBODY, PROGRAM, *map(str, words)], capture_output=True, text=True,
                          timeout=60)


def owned_by_nobody(name):
    lethe = fresh(name)
    for path in [lethe.data, lethe.keyring, *lethe.data.rglob("*"), *lethe.keyring.rglob("*")]:
        os.chown(path, 65534, 65534)
    return lethe


def skip_unless_others_can_run_it():
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        raise Skipped("only root can be another user")
    world.place.path.chmod(0o711)
    if by_nobody("--version").returncode != 0:
        raise Skipped("another user cannot reach the program")


@suite.case
def files_of_another_user_are_refused_with_whom_to_ask():
    skip_unless_others_can_run_it()
    mine = fresh("roots-own")
    refused(by_nobody("keyring", "status", "--data", mine.data), 3, "cannot be read by this user")
    theirs = owned_by_nobody("nobodys")
    refused(theirs.command("keyring status"), 3, "another user", "as that user")
    for path, word in ((theirs.keyring / "root.1", "root.1: permission denied"),
                       (theirs.keyring / "keyring.db", "keyring.db: permission denied"),
                       (theirs.data / "lethe.db", "lethe.db: permission denied"),
                       (theirs.data / "lock", "lock: permission denied")):
        path.chmod(0)
        refused(by_nobody("keyring", "status", "--data", theirs.data), 3, word)
        path.chmod(0o600)
    settings = theirs.data / "lethe.toml"
    settings.write_text("")
    settings.chmod(0o600)
    refused(by_nobody("keyring", "status", "--data", theirs.data), 3, "cannot read", "lethe.toml")
    settings.unlink()
    theirs.data.chmod(0o500)
    refused(by_nobody("keyring", "status", "--data", theirs.data), 3, "read-only for this user")
    theirs.data.chmod(0o700)
    done(by_nobody("keyring", "status", "--data", theirs.data))


@suite.case
def a_server_of_another_user_is_named_with_its_user():
    skip_unless_others_can_run_it()
    lethe = owned_by_nobody("nobodys-server")
    server = subprocess.Popen([*NOBODY, PROGRAM, "serve", "--data", str(lethe.data), "--http",
                               lethe.http, "--smtp", lethe.smtp], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    try:
        for line in server.stdout:
            if line.startswith("Mail:"):
                break
        refused(lethe.command("keyring status"), 1, "runs as the user nobody", "sudo -u nobody")
        done(by_nobody("keyring", "status", "--data", lethe.data), "sequence")
        refused(by_nobody("backup", "create", "--data", lethe.data, lethe.data.parent / "no.tar"), 3,
                "cannot write", "permission denied", "running server")
    finally:
        server.terminate()
        server.wait(40)
        server.stdout.close()


@suite.case
def a_backup_is_verified_without_touching_what_stands_beside_it():
    backup = world.place.path / "own.tar"
    beside = world.place.path / "own.tar.verify"
    beside.mkdir()
    (beside / "mine").write_text("mine")
    done(run("backup", "verify", backup))
    equal((beside / "mine").read_text(), "mine")
    equal(sorted(path.name for path in world.place.path.glob("own.tar*")),
          ["own.tar", "own.tar.verify"])


@suite.case
def the_sample_of_settings_names_every_key_and_is_read():
    sample = (SOURCE / "packaging/lethe.toml").read_text()
    keys = set(re.findall(r'(?:Key|Config>)\{"([a-z_.]+\.[a-z_]+)"',
                          (SOURCE / "src/cli/src/config.cpp").read_text()))
    assert len(keys) > 25, f"{keys}"
    section, known = "", set()
    for line in sample.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        named = re.match(r"# ([a-z_]+) = ", line)
        if named:
            known.add(f"{section}.{named[1]}")
    equal(sorted(keys - known), [], "keys that the sample does not name")
    lethe = fresh("sample")
    wanted = [line[2:] if re.match(r"# [a-z_]+ = ", line) else line for line in sample.splitlines()]
    lethe.configure("\n".join(wanted).replace("/var/lib/lethe.keyring", str(lethe.keyring)))
    done(lethe.command("keyring status"))


@suite.case
def unreadable_key_files_are_3():
    for name, content in (("garbage", os.urandom(5000)), ("empty", b"")):
        lethe = copied(world.served, f"{name}-keyring")
        (lethe.keyring / "keyring.db").write_bytes(content)
        for ending in ("-wal", "-shm"):
            (lethe.keyring / f"keyring.db{ending}").unlink(missing_ok=True)
        refuses_to_open(lethe, 3)


@suite.case
def no_keyring_at_all_is_refused_and_none_is_made():
    lethe = copied(world.served, "lost-keyring")
    shutil.rmtree(lethe.keyring)
    refuses_to_open(lethe, 3, "keyring.path")
    assert not (lethe.keyring / "keyring.db").exists()


@suite.case
def an_empty_keyring_directory_is_not_taken_for_a_new_installation():
    lethe = copied(world.served, "emptied-keyring")
    shutil.rmtree(lethe.keyring)
    lethe.keyring.mkdir(mode=0o700)
    refuses_to_open(lethe, 3, "without the keyring no personal data can be read", "keyring.path")


@suite.case
def both_roots_lost_is_refused_and_says_what_it_means():
    lethe = copied(world.served, "lost-roots")
    for slot in lethe.keyring.glob("root.*"):
        slot.write_bytes(b"\0" * slot.stat().st_size)
    before = hashes(lethe.data)
    refuses_to_open(lethe, 3, "root")
    kept = lambda found: {name: v for name, v in found.items() if "search.db" not in name}
    equal(kept(hashes(lethe.data)), kept(before))


@suite.case
def a_keyring_that_others_may_read_is_refused():
    lethe = copied(world.served, "open-keyring")
    lethe.keyring.chmod(0o755)
    refuses_to_open(lethe, 3, "chmod go=")


@suite.case
def damaged_data_is_3():
    lethe = copied(world.served, "damaged")
    (lethe.data / "lethe.db").write_bytes(os.urandom(8192))
    for ending in ("-wal", "-shm"):
        (lethe.data / f"lethe.db{ending}").unlink(missing_ok=True)
    refuses_to_open(lethe, 3, "lethe.db: the database is damaged",
                    "lethe backup restore --data")
    done(lethe.command("backup restore", str(world.place.path / "served.tar"), "--confirm-sweep"),
         "Restored")
    done(lethe.command("keyring status"))


@suite.case
def backups_are_made_while_mail_comes_and_people_are_erased():
    lethe = fresh("busy")
    api, over, big = lethe.start(), threading.Event(), os.urandom(600_000)

    def write():
        for number in itertools.count():
            if over.is_set():
                return
            send(lethe.smtp, mail(sender=f"busy{number}@example.org", subject=f"Busy {number}",
                                  files=[("big.bin", "application/octet-stream", big)]))

    def erase():
        mine = api.with_token(lethe.token)
        while not over.is_set():
            for person in mine.all("/people")[:5]:
                mine.post(f"/people/{person['id']}/erasures", {"mode": "erase"})

    threads = [threading.Thread(target=work) for work in (write, write, erase)]
    for thread in threads:
        thread.start()
    try:
        eventually(lambda: len(api.tickets()) > 5, "there is something to back up")
        for number in range(6):
            file = str(world.place.path / f"busy-{number}.tar")
            done(lethe.command("backup create", file), "backup written")
            done(run("backup", "verify", file))
    finally:
        over.set()
        for thread in threads:
            thread.join()
    lethe.stop()
    done(lethe.command("backup restore", file, "--confirm-sweep"), "Restored")


@suite.case
def a_restore_leaves_todays_settings_and_keeps_the_longer_log():
    lethe, keys = fresh("resettled"), world.place.path / "keys-elsewhere"
    lethe.keyring.rename(keys)
    settings = f'[keyring]\npath = "{keys}"\ncopies_days = '
    lethe.configure(f"{settings}7\n")
    done(lethe.command("import", "eml", str(letters() / "1.eml")), "imported 1")
    done(lethe.command("person erase", "imp1@example.org"))
    backup = str(world.place.path / "resettled.tar")
    done(lethe.command("backup create", backup))
    lethe.configure(f"{settings}90\n")
    shutil.rmtree(lethe.data / "ledger")  # as in a directory that was just made
    (lethe.data / "ledger").mkdir(mode=0o700)
    contains(lethe.command("doctor").stdout, "LOOK  ledger:")
    done(lethe.command("backup restore", backup), "Restored")
    said = lethe.command("doctor").stdout
    contains(said, "live 90 days at most, as declared")
    contains(said, "ledger: 1 entries, every hash right")
    # Where there are no settings those of the backup say where the keyring is.
    other = world.place.adopt(world.place.path / "another-disk")
    done(other.command("backup restore", backup), "Restored", str(keys))
    contains(other.command("doctor").stdout, "live 7 days at most, as declared")


@suite.case
def a_damaged_backup_is_refused_and_changes_nothing():
    lethe = copied(world.served, "bad-restore")
    good = (world.place.path / "served.tar").read_bytes()
    before = hashes(lethe.data, lethe.keyring)
    broken = world.place.path / "broken.tar"
    for content in (b"", b"no archive at all" * 100, good[:len(good) // 2],
                    good[:3000] + os.urandom(64_000) + good[67_000:]):
        broken.write_bytes(content)
        refused(run("backup", "verify", broken), (1, 3))
        refused(lethe.command("backup restore", str(broken)), (1, 3))
        now = {name: value for name, value in hashes(lethe.data, lethe.keyring).items()}
        equal(now, before)


@suite.case
def a_backup_of_which_one_bit_changed_is_refused():
    good = (world.place.path / "served.tar").read_bytes()
    changed = world.place.path / "changed.tar"
    last = good.rindex(b"SHA256SUMS")
    for place in [last + 520, last - 700, *range(600, last - 700, (last - 1300) // 20)]:
        while good[place] == 0:
            place += 1  # what fills a block up is no part of a file
        content = bytearray(good)
        content[place] ^= 4
        changed.write_bytes(content)
        refused(run("backup", "verify", changed), (1, 3))
    # Without its last entry it is no whole backup.
    changed.write_bytes(good[:last] + bytes(1024))
    refused(run("backup", "verify", changed), (1, 3))
    changed.write_bytes(good)
    done(run("backup", "verify", changed))


# --- The replica ---

@suite.case
def without_its_replica_mail_comes_in_and_erasures_wait():
    replica = world.place.path / "replicated.replica"
    replica.mkdir(mode=0o700)
    lethe = fresh("replicated", f'[keyring]\nreplica = "{replica}"\n')
    api = lethe.start()
    done(lethe.command("keyring status"), "replica: current")
    send(lethe.smtp, mail(sender="rep@example.org", subject="First"))
    lethe.stop()
    away = world.place.path / "unmounted"
    replica.rename(away)
    api = lethe.start()
    done(lethe.command("keyring status"), "BEHIND")
    for sender, subject in (("rep2@example.org", "Second"), ("rep3@example.org", "Third")):
        send(lethe.smtp, mail(sender=sender, subject=subject))
        assert api.ticket_with_subject(subject), "mail is refused"
    person = api.person("rep@example.org")
    made = api.ok(api.post(f"/people/{person['id']}/erasures", {"mode": "erase"}), 202)
    state = lambda: api.ok(api.get(f"/erasures/{made['id']}"))
    waiting = eventually(lambda: (now := state())["detail"] and now, "it says why it waits")
    equal((waiting["state"], waiting["certificate_id"]), ("running", None))
    refused(lethe.command("person erase", "rep2@example.org"), 3, "goes on by itself")
    refused(lethe.command("person erase", "rep2@example.org"), 1, "being erased already")
    away.rename(replica)
    lethe.stop()
    api = lethe.start()
    eventually(lambda: state()["state"] == "done", "the erasure finishes")
    eventually(lambda: len(api.all("/certificates")) == 2, "the other one as well")
    done(lethe.command("keyring status"), "replica: current")
    lethe.stop()
    shutil.rmtree(lethe.keyring)  # the first disk is lost
    refused(lethe.command("keyring status"), 3, "filled from the replica", str(replica))
    lethe.keyring.mkdir(mode=0o700)
    api = lethe.start()
    assert api.ticket_with_subject("Third")
    equal(api.person("rep@example.org"), None)


# --- A full disk ---

class SmallDisk:
    """A file system of its own, a few MiB large."""

    def __init__(self, path, size="24m"):
        self.path = path
        path.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs",
                                  str(path)], capture_output=True, text=True)
        if mounted.returncode != 0:
            raise Skipped(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")

    def fill(self):
        with open(self.path / "ballast", "wb", buffering=0) as ballast:
            try:
                while ballast.write(b"\0" * 4096):
                    pass
            except OSError:
                pass

    def make_room(self):
        (self.path / "ballast").unlink()

    def close(self):
        subprocess.run(["umount", "-l", str(self.path)], check=False)


def takes(lethe, number):
    """True when answered 250; fails when refused for good."""
    try:
        send(lethe.smtp, mail(sender=f"full{number}@example.org", subject=f"Full {number}",
                              text="x" * 3000, message_id=f"<full-{number}@example.org>"))
        return True
    except Refused as refusal:
        assert 400 <= refusal.code < 500, f"refused for good: {refusal}"
        world.refusals.append(refusal.code)
    except HungUp:
        pass
    return False


@suite.case
def a_full_disk_delays_mail_and_loses_none():
    disk = SmallDisk(world.place.path / "disk")
    try:
        lethe = world.place.make("disk/full")
        lethe.start()
        taken = [number for number in range(5) if takes(lethe, number)]
        equal(len(taken), 5)
        disk.fill()
        delayed, world.refusals = [], []
        for number in range(5, 400):
            (taken if takes(lethe, number) else delayed).append(number)
            if len(delayed) >= 5:
                break
        assert delayed, "the disk did not fill"
        assert 452 in world.refusals, f"a full disk is not said to be one: {world.refusals}"
        assert lethe.process.poll() is None, f"the server ended: {lethe.last_words()}"
        disk.make_room()
        for number in delayed:
            eventually(lambda number=number: takes(lethe, number), "mail is taken again")
        subjects = sorted(t["subject"] for t in lethe.api.tickets())
        equal(subjects, sorted(f"Full {number}" for number in taken + delayed))
        equal(lethe.stop(), 0)
    finally:
        for installation in world.place.installations:
            if "disk" in installation.data.parts:
                installation.kill()
        disk.close()


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as place:
        world.place = place
        world.lethe = place.make("data")
        status = suite.run()
    sys.exit(status)
