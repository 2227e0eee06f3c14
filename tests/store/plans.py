"""How the database would answer a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def plans_of(ask: Callable[[], Any], *, may_sort: bool = False) -> list[list[str]]:
    """The plan of each query of ``ask``, a line for each step; ``may_sort``: where it costs less than not to."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    queries = [query["sql"] for query in asked]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Else it reads tables as small as those of a test from end to end, and sorts what it read.
            for way in ("seqscan", "bitmapscan", *(() if may_sort else ("sort",))):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        plans = []
        for query in queries:
            cursor.execute(f"{explain} {query}")
            plans.append([str(row[-1]) for row in cursor.fetchall()])
    return plans


def sorted_in(plan: list[str]) -> list[str]:
    """The steps of a plan that sort."""
    return [line for line in plan if "B-TREE" in line or "Sort" in line]
