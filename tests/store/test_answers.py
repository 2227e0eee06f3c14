"""Which sent mail answers which received one is noted on both, whatever came, went or changed in between (E3, E4)."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from answer_world import Mail, mails, referred, token, users_of, write
from django.apps import apps
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rollup_world import answers_of, noted

from postroom.store.models import Interaction, RollUpDue, Workspace
from postroom.store.write.answers import Thread, link_answers

Linked = Callable[..., list[tuple[int | None, int]]]


@pytest.fixture
def linked(workspace: Workspace) -> Linked:
    """Writes mails of Ann, links them, and says what is noted on each."""

    def write_and_link(*mails: Mail) -> list[tuple[int | None, int]]:
        ids = write(workspace, users_of(workspace), list(mails), apps.get_model, answers=referred)
        link_answers(threads_of(workspace))
        rows = Interaction.objects.in_bulk(ids)
        return [(rows[pk].answered_at, rows[pk].answered_sides) for pk in ids]

    return write_and_link


def threads_of(workspace: Workspace) -> set[Thread]:
    """All that may have been received or answered."""
    return {(user.pk, token(name)) for user in users_of(workspace).values() for name in "abc"}


def asks(at: int = 100, name: str = "a", **more: bool) -> Mail:
    return Mail("ann", False, at, name, **more)


def answers(at: int, *refers: str, **more: bool) -> Mail:
    return Mail("ann", True, at, None, refers, **more)


def test_an_answer_is_noted_on_both_with_the_sides_of_what_it_answers_E3(linked: Linked) -> None:
    assert linked(asks(is_outside=True), answers(130, "a", is_inside=True)) == [(130, 0), (100, 2)]


def test_it_answers_the_last_it_refers_to_E3(linked: Linked) -> None:
    assert linked(asks(), asks(110, "b"), answers(130, "a", "b")) == [(None, 0), (130, 0), (110, 0)]


def test_the_first_answer_counts_for_what_is_answered_and_each_for_itself_E3(linked: Linked) -> None:
    assert linked(asks(), answers(150, "a"), answers(130, "a")) == [(130, 0), (100, 0), (100, 0)]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (asks(), answers(99, "a")),
        (asks(is_automatic=True), answers(130, "a")),
        (asks(), answers(130, "a", is_automatic=True)),
        (asks(), answers(130)),
        (Mail("ben", False, 100, "a"), answers(130, "a")),
        (Mail("ann", True, 100, "a"), answers(130, "a")),
        (Mail("ann", False, 100, "a", kind="chat"), answers(130, "a")),
    ],
    ids=["older", "to automatic", "automatic", "to nothing", "to another's", "to one's own", "to a chat"],
)
def test_what_is_no_answer_E3(linked: Linked, asked: Mail, answer: Mail) -> None:
    assert linked(asked, answer) == [(None, 0), (None, 0)]


def test_of_several_under_one_message_id_an_answer_answers_the_first_E3(linked: Linked) -> None:
    mails = [asks(90, is_automatic=True), asks(110, is_inside=True), asks(100, is_outside=True), asks(140)]
    assert linked(*mails, answers(130, "a")) == [(None, 0), (130, 0), (130, 0), (None, 0), (100, 2)]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mails, st.randoms(use_true_random=False))
def test_whatever_came_and_went_it_is_what_the_words_say_E3_E4(
    workspace: Workspace, some: list[Mail], random: Random
) -> None:
    users, threads = users_of(workspace), threads_of(workspace)
    with transaction.atomic():
        late = random.randrange(len(some) + 1)
        write(workspace, users, some[:late], apps.get_model, answers=referred)
        link_answers(threads)
        assert noted(workspace) == answers_of(workspace)
        ids = write(workspace, users, some[late:], apps.get_model, answers=referred)
        link_answers(threads)
        assert noted(workspace) == answers_of(workspace)
        Interaction.objects.filter(pk__in=random.sample(ids, len(ids) // 2)).delete()
        link_answers(threads)
        assert noted(workspace) == answers_of(workspace)
        transaction.set_rollback(True)


def test_days_are_due_of_what_changed_and_only_then_E4(linked: Linked, workspace: Workspace) -> None:
    day = 86_400
    linked(asks(), asks(3 * day, "b"), answers(2 * day, "a"))
    ann = users_of(workspace)["ann"].pk
    assert sorted(RollUpDue.objects.values_list("user", "day")) == [(ann, 0), (ann, 2)]
    RollUpDue.objects.all().delete()
    link_answers(threads_of(workspace))
    assert not RollUpDue.objects.exists()
    Interaction.objects.filter(is_sent=True).delete()
    link_answers(threads_of(workspace))
    assert list(RollUpDue.objects.values_list("user", "day")) == [(ann, 0)]


def test_the_mails_of_others_under_the_same_message_id_are_not_read(
    workspace: Workspace, django_assert_num_queries: Callable[..., CaptureQueriesContext]
) -> None:
    mails = [Mail(name, False, 100, "a") for name in ("ann", "ben")]
    write(workspace, users_of(workspace), mails, apps.get_model, answers=referred)
    ann = users_of(workspace)["ann"].pk
    with django_assert_num_queries(2) as asked:
        link_answers({(ann, token("a"))})
    assert [f"i.user_id IN ({ann})" in query["sql"] for query in asked.captured_queries] == [True, True]
