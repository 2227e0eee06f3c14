"""A database from before roll-ups gets what answers what as if it had always been noted; all is due (E3, E4)."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from answer_world import Mail, mails, referred, users_of, write
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from rollup_world import answers_of, noted
from test_answers import threads_of

from postroom.store.models import Interaction, RollUpDue, Workspace
from postroom.store.write.answers import link_answers

MIGRATION = importlib.import_module("postroom.store.migrations.0017_reports")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mails)
@example(
    [
        Mail("ann", False, 101, "a", is_inside=True),
        Mail("ann", False, 101, "a"),
        Mail("ann", True, 102, None, ("a",)),
    ]
)
def test_what_is_there_is_noted_as_it_would_have_been_E3_E4(workspace: Workspace, some: list[Mail]) -> None:
    with transaction.atomic():
        ids = write(workspace, users_of(workspace), some, apps.get_model)
        MIGRATION.note_what_is_there(apps, SimpleNamespace(connection=connection))
        rows = Interaction.objects.in_bulk(ids)
        tokens = [rows[pk].answers for pk in ids]
        assert [None if token is None else bytes(token) for token in tokens] == [
            referred(mail) for mail in some
        ]
        found = noted(workspace)
        assert found == answers_of(workspace)
        emails = RollUpDue.objects.values_list("user__email", "day", "since")
        assert sorted(emails) == [(f"{name}@us.com", 0, 0) for name in sorted({mail.user for mail in some})]
        link_answers(threads_of(workspace))
        assert noted(workspace) == found
        transaction.set_rollback(True)


UPGRADE = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from answer_world import Mail, write

BEFORE = "0016_default_labels"
call_command("migrate", "store", BEFORE, verbosity=0)
old = MigrationExecutor(connection).loader.project_state([("store", BEFORE)]).apps.get_model
workspace = old("store", "Workspace").objects.create(name="W", sealed_hash_key=b"", revision=1)
users = {name: old("store", "User").objects.create(workspace=workspace, email=name + "@us.com", role="Viewer")
         for name in ("ann", "ben")}
write(workspace, users, [
    Mail("ann", False, 100, "a", is_outside=True), Mail("ann", True, 130, "b", ("x", "a")),
    Mail("ann", True, 120, None, ("a",)), Mail("ann", True, 140, None, ("a",), is_automatic=True),
    Mail("ann", True, 90, None, ("a",)), Mail("ann", True, 150, None), Mail("ben", True, 150, None, ("a",)),
], old)

from postroom.store.models import Interaction, RollUp, RollUpDue
from postroom.store.upgrade import missing_migrations, upgrade
print(upgrade(), missing_migrations())
for row in Interaction.objects.order_by("pk"):
    print(row.at, bytes(row.answers or b"").decode(), row.answered_at, row.answered_sides)
print(list(RollUpDue.objects.order_by("user__email").values_list("user__email", "day")), RollUp.objects.count())
"""


def test_a_database_from_before_is_brought_up_to_date_E3(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if name != "POSTROOM_DATABASE_URL"}
    place = {
        "POSTROOM_DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "postroom.settings",
        "PYTHONPATH": str(Path(__file__).parent),
    }
    said = subprocess.run(
        [sys.executable, "-c", UPGRADE], env=clean | place, stdout=subprocess.PIPE, text=True, check=True
    )
    assert said.stdout.splitlines() == [
        "True []",
        "100  120 0",
        "130 a............... 100 2",
        "120 a............... 100 2",
        "140 a............... None 0",
        "90 a............... None 0",
        "150  None 0",
        "150 a............... None 0",
        "[('ann@us.com', 0), ('ben@us.com', 0)] 0",
    ]
