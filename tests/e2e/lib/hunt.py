"""Looks for words in every byte of a directory or of a running process, however they are written."""

import base64
import html
import json
import os
import quopri
import sqlite3
import urllib.parse
from pathlib import Path

from . import postgres

CHUNK = 16 << 20
BLOCK = 1 << 16


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

    def add_word(self, word, name=None):
        for form in forms_of(word):
            self.named[form] = name or f"the word {word!r}"

    def add_bytes(self, content, name):
        if len(content) >= 16:
            self.named[bytes(content)] = name

    def in_bytes(self, content):
        return {name for needle, name in self.named.items() if needle in content}

    def __len__(self):
        return len(self.named)


def overlapping(source, overlap=4096):
    """The pieces of a file object, each with the end of the one before."""
    tail = b""
    while piece := source.read(CHUNK):
        yield tail + piece
        tail = piece[-overlap:]


def in_directory(directory, needles):
    """{what: file} for every needle that stands in a file or in a file's name."""
    found = {}
    for path in sorted(Path(directory).rglob("*")):
        names = needles.in_bytes(os.fsencode(str(path.relative_to(directory))))
        try:
            if path.is_file():
                with open(path, "rb") as source:
                    for piece in overlapping(source):
                        names |= needles.in_bytes(piece)
        except FileNotFoundError:
            pass  # a database at work removes files of its own
        found.update({name: str(path.relative_to(directory)) for name in names})
    return found


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
    at, part = start, b""
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
            part += block
            continue
        if part:
            yield part
        part = b""
    if part:
        yield part


def in_process(pid, needles):
    """{what: region} for every needle in the memory of the process."""
    found = {}
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, end, name in own_regions(pid):
            for part in used_parts(memory, start, end):
                found.update({what: f"memory {name or 'without name'}"
                              for what in needles.in_bytes(part)})
    return found


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
    found = {}
    for table, columns in tables_of(database).items():
        for row in rows(database, f"SELECT * FROM {table}"):
            for column, value in zip(columns, row):
                content = value.encode() if isinstance(value, str) else value
                if isinstance(content, bytes):
                    found.update({what: f"{table}.{column}" for what in needles.in_bytes(content)})
    return found


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
