"""What a connector says of mail folders: kept, the last word of each, and never counted (K3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from mail_world import ACTOR, K1, NOON, S1, S2
from upload_world import a_source, rfc3339

from postroom.actions.accept_statistics import accept_statistics
from postroom.actions.add_users import add_users
from postroom.store.models import FolderStatistics, Item, Source, UploadCall, Workspace
from postroom.store.read.uploads import failure_share

UPDATED, DUPLICATE = ("updated", None, None), ("duplicate", None, None)
SAID = {"user": S1, "folder": "Inbox", "total": 10, "uploaded": 3, "from": rfc3339(NOON), "to": None}


@pytest.fixture
def source(company: Workspace) -> Source:
    return a_source(company, "people")


def said(source: Source, *records: Any, now: int = NOON) -> list[tuple[str, str | None, str | None]]:
    answers = accept_statistics(source, records, now=now)
    assert [(a["index"], a["id"]) for a in answers] == [(index, None) for index in range(len(records))]
    return [(a["status"], a["reason"], a["field"]) for a in answers]


def stored() -> list[tuple[Any, ...]]:
    rows = FolderStatistics.objects.order_by("user__email", "folder")
    return list(rows.values_list("user__email", "folder", "total", "uploaded", "from_at", "until_at"))


def test_the_last_word_of_each_folder_is_kept_K3(company: Workspace, source: Source) -> None:
    add_users(company, [{"email": S1, "aliases": ["one@us.com"]}], actor=ACTOR)
    assert said(source, SAID, SAID | {"user": S2}, SAID | {"folder": "Sent"}) == [UPDATED] * 3
    later = NOON + 60
    assert said(source, SAID | {"user": "One@us.com"}, SAID | {"user": S2, "uploaded": 4}, now=later) == [
        DUPLICATE,
        UPDATED,
    ]
    assert stored() == [
        (S1, "Inbox", 10, 3, NOON, None),
        (S1, "Sent", 10, 3, NOON, None),
        (S2, "Inbox", 10, 4, NOON, None),
    ]
    times = dict(FolderStatistics.objects.filter(folder="Inbox").values_list("user__email", "sent_at"))
    assert times == dict.fromkeys((S1, S2), datetime.fromtimestamp(later, UTC))
    assert Item.objects.count() == 0


def test_a_folder_twice_in_a_call_has_its_last_word_K3(source: Source) -> None:
    assert said(source, SAID, SAID, SAID | {"total": 11}) == [UPDATED, DUPLICATE, UPDATED]
    assert stored() == [(S1, "Inbox", 11, 3, NOON, None)]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("user", None, "user_required"),
        ("user", "x", "email_invalid"),
        ("user", K1, "unknown_user"),
        ("folder", "", "field_required"),
        ("folder", "x" * 201, "too_long"),
        ("total", None, "field_required"),
        ("total", -1, "count_invalid"),
        ("total", 2**63, "count_invalid"),
        ("total", True, "wrong_type"),
        ("uploaded", "3", "wrong_type"),
        ("from", "x", "time_invalid"),
        ("to", 1, "wrong_type"),
        ("to", rfc3339(NOON - 1), "ends_before_it_begins"),
        ("uploaded", 11, "more_than_total"),
    ],
)
def test_each_mistake_is_named_and_leaves_the_others_alone_K5(
    source: Source, field: str, value: Any, reason: str
) -> None:
    wrong = SAID | {field: value}
    assert said(source, wrong, SAID, "x", SAID | {"colour": 1}) == [
        ("rejected", reason, field),
        UPDATED,
        ("rejected", "not_an_object", None),
        ("rejected", "unknown_field", "colour"),
    ]
    assert len(stored()) == 1


def test_nothing_said_of_folders_counts_among_the_items_K9(source: Source) -> None:
    said(source, "x")
    assert list(UploadCall.objects.values_list("kind", "statuses", "reasons")) == [
        ("folder", {"rejected": 1}, {"not_an_object": 1})
    ]
    assert failure_share(source) == (None, 0, 0)


def test_a_thousand_folders_take_as_many_queries_as_one(source: Source) -> None:
    counts = []
    for some in (1, 1_000):
        with CaptureQueriesContext(connection) as queries:
            said(source, *(SAID | {"folder": str(number)} for number in range(some)))
        counts.append(len(queries))
    assert counts[0] == counts[1]
