"""Roll-ups are made of what is due and nothing else: by the clock on the wall, anew where that or the metrics change,
and by one worker at a time (E2-E9, P7).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from mail_world import ACTOR, NOON, S1, S2, U, the_company
from rollup_world import assert_whole, kept, told
from upload_world import a_source, chat_record, consent, uploaded

from postroom.actions import roll_up as module
from postroom.actions.accept_items import delete_item
from postroom.actions.add_organization import add_organization
from postroom.actions.add_users import add_users
from postroom.actions.forget import forget, run_forget
from postroom.actions.roll_up import (
    RESTS_SECONDS,
    make_anew_what_is_outdated,
    roll_up,
    roll_up_some,
    workspaces_to_roll_up,
)
from postroom.store.models import Interaction, RollUp, RollUpDue, RollUpState, Source, User, Workspace
from postroom.store.read import rollups as read
from postroom.store.write import jobs
from postroom.store.write.rollups import make_anew, note_due
from postroom.worker.runner import run_due

EVER = 2**40
WEEK = date(2026, 3, 1)
"""The Sunday before ``NOON``."""


@pytest.fixture
def source(company: Workspace) -> Source:
    """A source of chats of S1 and S2, who consent."""
    consent(company, S1, S2)
    return a_source(company, "people")


def user(company: Workspace, email: str = S1) -> User:
    return User.objects.get(workspace=company, email=email)


def wrote(source: Source, id: str, at: int = NOON) -> None:
    """S1 writes to S2."""
    uploaded(source, "chat", chat_record(S1, [S2], id=id, at=at))


def sent_chats(company: Workspace, email: str = S1) -> dict[str, int | None]:
    """By week."""
    rows, pk = told(kept(company)), user(company, email).pk
    return {
        sunday.isoformat(): week[0]["all"]["sent_chats"] for (of, sunday), week in rows.items() if of == pk
    }


def due_days(company: Workspace) -> list[tuple[str, int]]:
    rows = RollUpDue.objects.filter(user__workspace=company).order_by("user__email", "day")
    return list(rows.values_list("user__email", "day"))


def at(when: str) -> int:
    return int(datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp())


def move(company: Workspace, zone: str | None, email: str = S1) -> None:
    add_users(company, [{"email": email, "time_zone": zone}], actor=ACTOR)


# What is due


def test_what_is_counted_is_due_on_its_day_and_made_once_E2(company: Workspace, source: Source) -> None:
    wrote(source, "1")
    assert due_days(company) == [(S1, NOON // 86_400), (S2, NOON // 86_400)]
    assert roll_up_some(company.pk, until=EVER) == 2
    assert (due_days(company), roll_up_some(company.pk, until=EVER)) == ([], 0)
    assert sent_chats(company) == {WEEK.isoformat(): 1}
    assert_whole(company)


def test_what_changed_just_now_rests_E2(company: Workspace, source: Source) -> None:
    wrote(source, "1")
    assert (workspaces_to_roll_up(), roll_up_some(company.pk)) == ([], 0)
    RollUpDue.objects.update(since=1_700_000_000)
    assert (workspaces_to_roll_up(), roll_up_some(company.pk), RESTS_SECONDS) == ([company.pk], 2, 2)
    assert workspaces_to_roll_up() == []


def test_only_the_weeks_around_are_made_again_E7(company: Workspace, source: Source) -> None:
    wrote(source, "1")
    wrote(source, "2", at=NOON - 30 * 86_400)
    roll_up(company)
    RollUp.objects.filter(sunday__lt=NOON // 86_400 - 7).update(pairs=b"untouched")
    wrote(source, "3", at=NOON + 60)
    roll_up(company)
    assert sorted(RollUp.objects.values_list("user__email").filter(pairs=b"untouched")) == [(S1,), (S2,)]
    assert RollUp.objects.count() == 4


def test_a_week_of_which_nothing_is_left_goes_K7(company: Workspace, source: Source) -> None:
    wrote(source, "1")
    roll_up(company)
    assert delete_item(source, "chat", "1") is True
    roll_up(company)
    assert kept(company) == {}


@pytest.mark.parametrize(
    ("zone", "when", "weeks"),
    [
        ("", "2026-03-08T03:59:59", ["2026-03-01", "2026-03-08"]),
        ("", "2026-03-08T04:00:00", ["2026-03-08"]),
        ("Pacific/Kiritimati", "2026-03-07T10:00:00", ["2026-03-01", "2026-03-08"]),
        ("Pacific/Pago_Pago", "2026-03-08T10:59:59", ["2026-03-01"]),
        ("America/New_York", "2026-03-08T05:00:00", ["2026-03-01", "2026-03-08"]),
        # The clocks went back in the night: 00:00 UTC is 03:00, and four hours before it was Sunday too.
        ("Europe/Moscow", "2010-10-31T00:00:00", ["2010-10-24", "2010-10-31"]),
    ],
)
def test_the_weeks_that_are_due_are_those_by_the_clock_on_the_wall_E5_E7(
    company: Workspace, source: Source, zone: str, when: str, weeks: list[str]
) -> None:
    for email in (S1, S2):
        move(company, zone or None, email)
    wrote(source, "long ago", at=at("2001-01-03T12:00:00"))
    roll_up(company)
    wrote(source, "1", at=at(when))
    roll_up(company)
    assert [week for week in sent_chats(company) if week > "2002"] == weeks
    assert_whole(company)


def test_a_domain_that_is_added_moves_what_was_with_it_and_only_that_is_due_D4(
    company: Workspace, source: Source
) -> None:
    uploaded(
        source, "chat", chat_record(S1, [U], id="1"), chat_record(S1, [S2], id="2", at=NOON + 7 * 86_400)
    )
    roll_up(company)
    add_organization(company, ["nowhere.org"], force=True, actor=ACTOR)
    while run_due():
        pass
    assert due_days(company) == [(S1, NOON // 86_400)]
    assert_whole(company)
    figures = told(kept(company))[user(company).pk, WEEK][0]
    assert [figures[block]["sent_chats"] for block in ("all", "int", "ext")] == [1, 1, 0]


# Everything anew


def test_another_time_zone_makes_all_anew_E7(company: Workspace, source: Source) -> None:
    wrote(source, "1", at=at("2026-03-08T05:00:00"))
    wrote(source, "2", at=at("2026-05-10T05:00:00"))
    roll_up(company)
    assert list(sent_chats(company)) == ["2026-03-08", "2026-05-10"]
    move(company, "America/Los_Angeles")
    make_anew_what_is_outdated()
    assert due_days(company) == [(S1, 0)]
    roll_up(company)
    assert list(sent_chats(company)) == ["2026-03-01", "2026-05-03"]
    assert list(sent_chats(company, S2)) == ["2026-03-08", "2026-05-10"]
    make_anew_what_is_outdated()
    assert due_days(company) == []


def test_another_version_of_the_metrics_makes_all_anew_E10(company: Workspace, source: Source) -> None:
    wrote(source, "1")
    roll_up(company)
    whole = kept(company)
    RollUp.objects.update(figures=b"of an earlier version")
    RollUpState.objects.update(version=0)
    make_anew_what_is_outdated()
    assert due_days(company) == [(S1, 0), (S2, 0)]
    roll_up(company)
    assert (kept(company), due_days(company)) == (whole, [])
    make_anew_what_is_outdated()
    assert due_days(company) == []


def test_users_of_whom_all_is_due_are_taken_a_few_at_a_time_and_one_at_least_E2(
    company: Workspace, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_INTERACTIONS", 1)
    wrote(source, "1")
    wrote(source, "2")
    assert [roll_up_some(company.pk, until=EVER) for _ in range(3)] == [1, 1, 0]
    assert_whole(company)


def test_another_workspace_is_left_alone_W3(company: Workspace, source: Source) -> None:
    other = the_company()
    consent(other, S1, S2)
    wrote(a_source(other, "people"), "1")
    wrote(source, "1")
    roll_up(company)
    assert (len(kept(company)), kept(other), len(due_days(other))) == (2, {}, 2)


# Two at a time


def meanwhile(monkeypatch: pytest.MonkeyPatch, name: str, before: bool, happens: Callable[[], Any]) -> None:
    """Have something happen once, just before or after that step of making roll-ups."""
    where = module if hasattr(module, name) else read
    step = getattr(where, name)

    def first_something_else(*given: Any) -> Any:
        monkeypatch.setattr(where, name, step)
        if before:
            happens()
        done = step(*given)
        if not before:
            happens()
        return done

    monkeypatch.setattr(where, name, first_something_else)


STEPS = [
    ("rollups_due", False),
    ("columns_of", True),
    ("columns_of", False),
    ("take_turn", True),
]
BETWEEN_FENCES_AND_WHAT_IS_DUE = ("_take_part", True)


@pytest.mark.parametrize(("step", "before"), STEPS)
def test_what_changes_while_it_is_made_is_due_again_E2(
    company: Workspace, source: Source, monkeypatch: pytest.MonkeyPatch, step: str, before: bool
) -> None:
    wrote(source, "1")
    roll_up(company)
    wrote(source, "2")
    meanwhile(monkeypatch, step, before, lambda: wrote(source, "3", at=NOON + 1))
    assert roll_up_some(company.pk, until=EVER) == 2
    assert due_days(company) == [(S1, NOON // 86_400), (S2, NOON // 86_400)]
    assert_whole(company)
    assert sent_chats(company) == {WEEK.isoformat(): 3}


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(("step", "before"), [BETWEEN_FENCES_AND_WHAT_IS_DUE, *STEPS])
def test_who_was_overtaken_stores_nothing_E2(
    company: Workspace,
    source: Source,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    before: bool,
    is_first: bool,
) -> None:
    if not is_first:
        wrote(source, "0", at=NOON - 1)
        roll_up(company)
    wrote(source, "1")
    stored: list[Any] = []

    def another_is_faster() -> None:
        wrote(source, "2", at=NOON + 1)
        roll_up(company)
        stored.append(kept(company))

    meanwhile(monkeypatch, step, before, another_is_faster)
    roll_up_some(company.pk, until=EVER)
    assert kept(company) == stored[0]
    assert due_days(company) == []
    assert_whole(company)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_time_zone_that_changes_while_it_is_made_is_found_out_E7(
    company: Workspace, source: Source, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    if not is_first:
        wrote(source, "0", at=NOON - 1)
        roll_up(company)
    wrote(source, "1", at=at("2026-03-08T05:00:00"))
    meanwhile(monkeypatch, "columns_of", False, lambda: move(company, "America/Los_Angeles"))
    roll_up_some(company.pk, until=EVER)
    make_anew_what_is_outdated()
    assert due_days(company) == [(S1, 0)]
    assert_whole(company)


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(("step", "before"), [BETWEEN_FENCES_AND_WHAT_IS_DUE, *STEPS])
def test_nothing_forgotten_is_stored_by_who_began_before_P7(
    company: Workspace,
    source: Source,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    before: bool,
    is_first: bool,
) -> None:
    if not is_first:
        wrote(source, "0", at=NOON - 1)
        roll_up(company)
    wrote(source, "1")

    def it_is_forgotten() -> None:
        forget(user(company))
        while (job := jobs.claim()) is not None:
            run_forget(job) if job.kind == "forget" else jobs.end(job)

    meanwhile(monkeypatch, step, before, it_is_forgotten)
    roll_up_some(company.pk, until=EVER)
    assert RollUp.objects.filter(user=user(company)).count() == 0
    assert_whole(company)
    assert {who for *_, pairs in told(kept(company)).values() for who in pairs} == set()


def test_what_comes_between_reading_mails_and_who_is_named_in_them_does_no_harm_E9(
    company: Workspace, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote(source, "1")
    numbers = read._numbers

    def once_something_comes(query: str, *given: Any) -> Any:
        if "store_colleague" in query:
            monkeypatch.setattr(read, "_numbers", numbers)
            wrote(source, "2", at=NOON + 1)
        return numbers(query, *given)

    monkeypatch.setattr(read, "_numbers", once_something_comes)
    assert roll_up_some(company.pk, until=EVER) == 2
    assert sent_chats(company) == {WEEK.isoformat(): 1}
    assert_whole(company)
    assert sent_chats(company) == {WEEK.isoformat(): 2}


def test_a_change_of_the_same_day_is_another_change_E2(company: Workspace) -> None:
    note_due([(user(company).pk, NOON)])
    first = RollUpDue.objects.get()
    note_due([(user(company).pk, NOON + 1), (user(company).pk, NOON + 2)])
    second = RollUpDue.objects.get()
    assert (second.day, second.since) == (first.day, first.since)
    assert second.change != first.change


def test_who_never_had_roll_ups_is_made_anew_too_P7(company: Workspace, source: Source) -> None:
    make_anew(user(company).pk)
    assert (due_days(company), Interaction.objects.count()) == ([(S1, 0)], 0)
    assert_whole(company)
