"""Full-text search over engagements: FTS5 on SQLite, tsvector on PostgreSQL.

Only imported content is indexed. Must not decide who may see what: callers narrow the result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection


class Document(NamedTuple):
    """What is searched of one engagement. Removing needs exactly what was added."""

    engagement: int
    subject: str
    people: str
    text: str


def add_documents(documents: Sequence[Document]) -> None:
    """Make engagements findable, in the transaction that stores them."""
    if not documents:
        return
    with connection.cursor() as cursor:
        cursor.executemany(_ADD[connection.vendor], [tuple(document) for document in documents])


def remove_documents(documents: Sequence[Document]) -> None:
    """Take engagements out of the index, words and all."""
    if not documents:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(_REMOVE_POSTGRESQL, [(document.engagement,) for document in documents])
        else:
            cursor.executemany(_REMOVE_SQLITE, [tuple(document) for document in documents])


def matching(query: str) -> tuple[str, list[str]] | None:
    """A condition on ``store_engagement.id`` and its parameters: all words of ``query``, the last as a prefix.

    ``None`` where ``query`` has no word, so nothing can match.
    """
    words = re.findall(r"\w+", query.replace("\0", " "))[:20]
    if not words:
        return None
    if connection.vendor == "postgresql":
        terms = " & ".join(f"'{word}'" for word in words) + ":*"
        return (
            "store_engagement.id IN (SELECT engagement_id FROM store_search "
            "WHERE document @@ to_tsquery('simple', %s))",
            [terms],
        )
    terms = " ".join(f'"{word}"' for word in words) + "*"
    return "store_engagement.id IN (SELECT rowid FROM store_search WHERE store_search MATCH %s)", [terms]


_ADD = {
    "sqlite": "INSERT INTO store_search(rowid, subject, people, text) VALUES (%s, %s, %s, %s)",
    "postgresql": (
        "INSERT INTO store_search(engagement_id, document) "
        "SELECT v.id, to_tsvector('simple', v.subject || ' ' || v.people || ' ' || v.text) "
        "FROM (VALUES (%s::bigint, %s, %s, %s)) AS v(id, subject, people, text)"
    ),
}
_REMOVE_SQLITE = (
    "INSERT INTO store_search(store_search, rowid, subject, people, text) VALUES ('delete', %s, %s, %s, %s)"
)
_REMOVE_POSTGRESQL = "DELETE FROM store_search WHERE engagement_id = %s"
