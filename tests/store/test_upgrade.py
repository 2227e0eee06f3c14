"""The database is made by whoever comes first, whole, also when two come at once."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard
from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from postroom.core.body import SEARCH_VERSION, Body
from postroom.core.message import Attachment, Content
from postroom.store.bodies import pack, unpack
from postroom.store.models import Engagement, Message, Variant, Workspace
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


BEFORE_VISIBILITY = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from postroom.core.message import Content
from postroom.store import search
from postroom.store.bodies import pack

BEFORE = "0004_texts_as_they_stand"
call_command("migrate", "store", BEFORE, verbosity=0)
old = MigrationExecutor(connection).loader.project_state([("store", BEFORE)]).apps.get_model
workspace = old("store", "Workspace").objects.create(name="W", sealed_hash_key=b"", revision=1)
user = old("store", "User").objects.create(workspace=workspace, email="s1@us.com", role="Viewer")
message = old("store", "Message").objects.create(
    workspace=workspace, identity=b"1", reference_tokens=b"", at=5, flags="")
old("store", "Copy").objects.create(
    message=message, fingerprint=b"1", source="import", user=user, label="Inbox", participants=b"", met_at=5)
engagement = old("store", "Engagement").objects.create(
    workspace=workspace, message=message, at=5, subject="Falcon", snippet="Heron", direction="in", thread=b"t",
    rfc_message_id="", participants=[{"role": "cc", "email": "u@far.example", "name": "Plume"}])
old("store", "Variant").objects.create(
    engagement=engagement, digest=b"d", subject="Falcon", body=pack(Content("Falcon", "Heron", "")))
search.note_version(1)

from postroom.store.models import Engagement, Narrowing, User, Workspace
from postroom.store.read.engagements import Asked, engagements
from postroom.store.read.seen import seen
from postroom.store.upgrade import missing_migrations, upgrade

def found(words):
    return [e.pk for e in engagements(Workspace.objects.get(), None, Asked(words=words))]

print(upgrade(), upgrade(), missing_migrations(), search.version())
print([u.visibility for u in User.objects.all()], Narrowing.objects.count())
print([(e.level, e.subject, e.snippet) for e in seen(None, list(Engagement.objects.all()))])
print(found("falcon"), found("heron"), found("plume"))
User.objects.update(visibility=2)
print(found("falcon"), found("heron"), found("plume"))
"""


def test_a_database_from_before_visibility_shows_everything_and_is_searched_anew_R4(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if name != "POSTROOM_DATABASE_URL"}
    place = {"POSTROOM_DATA_DIR": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "postroom.settings"}
    said = subprocess.run(
        [sys.executable, "-c", BEFORE_VISIBILITY],
        env=clean | place,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert said.stdout.splitlines() == [
        f"True False [] {SEARCH_VERSION}",
        "[3] 0",
        "[('everything', 'Falcon', 'Heron')]",
        "[1] [1] [1]",
        "[1] [] [1]",
    ]


OLD_TEXTS = [
    {"text": "Grüße\n[1, []]", "html": "<p>", "attachments": [["März.pdf", "application/pdf", 5]]},
    {"text": "", "html": "", "attachments": []},
]


@pytest.mark.django_db
def test_texts_of_an_earlier_version_are_written_anew_and_others_left(workspace: Workspace) -> None:
    rewrite = importlib.import_module("postroom.store.migrations.0004_texts_as_they_stand").write_anew
    new = pack(Content("", "new", "<b>", ()))
    bodies = [*(zstandard.compress(json.dumps(old, ensure_ascii=False).encode()) for old in OLD_TEXTS), new]
    for number, body in enumerate(bodies):
        message = Message.objects.create(
            workspace=workspace, identity=bytes([number]), reference_tokens=b"", at=1, flags=""
        )
        engagement = Engagement.objects.create(
            workspace=workspace,
            message=message,
            at=1,
            subject="",
            snippet="",
            direction="in",
            thread=b"",
            rfc_message_id="",
            participants=[],
        )
        Variant.objects.create(engagement=engagement, digest=b"", subject="", body=body)
    rewrite(apps, None)
    rows = [bytes(body) for body in Variant.objects.order_by("pk").values_list("body", flat=True)]
    assert [unpack(row) for row in rows] == [
        Body("Grüße\n[1, []]", "<p>", (Attachment("März.pdf", "application/pdf", 5),)),
        Body("", "", ()),
        Body("new", "<b>", ()),
    ]
    assert rows[2] == new
