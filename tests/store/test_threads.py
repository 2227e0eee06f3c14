"""Threads on timelines and around one mail: which there are, in which order, and that they are found by indexes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from plans import plans_of, sorted_in

from postroom.core.visibility import Visibility
from postroom.store.models import (
    Account,
    Copy,
    Engagement,
    EngagementAccount,
    EngagementPerson,
    Message,
    Narrowing,
    Person,
    User,
    Workspace,
)
from postroom.store.read.seen import seen
from postroom.store.read.threads import (
    MAX_AROUND,
    MAX_MAILS,
    MAX_UNFOLDED,
    HiddenRow,
    Timeline,
    thread_around,
)

ON_SQLITE = connection.vendor == "sqlite"


@pytest.fixture
def account(workspace: Workspace) -> Account:
    return Account.objects.create(workspace=workspace, name="Acme", opened_in=1)


@pytest.fixture
def person(workspace: Workspace) -> Person:
    return Person.objects.create(workspace=workspace, name="Kim", opened_in=1)


def put(on: Account | Person, thread: str, *times: int, owner: User | None = None) -> list[Engagement]:
    """Engagements of these times in a thread, on a timeline; ``owner`` has them in their mailbox."""
    token = thread.encode().ljust(16)
    made = []
    for at in times:
        message = Message.objects.create(
            workspace=on.workspace, identity=secrets.token_bytes(16), reference_tokens=b"", at=at, flags=""
        )
        Copy.objects.create(
            message=message,
            fingerprint=secrets.token_bytes(16),
            source="import",
            user=owner,
            participants=b"",
            met_at=at,
        )
        engagement = Engagement.objects.create(
            workspace=on.workspace,
            message=message,
            at=at,
            subject=f"{thread} at {at}",
            direction="in",
            thread=token,
            participants=[],
        )
        shows = {"engagement": engagement, "at": at, "direction": "in"}
        if isinstance(on, Account):
            EngagementAccount.objects.create(account=on, **shows)
        else:
            EngagementPerson.objects.create(person=on, **shows)
        made.append(engagement)
    return made


def among_others(on: Account | Person) -> None:
    """Put a hundred other threads on a timeline: PostgreSQL plans by what it knows to stand in the tables."""
    for number in range(100):
        put(on, f"other {number}", number)
    if not ON_SQLITE:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def told(timeline: Timeline, **asked: Any) -> list[tuple[str, int]]:
    """The newest subject and the number of mails of each row of a page."""
    return [
        ("hidden" if isinstance(row, HiddenRow) or row.shown is None else row.shown.subject, row.mails)
        for row in timeline.page(None, **asked).rows
    ]


# Plans


@pytest.mark.parametrize("before", [None, (5, 5)], ids=["the first page", "a later one"])
@pytest.mark.parametrize("kind", ["account", "person"])
def test_the_heads_of_threads_come_along_the_timeline_and_nothing_is_sorted(
    request: pytest.FixtureRequest, kind: str, before: tuple[int, int] | None
) -> None:
    of = request.getfixturevalue(kind)
    plan = plans_of(lambda: Timeline(of, None).page(before))[0]
    text = "\n".join(plan)
    assert sorted_in(plan) == []
    if ON_SQLITE:
        condition = f"{kind}_id=?" if before is None else f"{kind}_id=? AND at<?"
        assert plan[0] == f"SEARCH store_engagement{kind} USING PRIMARY KEY ({condition})"
        assert "USING COVERING INDEX engagement_thread (thread=? AND at>?)" in text
        assert "SCAN" not in text.replace("CORRELATED SCALAR", "")
    else:
        condition = f"({kind}_id = {of.pk})" if before is None else f"(({kind}_id = {of.pk}) AND (at <= 5))"
        assert f"Index Only Scan Backward using store_engagement{kind}_pkey on store_engagement{kind}" in text
        assert f"Index Cond: {condition}" in text
        # Among a handful of rows any index may look cheapest for the thread's others; none is looked through whole.
        assert "Seq Scan" not in text


@pytest.mark.parametrize("kind", ["account", "person"])
def test_the_mails_of_threads_are_found_by_their_index(request: pytest.FixtureRequest, kind: str) -> None:
    of = request.getfixturevalue(kind)
    among_others(of)
    put(of, "plan", 1, 2)
    timeline = Timeline(of, None)
    token = b"plan".ljust(16).hex()
    plans = plans_of(lambda: timeline.thread(token, unfold=True), may_sort=True)
    on_engagements = [plan for plan in plans if "engagement_thread" in "\n".join(plan)]
    # What its row says, and its mails.
    assert len(on_engagements) == 2
    for plan in on_engagements:
        text = "\n".join(plan)
        if ON_SQLITE:
            assert f"PRIMARY KEY ({kind}_id=? AND at=? AND engagement_id=?)" in text
        assert ("SCAN store_engagement" in text, "Seq Scan" in text) == (False, False)


def test_the_thread_around_a_mail_is_found_by_its_index(workspace: Workspace, account: Account) -> None:
    among_others(account)
    [_, middle, _] = put(account, "plan", 1, 2, 3)
    [around] = seen(None, [middle])
    plans = plans_of(lambda: thread_around(workspace, around, None), may_sort=True)
    on_engagements = ["\n".join(plan) for plan in plans if "engagement_thread" in "\n".join(plan)]
    # The earlier and the later ones, and how many there are of each.
    assert len(on_engagements) == 4
    assert [plan for plan in on_engagements if "SCAN" in plan or "Seq Scan" in plan] == []


# Pages


def test_the_threads_of_a_page_and_where_the_next_begins(account: Account) -> None:
    put(account, "a", 1, 9)
    [b, _] = put(account, "b", 5, 3)
    put(account, "c", 4)
    timeline = Timeline(account, None)
    first = timeline.page(None, limit=2)
    assert ([row.mails for row in first.rows], first.next) == ([2, 2], (5, b.pk))
    second = timeline.page(first.next, limit=2)
    assert ([row.mails for row in second.rows], second.next) == ([1], None)
    assert timeline.page(None, limit=3).next is None
    assert timeline.page((4, 0)).rows == []


def test_mails_of_one_second_are_told_apart_by_their_ids(account: Account) -> None:
    [a1] = put(account, "a", 5)
    [b] = put(account, "b", 5)
    [a2] = put(account, "a", 5)
    timeline = Timeline(account, None)
    pages = [timeline.page(before, limit=1) for before in (None, (5, a2.pk), (5, b.pk))]
    assert [(len(page.rows), page.next) for page in pages] == [(1, (5, a2.pk)), (1, None), (0, None)]
    assert a1.pk < b.pk < a2.pk


def test_a_timeline_that_is_asked_for_by_nobody_in_particular_shows_what_is_open_R4(
    workspace: Workspace, account: Account, admin: User
) -> None:
    [hidden] = put(account, "a", 1, owner=admin)
    put(account, "b", 2, owner=admin)
    put(account, "c", 3)
    Narrowing.objects.create(message=hidden.message, user=admin, visibility=Visibility.EXISTENCE)
    assert told(Timeline(account, None)) == [("c at 3", 1), ("b at 2", 1), ("hidden", 1)]
    assert told(Timeline(account, admin.pk)) == [("c at 3", 1), ("b at 2", 1), ("a at 1", 1)]


def test_of_a_very_long_thread_all_are_counted_and_the_newest_looked_at_R4(
    account: Account, admin: User
) -> None:
    last = MAX_MAILS + 1
    put(account, "a", *range(last + 1), owner=admin)
    User.objects.filter(pk=admin.pk).update(visibility=Visibility.EXISTENCE)
    token = b"a".ljust(16).hex()
    [row] = Timeline(account, None).page(None).rows
    assert row == HiddenRow(at=last, mails=MAX_MAILS + 2, hidden_by=["Bo Boss"])
    unfolded = Timeline(account, admin.pk).thread(token, unfold=True)
    assert unfolded is not None and not isinstance(unfolded, HiddenRow)
    assert [mail.at for mail in unfolded.unfolded] == list(range(last, last - MAX_UNFOLDED, -1))
    put(account, "a", last + 1)
    half = Timeline(account, None).thread(token, unfold=False)
    assert half is not None and not isinstance(half, HiddenRow)
    assert (half.mails, half.hidden, half.shown and half.shown.at) == (
        MAX_MAILS + 3,
        MAX_MAILS - 1,
        last + 1,
    )


@pytest.mark.parametrize("unfold", [True, False])
def test_a_thread_of_which_nothing_is_seen_is_a_hidden_row_R4(
    account: Account, admin: User, unfold: bool
) -> None:
    put(account, "a", 1, 2, owner=admin)
    User.objects.filter(pk=admin.pk).update(visibility=Visibility.EXISTENCE)
    row = Timeline(account, None).thread(b"a".ljust(16).hex(), unfold=unfold)
    assert row == HiddenRow(at=2, mails=2, hidden_by=["Bo Boss"])


# Around one mail


def around(workspace: Workspace, engagement: Engagement) -> tuple[list[int], int, list[int], int]:
    """The ids before and after it, and how many more there are on each side."""
    [read] = seen(None, [engagement])
    thread = thread_around(workspace, read, None)
    ids: Callable[[Any], list[int]] = lambda mails: [mail.pk for mail in mails]  # noqa: E731
    return ids(thread.earlier), thread.earlier_more, ids(thread.later), thread.later_more


def test_the_mails_around_one_are_oldest_first_also_within_a_second(
    workspace: Workspace, account: Account, person: Person
) -> None:
    one, two, three, four = (e.pk for e in put(account, "a", 5, 5, 5, 4))
    [elsewhere] = put(person, "a", 6)
    put(account, "b", 5)
    middle = Engagement.objects.get(pk=two)
    assert around(workspace, middle) == ([four, one], 0, [three, elsewhere.pk], 0)


def test_of_a_very_long_thread_the_nearest_are_listed_and_the_rest_counted(
    workspace: Workspace, account: Account
) -> None:
    """One more on one side and two more on the other than are listed."""
    many = MAX_AROUND
    made = put(account, "a", *range(2 * many + 4))
    ids = [engagement.pk for engagement in made]
    middle = many + 1
    assert around(workspace, made[middle]) == (ids[1:middle], 1, ids[middle + 1 : -2], 2)
    assert around(workspace, made[0]) == ([], 0, ids[1 : many + 1], many + 3)
    assert around(workspace, made[-1]) == (ids[-1 - many : -1], many + 3, [], 0)
