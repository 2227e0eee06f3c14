"""Of two who make roll-ups one stores them, and what changes meanwhile is due again (E2, E7, P7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mail_world import NOON, S1, S2
from rolled_up import EVER, WEEK, at, due_days, move, sent_chats, user, wrote
from rollup_world import assert_whole, kept, told
from upload_world import a_source, consent

from postroom.actions import roll_up as module
from postroom.actions.forget import forget, run_forget
from postroom.actions.roll_up import (
    make_anew_what_is_outdated,
    roll_up,
    roll_up_some,
)
from postroom.store.models import Interaction, RollUp, RollUpDue, Source, Workspace
from postroom.store.read import rollups as read
from postroom.store.write import jobs
from postroom.store.write.rollups import make_anew, note_due


@pytest.fixture
def source(company: Workspace) -> Source:
    """A source of chats of S1 and S2, who consent."""
    consent(company, S1, S2)
    return a_source(company, "people")


@pytest.fixture(params=["made before", "never made"])
def made_before_or_never(request: pytest.FixtureRequest, company: Workspace, source: Source) -> None:
    """Roll-ups of what was written before are there, or none are."""
    if request.param == "made before":
        wrote(source, "0", at=NOON - 1)
        roll_up(company)


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


@pytest.mark.usefixtures("made_before_or_never")
@pytest.mark.parametrize(("step", "before"), [BETWEEN_FENCES_AND_WHAT_IS_DUE, *STEPS])
def test_who_was_overtaken_stores_nothing_E2(
    company: Workspace, source: Source, monkeypatch: pytest.MonkeyPatch, step: str, before: bool
) -> None:
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


@pytest.mark.usefixtures("made_before_or_never")
def test_a_time_zone_that_changes_while_it_is_made_is_found_out_E7(
    company: Workspace, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote(source, "1", at=at("2026-03-08T05:00:00"))
    meanwhile(monkeypatch, "columns_of", False, lambda: move(company, "America/Los_Angeles"))
    roll_up_some(company.pk, until=EVER)
    make_anew_what_is_outdated()
    assert due_days(company) == [(S1, 0)]
    assert_whole(company)


@pytest.mark.usefixtures("made_before_or_never")
@pytest.mark.parametrize(("step", "before"), [BETWEEN_FENCES_AND_WHAT_IS_DUE, *STEPS])
def test_nothing_forgotten_is_stored_by_who_began_before_P7(
    company: Workspace, source: Source, monkeypatch: pytest.MonkeyPatch, step: str, before: bool
) -> None:
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

    def once_something_comes(asked: Any, of: str, condition: str) -> Any:
        if "store_colleague" in of:
            monkeypatch.setattr(read, "_numbers", numbers)
            wrote(source, "2", at=NOON + 1)
        return numbers(asked, of, condition)

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
