"""What cannot be judged stops nobody, is marked and can be tried again; and in which order the rest is taken up."""

from __future__ import annotations

import sqlite3

import pytest
from django.db import DataError, IntegrityError, OperationalError
from mail_world import ACTOR, K1, NOON, S1, S2, U, mail
from test_process_uploads import HELD, NOTHING_LEFT, QUEUED, left
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
from postroom.actions.add_users import add_users
from postroom.actions.process_uploads import process_some, retry_items
from postroom.store.models import Item, Waiting, Workspace
from postroom.store.read.uploads import upload_counts
from postroom.store.read.uploads_due import due_item_ids, workspaces_with_uploads_due


def test_an_item_whose_key_is_missing_stops_nobody_and_is_tried_again(company: Workspace) -> None:
    source = a_source(company, "people")
    consent(company, S1)
    sent(source, "mail", *(mail_record(K1, [S1], id=id) for id in "123"))
    item = Item.objects.order_by("pk").first()
    assert item is not None
    # As if the keys of then had not been kept: form and name of the key stand before the rest.
    lost = bytes(item.sealed or b"")
    Item.objects.filter(pk=item.pk).update(sealed=lost[:1] + b"gone" + lost[5:])
    process_some(company.pk)
    assert (len(interactions(company)), left()) == (2, {"sealed": 1, "waiting": 0, "failed": 1})
    assert (Waiting.objects.get().item_id, Waiting.objects.get().problem) == (item.pk, "KeyMissing")
    assert upload_counts(source)["mail"]["failed"] == 1

    # As if they had been put back.
    Item.objects.filter(pk=item.pk).update(sealed=lost)
    assert retry_items(company, [item.pk]) == 1
    process_some(company.pk)
    assert (len(interactions(company)), left()) == (3, NOTHING_LEFT)


@pytest.mark.parametrize("error", [IntegrityError, DataError])
def test_an_error_of_the_database_that_does_not_pass_is_the_items_own(
    company: Workspace, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    source = a_source(company, "people")
    consent(company, S1)
    sent(source, "mail", mail_record(K1, [S1], id="1"), mail_record(U, [S1], id="2", at=5))
    original = process_uploads.met_mail

    def fails(item: object, mail: object, *rest: object, **more: object) -> object:
        if b"u@nowhere.org" in mail.raw:  # type: ignore[attr-defined]
            raise error("refused")
        return original(item, mail, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(process_uploads, "met_mail", fails)
    process_some(company.pk)
    assert (len(interactions(company)), Waiting.objects.get().problem) == (1, error.__name__)


def test_an_error_of_the_database_that_passes_is_nobodys(
    company: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = a_source(company, "people")
    consent(company, S1)
    sent(source, "mail", mail_record(K1, [S1], id="1"), mail_record(K1, [S1], id="2"))

    def fails(*_: object, **__: object) -> object:
        locked = sqlite3.OperationalError("database is locked")
        locked.sqlite_errorname = "SQLITE_BUSY"
        raise OperationalError("database is locked") from locked

    monkeypatch.setattr(process_uploads, "met_mail", fails)
    with pytest.raises(OperationalError):
        process_some(company.pk)
    assert left() == {"sealed": 2, "waiting": 2, "failed": 0}


def test_an_item_of_which_nothing_is_kept_does_not_stand_in_the_way(
    company: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = a_source(company, "people")
    consent(company, S1)
    sent(source, "mail", *(mail_record(K1, [S1], id=f"{n}", at=NOON - n) for n in range(5)))
    newest = list(Item.objects.order_by("-at").values_list("pk", flat=True)[:3])
    Item.objects.filter(pk__in=newest).update(sealed=None)
    monkeypatch.setattr(process_uploads, "BATCH", 2)
    assert process_some(company.pk) == 5
    assert (len(interactions(company)), left()) == (2, {"sealed": 0, "waiting": 0, "failed": 3})
    failed = Waiting.objects.order_by("-at").values_list("item_id", "problem")
    assert list(failed) == [(id, "content_missing") for id in newest]
    assert workspaces_with_uploads_due() == []


def test_users_take_turns_P4(company: Workspace) -> None:
    source = a_source(company, "people")
    consent(company, S1, S2)
    sent(source, "mail", *(mail_record(K1, [S1], id=f"{n}", at=NOON + n) for n in range(20)))
    sent(source, "mail", *(mail_record(K1, [S2], id=f"{n}", user=S2, at=NOON + n) for n in range(3)))
    ids = due_item_ids(company.pk, 8)
    due = Item.objects.select_related("user").in_bulk(ids)
    assert [(due[id].user.email, due[id].at - NOON) for id in ids] == [
        (S1, 19),
        (S2, 2),
        (S1, 18),
        (S2, 1),
        (S1, 17),
        (S2, 0),
        (S1, 16),
    ]


def test_of_many_users_some_are_drawn_and_of_each_the_first_is_taken_P4(company: Workspace) -> None:
    emails = [f"u{number}@us.com" for number in range(60)]
    add_users(company, [{"email": email} for email in emails], actor=ACTOR)
    source = a_source(company, "people")
    consent(company, *emails)
    for at in (NOON, NOON + 1):
        records = [mail_record(K1, [email], id=f"{at}", user=email, at=at) for email in emails]
        assert sent(source, "mail", *records) == [QUEUED] * 60
    drawn = Item.objects.filter(pk__in=due_item_ids(company.pk, 50))
    assert [(item.at, len({i.user_id for i in drawn})) for item in drawn] == [(NOON + 1, 50)] * 50
    assert process_some(company.pk) == 120


def test_what_waits_for_customers_and_what_for_users_go_together(company: Workspace) -> None:
    consent(company, S1)
    customer, people = a_source(company, "customer", name="C"), a_source(company, "people", name="P")
    for source in (customer, people):
        sent(source, "chat", *(chat_record(S1, [K1], id=f"{n}", at=NOON + n) for n in range(9)))
    sources = dict(Item.objects.values_list("pk", "source_id"))
    assert [sources[id] for id in due_item_ids(company.pk, 6)] == [customer.pk, people.pk] * 3


@pytest.mark.parametrize("order", [(S1, S2), (S2, S1)])
def test_equal_old_mails_of_two_users_are_each_their_own_K4_P8(
    company: Workspace, order: tuple[str, str]
) -> None:
    consent(company, S1)
    source = a_source(company, "people", depth="2026-03-03")
    raw = mail(K1, [S1, S2])
    records = [raw_record(raw, id="a", user=user) for user in order]
    too_early = ("skipped", "before_crawling_depth")
    assert uploaded(source, "mail", *records) == [too_early] * 2
    assert decided(company) == {S1: ("skip", "before_crawling_depth")}
    assert (left(), sorted(Item.objects.values_list("user__email", "state"))) == (
        NOTHING_LEFT,
        [(S1, "done"), (S2, "skipped")],
    )
    source.crawling_depth = None
    source.save()
    assert sorted(uploaded(source, "mail", *records)) == [HELD, QUEUED]
    assert interactions(company) == [(S1, "mail", False, False, True, 2)]
    consent(company, S2)
    process_some(company.pk)
    assert (len(interactions(company)), left()) == (2, NOTHING_LEFT)
