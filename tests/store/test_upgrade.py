"""The database is made by whoever comes first, whole, also when two come at once."""

from __future__ import annotations

import os
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
