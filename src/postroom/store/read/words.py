"""In which engagements words stand, asked so that a rare word does not have all engagements looked at.

Must not decide who may see what: callers narrow the result.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from postroom.store.search import matching

FEW: Final = 1_000
"""So many are named and put in order; more are met soon enough, going back in time."""


class Standing(NamedTuple):
    """Conditions on engagements that the words stand in them."""

    anywhere: RawSQL
    in_head: RawSQL
    """In subject or people."""
    few: list[int] | None
    """All that have the words, of whatever workspace, where they are known to be few."""


def standing(words: str) -> Standing | None:
    """Where the words stand; ``None``: there is no word in them, so nothing can match."""
    anywhere, in_head = matching(words), matching(words, in_text=False)
    if anywhere is None or in_head is None:
        return None
    few = _few(anywhere[1][0]) if connection.vendor == "sqlite" else None
    return Standing(_raw(*anywhere), _raw(*in_head), few)


def _few(asked: str) -> list[int] | None:
    """All that are found, unless they are more: PostgreSQL knows by itself how common a word is."""
    # First as a whole word: SQLite puts all words together that begin as a prefix does before it answers.
    for one in (asked.replace("*", ""), asked):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rowid FROM store_search WHERE store_search MATCH %s LIMIT %s", [one, FEW + 1]
            )
            found = [row[0] for row in cursor.fetchall()]
        if len(found) > FEW:
            return None
    return found


def _raw(condition: str, parameters: list[str]) -> RawSQL:
    """Raw because neither database's full-text match has a word in the ORM; parameters stay parameters."""
    return RawSQL(condition, parameters, output_field=BooleanField())  # noqa: S611
