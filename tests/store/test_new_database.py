"""A new database is what all migrations, one after the other, would come to.

On PostgreSQL but for the tables ``auth_…``, which nothing uses: Django's own migrations give them other keys.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

STEP_BY_STEP = (
    'for app in ("contenttypes", "auth", "sessions", "store"): call_command("migrate", app, verbosity=0)'
)
AT_ONCE = 'call_command("migrate", verbosity=0)'
ASKED = """import sys
try:
    call_command("migrate", {option}=True, verbosity=0, stdout=sys.stderr)
except SystemExit:
    pass
print(json.dumps(connection.introspection.table_names()))
raise SystemExit
"""
DUMP = """
import django; django.setup()
import json, re
from django.core.management import call_command
from django.db import connection
{make}

def ask(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [list(row) for row in cursor.fetchall()]

def sqlite():
    tables = dict(ask("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%%'"))
    return {{
        name: {{
            "columns": sorted(row[1:] for row in ask(f'PRAGMA table_xinfo("{{name}}")')),
            "refers": sorted(row[2:] for row in ask(f'PRAGMA foreign_key_list("{{name}}")')),
            "checks": sorted(re.findall(r'(?:CONSTRAINT "\\w+" )?CHECK \\(.+?\\)(?=,|\\)| )', sql)),
            "deferred": sql.count("DEFERRABLE INITIALLY DEFERRED"),
            "rowid": "WITHOUT ROWID" not in sql,
            "numbered": "AUTOINCREMENT" in sql,
            "indexes": sorted(row[0] for row in ask(
                "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = %s", name)),
            "unique": sorted([r[2] for r in ask(f'PRAGMA index_info("{{row[1]}}")')]
                             for row in ask(f'PRAGMA index_list("{{name}}")') if row[2]),
        }}
        for name, sql in tables.items()
    }} | {{"applied": sorted(ask("SELECT app, name FROM django_migrations")),
           "search": ask("SELECT k, v FROM store_search_config ORDER BY k"),
           "version": ask("SELECT version FROM store_searchversion")}}

def postgresql():
    return {{
        "columns": sorted(ask("SELECT table_name, column_name, data_type, character_maximum_length, is_nullable,"
                              "column_default, is_identity FROM information_schema.columns"
                              " WHERE table_schema = 'public' AND table_name NOT LIKE 'auth_%%'")),
        "indexes": sorted(ask("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
                              " AND tablename NOT LIKE 'auth_%%'")),
        "constraints": sorted(ask("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
                                  " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
                                  " AND conrelid::regclass::text NOT LIKE 'auth_%%'")),
        "applied": sorted(ask("SELECT app, name FROM django_migrations")),
        "version": ask("SELECT version FROM store_searchversion"),
    }}

print(json.dumps(globals()[connection.vendor]()))
"""


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[[str, str], Any]]:
    """Makes a database of this name in a process of its own, and tells its shape."""
    url = os.environ.get("POSTROOM_DATABASE_URL", "")
    names: list[str] = []

    def make(name: str, how: str) -> Any:
        environment = os.environ | {
            "POSTROOM_DATA_DIR": str(tmp_path / name),
            "DJANGO_SETTINGS_MODULE": "postroom.settings",
        }
        (tmp_path / name).mkdir()
        if url:
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(f"CREATE DATABASE {name}")
            names.append(name)
            environment["POSTROOM_DATABASE_URL"] = urlsplit(url)._replace(path=f"/{name}").geturl()
        done = subprocess.run(
            [sys.executable, "-c", DUMP.format(make=how)], env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    yield make
    for name in names:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name}")


def test_made_at_once_it_is_what_the_migrations_come_to(made: Callable[[str, str], Any]) -> None:
    at_once, step_by_step = made("at_once", AT_ONCE), made("step_by_step", STEP_BY_STEP)
    assert at_once.keys() == step_by_step.keys()
    for part, shape in step_by_step.items():
        assert at_once[part] == shape, part
    assert ["store", "0001_initial"] in at_once["applied"]
    told = json.dumps(at_once)
    assert all(name in told for name in ("store_search", "label_default"))
    assert connection.vendor == "postgresql" or at_once["store_mention"]["rowid"] is False


@pytest.mark.parametrize(
    ("option", "tables"), [("plan", []), ("check_unapplied", []), ("fake", ["django_migrations"])]
)
def test_what_makes_no_tables_makes_none(
    made: Callable[[str, str], Any], option: str, tables: list[str]
) -> None:
    assert made(f"only_{option}", ASKED.format(option=option)) == tables
