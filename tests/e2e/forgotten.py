"""Forgotten means gone: from the files, from memory, from backups; and others lose nothing.

A world of three people who quote each other is built once. Each case works on a copy of it. The
checks are functions that return what they found; the last cases leave one step of an erasure out
(test builds: LETHE_LEAVE_OUT) and demand that the checks find something.
"""

import base64
import hashlib
import os
import shutil
import socket
import sys
import tarfile
from functools import cache

from lib import hunt, postgres
from lib.api import Api
from lib.installation import ADMIN, PASSWORD, Workplace, exit_unless_built
from lib.site import Browser
from lib.smtp import Receiver, mail, send
from lib.suite import Skipped, Suite, contains, equal, eventually

SETTINGS = """
[submission]
url = "{url}"
from = "help@desk.example"
[keyring]
copies_days = 3
"""
ANNA, BERT, CORA = "aenne.quitte7@one.example", "bertram@two.example", "corinna@three.example"
# What belongs to Anna alone, wherever it stands.
ANNAS = ["Änne Quittenbäumchen", "aenne.quitte7@one.example", 'Zwölf "Gläser" & <süßes> Mus',
         "Kellerregal-4711-Büchsen", "quittenrezept-geheim.txt", "Im kleinen Topfe köcheln lassen",
         "Notiz: Ännes Deckel sind Säuglingsgläser", "Entwurf: liebe Änne, Ihr Mus gärt",
         "Antwort: wir schicken Ännchen neue Deckel", "Unzustellbar-an-Quittenbäumchen"]
# What stands in the one ticket of Bert that is erased, and in the files of the other.
BERTS_TICKET = ["Bertrams geheime Zählernummer", "Zählerstand-99331-Bestätigung"]
BERTS_FILES = ["vertrag-bertram-2024.txt", "Klausel siebzehn gilt für Söhne"]
# Single words of theirs, as an index or a log would keep them.
WORDS = ["Quittenbäumchen", "Kellerregal-4711", "köcheln", "Säuglingsgläser", "Zählernummer",
         "Zählerstand-99331", "Klausel siebzehn", "vertrag-bertram"]
# What nobody asked to forget.
KEPT = ["Corinnas Frage nach dem Fahrplan", "Bertrams bleibende Wörter", "Bertrams Meinung dazu"]

suite = Suite()
receiver = Receiver()


class World:
    pass


world = World()


# --- Building it ---

def take(lethe, sender, name, **parts):
    send(lethe.smtp, mail(sender=f"{name} <{sender}>", **parts), sender=sender)


def find(api, subject):
    ticket = api.ticket_with_subject(subject)
    assert ticket, f"no ticket {subject!r}"
    return ticket["id"]


def answered(api, ticket, kind, text):
    api.ok(api.post(f"/tickets/{ticket}/messages", {"kind": kind, "text": text}), 201)


def annas_ticket(lethe, api):
    big = (ANNAS[5] + "\n").encode() * 9000  # a file of its own: more than 256 KiB
    take(lethe, ANNA, ANNAS[0], subject=ANNAS[2], cc=f"Bert <{BERT}>", message_id="<a1@one.example>",
         text=f"Guten Tag,\n{ANNAS[3]} sind undicht.\nViele Grüße\n",
         files=[(ANNAS[4], "text/plain", b"Rezept: " + ANNAS[5].encode()),
                ("gross.bin", "application/octet-stream", big)])
    ticket = find(api, ANNAS[2])
    take(lethe, BERT, "Bert", subject=f"Re: {ANNAS[2]}", in_reply_to="<a1@one.example>",
         text=f"{KEPT[2]}.\n\nÄnne Quittenbäumchen wrote:\n> {ANNAS[3]} sind undicht.\n")
    answered(api, ticket, "note", ANNAS[6])
    answered(api, ticket, "agent", ANNAS[8])  # her server defers it: it stays queued
    browser = Browser(lethe.http)
    browser.sign_in(ADMIN, PASSWORD)
    browser.submit(f"/tickets/{ticket}", f"/tickets/{ticket}/messages",
                   {"text": ANNAS[7], "do": "draft", "kind": "reply"})
    message_id = [message["message_id"] for message in api.messages(ticket)
                  if message["kind"] == "agent"][0]
    bounce = (f"From: MAILER-DAEMON@mx.example\r\nTo: help@desk.example\r\nSubject: Undelivered\r\n"
              "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; "
              'report-type=delivery-status; boundary="=_b"\r\n\r\n--=_b\r\nContent-Type: text/plain; '
              f"charset=utf-8\r\n\r\n{ANNAS[9]}\r\n--=_b\r\nContent-Type: message/delivery-status\r\n"
              f"\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {ANNA}\r\n"
              "Action: failed\r\nStatus: 5.1.1\r\n\r\n--=_b\r\nContent-Type: text/rfc822-headers\r\n"
              f"\r\nMessage-ID: <{message_id}>\r\n\r\n--=_b--\r\n")
    send(lethe.smtp, bounce.encode(), sender="")
    return ticket


def build(lethe):
    """The world, on a running server. Its ids."""
    api = lethe.api
    receiver.answers[ANNA] = "451 4.2.1 come again later"
    made = {"anna": annas_ticket(lethe, api)}
    take(lethe, BERT, "Bert", subject=BERTS_TICKET[0], text=f"{BERTS_TICKET[1]}\n")
    made["bert_erased"] = find(api, BERTS_TICKET[0])
    take(lethe, BERT, "Bert", subject="Bert bleibt", text=f"{KEPT[1]}\n", cc=f"<{ANNA}>",
         message_id="<b2@two.example>",
         files=[(BERTS_FILES[0], "text/plain", BERTS_FILES[1].encode()),
                ("zweite.bin", "application/octet-stream", BERTS_FILES[1].encode() * 20_000)])
    made["bert_kept"] = find(api, "Bert bleibt")
    take(lethe, ANNA, ANNAS[0], subject="Re: Bert bleibt", in_reply_to="<b2@two.example>",
         text=f"{ANNAS[3]}.\n\nBert wrote:\n> {KEPT[1]}\n")
    take(lethe, CORA, "Cora", subject=KEPT[0], text=f"{KEPT[0]}: wann fährt er?\n")
    made["cora"] = find(api, KEPT[0])
    made["persons"] = {name: api.person(address)["id"] for name, address in
                       (("anna", ANNA), ("bert", BERT), ("cora", CORA))}
    eventually(lambda: api.ok(api.get("/search", q="Kellerregal"))["tickets"], "the index follows")
    return made


def settings():
    return SETTINGS.replace("{url}", receiver.url)


def copy_of(source, name):
    """A copy of a stopped installation and its keyring, not started."""
    target = world.place / name
    shutil.copytree(source.data, target, ignore=shutil.ignore_patterns("control.sock", "lock"))
    shutil.copytree(source.keyring, f"{target}.keyring")
    lethe = world.workplace.adopt(target)
    lethe.copy_rows_of(source)
    if lethe.database:
        lethe.configure(settings())
    return lethe


def files_of(directory):
    """{path: hash} of every file, and of the directory names."""
    return {str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(directory.rglob("*")) if path.is_file()}


# --- Erasing ---

def erase(api, path, **body):
    made = api.ok(api.post(path, {"mode": "erase", "reason": "request", "grace_days": 0, **body}), 202)
    look = lambda: api.ok(api.get(f"/erasures/{made['id']}"))
    return eventually(lambda: (now := look())["state"] == "done" and now, "the erasure is done")


def erase_everything(api):
    ids = world.ids
    erase(api, f"/people/{ids['persons']['anna']}/erasures")
    erase(api, f"/tickets/{ids['bert_erased']}/erasures")
    return erase(api, f"/tickets/{ids['bert_kept']}/erasures", what="attachments")


# --- The checks: each returns what it found ---

@cache
def erased_words():
    needles = hunt.Needles()
    for word in ANNAS + BERTS_TICKET + BERTS_FILES + WORDS:
        needles.add_word(word)
    return needles


def words_in_files(lethe):
    places = [lethe.data, lethe.keyring] + ([postgres.files()] if lethe.database else [])
    return [f"{what} in {where}" for place in places
            for what, where in hunt.in_directory(place, erased_words()).items()]


def words_in_memory(lethe):
    return [f"{what} in {where}"
            for what, where in hunt.in_process(lethe.process.pid, erased_words()).items()]


def needles_of(named):
    return needles_of_all(tuple(named.items()))


@cache
def needles_of_all(named):
    needles = hunt.Needles()
    for content, what in named:
        needles.add_bytes(content, what)
    return needles


def sealed_rests(lethe):
    """Ciphertext and wrapped keys that lay in the world before.

    The files of SQLite hold none of it; PostgreSQL keeps dead rows until its vacuum, so there it is
    the rows that hold none, and the keys are looked for in the keyring."""
    needles = needles_of(world.sealed | world.wrapped)
    rest = [f"{what} in {where}" for place in (lethe.data, lethe.keyring)
            for what, where in hunt.in_directory(place, needles).items()]
    if lethe.database:
        rest += [f"{what} in {where}" for what, where in hunt.in_rows(lethe.rows, needles).items()]
    return rest


def index_rests(lethe):
    ids = world.ids
    found = hunt.rows(lethe.data / "search.db", "SELECT kind, ref FROM search_docs WHERE person_id = "
                      f"{ids['persons']['anna']} OR ticket_id IN ({ids['anna']}, {ids['bert_erased']})")
    return [f"document {kind}/{reference} in the index" for kind, reference in found]


def blob_rests(lethe):
    return [f"file {blob}" for blob in world.blobs
            if any(path.name == os.path.basename(blob) for path in (lethe.data / "blobs").rglob("*"))]


def row_rests(lethe):
    anna = world.ids["persons"]["anna"]
    counts = [f"SELECT '{table}' AS place, COUNT(*) AS hers FROM {table} WHERE person_id = {anna}"
              for table, columns in hunt.tables_of(lethe.rows).items()
              if "person_id" in columns and table != "erasures"]
    return [f"{hers} rows of hers in {place}"
            for place, hers in hunt.rows(lethe.rows, " UNION ALL ".join(counts)) if hers]


def live_rests(lethe):
    """Everything that can be found beside the running server."""
    return (words_in_files(lethe) + words_in_memory(lethe) + sealed_rests(lethe) + index_rests(lethe)
            + blob_rests(lethe) + row_rests(lethe))


def visible(lethe):
    """All that the API tells: a long text."""
    api = lethe.admin()
    said = []
    for ticket in api.tickets(erased="true"):
        said.append(api.get(f"/tickets/{ticket['id']}").body.decode())
        answer = api.get(f"/tickets/{ticket['id']}/messages", limit=200)
        said.append(answer.body.decode())
        for message in answer.json.get("items", []):
            for file in message["attachments"]:
                said.append(api.call("GET", file["url"]).body.decode("utf-8", "replace"))
    said += [str(person) for person in api.all("/people")]
    # JSON escapes are undone, so that words are found as people read them.
    return "\n".join(said).replace('\\"', '"')


def visible_rests(lethe):
    said = visible(lethe)
    return [f"{word!r} is shown" for word in ANNAS + BERTS_TICKET + BERTS_FILES
            if word in said and word not in (ANNAS[7],)]


def restored(name, keyring):
    """Yesterday's backup put in place beside a copy of this keyring. (installation, outcome)."""
    target = world.workplace.adopt(world.place / name)
    if world.origin.database:
        return target, restored_beside_postgres(target, keyring)
    target.data.mkdir(mode=0o700)
    shutil.copytree(keyring, target.keyring)
    return target, target.command("backup restore", str(world.backup))


def restored_beside_postgres(target, keyring):
    """Its own tools bring the rows back, the files are copied; opening it sweeps."""
    shutil.copytree(world.backup, target.data)
    shutil.copytree(keyring, target.keyring)
    target.use_database(postgres.make_database(template=world.backup_rows))
    target.configure(settings())
    return target.command("retention preview")


def backed_up(lethe):
    """Yesterday: a file, or for PostgreSQL a copy of its rows and of DIR."""
    if not lethe.database:
        world.backup = world.place / "yesterday.tar"
        done = lethe.command("backup create", str(world.backup))
        assert done.returncode == 0, f"{done}"
        return lethe.stop()
    lethe.stop()
    world.backup = world.place / "yesterday"
    shutil.copytree(lethe.data, world.backup,
                    ignore=shutil.ignore_patterns("control.sock", "lock", "search.db*"))
    world.backup_rows = postgres.make_database(template=lethe.database)


def needs_a_backup_file():
    if world.origin.database:
        raise Skipped("lethe backup is for SQLite")


def others_as_shown(api):
    """What belongs to people who stay, as the API shows it."""
    ids = world.ids
    cora = api.get(f"/tickets/{ids['cora']}").body, api.get(f"/tickets/{ids['cora']}/messages").body
    berts = [message for message in api.messages(ids["bert_kept"])
             if message["author"] and message["author"]["id"] == ids["persons"]["bert"]]
    people = [api.get(f"/people/{ids['persons'][name]}").body for name in ("bert", "cora")]
    return cora, berts, people


# --- Before ---

@suite.case
def the_hunt_finds_a_word_however_it_is_written():
    word = ANNAS[2]
    needles = hunt.Needles()
    needles.add_word(word)
    for form in hunt.forms_of(word):
        assert needles.in_bytes(b"xx" + form + b"yy"), form
    for phase in range(3):
        assert needles.in_bytes(base64.b64encode(b"a" * phase + word.encode() + b"tail")), phase
    assert hunt.in_process(os.getpid(), needles), "not found in this very process"


@suite.case
def many_needles_are_looked_for_at_once_and_none_is_missed():
    many = hunt.Needles()
    for word in ANNAS[:4]:
        many.add_word(word)
    assert len(many) > hunt.FEW, len(many)
    noise = bytes(range(256)) * 5  # with line breaks and zeros
    around = lambda word: [("elsewhere", noise), ("here", noise + word + noise)]
    for needle, name in many.named.items():
        equal(hunt.search(around(needle), many).get(name), "here", needle)
    equal(hunt.search([("elsewhere", noise)], many), {})
    broken = hunt.Needles()
    for number in range(hunt.FEW + 1):
        broken.add_bytes(b"\n\0first line %d\nsecond" % number + b"\n", f"needle {number}")
    equal(set(hunt.search(around(b"\n\0first line 7\nsecond\n"), broken)), {"needle 7"})
    equal(hunt.search(around(b"first line 7 and no second"), broken), {})


@suite.case
def the_hunt_reads_the_servers_memory():
    needles = hunt.Needles()
    needles.add_word("Desk & Söhne")  # the organisation: it stays in memory
    assert hunt.in_process(world.origin.process.pid, needles), "not found"


@suite.case
def before_the_erasure_everything_is_there():
    said = visible(world.origin)
    # A draft is nobody's business but its agent's: the API does not show it.
    missing = [word for word in ANNAS + BERTS_TICKET + BERTS_FILES + KEPT
               if word not in said and word != ANNAS[7]]
    assert not missing, missing
    exported = world.origin.command("person export", ANNA)
    equal(exported.returncode, 0, f"{exported}")
    for word in (ANNAS[0], ANNAS[3], ANNAS[4]):
        contains(exported.stdout, word)
    assert world.sealed and world.wrapped and world.blobs
    assert len(world.blobs) >= 2, world.blobs
    draft, = hunt.rows(world.origin.rows, "SELECT COUNT(*) FROM drafts")[0]
    equal(draft, 1, "drafts")


@suite.case
def nothing_is_in_clear_at_rest_even_before():
    found = words_in_files(world.origin)
    assert not found, "\n".join(found)


@suite.case
def what_the_checks_look_for_is_there_before():
    equal(bool(sealed_rests(world.origin)), True, "sealed cells and wrapped keys")
    equal(bool(index_rests(world.origin)), True, "index documents")
    equal(len(blob_rests(world.origin)), len(world.blobs), "blobs")
    equal(bool(row_rests(world.origin)), True, "rows")
    if world.origin.database:
        sealed = needles_of(world.sealed)
        equal(bool(hunt.in_rows(world.origin.rows, sealed)), True, "sealed cells in the rows")
        equal(bool(hunt.in_directory(postgres.files(), sealed)), True, "and in the cluster's files")
    equal(bool(visible_rests(world.origin)), True, "words")


@suite.case
def a_backup_holds_no_key_and_no_index_and_nothing_in_clear():
    needs_a_backup_file()
    with tarfile.open(world.backup) as archive:
        names = archive.getnames()
    assert "lethe.db" in names, names
    bad = [name for name in names if "keyring" in name or "root." in name or "search" in name]
    assert not bad, bad
    content = world.backup.read_bytes()
    slots = [path.read_bytes() for path in world.origin.keyring.iterdir()
             if path.name.startswith("root.")]
    assert slots and all(slot not in content for slot in slots if len(slot) >= 16)
    for slot in slots:
        for start in range(0, max(1, len(slot) - 15), 8):
            part = slot[start:start + 16]
            assert len(set(part)) < 6 or part not in content, "a part of a root slot"
    assert not erased_words().in_bytes(content)


# --- The erasures ---

@suite.case
def when_the_erasure_says_done_no_byte_of_it_is_left():
    world.origin.stop()
    lethe = world.erased = copy_of(world.origin, "erased")
    api = lethe.start()
    before = others_as_shown(api)
    anna = erase(api, f"/people/{world.ids['persons']['anna']}/erasures")
    assert anna["certificate_id"] and anna["erased_live_at"], anna
    erase(api, f"/tickets/{world.ids['bert_erased']}/erasures")
    erase(api, f"/tickets/{world.ids['bert_kept']}/erasures", what="attachments")
    found = live_rests(lethe)
    assert not found, "\n".join(found)
    after = others_as_shown(api)
    equal(after[0], before[0], "Cora's ticket")
    equal(after[2], before[2], "Bert and Cora")
    stays = [{**message, "attachments": [], "cc": [copy for copy in message["cc"]
                                                   if copy["address"] != ANNA]}
             for message in before[1]]
    equal(after[1], stays, "Bert's own words")


@suite.case
def it_is_gone_from_every_answer_and_from_the_search():
    lethe = world.erased
    found = visible_rests(lethe)
    assert not found, "\n".join(found)
    for words in ("Kellerregal", "Quittenbäumchen", "Zählernummer"):
        result = lethe.api.ok(lethe.api.get("/search", q=words))
        equal((result["tickets"], result["people"]), ([], []), words)
    equal(lethe.command("person export", ANNA).returncode, 1)


@suite.case
def what_came_by_http_does_not_stay_in_a_connection_that_is_kept():
    api = world.erased.api
    words = ("Gesprächsrestwort", "Verbindungsgedächtnis", "halina.kept@four.example")
    needles = hunt.Needles()
    for word in words:
        needles.add_word(word)
    pid = world.erased.process.pid
    with socket.create_connection(api.address.split(":")) as half:
        half.sendall(f"GET / HTTP/1.1\r\nX: {words[1]}".encode())
        eventually(lambda: hunt.in_process(pid, needles), "the hunt sees what is still there")
    ticket = api.new_ticket(words[2], words[0], f"{words[1]} im Text", name="Halina")
    erase(Api(api.address, api.token), f"/people/{ticket['requester']['id']}/erasures")
    found = hunt.in_process(pid, needles)
    assert not found, found


@suite.case
def the_queued_answer_never_leaves():
    receiver.answers.pop(ANNA, None)
    before = len(receiver.all())
    take(world.erased, CORA, "Cora", subject="Ein Zeichen", text="x\n")
    eventually(lambda: len(receiver.all()) > before, "the queue moves")
    equal(receiver.to(ANNA), [])
    receiver.answers[ANNA] = "451 4.2.1 come again later"


@suite.case
def it_is_still_gone_after_a_restart():
    world.erased.restart()
    found = live_rests(world.erased)
    assert not found, "\n".join(found)
    world.erased.stop()


# --- Backups ---

@suite.case
def yesterdays_backup_with_yesterdays_keyring_shows_everything():
    old, done = restored("control", world.old_keyring)
    equal(done.returncode, 0, f"{done}")
    old.start()
    found = visible_rests(old)
    equal(len(found), len(ANNAS + BERTS_TICKET + BERTS_FILES) - 1, "words that are shown")
    old.stop()


@suite.case
def yesterdays_backup_with_todays_keyring_brings_nobody_back():
    back, done = restored("restored", world.erased.keyring)
    equal(done.returncode, 0, f"{done}")
    if not world.origin.database:
        contains(done.stdout, "keyring is not in")
    back.start()
    found = visible_rests(back) + live_rests(back)
    assert not found, "\n".join(found)
    said = visible(back)
    missing = [word for word in KEPT[:2] if word not in said]
    assert not missing, missing
    back.stop()


@suite.case
def yesterdays_files_put_in_place_by_hand_are_swept_before_the_listener_opens():
    """No restore command: lethe.db and blobs of the backup are just copied over."""
    needs_a_backup_file()
    target = world.workplace.adopt(world.place / "by-hand")
    target.data.mkdir(mode=0o700)
    with tarfile.open(world.backup) as archive:
        archive.extractall(target.data, filter="data")
    shutil.rmtree(target.data / "ledger", ignore_errors=True)
    shutil.copytree(world.erased.data / "ledger", target.data / "ledger")
    shutil.copytree(world.erased.keyring, target.keyring)
    target.start()
    found = visible_rests(target) + row_rests(target) + blob_rests(target)
    assert not found, "\n".join(found)
    target.stop()


@suite.case
def an_old_keyring_with_todays_root_opens_nothing():
    mixed = world.place / "mixed.keyring"
    shutil.copytree(world.old_keyring, mixed)
    for path in world.erased.keyring.iterdir():
        if path.name.startswith("root."):
            shutil.copy2(path, mixed / path.name)
    target, done = restored("mixed-data", mixed)
    assert done.returncode in (1, 3), f"{done}"
    assert done.stderr.strip(), "no reason is given"
    found = words_in_files(target)
    assert not found, "\n".join(found)


@suite.case
def a_keyring_older_than_the_data_is_refused_and_nothing_changes():
    target = copy_of(world.erased, "stale")
    shutil.rmtree(target.keyring)
    shutil.copytree(world.old_keyring, target.keyring)
    ours = lambda: {name: digest for name, digest in files_of(target.data).items()
                    if not name.endswith(("lock", "-shm", "-wal")) and not name.startswith("search.db")}
    before, keys_before = ours(), files_of(target.keyring)
    done = target.run("serve", "--data", target.data, "--http", target.http, "--smtp", target.smtp)
    equal(done.returncode, 3, f"{done}")
    contains(done.stderr, "older than the data")
    equal(ours(), before, "the data")
    keys = {name: digest for name, digest in files_of(target.keyring).items() if name in keys_before
            and not name.endswith(("-shm", "-wal"))}
    equal(keys, {name: keys_before[name] for name in keys}, "the keyring")


# --- One step left out ---

def stopped_behind_cancelling(lethe, environment):
    """Mail still queued for Anna when her erasure stands behind the step that cancels it."""
    stopped = lethe.command("person erase", ANNA,
                            environment={**environment, "LETHE_FAULT": "erasure.unindexed"})
    assert stopped.returncode < 0 or stopped.returncode > 3, f"it went on: {stopped}"
    anna = world.ids["persons"]["anna"]
    queued = hunt.rows(lethe.rows,
                       f"SELECT id FROM outgoing WHERE person_id = {anna} AND state = 1")
    return [f"mail {identifier} is still queued" for identifier, in queued]


@suite.case
def behind_the_cancelling_no_mail_is_queued():
    found = stopped_behind_cancelling(copy_of(world.origin, "cancelling"), {})
    assert not found, found


@suite.case
def an_erasure_without_cancelling_is_caught():
    lethe = copy_of(world.origin, "without-cancel")
    assert stopped_behind_cancelling(lethe, {"LETHE_LEAVE_OUT": "erasure.cancel"})


def leaving_out(step):
    def attempt():
        if step == "scrub" and world.origin.database:
            raise Skipped("PostgreSQL's files are its own; it has no such step")
        lethe = copy_of(world.origin, f"without-{step}")
        api = lethe.start(environment={"LETHE_LEAVE_OUT": f"erasure.{step}"})
        try:
            erase_everything(api)
            found = live_rests(lethe)
        finally:
            lethe.kill()
        assert found, "nothing was found"
        print(f"      {len(found)} findings, for example: {found[0]}")
    suite.add(f"an erasure without its step {step} is caught", attempt)


for left_out in ("unindex", "blobs", "rows", "scrub"):
    leaving_out(left_out)


@suite.case
def an_erasure_without_its_step_puncture_gets_no_certificate_and_is_caught():
    lethe = copy_of(world.origin, "without-puncture")
    api = lethe.start(environment={"LETHE_LEAVE_OUT": "erasure.puncture"})
    anna = world.ids["persons"]["anna"]
    made = api.ok(api.post(f"/people/{anna}/erasures", {"mode": "erase", "reason": "request"}), 202)
    state = lambda: api.ok(api.get(f"/erasures/{made['id']}"))
    stopped = eventually(lambda: (now := state())["detail"] and now, "it says why it cannot finish")
    equal((stopped["state"], stopped["certificate_id"]), ("running", None))
    found = sealed_rests(lethe)
    lethe.kill()
    assert any("content key" in one for one in found), found
    back, done = restored("back-without-puncture", lethe.keyring)
    equal(done.returncode, 0, f"{done}")
    back.start()
    assert visible_rests(back), "nobody came back"
    back.stop()


def prepare(place):
    world.workplace, world.place = place, place.path
    lethe = world.origin = place.make("origin", settings())
    lethe.start()
    world.ids = build(lethe)
    backed_up(lethe)
    world.old_keyring = place.path / "old.keyring"
    shutil.copytree(lethe.keyring, world.old_keyring)
    persons, ids = [world.ids["persons"]["anna"]], world.ids
    erased_tickets = [ids["anna"], ids["bert_erased"]]
    database = lethe.rows
    world.sealed = hunt.sealed_bytes_of(database, persons, erased_tickets)
    world.wrapped = hunt.wrapped_keys_of(lethe.keyring / "keyring.db", persons, erased_tickets)
    blobs = hunt.rows(database, "SELECT blob FROM attachments WHERE blob IS NOT NULL UNION "
                                "SELECT blob FROM raw_copies WHERE blob IS NOT NULL AND ticket_id IN "
                                f"({ids['anna']}, {ids['bert_erased']}, {ids['bert_kept']})")
    world.blobs = [blob for blob, in blobs]
    lethe.start()


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as workplace:
        prepare(workplace)
        status = suite.run()
    sys.exit(status)
