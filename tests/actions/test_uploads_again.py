"""Uploads that are decided again: sent once more, unchanged, with ``reconsider`` (F6)."""

from __future__ import annotations

from typing import Any

import pytest
from mail_world import ACTOR, K1, LONG_AGO, NOON, S1, S2, U, mail, replayed, taken, timeline
from upload_world import (
    a_source,
    chat_record,
    consent,
    decided,
    interactions,
    mail_record,
    raw_record,
    rfc3339,
    sent,
    uploaded,
)

from postroom.actions import process_uploads
from postroom.actions.accept_items import accept, delete_item
from postroom.actions.add_persons import add_persons
from postroom.actions.change_source import change_source
from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.foresee import foresee
from postroom.actions.forget import forget
from postroom.actions.process_uploads import process_some
from postroom.actions.release import release
from postroom.store.models import (
    Copy,
    Decision,
    Engagement,
    Item,
    Message,
    Source,
    User,
    Waiting,
    Workspace,
)
from postroom.store.read.uploads import upload_counts
from postroom.worker.runner import run_due

QUEUED, HELD, DUPLICATE, UPDATED = ("queued", None), ("held", None), ("duplicate", None), ("updated", None)


def again(source: Source, kind: str, *records: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Send to be reconsidered, and let the worker take up what is due."""
    answers = accepted(source, kind, *records)
    process_some(source.workspace_id)
    return answers


def accepted(source: Source, kind: str, *records: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Send to be reconsidered; the worker sleeps."""
    return [(a["status"], a["reason"]) for a in accept(source, kind, list(records), reconsider=True)]


def know_u(workspace: Workspace) -> None:
    """Somebody adds who was unknown."""
    taken(add_persons(workspace, [{"name": "Una", "emails": [U], "known_since": LONG_AGO}], actor=ACTOR))


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Item, Message, Copy, Engagement, Waiting)}


def call(**more: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "type": "call",
        "user": S1,
        "participants": [U],
        "start": rfc3339(NOON),
        "end": rfc3339(NOON + 600),
        "subject": "Terms",
    } | more


@pytest.mark.parametrize(
    ("kind", "record", "reason"),
    [
        ("mail", mail_record(U, [S1]), "unknown_sender"),
        ("mail", raw_record(mail(U, [S1])), "unknown_sender"),
        ("chat", chat_record(S1, [U]), "unknown_recipients"),
        ("activity", call(), "unknown_recipients"),
    ],
    ids=["fields", "raw", "chat", "activity"],
)
def test_what_was_not_imported_is_decided_again_F6(
    kind: str, record: dict[str, Any], reason: str, company: Workspace
) -> None:
    source = a_source(company, "customer")
    uploaded(source, kind, record)
    assert decided(company) == {"customer": ("skip", reason)}
    know_u(company)
    assert uploaded(source, kind, record) == [DUPLICATE]
    assert timeline(company) == []

    assert accepted(source, kind, record) == [QUEUED]
    assert upload_counts(source)[kind]["queued"] == 1
    assert process_some(company.pk) == 1
    assert decided(company) == {"customer": ("import", "imported")}
    (shown,) = timeline(company)
    assert [name for _, name in shown["persons"]] == ["Una"]
    assert counts() == {"Item": 1, "Message": 1, "Copy": 1, "Engagement": 1, "Waiting": 0}
    assert list(Item.objects.values_list("state", "sealed")) == [("done", None)]
    reasons = Decision.objects.order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == [reason, "imported"]

    assert again(source, kind, record) == [DUPLICATE]
    assert replayed(company).differences == []


def test_what_still_stays_out_keeps_its_decision_F6(company: Workspace) -> None:
    source = a_source(company, "customer")
    record = mail_record(U, [S1])
    uploaded(source, "mail", record)
    for _ in range(2):
        assert again(source, "mail", record) == [QUEUED]
    assert list(Decision.objects.values_list("reason", "is_current")) == [("unknown_sender", True)]
    assert counts() == {"Item": 1, "Message": 1, "Copy": 1, "Engagement": 0, "Waiting": 0}


def test_what_came_in_by_another_source_is_a_duplicate_F6(company: Workspace) -> None:
    record, first, second = (
        mail_record(U, [S1]),
        a_source(company, "customer"),
        a_source(company, "customer", name="B"),
    )
    uploaded(first, "mail", record)
    know_u(company)
    # The new copy adds nothing, so it is not decided again by itself.
    uploaded(second, "mail", record)
    assert decided(company) == {"customer": ("skip", "unknown_sender")}
    assert again(second, "mail", record) == [QUEUED]
    assert len(timeline(company)) == 1
    assert again(first, "mail", record) == [DUPLICATE]


def test_what_waits_is_a_duplicate_F6(company: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    source, record = a_source(company, "customer"), mail_record(U, [S1])
    sent(source, "mail", record)
    assert accepted(source, "mail", record) == [DUPLICATE]
    monkeypatch.setattr(process_uploads, "judge", lambda *_, **__: 1 / 0)
    process_some(company.pk)
    assert accepted(source, "mail", record) == [DUPLICATE]
    assert list(Waiting.objects.values_list("problem", flat=True)) == ["ZeroDivisionError"]


def test_what_was_deleted_by_hand_does_not_come_back_C10_F6(company: Workspace) -> None:
    source, record = a_source(company, "customer"), mail_record(K1, [S1])
    uploaded(source, "mail", record)
    delete_engagement(company, Engagement.objects.get().pk, actor=ACTOR)
    assert again(source, "mail", record) == [QUEUED]
    assert (decided(company), timeline(company)) == ({"customer": ("skip", "deleted")}, [])


def test_what_was_taken_back_is_sent_as_new_K7(company: Workspace) -> None:
    source, record = a_source(company, "customer"), mail_record(U, [S1])
    uploaded(source, "mail", record)
    delete_item(source, "mail", "1", S1)
    know_u(company)
    assert again(source, "mail", record) == [QUEUED]
    assert len(timeline(company)) == 1


def test_the_people_lens_is_not_asked_again_F1_F6(company: Workspace) -> None:
    source, record = a_source(company, "customer", "people"), mail_record(U, [S1])
    consent(company, S1)
    uploaded(source, "mail", record)
    know_u(company)
    once = [(S1, "mail", False, False, True, 1)]
    assert interactions(company) == once
    before = list(Decision.objects.filter(lens="people").values())
    assert again(source, "mail", record) == [QUEUED]
    assert decided(company) == {"customer": ("import", "imported"), S1: ("import", "counted")}
    assert interactions(company) == once
    assert list(Decision.objects.filter(lens="people").values()) == before


def test_what_is_held_waits_on_while_the_customer_lens_decides_again_P3_F6(company: Workspace) -> None:
    source, record = a_source(company, "customer", "people"), mail_record(U, [S1])
    assert uploaded(source, "mail", record) == [QUEUED]
    know_u(company)
    assert again(source, "mail", record) == [QUEUED]
    assert decided(company) == {"customer": ("import", "imported")}
    assert (len(timeline(company)), interactions(company)) == (1, [])
    assert list(Waiting.objects.values_list("user__email", flat=True)) == [S1]
    consent(company, S1)
    process_some(company.pk)
    assert interactions(company) == [(S1, "mail", False, False, True, 1)]
    assert counts() == {"Item": 1, "Message": 1, "Copy": 1, "Engagement": 1, "Waiting": 0}


def test_a_source_that_feeds_people_alone_has_nothing_to_reconsider_F6(company: Workspace) -> None:
    source, record = a_source(company, "people"), mail_record(U, [S1])
    assert uploaded(source, "mail", record) == [HELD]
    assert again(source, "mail", record) == [DUPLICATE]
    consent(company, S1)
    process_some(company.pk)
    assert again(source, "mail", record) == [DUPLICATE]


def test_a_source_that_now_feeds_the_customer_lens_sends_again_F5_F6(company: Workspace) -> None:
    source, record = a_source(company, "people"), mail_record(K1, [S1])
    consent(company, S1)
    uploaded(source, "mail", record)
    change_source(company, source.pk, {"lenses": ["customer", "people"]})
    source.refresh_from_db()
    assert uploaded(source, "mail", record) == [DUPLICATE]
    assert again(source, "mail", record) == [QUEUED]
    assert decided(company) == {"customer": ("import", "imported"), S1: ("import", "counted")}
    assert counts() == {"Item": 1, "Message": 1, "Copy": 1, "Engagement": 1, "Waiting": 0}
    assert replayed(company).differences == []


def test_what_is_before_the_depth_by_now_is_a_duplicate_K4_F6(company: Workspace) -> None:
    source, record = a_source(company, "customer"), mail_record(U, [S1])
    uploaded(source, "mail", record)
    know_u(company)
    change_source(company, source.pk, {"crawling_depth": "2026-03-03"})
    source.refresh_from_db()
    assert again(source, "mail", record) == [DUPLICATE]
    assert timeline(company) == []


def test_an_item_that_stands_twice_is_answered_as_if_sent_twice_K5_F6(company: Workspace) -> None:
    source, record = a_source(company, "customer"), mail_record(U, [S1])
    other = record | {"subject": "Another"}
    uploaded(source, "mail", record)
    know_u(company)
    assert accepted(source, "mail", record, record, mail_record(U, [S2], id="2", user=S2)) == [
        QUEUED,
        DUPLICATE,
        QUEUED,
    ]
    process_some(company.pk)
    assert accepted(source, "mail", other, other) == [UPDATED, DUPLICATE]
    process_some(company.pk)
    assert sorted(shown["subject"] for shown in timeline(company)) == ["Another", "Hello"]


def test_again_and_then_changed_in_one_batch_is_updated_once_K7_F6(company: Workspace) -> None:
    source, record = a_source(company, "customer"), mail_record(U, [S1])
    uploaded(source, "mail", record)
    know_u(company)
    assert again(source, "mail", record, record | {"subject": "Another"}) == [QUEUED, UPDATED]
    assert [shown["subject"] for shown in timeline(company)] == ["Another"]
    assert (Item.objects.count(), Waiting.objects.count()) == (1, 0)


def test_only_what_was_sent_again_is_decided_again_F6(company: Workspace) -> None:
    source = a_source(company, "customer")
    one, two = mail_record(U, [S1], id="1"), mail_record(U, [S1], id="2")
    uploaded(source, "mail", one, two)
    know_u(company)
    # The same mail in another mailbox, new, beside one that is sent again: it adds nothing to what was decided.
    accepted(source, "mail", one)
    sent(source, "mail", mail_record(U, [S1], id="2x", user=S2, message_id="<2@us.com>"))
    assert process_some(company.pk) == 2
    assert [shown["message_id"] for shown in timeline(company)] == ["1@us.com"]


def test_what_was_released_comes_in_when_sent_again_C0_F6(company: Workspace) -> None:
    source = a_source(company, "customer")
    record = raw_record(mail(K1, [S1], more=f"From: {U}"))
    uploaded(source, "mail", record)
    assert decided(company) == {"customer": ("hold", "ambiguous")}
    answers = release(company, [Decision.objects.get(is_current=True).pk], actor=ACTOR)
    assert [a["status"] for a in answers] == ["send_again"]
    assert again(source, "mail", record) == [QUEUED]
    assert decided(company) == {"customer": ("import", "imported")}


def test_a_dry_run_tells_what_would_be_decided_again_K8_F6(company: Workspace) -> None:
    source = a_source(company, "customer")
    records = [mail_record(U, [S1], id="1"), mail_record(K1, [S1], id="2"), mail_record(U, [S1], id="3")]
    uploaded(source, "mail", *records[:2])
    know_u(company)

    def told(reconsider: bool) -> list[tuple[str, str]]:
        foreseen = foresee(source, "mail", records, reconsider=reconsider)
        return [(a["status"], a["lenses"]["customer"]["reason"]) for a in foreseen]  # type: ignore[index]

    before = list(Item.objects.order_by("pk").values())
    assert told(False) == [("duplicate", "unknown_sender"), ("duplicate", "imported"), ("queued", "imported")]
    assert told(True) == [("queued", "imported"), ("duplicate", "imported"), ("queued", "imported")]
    assert (list(Item.objects.order_by("pk").values()), Waiting.objects.count()) == (before, 0)


@pytest.mark.parametrize("lenses", [("people",), ("customer", "people")])
def test_what_was_forgotten_is_counted_again_when_it_is_sent_again_to_be_reconsidered_P7(
    lenses: tuple[str, ...], company: Workspace
) -> None:
    source = a_source(company, *lenses)
    mails = [mail_record(K1, [S1], id="counted")]
    chats = [chat_record(S1, [S2, K1], id="counted")]
    consent(company, S1, S2)
    for kind, records in (("mail", mails), ("chat", chats)):
        uploaded(source, kind, *records)
    assert len(interactions(company)) == 3
    forget_whom(company, S1)
    assert [i[0] for i in interactions(company)] == [S2]
    for kind, records in (("mail", mails), ("chat", chats)):
        assert [a["status"] for a in accept(source, kind, records, reconsider=True)] == ["queued"]
    process_some(company.pk)
    assert sorted(i[:2] for i in interactions(company)) == [(S1, "chat"), (S1, "mail"), (S2, "chat")]
    for kind, records in (("mail", mails), ("chat", chats)):
        assert [a["status"] for a in accept(source, kind, records, reconsider=True)] == ["duplicate"]


def test_a_mail_that_came_in_can_be_taken_back_after_its_user_forgot_it_K7_P7(company: Workspace) -> None:
    source = a_source(company, "customer", "people")
    consent(company, S1)
    uploaded(source, "mail", mail_record(K1, [S1]))
    forget_whom(company, S1)
    assert sent(source, "mail", mail_record(K1, [S1])) == [("duplicate", None)]
    assert delete_item(source, "mail", "1", S1) is True
    assert timeline(company) == []


def forget_whom(company: Workspace, email: str) -> None:
    """Have a user forgotten, and the job done."""
    forget(User.objects.get(workspace=company, email=email))
    while run_due():
        pass
