"""What is not imported, or no longer, leaves nothing readable anywhere in the data folder (L1, F2)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, connections
from mail_world import ACTOR, K1, S1, S2, Imports, L, mail, the_company

from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.work import claim_job
from postroom.config import config
from postroom.store.models import Engagement, Job, Workspace
from postroom.worker.runner import run_due

pytestmark = pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS)

CANARY = "quetzal"
ERASED = {("erase_traces", "done")} if connection.vendor == "sqlite" else set()
"""PostgreSQL needs no such job."""


@pytest.fixture
def company(committed: None) -> Workspace:
    """The company, in a database that is written for good."""
    return the_company()


def stored() -> bytes:
    """Everything in the data folder, or in PostgreSQL's tables; as text in lower case."""
    if connection.vendor != "sqlite":
        return _rows().lower()
    connections.close_all()
    files = [path for path in config().data_dir.rglob("*") if path.is_file()]
    assert any(path.stat().st_size > 100_000 for path in files)
    return b"".join(path.read_bytes() for path in files).lower()


def _rows() -> bytes:
    tables = [model._meta.db_table for model in apps.get_app_config("store").get_models()]
    rows = []
    with connection.cursor() as cursor:
        for table in [*tables, "store_search"]:
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows).encode()


def canary(sender: str, to: list[str], *, bcc: str = "", **fields: str) -> bytes:
    """A mail with the canary everywhere: names, subject, text, ids, an attachment's name, odd headers."""
    return mail(
        sender,
        to,
        bcc=[bcc] if bcc else [],
        id=f"{CANARY}{fields.pop('id', '')}@{CANARY}.example",
        subject=f"The {CANARY} flies",
        more=f"References: <r{CANARY}@x.example>\nX-{CANARY}: {CANARY}\nList-Id: {CANARY} <{CANARY}.example>\n"
        f"Content-Disposition: attachment; filename={CANARY}.pdf",
        text=f"A {CANARY} in the text. {CANARY}1 {CANARY}2",
        **fields,
    )


BIRD = f"The {CANARY} <{CANARY}@{CANARY}.example>"
UNWANTED = {
    "unknown_sender": (canary(BIRD, [S1], id="1"), "inbox"),
    "unknown_recipients": (canary(S1, [BIRD], id="2"), "sent"),
    "no_customer": (canary(S1, [S2, BIRD], id="3"), "sent"),
    "blocked": (canary(f"{CANARY} <{L}>", [S1, BIRD], id="4"), "inbox"),
    "internal": (canary(f"{CANARY} <{S1}>", [f"{CANARY} <{S2}>"], id="5"), "sent"),
    "spam": (canary(f"{CANARY} <{K1}>", [S1, BIRD], id="6"), "spam"),
    "draft": (canary(S1, [f"{CANARY} <{K1}>", BIRD], id="7"), "drafts"),
    "ambiguous": (canary(K1, [S1], id="8").replace(b"To:", f"From: {BIRD}\nTo:".encode()), "inbox"),
    "before_person": (canary("n@acme.com", [S1, BIRD], id="9").replace(b" 2026 ", b" 2016 "), "inbox"),
    "unparsable": (f"\0{CANARY}\0".encode() * 3, "inbox"),
}


def test_the_canary_is_found_where_it_is_imported(company: Workspace, tmp_path: Path) -> None:
    with Imports(company, tmp_path) as importing:
        importing(canary(K1, [S1]))
    assert CANARY.encode() in stored()


def test_nothing_of_what_was_not_imported_is_stored_L1(company: Workspace, tmp_path: Path) -> None:
    with Imports(company, tmp_path) as importing:
        for reason, (raw, label) in UNWANTED.items():
            assert [r for _, r in importing(raw, label=label).outcomes] == [reason]
            assert [r for _, r in importing(raw, label=label, reconsider=True).outcomes] == [reason]
    assert stored().count(CANARY.encode()) == 0


def test_nothing_is_left_of_what_was_withdrawn_L1(company: Workspace, tmp_path: Path) -> None:
    bird = f"The {CANARY} <{CANARY}@acme.com>"
    with Imports(company, tmp_path) as importing:
        importing(mail(K1, [S1], id="stays@x", text="ordinary words"))
        importing(canary(bird, [S1]))
        assert Engagement.objects.count() == 2
        importing(canary(bird, [S1], bcc=L), user=S2)

    assert Engagement.objects.count() == 1
    assert stored().count(CANARY.encode()) == 0
    assert set(Job.objects.values_list("kind", "state")) == ERASED


def test_nothing_is_left_of_a_deleted_engagement_C17(company: Workspace, tmp_path: Path) -> None:
    with Imports(company, tmp_path) as importing:
        importing(mail(K1, [S1], id="stays@x", text="ordinary words"))
        importing(canary(K1, [S1, BIRD]))
    delete_engagement(company, Engagement.objects.get(subject__contains=CANARY).pk, actor=ACTOR)
    while run_due():
        pass

    assert stored().count(CANARY.encode()) == 0
    assert set(Job.objects.values_list("kind", "state")) == ERASED


def test_several_deleted_one_after_the_other_are_one_job(company: Workspace, tmp_path: Path) -> None:
    with Imports(company, tmp_path) as importing:
        importing(*(canary(K1, [S1], id=str(number)) for number in range(3)))
    for engagement in Engagement.objects.all():
        delete_engagement(company, engagement.pk, actor=ACTOR)

    assert list(Job.objects.values_list("kind", "state", "actor")) == [
        ("erase_traces", "waiting", ACTOR) for _ in ERASED
    ]
    while run_due():
        pass
    assert stored().count(CANARY.encode()) == 0


def test_a_worker_that_died_while_erasing_is_followed_by_another(company: Workspace, tmp_path: Path) -> None:
    with Imports(company, tmp_path) as importing:
        importing(canary(K1, [S1]))
    delete_engagement(company, Engagement.objects.get().pk, actor=ACTOR)
    claim_job()
    Job.objects.update(leased_until=datetime(2026, 1, 1, tzinfo=UTC))
    while run_due():
        pass

    assert stored().count(CANARY.encode()) == 0
    assert set(Job.objects.values_list("kind", "state")) == ERASED
