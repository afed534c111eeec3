"""Looks for words in every byte of a directory or of a running process, however they are written.

Hundreds of needles in hundreds of megabytes: grep looks for all of them in one pass, and only where
it sees one are they looked for one by one. What was looked through once is known by its digest, for
files that are copies of each other (databases made from a template) hold mostly the same blocks.
"""

import base64
import hashlib
import html
import json
import os
import quopri
import sqlite3
import subprocess
import tempfile
import urllib.parse
from pathlib import Path

from . import postgres

BLOCK = 1 << 16
OVERLAP = 4096  # no needle is longer
BATCH = 32 << 20
FEW = 40  # so many needles are found faster one by one than by another program


def forms_of(word):
    """Every way of writing `word` that this hunt knows."""
    utf8 = word.encode()
    forms = {utf8, word.lower().encode(), word.upper().encode(),
             word.encode("utf-16-le"), word.encode("utf-16-be"),
             utf8.hex().encode(), utf8.hex().upper().encode(),
             quopri.encodestring(utf8).rstrip(b"\n"),
             urllib.parse.quote(word, safe="").encode(), urllib.parse.quote_plus(word).encode(),
             json.dumps(word)[1:-1].encode(), json.dumps(word, ensure_ascii=False)[1:-1].encode(),
             html.escape(word).encode(),
             html.escape(word).encode("ascii", "xmlcharrefreplace")}
    forms |= {base64_inside(utf8, phase) for phase in range(3)}
    return {form for form in forms if len(form) >= 8}


def base64_inside(content, phase):
    """The letters of base64 that depend on `content` alone when `phase` bytes stand before it."""
    letters = base64.b64encode(b"\0" * phase + content + b"\0\0")
    return letters[-(-phase * 8 // 6):(phase + len(content)) * 8 // 6]


class Needles:
    """Named byte strings: {what: [bytes]}."""

    def __init__(self):
        self.named = {}
        self.clean = {}  # {how many needles there were: digests of pieces that hold none}

    def add_word(self, word, name=None):
        for form in forms_of(word):
            self.named[form] = name or f"the word {word!r}"

    def add_bytes(self, content, name):
        if len(content) >= 16:
            self.named[bytes(content)] = name

    def in_bytes(self, content):
        return {name for needle, name in self.named.items() if needle in content}

    def may_be_in(self, content):
        """False only when none of them is in `content`."""
        if len(self.named) <= FEW:
            return True
        with tempfile.NamedTemporaryFile(prefix="lethe-needles.") as patterns:
            # A pattern is a line: of a needle with a line break its longest line is looked for.
            patterns.writelines(max(needle.split(b"\n"), key=len) + b"\n" for needle in self.named)
            patterns.flush()
            done = subprocess.run(["grep", "-aFq", "-f", patterns.name], input=content,
                                  stderr=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}, check=False)
        assert done.returncode in (0, 1), done.stderr.decode()
        return done.returncode == 0

    def __len__(self):
        return len(self.named)


def search(pieces, needles):
    """{what: where} for every needle that stands in one of the pieces, which are (where, bytes)."""
    found, batch, size = {}, {}, 0
    clean = needles.clean.setdefault(len(needles), set())
    for where, piece in pieces:
        digest = hashlib.blake2b(piece, digest_size=16).digest()
        if digest in clean or digest in batch:
            continue
        batch[digest] = where, piece
        size += len(piece)
        if size >= BATCH:
            found.update(search_batch(batch, needles, clean))
            batch, size = {}, 0
    found.update(search_batch(batch, needles, clean))
    return found


def search_batch(batch, needles, clean):
    found = {}
    if batch and needles.may_be_in(b"\n".join(piece for _, piece in batch.values())):
        for digest, (where, piece) in list(batch.items()):
            if names := needles.in_bytes(piece):
                found.update(dict.fromkeys(names, where))
                del batch[digest]
    clean.update(batch)
    return found


def overlapping(source, overlap=OVERLAP):
    """The pieces of a file object, each with the end of the one before."""
    tail = b""
    while piece := source.read(BLOCK):
        yield tail + piece
        tail = piece[-overlap:]


def in_directory(directory, needles):
    """{what: file} for every needle that stands in a file or in a file's name."""
    return search(pieces_of(Path(directory)), needles)


def pieces_of(directory):
    for path in sorted(directory.rglob("*")):
        name = str(path.relative_to(directory))
        yield name, os.fsencode(name)
        try:
            if path.is_file():
                with open(path, "rb") as source:
                    for piece in overlapping(source):
                        yield name, piece
        except FileNotFoundError:
            pass  # a database at work removes files of its own


def own_regions(pid):
    """What the process can read and could have written: not the pages of its libraries' files."""
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        fields = line.split(maxsplit=5)
        rights, inode = fields[1], fields[4]
        name = fields[5] if len(fields) > 5 else ""
        of_a_file = inode != "0" and "w" not in rights
        if rights.startswith("r") and not of_a_file and not name.startswith(("[v", "[vsyscall")):
            start, end = (int(part, 16) for part in fields[0].split("-"))
            yield start, end, name


def used_parts(memory, start, end):
    """The region in pieces, without its empty stretches."""
    at, part = start, []
    while at < end:
        try:
            memory.seek(at)
            block = memory.read(min(BLOCK, end - at))
        except (OSError, ValueError, OverflowError):
            break  # a page that went away, or one of a device
        if not block:
            break
        at += len(block)
        if block.count(0) != len(block):
            part.append(block)
            continue
        if part:
            yield b"".join(part)
        part = []
    if part:
        yield b"".join(part)


def in_process(pid, needles):
    """{what: region} for every needle in the memory of the process."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        return search(((f"memory {name or 'without name'}", part)
                       for start, end, name in own_regions(pid)
                       for part in used_parts(memory, start, end)), needles)


# --- What the rows of somebody look like ---

def rows(database, statement, parameters=()):
    """Of a database that may be open elsewhere; read-only. A name without a path is PostgreSQL's."""
    if isinstance(database, str):
        return postgres.rows(database, statement)
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return connection.execute(statement, parameters).fetchall()
    finally:
        connection.close()


def tables_of(database):
    if isinstance(database, str):
        return postgres.tables_of(database)
    found = rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'")
    return {table: {row[1]: row[2] for row in rows(database, f"PRAGMA table_info({table})")}
            for table, in found if not table.startswith("sqlite_")}


def in_rows(database, needles):
    """{what: table.column} for every needle that stands in a value that a query gives."""
    return search(values_of(database), needles)


def values_of(database):
    for table, columns, row in all_rows(database):
        for column, value in zip(columns, row):
            content = value.encode() if isinstance(value, str) else value
            if isinstance(content, bytes):
                yield f"{table}.{column}", content


def all_rows(database):
    """(table, its columns, row) of every row."""
    if isinstance(database, str):
        yield from postgres.all_rows(database)
        return
    for table, columns in tables_of(database).items():
        for row in rows(database, f"SELECT * FROM {table}"):
            yield table, columns, row


def sealed_bytes_of(database, persons, tickets):
    """The ends of all blobs in rows that name one of these persons or tickets: {bytes: where}."""
    found = {}
    for table, columns in tables_of(database).items():
        wheres = [f"{column} IN ({','.join(map(str, ids))})"
                  for column, ids in (("person_id", persons), ("ticket_id", tickets))
                  if column in columns and ids]
        if table == "tickets" and tickets:
            wheres.append(f"id IN ({','.join(map(str, tickets))})")
        if table == "persons" and persons:
            wheres.append(f"id IN ({','.join(map(str, persons))})")
        if not wheres or table in ("erasures", "certificates"):
            continue
        for row in rows(database, f"SELECT * FROM {table} WHERE {' OR '.join(wheres)}"):
            for column, value in zip(columns, row):
                if isinstance(value, bytes) and len(value) >= 40:
                    found[value[-24:]] = f"a sealed cell of {table}.{column}"
    return found


def wrapped_keys_of(keyring, persons, tickets):
    where = [f"person IN ({','.join(map(str, persons))})"] if persons else []
    where += [f"ticket IN ({','.join(map(str, tickets))})"] if tickets else []
    found = rows(keyring, f"SELECT wrapped FROM content_keys WHERE {' OR '.join(where)}")
    return {bytes(wrapped)[-32:]: "a wrapped content key" for wrapped, in found}
