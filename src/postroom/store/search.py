"""Full-text search over engagements: FTS5 on SQLite, tsvector on PostgreSQL.

Only imported content is indexed. Must not decide who may see what: callers narrow the result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple
from unicodedata import combining, normalize

from django.db import connection

from postroom.store.rows import select_in


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
        if connection.vendor == "postgresql":
            rows = [(d.engagement, _folded(d.subject, d.people), _folded(d.text)) for d in documents]
            cursor.executemany(_ADD_POSTGRESQL, rows)
        else:
            cursor.executemany(_ADD_SQLITE, [tuple(document) for document in documents])


def remove_documents(documents: Sequence[Document]) -> None:
    """Take engagements out of the index, those that are in it; the texts have to be the same as were added.

    SQLite's index still has their words until it is merged (``store.write.traces``).
    """
    if not documents:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.executemany(_REMOVE_POSTGRESQL, [(document.engagement,) for document in documents])
        return
    # Removing what is not in it would spoil SQLite's index.
    in_it = {row[0] for row in select_in(_IN_SQLITE, [document.engagement for document in documents])}
    with connection.cursor() as cursor:
        cursor.executemany(_REMOVE_SQLITE, [tuple(d) for d in documents if d.engagement in in_it])


def forget_all() -> None:
    """Empty the index."""
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY_POSTGRESQL if connection.vendor == "postgresql" else _EMPTY_SQLITE)


def version() -> int | None:
    """The version of the texts in the index (``core.body.SEARCH_VERSION``)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM store_searchversion")
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def note_version(number: int) -> None:
    """Note with which version all texts in the index were made."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_searchversion")
        cursor.execute("INSERT INTO store_searchversion (version) VALUES (%s)", [number])


def matching(query: str, *, in_text: bool = True) -> tuple[str, list[str]] | None:
    """A condition on ``store_engagement.id`` and its parameters: all words of ``query``, the last as a prefix.

    Not ``in_text``: all of them stand in subject and people. ``None`` where ``query`` has no word, so nothing
    can match.
    """
    on_postgresql = connection.vendor == "postgresql"
    words = words_of(query)
    if not words:
        return None
    if on_postgresql:
        ends = ["" for _ in words[1:]] + ["*"]
        weight = "" if in_text else _HEAD
        signs = [f"{end}{weight}" for end in ends]
        terms = " & ".join(
            f"'{word}'{':' if sign else ''}{sign}" for word, sign in zip(words, signs, strict=True)
        )
        return (
            "store_engagement.id IN (SELECT engagement_id FROM store_search "
            "WHERE document @@ to_tsquery('simple', %s))",
            [terms],
        )
    terms = " ".join(f'"{word}"' for word in words) + "*"
    if not in_text:
        terms = f"{{subject people}} : ({terms})"
    return "store_engagement.id IN (SELECT rowid FROM store_search WHERE store_search MATCH %s)", [terms]


def words_of(query: str) -> list[str]:
    """The words that are looked for, as they are looked for."""
    on_postgresql = connection.vendor == "postgresql"
    text = _without_accents(query) if on_postgresql else normalize("NFC", query)
    return [word[:_WORD_CHARS] for word in _WORD.findall(text)][:_WORDS_ASKED]


def _folded(*parts: str) -> str:
    """The words as SQLite's index would see them: without accents and signs, and not more than PostgreSQL takes.

    Its own parser would keep addresses and hosts as one word each.
    """
    text = _without_accents(" ".join(part[:_PART_CHARS] for part in parts))
    return " ".join(word[:_WORD_CHARS] for word in _WORD.findall(text))


def _without_accents(text: str) -> str:
    return "".join(c for c in normalize("NFKD", text) if not combining(c))


_WORD: Final = re.compile(r"[^\W_]+")
_WORD_CHARS: Final = 200
"""A longer word is looked for by its beginning."""
_WORDS_ASKED: Final = 20
_PART_CHARS: Final = 80_000
_HEAD: Final = "A"
"""The weight of subject and people in PostgreSQL's index."""

_ADD_SQLITE: Final = "INSERT INTO store_search(rowid, subject, people, text) VALUES (%s, %s, %s, %s)"
_ADD_POSTGRESQL: Final = (
    "INSERT INTO store_search(engagement_id, document) VALUES (%s, "
    "setweight(to_tsvector('simple', %s), 'A') || to_tsvector('simple', %s))"
)
_REMOVE_SQLITE: Final = (
    "INSERT INTO store_search(store_search, rowid, subject, people, text) VALUES ('delete', %s, %s, %s, %s)"
)
_IN_SQLITE: Final = "SELECT rowid FROM store_search WHERE rowid IN ({})"
_EMPTY_SQLITE: Final = "INSERT INTO store_search(store_search) VALUES ('delete-all')"
_EMPTY_POSTGRESQL: Final = "DELETE FROM store_search"
_REMOVE_POSTGRESQL: Final = "DELETE FROM store_search WHERE engagement_id = %s"
