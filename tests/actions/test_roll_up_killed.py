"""Who makes roll-ups may be killed anywhere, and several may do so at once: weeks are made whole, or as before."""

from __future__ import annotations

import signal
from functools import partial

from django.db import connection
from killing import Killed, end_of, in_a_fork, killed_at
from mail_world import NOON, S1, S2, the_company
from rollup_world import assert_whole, kept, made_from_nothing
from test_default_labels_killed import Failpoint
from upload_world import a_source, chat_record, consent, sent, uploaded

from postroom.actions.accept_items import delete_item
from postroom.actions.process_uploads import process_some
from postroom.actions.roll_up import roll_up, roll_up_some
from postroom.store.models import RollUpDue, Source, Workspace

EVER = 2**40


def a_company() -> tuple[Workspace, Source]:
    """S1 and S2 consent; of three weeks roll-ups are made, one more week is new, and one came to nothing."""
    company = the_company()
    consent(company, S1, S2)
    source = a_source(company, "people")
    for number in range(3):
        uploaded(source, "chat", _chat(number))
    roll_up(company)
    uploaded(source, "chat", _chat(3), _chat(4))
    assert delete_item(source, "chat", "0") is True
    return company, source


def _chat(number: int) -> dict[str, object]:
    return chat_record(S1, [S2], id=str(number), at=NOON + number * 5 * 86_400)


def test_killed_before_each_change_of_the_database_nothing_of_it_is_stored_P4(db: None) -> None:
    number, is_killed = 0, True
    while is_killed:
        company, _ = a_company()
        before, due = kept(company), RollUpDue.objects.count()
        is_killed = False
        try:
            with connection.execute_wrapper(killed_at(number)):
                roll_up_some(company.pk, until=EVER)
        except Killed:
            is_killed = True
            assert (kept(company), RollUpDue.objects.count()) == (before, due)
        assert_whole(company)
        number += 1
    assert number == 4  # The fences, what was due, weeks that come; and nothing more to be killed at.


def _work_until(number: int, company: Workspace) -> None:
    with Failpoint(number).watching():
        roll_up_some(company.pk, until=EVER)


def test_killed_by_SIGKILL_around_each_commit_the_next_finds_what_is_left_P4(committed: None) -> None:
    number, ends = 0, [-signal.SIGKILL]
    while ends[-1]:
        company, _ = a_company()
        before = kept(company)
        ends.append(end_of(in_a_fork(partial(_work_until, number, company))))
        whole = made_from_nothing(company)
        assert kept(company) == (before if number == 0 else whole)
        assert_whole(company)
        number += 1
    assert ends[1:] == [-signal.SIGKILL, -signal.SIGKILL, 0]


def _work(company: Workspace) -> None:
    for _ in range(30):
        roll_up_some(company.pk, until=EVER)


def test_two_at_once_while_more_comes_in_come_to_the_same_P4(committed: None) -> None:
    company, source = a_company()
    children = [in_a_fork(partial(_work, company)) for _ in range(2)]
    for number in range(20):
        sent(source, "chat", _chat(number))
        process_some(company.pk)
    assert [end_of(child) for child in children] == [0, 0]
    assert_whole(company)
    assert len(kept(company)) == 2 * 14
