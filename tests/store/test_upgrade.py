"""The database is made by whoever comes first, whole, also when two come at once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from postroom.store.upgrade import NewerDatabase, missing_migrations, upgrade

UPGRADE = "import django; django.setup(); from postroom.store.upgrade import upgrade; print(upgrade())"


@pytest.mark.django_db
def test_a_database_up_to_date_lacks_nothing() -> None:
    assert missing_migrations() == []
    assert upgrade() is False


@pytest.mark.django_db
def test_a_database_of_a_later_version_is_refused() -> None:
    MigrationRecorder(connection).record_applied("store", "9999_from_the_future")
    with pytest.raises(NewerDatabase):
        missing_migrations()


def test_of_three_that_start_at_once_one_makes_it(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if name != "POSTROOM_DATABASE_URL"}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE],
            env=clean
            | {"POSTROOM_DATA_DIR": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "postroom.settings"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = sorted(process.communicate()[0] for process in started)
    assert [process.returncode for process in started] == [0, 0, 0]
    assert said == ["False\n", "False\n", "True\n"]


NARROW = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
from datetime import datetime, UTC

def ask(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []

call_command("migrate", "store", "0002", verbosity=0)
ask("INSERT INTO store_workspace (id, name, sealed_hash_key, revision, created_at) VALUES (1, 'W', x'00', 0, %s)",
    datetime.now(UTC))
ask("INSERT INTO store_message (id, workspace_id, identity, reference_tokens, at, flags, deleted_by, released_by) "
    "VALUES (7, 1, x'01', x'', 5, '', '', '')")
ask("INSERT INTO store_mention (address, message_id) VALUES (x'0a', 7)")
call_command("migrate", verbosity=0)
print(ask("SELECT address, message_id FROM store_mention"))
print(ask("SELECT tbl_name FROM sqlite_master WHERE sql LIKE '%%WITHOUT ROWID' AND tbl_name NOT LIKE 'store_search%%' "
          "ORDER BY 1"))
print(ask("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN "
          "('store_mention', 'store_engagementperson') ORDER BY 1"))
print(ask("SELECT count(*) FROM pragma_foreign_key_check"))
"""


def test_narrow_tables_become_one_tree_with_what_is_in_them(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if name != "POSTROOM_DATABASE_URL"}
    place = {"POSTROOM_DATA_DIR": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "postroom.settings"}
    said = subprocess.run(
        [sys.executable, "-c", NARROW], env=clean | place, stdout=subprocess.PIPE, text=True, check=True
    )
    mentions, tables, indexes, broken = said.stdout.splitlines()
    assert mentions == "[(b'\\n', 7)]"
    assert tables == (
        "[('store_engagementaccount',), ('store_engagementperson',), ('store_engagementuser',), "
        "('store_mention',)]"
    )
    assert re.findall(r"'(\w+)'", indexes) == [
        "engagement_person_figures",
        "store_engagementperson_engagement_id_" + indexes.split("engagement_id_")[1].split("'")[0],
    ]
    assert broken == "[(0,)]"
