"""What is answered to uploads, item by item, and what is stored of them (K4, K5, K7, K10)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from mail_world import ACTOR, K1, NOON, S1, S2, U
from upload_world import a_source, chat_record, consent, mail_record, rfc3339, sent

from postroom.actions.accept_items import accept, delete_item
from postroom.actions.add_users import add_users
from postroom.actions.check_items import checked
from postroom.actions.process_uploads import process_some
from postroom.actions.rejection import Rejected
from postroom.actions.spool import open_item
from postroom.core.upload import UploadedChat
from postroom.store.models import Interaction, Item, Source, UploadCall, User, Waiting, Workspace

QUEUED, HELD, DUPLICATE, UPDATED = ("queued", None), ("held", None), ("duplicate", None), ("updated", None)
TOO_EARLY, NOT_FED = ("skipped", "before_crawling_depth"), ("skipped", "kind_not_fed")
UNKNOWN = ("rejected", "unknown_user")
DEPTH = "2026-03-02"
BEFORE = NOON - 86_400
DAY = 86_400


@pytest.fixture
def source(company: Workspace) -> Source:
    """A source of the people lens; S1 has consented, S2 has not."""
    consent(company, S1)
    return a_source(company, "people")


def states() -> list[str]:
    return list(Item.objects.order_by("id").values_list("state", flat=True))


def waiting() -> list[tuple[str | None, int]]:
    """Who waits, with the rank."""
    rows = Waiting.objects.select_related("user").order_by("item_id", "id")
    return [(row.user.email if row.user else None, row.rank) for row in rows]


def reaction(reactor: str, author: str | None = None, **more: Any) -> dict[str, Any]:
    record = {"id": "1", "chat_id": "c1", "message_id": "m1", "user": reactor, "message_author": author}
    return record | {"reaction": "thumbsup", "date": rfc3339(NOON)} | more


def activity(type_: str, user: str, participants: list[str], **more: Any) -> dict[str, Any]:
    record = {"id": "1", "type": type_, "user": user, "participants": participants}
    return record | {"start": rfc3339(NOON), "end": rfc3339(NOON + 900), "subject": "Talk"} | more


# Statuses


def test_each_item_is_answered_in_order_K5(source: Source) -> None:
    answers = accept(
        source,
        "mail",
        [
            mail_record(K1, [S1], id="a"),
            mail_record(K1, [S2], id="b", user=S2),
            mail_record(K1, [S1], id="a"),
            mail_record(K1, [S1], id="a", subject="Another"),
            mail_record(K1, [S1], id="c", user=U),
            "no record",
            mail_record(K1, [S1], id=7),
            mail_record("no address", id="d"),
        ],
    )
    assert answers == [
        {"index": 0, "id": "a", "status": "queued", "reason": None, "field": None},
        {"index": 1, "id": "b", "status": "held", "reason": None, "field": None},
        {"index": 2, "id": "a", "status": "duplicate", "reason": None, "field": None},
        {"index": 3, "id": "a", "status": "updated", "reason": None, "field": None},
        {"index": 4, "id": "c", "status": "rejected", "reason": "unknown_user", "field": "user"},
        {"index": 5, "id": None, "status": "rejected", "reason": "not_an_object", "field": None},
        {"index": 6, "id": None, "status": "rejected", "reason": "wrong_type", "field": "id"},
        {"index": 7, "id": "d", "status": "rejected", "reason": "email_invalid", "field": "from"},
    ]
    assert (states(), waiting()) == (["waiting", "waiting"], [(S1, 1), (S2, 1)])


def test_a_call_is_counted_by_status_and_reason_K9(source: Source) -> None:
    sent(source, "mail", mail_record(K1, id="a"), mail_record(K1, id="a"), mail_record(K1, user=U), {})
    (call,) = UploadCall.objects.all()
    assert (call.source_id, call.kind) == (source.pk, "mail")
    assert call.statuses == {"queued": 1, "duplicate": 1, "rejected": 2}
    assert call.reasons == {"unknown_user": 1, "id_required": 1}


def test_one_malformed_item_among_999_K5(source: Source) -> None:
    records: list[Any] = [chat_record(S1, [S2], id=str(number)) for number in range(1_000)]
    records[500] = {"id": "500", "author": []}
    answers = accept(source, "chat", records)
    assert [a["status"] for a in answers] == ["queued"] * 500 + ["rejected"] + ["queued"] * 499
    assert [a["id"] for a in answers] == [str(number) for number in range(1_000)]
    assert answers[500] | {"index": 0} == {
        "index": 0,
        "id": "500",
        "status": "rejected",
        "reason": "field_required",
        "field": "chat_id",
    }
    assert Item.objects.count() == 999


def test_no_items_are_no_call(source: Source) -> None:
    assert accept(source, "mail", []) == []
    assert UploadCall.objects.count() == 0


@pytest.mark.parametrize("kind", ["mail", "chat"])
def test_a_batch_takes_as_many_queries_as_one_item(source: Source, kind: str) -> None:
    def record(number: int) -> dict[str, Any]:
        if kind == "mail":
            return mail_record(f"k{number}@acme.com", [S1], id=str(number))
        return chat_record(S1, [S2, f"k{number}@acme.com"], id=str(number))

    counts = []
    for some in (range(1), range(1, 1_001)):
        with CaptureQueriesContext(connection) as queries:
            assert {status for status, _ in sent(source, kind, *map(record, some))} == {"queued"}
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 10


# Who is concerned


def test_somebody_concerned_must_be_a_user_K10(source: Source) -> None:
    assert sent(source, "mail", mail_record(S1, [S2], user=K1)) == [UNKNOWN]
    assert sent(source, "chat", chat_record(K1, [U]), chat_record(K1, [U, S2], id="2")) == [UNKNOWN, HELD]
    assert sent(source, "reaction", reaction(K1, U), reaction(K1, S1, id="2")) == [UNKNOWN, QUEUED]
    assert sent(source, "activity", activity("call", K1, [U]), activity("call", K1, [S1], id="2")) == [
        UNKNOWN,
        QUEUED,
    ]
    assert Item.objects.count() == 3


def test_an_alias_is_the_user_K10(company: Workspace, source: Source) -> None:
    add_users(company, [{"email": S1, "aliases": ["one@us.com"]}], actor=ACTOR)
    assert sent(source, "mail", mail_record("One@us.com", [K1], user="ONE@US.com")) == [QUEUED]
    assert waiting() == [(S1, 0)]
    assert sent(source, "mail", mail_record("One@us.com", [K1], user=S1)) == [DUPLICATE]


def test_a_user_of_another_workspace_is_unknown_W3(company: Workspace, source: Source) -> None:
    other = Workspace.objects.create(name="Them", sealed_hash_key=company.sealed_hash_key)
    add_users(other, [{"email": "theirs@them.com"}], actor=ACTOR)
    assert sent(source, "mail", mail_record(K1, user="theirs@them.com")) == [UNKNOWN]


@pytest.mark.parametrize(
    ("kind", "record", "expected"),
    [
        ("mail", mail_record(K1, [S1]), [(S1, 1)]),
        ("mail", mail_record(S1, [K1]), [(S1, 0)]),
        ("mail", mail_record(K1, [S1], folder="SENT"), [(S1, 0)]),
        ("chat", chat_record(S1, [S2, K1, S1]), [(S1, 0), (S2, 1)]),
        ("chat", chat_record(K1, [S2, S1]), [(S1, 1), (S2, 1)]),
        ("reaction", reaction(S2, S1), [(S1, 1), (S2, 0)]),
        ("reaction", reaction(S1, S1), [(S1, 0)]),
        ("reaction", reaction(S1), [(S1, 0)]),
        ("activity", activity("task", S1, [K1, S2]), [(S1, 0), (S2, 1)]),
    ],
)
def test_what_a_user_did_ranks_before_what_came_to_them_P4(
    source: Source, kind: str, record: dict[str, Any], expected: list[tuple[str, int]]
) -> None:
    assert sent(source, kind, record) == [QUEUED]
    assert sorted(waiting()) == expected


# Lenses


def test_held_only_if_nothing_of_it_could_be_queued_P3(company: Workspace, source: Source) -> None:
    assert sent(source, "chat", chat_record(S2, [K1]), chat_record(S2, [S1], id="2")) == [HELD, QUEUED]
    both = a_source(company, "customer", "people", name="Both")
    assert sent(both, "chat", chat_record(S2, [K1])) == [QUEUED]
    assert waiting() == [(S2, 0), (S2, 0), (S1, 1), (None, 0), (S2, 0)]


@pytest.mark.parametrize(
    ("kind", "record", "is_taken"),
    [
        ("mail", mail_record(K1), True),
        ("chat", chat_record(S1, [K1]), True),
        ("activity", activity("call", S1, [K1]), True),
        ("activity", activity("Meeting", S1, [K1]), True),
        ("activity", activity("task", S1, [K1]), False),
        ("activity", activity("comment", S1, [K1]), False),
        ("reaction", reaction(S1, K1), False),
    ],
)
def test_what_no_lens_of_the_source_takes_is_skipped_F5(
    company: Workspace, kind: str, record: dict[str, Any], is_taken: bool
) -> None:
    source = a_source(company, "customer")
    assert sent(source, kind, record) == [QUEUED if is_taken else NOT_FED]
    assert [user for user, _ in waiting()] == ([None] if is_taken else [])
    assert Item.objects.count() == is_taken


# The crawling depth


def test_what_is_dated_before_the_depth_is_skipped_K4(company: Workspace) -> None:
    source = a_source(company, "people", depth=DEPTH)
    record = mail_record(K1, at=BEFORE)
    assert sent(source, "mail", record, mail_record(K1, id="2", at=NOON - DAY // 2)) == [TOO_EARLY, HELD]
    item = Item.objects.get(state="skipped")
    assert (item.sealed, item.at, item.depth_at, waiting()) == (None, BEFORE, NOON - DAY // 2, [(S1, 1)])
    assert sent(source, "mail", record) == [TOO_EARLY]
    assert Item.objects.count() == 2


def test_it_waits_all_the_same_where_a_lens_can_say_why_K4_L1(company: Workspace) -> None:
    consent(company, S1)
    source = a_source(company, "people", depth=DEPTH)
    assert sent(source, "chat", chat_record(S1, [S2, K1], at=BEFORE)) == [TOO_EARLY]
    assert (states(), waiting()) == (["waiting"], [(S1, 0)])


def test_what_an_earlier_depth_allows_is_taken_when_it_is_sent_again_K4(company: Workspace) -> None:
    consent(company, S1)
    source = a_source(company, "people", depth=DEPTH)
    held, queued = mail_record(K1, user=S2, at=BEFORE), mail_record(K1, at=BEFORE)
    assert sent(source, "mail", held, queued) == [TOO_EARLY, TOO_EARLY]
    process_some(company.pk)
    assert Interaction.objects.count() == 0

    source.crawling_depth = None
    source.save()
    assert sent(source, "mail", held, queued) == [HELD, QUEUED]
    assert sent(source, "mail", held, queued) == [DUPLICATE, DUPLICATE]
    process_some(company.pk)
    assert (states(), Interaction.objects.count()) == (["waiting", "done"], 1)


def test_what_was_taken_stays_when_the_depth_is_moved_on_K4(company: Workspace, source: Source) -> None:
    record = mail_record(K1, at=BEFORE)
    assert sent(source, "mail", record) == [QUEUED]
    process_some(company.pk)
    source.crawling_depth = rfc3339(NOON)[:10]
    source.save()
    source.refresh_from_db()
    assert sent(source, "mail", record) == [DUPLICATE]
    assert Interaction.objects.count() == 1
    assert sent(source, "mail", record | {"subject": "Another"}) == [TOO_EARLY]
    process_some(company.pk)
    assert Interaction.objects.count() == 0


# Again


def test_the_same_again_is_a_duplicate_whatever_its_state_K7(company: Workspace, source: Source) -> None:
    record, held = mail_record(K1), mail_record(K1, user=S2)
    assert sent(source, "mail", record, held) == [QUEUED, HELD]
    assert sent(source, "mail", record, held) == [DUPLICATE, DUPLICATE]
    process_some(company.pk)
    assert states() == ["done", "waiting"]
    assert sent(source, "mail", record, held) == [DUPLICATE, DUPLICATE]
    assert (states(), waiting()) == (["done", "waiting"], [(S2, 1)])


def test_what_changed_waits_anew_K7(source: Source) -> None:
    assert sent(source, "chat", chat_record(S1, [S2])) == [QUEUED]
    process_some(source.workspace_id)
    assert sent(source, "chat", chat_record(S2, [S1], text="Changed", at=NOON + 60)) == [UPDATED]
    item = Item.objects.get()
    assert (item.state, item.at, item.copy_id) == ("waiting", NOON + 60, None)
    assert open_item("chat", item.key, item.sealed) == UploadedChat(
        "c1", "group", S2, (S1,), NOON + 60, "Changed"
    )
    assert sorted(waiting()) == [(S1, 1), (S2, 0)]


def test_the_same_item_several_times_in_a_batch_K7(source: Source) -> None:
    one, other = chat_record(S1, [S2], text="One"), chat_record(S1, [S2], text="Other")
    assert sent(source, "chat", one, other, other, one, {"id": "1"}) == [
        QUEUED,
        UPDATED,
        DUPLICATE,
        UPDATED,
        ("rejected", "field_required"),
    ]
    item = Item.objects.get()
    assert open_item("chat", item.key, item.sealed).text == "One"
    assert sent(source, "chat", one) == [DUPLICATE]


def test_a_key_is_of_a_source_a_kind_and_for_mail_a_user_K7(company: Workspace, source: Source) -> None:
    other = a_source(company, "people", name="Other")
    for one in (source, other):
        assert sent(one, "mail", mail_record(K1, [S1]), mail_record(K1, [S1], user=S2)) == [QUEUED, HELD]
        assert sent(one, "chat", chat_record(S1, [S2]), chat_record(S1, [S2], id="1 ")) == [QUEUED, QUEUED]
    assert Item.objects.count() == 8


def test_what_was_taken_back_can_come_again_K7(source: Source) -> None:
    record = mail_record(K1)
    assert sent(source, "mail", record) == [QUEUED]
    assert delete_item(source, "mail", "1", S2) is False
    assert delete_item(source, "chat", "1") is False
    assert delete_item(source, "mail", "2", S1) is False
    assert delete_item(source, "mail", "1", "S1@us.com") is True
    assert (Item.objects.count(), Waiting.objects.count()) == (0, 0)
    assert delete_item(source, "mail", "1", S1) is False
    assert sent(source, "mail", record) == [QUEUED]


def test_another_source_takes_nothing_back_K1(company: Workspace, source: Source) -> None:
    sent(source, "chat", chat_record(S1, [S2]))
    assert delete_item(a_source(company, "people", name="Other"), "chat", "1") is False
    assert Item.objects.count() == 1


@pytest.mark.parametrize(
    ("user", "reason"), [(None, "user_required"), ("", "user_required"), ("x", "email_invalid")]
)
def test_a_mail_is_taken_back_from_somebody_K7(source: Source, user: str | None, reason: str) -> None:
    with pytest.raises(Rejected) as refused:
        delete_item(source, "mail", "1", user)
    assert (refused.value.reason, refused.value.field) == (reason, "user")


# Dry run


def test_a_dry_run_answers_the_same_and_stores_nothing_K8(source: Source) -> None:
    records = [mail_record(K1), mail_record(K1), mail_record(K1, user=S2), mail_record(K1, user=U), {}]
    foreseen = checked(source, "mail", records)
    assert (Item.objects.count(), UploadCall.objects.count()) == (0, 0)
    assert [one.answer for one in foreseen] == accept(source, "mail", records)
    assert [one.item.owner if one.item else None for one in foreseen] == [
        *(User.objects.get(email=email).pk for email in (S1, S1, S2)),
        None,
        None,
    ]
