"""What was forgotten or dropped is in no file of the database any more (P7, P8)."""

from __future__ import annotations

import secrets

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone
from passive_world import Passive

from postroom.actions.drop_too_old import drop_too_old, set_holding
from postroom.actions.forget import forget
from postroom.config import config
from postroom.store.models import Interaction, Job, Workspace
from postroom.worker.runner import run_due

pytestmark = pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS)


def stored() -> bytes:
    """Everything in the data folder, with the write-ahead log, or in PostgreSQL's tables."""
    if connection.vendor == "sqlite":
        connections.close_all()
        return b"".join(path.read_bytes() for path in config().data_dir.rglob("*") if path.is_file())
    rows = []
    with connection.cursor() as cursor:
        for model in apps.get_app_config("store").get_models():
            cursor.execute(f"SELECT t::text FROM {model._meta.db_table} t")
            rows += [row[0].encode() for row in cursor.fetchall()]
    return b"\n".join(rows)


def there(what: bytes, within: bytes) -> bool:
    return what in within or what.hex().encode() in within


@pytest.fixture
def passive(committed: None, workspace: Workspace) -> Passive:
    return Passive(workspace)


def test_nothing_is_left_of_what_was_forgotten_P7(passive: Passive) -> None:
    ann, ben = passive.user("ann@us.com"), passive.user("ben@us.com")
    held = bytes(passive.item("chat", [ann], says="a canary").sealed)
    outsider, of_ben = secrets.token_bytes(16), secrets.token_bytes(16)
    for user, other, token in ((ann, ben, outsider), (ben, ann, of_ben)):
        interaction = passive.counted(passive.message([ann, ben]), user, [other])
        Interaction.objects.filter(pk=interaction.pk).update(outsiders=token)
    before = stored()
    assert [there(what, before) for what in (held, outsider, of_ben)] == [True, True, True]

    forget(ann)
    while run_due():
        pass

    after = stored()
    assert [there(what, after) for what in (held, outsider, of_ben)] == [False, False, True]
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_nothing_is_left_of_what_was_dropped_P8(passive: Passive) -> None:
    ann = passive.user("ann@us.com")
    held = bytes(passive.item("chat", [ann], says="a canary", received_at=0).sealed)
    kept = bytes(passive.item("chat", [ann], received_at=int(timezone.now().timestamp())).sealed)
    set_holding(passive.workspace, 1, actor="boss@us.com")
    assert drop_too_old(passive.workspace) == 1
    while run_due():
        pass
    after = stored()
    assert [there(what, after) for what in (held, kept)] == [False, True]
