"""What a label lists is what became of it, day by day and lens by lens (L5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from mail_world import K1, NOON, S1, S2, U, mail, the_company
from mailbox_world import DAY, MailboxWorld, mailbox_world
from plans import plans_of

from postroom.store.models import Decision, Label, Listing, Mailbox, Source, User, Vanished
from postroom.store.read.completeness import (
    Completeness,
    Day,
    Difference,
    Outcomes,
    added_up,
    completeness,
    differences,
    missed,
    starts_at,
    vanished,
)

TODAY = date(2026, 3, 2)
YESTERDAY, LAST_WEEK = date(2026, 3, 1), date(2026, 2, 23)


@pytest.fixture
def world(db: None) -> Iterator[MailboxWorld]:
    with mailbox_world(the_company()) as made:
        yield made


def letter(number: int, sender: str = K1, at: int = NOON, more: str = "") -> bytes:
    return mail(sender, [S1], id=f"{number}@acme.com", at=at, more=more)


def of(label: Label) -> Label:
    """The label with what the questions need at hand."""
    return Label.objects.select_related("mailbox__source", "mailbox__user").get(pk=label.pk)


def a_week(world: MailboxWorld) -> tuple[Any, Mailbox, Label]:
    """A mailbox whose inbox got mails of all kinds on three days of ten."""
    kept, row = world.connect()
    inbox = kept.by_role("inbox")
    for number, sender, days in ((1, K1, 7), (2, U, 7), (3, K1, 1), (4, K1, 0), (5, U, 0), (6, U, 0)):
        at = NOON - days * DAY
        kept.deliver(inbox, letter(number, sender, at), received_at=at)
    kept.deliver(inbox, letter(7, K1, more=f"From: {U}"), received_at=NOON)
    kept.deliver(inbox, b"\0 no mail at all", received_at=NOON - DAY)
    [label] = world.select(row, "inbox", days=10)
    world.look(row)
    return kept, row, of(label)


def outcomes(imported: int = 0, held: int = 0, skipped: int = 0, undecided: int = 0) -> Outcomes:
    return Outcomes(imported, held, skipped, undecided)


def test_each_day_says_what_became_of_its_mails_in_each_lens_L5(world: MailboxWorld) -> None:
    _, _, label = a_week(world)
    found = completeness(label)
    assert found.older is None
    assert found.days == {
        TODAY: Day(4, 0, {"customer": outcomes(1, 1, 2), "people": outcomes(held=4)}),
        YESTERDAY: Day(2, 1, {"customer": outcomes(1), "people": outcomes(held=1)}),
        LAST_WEEK: Day(2, 0, {"customer": outcomes(1, 0, 1), "people": outcomes(held=2)}),
    }
    assert list(found.days) == [TODAY, YESTERDAY, LAST_WEEK]
    assert all(day.is_equal for day in found.days.values())
    assert added_up(found.days.values()) == Day(
        8, 1, {"customer": outcomes(3, 1, 3), "people": outcomes(held=7)}
    )
    assert differences(label, 0) == []


def test_what_the_provider_deletes_and_what_vanished_is_counted_beside_L5(world: MailboxWorld) -> None:
    kept, row, label = a_week(world)
    inbox = kept.by_role("inbox")
    kept.expunge(inbox, Listing.objects.filter(received_at=NOON).latest("pk").ref)
    ref = kept.deliver(inbox, letter(9), received_at=NOON)
    world.server.faults.gone_between_head_and_whole.add(ref)
    world.look(row)
    today = completeness(label).days[TODAY]
    assert (today.listed, today.gone, today.is_equal) == (3, 1, True)
    assert vanished([label]) == {label.pk: [ref]}
    assert Vanished.objects.count() == 1


def test_what_a_comparison_found_missing_is_listed_by_id_and_healed_L5(world: MailboxWorld) -> None:
    kept, row, label = a_week(world)
    world.later(2 * DAY)
    at = world.now - DAY
    ref = kept.deliver(kept.by_role("inbox"), letter(9, at=at), received_at=at)
    world.server.faults.untold.add(ref)
    world.look(row, verify=True)
    [(day, row_of_day)] = [(day, found) for day, found in completeness(label).days.items() if found.missed]
    assert (day, row_of_day.listed, row_of_day.missed, row_of_day.is_equal) == (date(2026, 3, 3), 1, 1, True)
    assert missed(label, 0) == [Difference(ref, at, "")]


def test_a_mail_of_which_nothing_became_is_a_difference_by_id_L5(world: MailboxWorld) -> None:
    _, row, label = a_week(world)
    Listing.objects.create(label=label, ref="lost", received_at=NOON)
    undecided = Listing.objects.filter(copy__isnull=False, received_at=NOON - DAY).get()
    assert undecided.copy is not None
    Decision.objects.filter(message=undecided.copy.message, lens="people").delete()

    found = completeness(label).days
    assert found[TODAY].lenses["customer"].undecided == found[TODAY].lenses["people"].undecided == 1
    assert (found[YESTERDAY].lenses["customer"].undecided, found[YESTERDAY].lenses["people"].undecided) == (
        0,
        1,
    )
    assert [day.is_equal for day in found.values()] == [False, False, True]
    assert differences(label, 0) == [
        Difference("lost", NOON, ""),
        Difference(undecided.ref, NOON - DAY, "people"),
    ]
    assert differences(label, 0, most=1) == [Difference("lost", NOON, "")]

    Source.objects.update(feeds_people=False)
    label = of(label)
    assert list(completeness(label).days[TODAY].lenses) == ["customer"]
    assert differences(label, 0) == [Difference("lost", NOON, "")]
    world.look(row, verify=True)


def test_a_gone_mail_is_no_difference_L5(world: MailboxWorld) -> None:
    _, _, label = a_week(world)
    Listing.objects.create(label=label, ref="lost", received_at=NOON, gone_at=NOON)
    assert completeness(label).days[TODAY].is_equal is True
    assert differences(label, 0) == []


def test_another_users_decision_on_the_same_mail_is_not_counted_here_L5(world: MailboxWorld) -> None:
    _, _, label = a_week(world)
    User.objects.filter(email=S2).update(collects_since=datetime.fromtimestamp(NOON, UTC))
    kept, row = world.connect(S2)
    kept.deliver(kept.by_role("inbox"), letter(4), received_at=NOON)
    [theirs] = world.select(row, "inbox", days=1)
    world.look(row)
    assert completeness(of(theirs)).days == {
        TODAY: Day(1, 0, {"customer": outcomes(1), "people": outcomes(imported=1)})
    }
    assert completeness(label).days[TODAY].lenses["people"] == outcomes(held=4)


def test_it_begins_at_the_labels_start_or_for_who_consents_at_the_depth_M15(world: MailboxWorld) -> None:
    _, _, label = a_week(world)
    assert starts_at(label) == NOON - 10 * DAY
    Listing.objects.create(label=label, ref="moved in", received_at=NOON - 11 * DAY)
    assert list(completeness(label).days) == [TODAY, YESTERDAY, LAST_WEEK]
    User.objects.filter(email=S1).update(collects_since=datetime.fromtimestamp(NOON, UTC))
    label = of(label)
    assert starts_at(label) == int(datetime(2025, 3, 2, tzinfo=UTC).timestamp())
    assert list(completeness(label).days)[-1] == date(2026, 2, 19)
    label.starts_at = None
    assert starts_at(label) is None
    assert list(completeness(label).days)[-1] == date(2026, 2, 19)


def test_days_are_paged_over_gaps_L5(world: MailboxWorld) -> None:
    _, _, label = a_week(world)
    Label.objects.filter(pk=label.pk).update(starts_at=0)
    label = of(label)
    Listing.objects.create(label=label, ref="old", received_at=NOON - 400 * DAY)
    first = completeness(label)
    assert list(first.days) == [TODAY, YESTERDAY, LAST_WEEK]
    assert first.older == date(2026, 1, 31)
    second = completeness(label, before=first.older)
    assert (list(second.days), second.older) == ([date(2025, 1, 26)], None)
    by_day = completeness(label, days=1)
    assert (list(by_day.days), by_day.older) == ([TODAY], TODAY)
    assert completeness(label, before=date(2020, 1, 1)) == Completeness({}, None)


def test_three_questions_whatever_there_is_and_all_by_the_index_L5(
    world: MailboxWorld, django_assert_num_queries: Any
) -> None:
    _, _, label = a_week(world)
    with django_assert_num_queries(3):
        completeness(label)
    with django_assert_num_queries(1):
        differences(label, 0)
    for plan in plans_of(lambda: completeness(label), may_sort=True):
        # PostgreSQL takes any index that begins with the label while there are so few rows.
        assert any("listing_by_day" in line or "Index Scan using listing" in line for line in plan), plan
        assert not any("SCAN g" in line or "Seq Scan on store_listing" in line for line in plan), plan
