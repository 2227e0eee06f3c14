"""Searching reads no more than it must: along a timeline, or the few mails that have a word (A4)."""

from __future__ import annotations

import pytest
from django.db import connection
from plans import plans_of, sorted_in

from postroom.store.models import Workspace
from postroom.store.read.engagements import Asked, engagements
from postroom.store.read.words import FEW, standing
from postroom.store.search import Document, add_documents

NOON = 1_767_960_000
ON_SQLITE = connection.vendor == "sqlite"
"""PostgreSQL chooses by what stands in its tables, which are small in a test."""


@pytest.mark.parametrize("of", ["account", "person"])
def test_a_search_on_a_timeline_goes_along_it_and_not_through_the_workspace_A4(
    workspace: Workspace, of: str
) -> None:
    found = engagements(workspace, None, Asked(**{of: 1}), along_timelines=True)
    page = found.filter(placed_at__lte=NOON)[:31]
    plan = plans_of(lambda: list(page))[0]
    if ON_SQLITE:
        assert plan == [
            f"SEARCH store_engagement{of} USING PRIMARY KEY ({of}_id=? AND at<?)",
            "SEARCH store_engagement USING INTEGER PRIMARY KEY (rowid=?)",
        ]
    assert "engagement_newest" not in "\n".join(plan)


@pytest.mark.parametrize("of", ["account", "person"])
def test_a_list_in_the_order_of_the_workspace_is_not_sorted_A4(workspace: Workspace, of: str) -> None:
    page = engagements(workspace, None, Asked(**{of: 1})).order_by("-at", "-pk")[:31]
    plan = plans_of(lambda: list(page))[0]
    if ON_SQLITE:
        assert plan[0] == "SEARCH store_engagement USING INDEX engagement_newest (workspace_id=?)"
        assert sorted_in(plan) == []


@pytest.mark.parametrize("words", ["quagga", "quag", "please quag"])
def test_mails_with_a_rare_word_are_named_and_not_looked_for_among_all_A4(
    workspace: Workspace, words: str
) -> None:
    if ON_SQLITE:
        add_documents([Document(number, "quagga", "", "please") for number in range(1, 4)])
        where = standing(words)
        assert where is not None and where.few == [1, 2, 3]
        plan = plans_of(lambda: list(engagements(workspace, None, Asked(words=words))[:31]))[-1]
        assert plan[0] == "SEARCH store_engagement USING INTEGER PRIMARY KEY (rowid=?)"


@pytest.mark.parametrize("words", ["please", "pleas", "mail please"])
def test_mails_with_a_common_word_are_met_going_back_in_time_A4(workspace: Workspace, words: str) -> None:
    if ON_SQLITE:
        add_documents([Document(number, "mail", "", "please") for number in range(1, FEW + 2)])
        where = standing(words)
        assert where is not None and where.few is None
        plan = plans_of(lambda: list(engagements(workspace, None, Asked(words=words))[:31]))[-1]
        assert plan[0] == "SEARCH store_engagement USING INDEX engagement_newest (workspace_id=?)"
        assert sorted_in(plan) == []


def test_what_is_no_word_stands_nowhere(workspace: Workspace) -> None:
    assert standing(" _ ") is None
    assert list(engagements(workspace, None, Asked(words=" _ "))) == []
