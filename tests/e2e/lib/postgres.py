"""Worlds whose rows lie in PostgreSQL: LETHE_E2E_POSTGRES is the conninfo of a cluster for tests.

Every installation gets a database of its own; a copy of a stopped one is made from it as template.
"""

import json
import os
import subprocess
from itertools import count
from pathlib import Path

CLUSTER = os.environ.get("LETHE_E2E_POSTGRES", "")
numbers = count(1)


def is_used():
    return bool(CLUSTER)


def ask(database, statement):
    """What psql prints; libpq's words when it fails."""
    done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", f"{CLUSTER} dbname={database}",
                           "-c", statement], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_database(template="template1"):
    """Copied file by file: PostgreSQL's log, which the hunts read as well, holds nothing of it."""
    name = f"lethe_e2e_{os.getpid()}_{next(numbers)}"
    ask("postgres", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return name


def drop_database(name):
    ask("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def files():
    """The directory of the cluster, which is beside its socket (script/with-postgres)."""
    ask("postgres", "CHECKPOINT")
    return Path(ask("postgres", "SHOW data_directory").strip())


def settings(database):
    """The part of lethe.toml that names it."""
    return f'[store]\nurl = "{CLUSTER} dbname={database}"\n'


def rows(database, statement):
    """As sqlite3 gives them: lists of values, bytea as bytes."""
    said = ask(database, f"SELECT row_to_json(answer) FROM ({statement}) AS answer")
    return [[decoded(value) for value in json.loads(line).values()] for line in said.splitlines()]


def all_rows(database):
    """(table, its columns, row) of every row, in one question."""
    tables = tables_of(database)
    parts = [f"SELECT json_build_array('{table}', row_to_json(it)) FROM {table} AS it" for table in tables]
    for line in ask(database, " UNION ALL ".join(parts)).splitlines():
        table, row = json.loads(line)
        yield table, tables[table], [decoded(row[column]) for column in tables[table]]


def decoded(value):
    if isinstance(value, str) and value.startswith("\\x"):
        return bytes.fromhex(value[2:])
    return value


def tables_of(database):
    found = rows(database, "SELECT table_name, column_name, data_type FROM information_schema.columns "
                           "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') "
                           "ORDER BY table_name, ordinal_position")
    tables = {}
    for table, column, kind in found:
        tables.setdefault(table, {})[column] = kind
    return tables
