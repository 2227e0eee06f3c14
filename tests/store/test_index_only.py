"""What pages count is counted in indexes alone: neither messages nor engagements are read for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import connection
from plans import plans_of, sorted_in

from postroom.store.models import Workspace
from postroom.store.read.decisions import AskedDecisions, decisions, summary
from postroom.store.read.figures import figures_of_accounts, figures_of_persons
from postroom.store.read.overview import came_in


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda workspace: summary(workspace), "decision_by_reason"),
        (lambda workspace: came_in(workspace, 1_800_000_000), "engagement_newest"),
    ],
    ids=["the ledger", "what came in"],
)
def test_counting_reads_an_index_alone(
    workspace: Workspace, ask: Callable[[Workspace], Any], index: str
) -> None:
    plan = "\n".join(plans_of(lambda: ask(workspace))[0])
    if connection.vendor == "sqlite":
        assert re.findall(r"COVERING INDEX (\w+)", plan) == [index]
    else:  # Which index it reads, and whether rows beside it, depends on what stands in the table.
        assert (len(re.findall(r"Scan using \w+|Bitmap Index Scan", plan)) >= 1, "Seq Scan" in plan) == (
            True,
            False,
        )


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (figures_of_accounts, "engagement_account_figures"),
        (figures_of_persons, "engagement_person_figures"),
    ],
    ids=["accounts", "persons"],
)
def test_each_figure_is_read_in_one_direction_of_an_index_alone_A1(
    workspace: Workspace, ask: Callable[[Iterable[int]], Any], index: str
) -> None:
    plan = [line for line in plans_of(lambda: ask([1]))[0] if "engagement" in line]
    if connection.vendor == "sqlite":
        owner = index.split("_")[1]
        search = f"SEARCH U0 USING COVERING INDEX {index} ({owner}_id=? AND direction=?)"
        assert plan == [search] * 6
    else:
        # The narrow table's own key holds all of it too, but for the direction.
        used = {name for line in plan for name in re.findall(r"using (\w+)", line)}
        assert used <= {index, f"store_engagement{index.split('_')[1]}_pkey"}
        assert not any("Seq Scan" in line for line in plan)


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (AskedDecisions(), "decision_newest"),
        (AskedDecisions(lens="customer"), "decision_newest"),
        (AskedDecisions(lens="customer", outcome="hold"), "decision_newest"),
        (AskedDecisions(lens="customer", user="s1@us.com"), "decision_newest"),
        (AskedDecisions(lens="customer", mail_since=1, mail_before=2), "decision_newest"),
        (AskedDecisions(lens="customer", reason="blocked"), "decision_by_reason"),
    ],
    ids=["all", "of a lens", "of an outcome", "of a mailbox", "of a time", "of a reason"],
)
def test_a_page_of_decisions_comes_in_its_order_and_nothing_is_sorted(
    workspace: Workspace, asked: AskedDecisions, index: str
) -> None:
    [plan] = plans_of(lambda: list(decisions(workspace, asked)[:51]))
    if connection.vendor == "sqlite":  # PostgreSQL chooses between the two by what stands in the table
        assert re.findall(r"decision_\w+", "\n".join(plan)) == [index]
    assert sorted_in(plan) == []
