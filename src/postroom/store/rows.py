"""Questions with many values at once: so many at a time as both databases take in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from django.db import connection

VALUES_A_QUERY: Final = 5_000

Row = Sequence[Any]
_T = TypeVar("_T")


def batched(items: Iterable[_T], size: int = VALUES_A_QUERY) -> Iterator[list[_T]]:
    """Split ``items`` into lists of at most ``size``."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def select_in(query: str, values: Iterable[Any], parameters: Sequence[Any] = ()) -> list[Row]:
    """All rows of ``query``, whose ``{}`` stands for ``values``; the ``parameters`` stand after it.

    An order holds among the rows of ``VALUES_A_QUERY`` values. For hot paths; elsewhere ask the ORM.
    """
    rows: list[Row] = []
    with connection.cursor() as cursor:
        for some in batched(values):
            cursor.execute(query.replace("{}", ",".join(["%s"] * len(some))), [*some, *parameters])
            rows += cursor.fetchall()
    return rows
