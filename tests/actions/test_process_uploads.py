"""What becomes of uploads: judged in the lenses of their source, held, released, updated, taken back."""

from __future__ import annotations

import pytest
from django.db import connection
from mail_world import K1, NOON, S1, S2, U, decision_of, found_by, mail, replayed, timeline
from test_import_cases import CASES, IMPORTED, Case
from upload_world import (
    a_source,
    chat_record,
    consent,
    decided,
    interactions,
    mail_record,
    raw_record,
    sent,
    uploaded,
)

from postroom.actions import process_uploads
from postroom.actions.accept_items import delete_item
from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.process_uploads import process_some, retry_items
from postroom.actions.retry_set_aside import retry_set_aside
from postroom.actions.spool import plain, seal_item
from postroom.core.upload import UploadedMail
from postroom.store.bodies import unpack
from postroom.store.models import Copy, Engagement, Item, Job, Message, SetAside, Waiting, Workspace

QUEUED, HELD = ("queued", None), ("held", None)


def left() -> dict[str, int]:
    """What still says something or waits."""
    return {
        "sealed": Item.objects.exclude(sealed=None).count(),
        "waiting": Waiting.objects.filter(problem="").count(),
        "failed": Waiting.objects.exclude(problem="").count(),
    }


ASKED_BY_SOURCE = {("erase_traces", "source:Connector")} if connection.vendor == "sqlite" else set()
NOTHING_LEFT = {"sealed": 0, "waiting": 0, "failed": 0}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"case_{case.number}")
def test_case_of_section_7_by_upload(case: Case, company: Workspace) -> None:
    source = a_source(company, "customer")
    assert uploaded(source, "mail", raw_record(case.raw, folder=case.label)) == [QUEUED]

    assert decision_of(company) == case.decision
    shown = [
        (
            [name for _, name in engagement["persons"]],
            [name for _, name in engagement["accounts"]],
            engagement["users"],
            engagement["direction"],
        )
        for engagement in timeline(company)
    ]
    expected = (list(case.persons), list(case.accounts), list(case.users), case.direction)
    assert shown == ([expected] if case.decision == IMPORTED else [])
    assert left() == NOTHING_LEFT


def test_case_23_one_engagement_with_both_users(company: Workspace) -> None:
    source, raw = a_source(company, "customer"), mail(K1, [S1, S2])
    uploaded(source, "mail", raw_record(raw, id="a"), raw_record(raw, id="b", user=S2))
    (engagement,) = timeline(company)
    assert engagement["users"] == [S1, S2]
    assert (Message.objects.count(), Copy.objects.count(), Engagement.objects.count()) == (1, 2, 1)


def test_a_source_feeds_the_lenses_it_says_F5(company: Workspace) -> None:
    consent(company, S1)
    uploaded(a_source(company, "people", name="P"), "mail", mail_record(K1, [S1]))
    assert decided(company) == {S1: ("import", "counted")}
    assert timeline(company) == []
    uploaded(a_source(company, "customer", name="C"), "mail", mail_record(K1, [S1]))
    assert decided(company) == {S1: ("import", "counted"), "customer": IMPORTED}
    assert len(timeline(company)) == 1
    assert Message.objects.count() == 1


def test_a_copy_for_the_people_lens_is_unseen_by_the_customer_lens_F1_F4(company: Workspace) -> None:
    consent(company, S1)
    people, customer = a_source(company, "people", name="P"), a_source(company, "customer", name="C")
    blocked = mail_record(S1, [K1], id="x", folder="sent") | {"bcc": [{"email": "x@rival.com"}]}
    plain = mail_record(S1, [K1], id="x", folder="sent")
    for first, second in (((people, blocked), (customer, plain)), ((customer, plain), (people, blocked))):
        Message.objects.all().delete()
        Item.objects.all().delete()
        for source, record in (first, second):
            uploaded(source, "mail", record)
        assert decided(company)["customer"] == IMPORTED


def test_held_until_consent_then_counted_once_P3_P4(company: Workspace) -> None:
    source = a_source(company, "people")
    records = [mail_record(K1, [S1], id=f"{n}") for n in range(3)]
    assert uploaded(source, "mail", *records) == [HELD] * 3
    assert (Message.objects.count(), left()) == (0, {"sealed": 3, "waiting": 3, "failed": 0})

    consent(company, S1)
    assert process_some(company.pk) == 3
    assert interactions(company) == [(S1, "mail", False, False, True, 1)] * 3
    assert left() == NOTHING_LEFT

    consent(company, S1, given=False)
    consent(company, S1)
    assert process_some(company.pk) == 0
    assert len(interactions(company)) == 3


def test_switching_off_holds_what_comes_and_keeps_what_was_counted_P7(company: Workspace) -> None:
    source = a_source(company, "people")
    consent(company, S1)
    uploaded(source, "mail", mail_record(K1, [S1], id="1"))
    consent(company, S1, given=False)
    assert uploaded(source, "mail", mail_record(K1, [S1], id="2")) == [HELD]
    assert interactions(company) == [(S1, "mail", False, False, True, 1)]
    # The same mail through another source, met while consent is off: what was counted stays.
    assert uploaded(a_source(company, "people", name="B"), "mail", mail_record(K1, [S1], id="1")) == [HELD]
    assert interactions(company) == [(S1, "mail", False, False, True, 1)]


def test_sent_first_and_each_newest_first_P4(company: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    source = a_source(company, "people")
    sent(
        source,
        "mail",
        mail_record(K1, [S1], id="in-old", at=1_000_000),
        mail_record(K1, [S1], id="in-new", at=2_000_000),
        mail_record(S1, [K1], id="out-old", at=500_000),
        mail_record(S1, [K1], id="out-new", at=600_000),
    )
    consent(company, S1)
    monkeypatch.setattr(process_uploads, "BATCH", 1)
    process_some(company.pk)
    assert list(Message.objects.order_by("pk").values_list("at", flat=True)) == [
        600_000,
        500_000,
        2_000_000,
        1_000_000,
    ]


def test_a_chat_is_counted_for_who_consents_and_held_for_the_others_P8(company: Workspace) -> None:
    source = a_source(company, "people")
    consent(company, S1)
    assert uploaded(source, "chat", chat_record(S1, [S1, S2])) == [QUEUED]
    assert interactions(company) == [(S1, "chat", True, True, False, 1)]
    assert left() == {"sealed": 1, "waiting": 1, "failed": 0}

    consent(company, S2)
    process_some(company.pk)
    assert interactions(company) == [(S1, "chat", True, True, False, 1), (S2, "chat", False, True, False, 1)]
    assert (left(), Copy.objects.count()) == (NOTHING_LEFT, 1)


def test_reactions_and_activities_are_counted(company: Workspace) -> None:
    source = a_source(company, "people")
    consent(company, S1, S2)
    reaction = {
        "id": "r",
        "message_id": "m",
        "chat_id": "c",
        "user": S1,
        "message_author": S2,
        "reaction": "👍",
        "date": "2026-03-02T12:00:00Z",
    }
    meeting = {
        "id": "a",
        "type": "meeting",
        "user": S1,
        "participants": [K1],
        "start": "2026-03-02T12:00:00Z",
        "end": "2026-03-02T12:45:00Z",
        "subject": "Plans",
    }
    assert uploaded(source, "reaction", reaction) == [QUEUED]
    assert uploaded(source, "activity", meeting) == [QUEUED]
    assert interactions(company) == [
        (S1, "reaction", True, True, False, 1),
        (S1, "meeting", True, False, True, 1),
        (S2, "reaction", False, True, False, 1),
    ]
    assert list(company.interaction_set.filter(kind="meeting").values_list("seconds", flat=True)) == [2700]


def test_an_item_that_changed_is_counted_once_K7(company: Workspace) -> None:
    consent(company, S1)
    source = a_source(company, "customer", "people")
    record = mail_record(K1, [S1])
    uploaded(source, "mail", record)
    assert uploaded(source, "mail", record) == [("duplicate", None)]
    assert uploaded(source, "mail", record | {"text": "Another text."}) == [("updated", None)]
    assert len(interactions(company)) == 1
    (variant,) = Engagement.objects.get().variants.all()
    assert unpack(variant.body).text.strip() == "Another text."
    assert replayed(company).differences == []


def test_an_item_taken_back_is_gone_from_both_lenses_K7(company: Workspace) -> None:
    consent(company, S1)
    source = a_source(company, "customer", "people")
    uploaded(source, "mail", mail_record(K1, [S1]))
    assert delete_item(source, "mail", "1", S1) is True
    assert decided(company) == {S1: ("skip", "taken_back"), "customer": ("skip", "taken_back")}
    assert (timeline(company), interactions(company), Item.objects.count()) == ([], [], 0)
    assert set(Job.objects.values_list("kind", "actor")) == ASKED_BY_SOURCE
    assert delete_item(source, "mail", "1", S1) is False
    assert replayed(company).differences == []

    assert uploaded(source, "mail", mail_record(K1, [S1])) == [QUEUED]
    assert decided(company) == {S1: ("import", "counted"), "customer": IMPORTED}
    assert replayed(company).differences == []


def test_what_another_copy_says_stays_when_one_is_taken_back_K7(company: Workspace) -> None:
    source = a_source(company, "customer", "people")
    consent(company, S1, S2)
    raw = mail(K1, [S1, S2])
    uploaded(source, "mail", raw_record(raw, id="a"), raw_record(raw, id="b", user=S2))
    delete_item(source, "mail", "a", S1)
    assert decided(company) == {
        S1: ("skip", "taken_back"),
        S2: ("import", "counted"),
        "customer": IMPORTED,
    }
    assert len(timeline(company)) == 1


def test_an_item_before_the_depth_is_skipped_by_the_lenses_K4(company: Workspace) -> None:
    consent(company, S1)
    source = a_source(company, "customer", "people", depth="2026-03-03")
    assert uploaded(source, "mail", mail_record(K1, [S1])) == [("skipped", "before_crawling_depth")]
    assert decided(company) == {
        S1: ("skip", "before_crawling_depth"),
        "customer": ("skip", "before_crawling_depth"),
    }
    assert left() == NOTHING_LEFT


def test_a_mail_that_cannot_be_read_is_set_aside_and_can_be_run_again_L6(company: Workspace) -> None:
    source = a_source(company, "customer")
    good, bad = raw_record(mail(K1, [S1]), id="good"), raw_record(b"\0\1 no mail at all", id="bad")
    uploaded(source, "mail", bad, good)
    assert len(timeline(company)) == 1
    assert left() == {"sealed": 1, "waiting": 0, "failed": 1}
    (aside,) = SetAside.objects.all()
    assert (aside.source, aside.why, aside.sealed_raw) == ("api", "no_headers", None)
    assert retry_set_aside(company, aside.pk) == {
        "id": aside.pk,
        "status": "set_aside",
        "reason": "no_headers",
    }
    assert left() == {"sealed": 1, "waiting": 0, "failed": 1}

    # As if the reader had learnt to read it since.
    item = Item.objects.exclude(sealed=None).get()
    item.sealed = seal_item(item.key, plain(UploadedMail(mail(S1, [K1], id="2@us.com"), "inbox", "inbox")))
    item.save()
    assert retry_set_aside(company, aside.pk) == {"id": aside.pk, "status": "filed", "reason": "imported"}
    assert (len(timeline(company)), SetAside.objects.count(), left()) == (2, 0, NOTHING_LEFT)


def test_an_item_that_cannot_be_judged_stops_nobody_and_is_tried_again(
    company: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = a_source(company, "people")
    consent(company, S1)
    sent(source, "mail", mail_record(K1, [S1], id="1"), mail_record(U, [S1], id="2", at=5))
    original = process_uploads.met_mail

    def fails(item: object, mail: object, *rest: object, **more: object) -> object:
        if b"u@nowhere.org" in mail.raw:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return original(item, mail, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(process_uploads, "met_mail", fails)
    process_some(company.pk)
    assert len(interactions(company)) == 1
    assert left() == {"sealed": 1, "waiting": 0, "failed": 1}
    assert Waiting.objects.get().problem == "ZeroDivisionError"

    monkeypatch.undo()
    assert retry_items(company, [Waiting.objects.get().item_id]) == 1
    process_some(company.pk)
    assert (len(interactions(company)), left()) == (2, NOTHING_LEFT)


def test_what_was_changed_in_the_database_is_not_judged_and_stops_nobody(company: Workspace) -> None:
    source = a_source(company, "people")
    consent(company, S1)
    sent(source, "mail", *(mail_record(K1, [S1], id=id) for id in "123"))
    one, two, _ = Item.objects.order_by("pk")
    Item.objects.filter(pk=one.pk).update(sealed=two.sealed)
    process_some(company.pk)
    assert len(interactions(company)) == 2
    assert left() == {"sealed": 1, "waiting": 0, "failed": 1}
    assert (Waiting.objects.get().item_id, Waiting.objects.get().problem) == (one.pk, "ItemDamaged")


def test_a_change_counts_with_its_own_kind_length_and_marks_K7(company: Workspace) -> None:
    consent(company, S1)
    source = a_source(company, "people")
    call = {
        "id": "a",
        "type": "call",
        "user": S1,
        "participants": [K1],
        "start": "2026-03-02T12:00:00Z",
        "end": "2026-03-02T12:10:00Z",
    }
    uploaded(source, "activity", call)
    changed = call | {"type": "meeting", "start": "2026-03-03T12:00:00Z", "end": "2026-03-03T13:00:00Z"}
    assert uploaded(source, "activity", changed) == [("updated", None)]
    (one,) = company.interaction_set.all()
    assert (one.kind, one.seconds, one.at - NOON) == ("meeting", 3600, 86_400)

    automatic = mail_record(K1, [S1], headers={"Auto-Submitted": "auto-replied"})
    uploaded(source, "mail", automatic)
    assert company.interaction_set.get(kind="mail").is_automatic is True
    assert uploaded(source, "mail", automatic | {"headers": {}}) == [("updated", None)]
    assert company.interaction_set.get(kind="mail").is_automatic is False


def test_what_only_the_copy_taken_back_said_is_gone_K7(company: Workspace) -> None:
    source = a_source(company, "customer")
    wrong = mail(K1, [S1, S2], text="WRONG text", subject="Wrong subject")
    right = mail(K1, [S1, S2], text="right text", subject="Right subject")
    wrong = wrong.replace(b"Subject:", b"Bcc: k2@beta.io\nSubject:")
    uploaded(source, "mail", raw_record(wrong, id="a"), raw_record(right, id="b", user=S2))
    engagement = Engagement.objects.get()
    assert sorted(engagement.person_links.values_list("person__name", flat=True)) == ["K One", "K Two"]
    assert found_by(company, "wrong") != []

    delete_item(source, "mail", "a", S1)
    engagement = Engagement.objects.get()
    assert (engagement.subject, engagement.snippet) == ("Right subject", "right text")
    assert [unpack(v.body).text.strip() for v in engagement.variants.all()] == ["right text"]
    assert sorted((p["role"], p["email"]) for p in engagement.participants) == [
        ("from", K1),
        ("to", S1),
        ("to", S2),
    ]
    assert list(engagement.person_links.values_list("person__name", flat=True)) == ["K One"]
    assert list(engagement.account_links.values_list("account__name", flat=True)) == ["Acme"]
    assert found_by(company, "wrong") == []
    assert found_by(company, "right") == ["Right subject"]
    assert replayed(company).differences == []


def test_what_is_left_in_the_trash_shows_nothing_K7(company: Workspace) -> None:
    source, raw = a_source(company, "customer"), mail(K1, [S1])
    uploaded(source, "mail", raw_record(raw, id="a"), raw_record(raw, id="b", user=S2, folder="trash"))
    assert len(timeline(company)) == 1
    delete_item(source, "mail", "a", S1)
    assert (timeline(company), decision_of(company)) == ([], ("skip", "trash"))


def test_a_mail_that_changed_after_it_was_deleted_stays_away_C17(company: Workspace) -> None:
    source = a_source(company, "customer")
    record = mail_record(K1, [S1]) | {"message_id": None}
    uploaded(source, "mail", record)
    delete_engagement(company, Engagement.objects.get().pk, actor=S1)
    assert uploaded(source, "mail", record | {"subject": "Corrected"}) == [("updated", None)]
    assert timeline(company) == []
