"""Imported messages become engagements on the timelines of persons and accounts, and go again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from postroom.core.body import SEARCHABLE_CHARS, searchable, visible_text
from postroom.core.mailbox import Mode
from postroom.core.seal import Token
from postroom.store.bodies import unpack
from postroom.store.models import Engagement, Variant
from postroom.store.rows import select_in
from postroom.store.search import Document, add_documents, remove_documents
from postroom.store.write.rows import change, insert, reserve_ids

_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Shown = dict[str, str]
"""A participant as shown: ``{"role", "email", "name"}``."""


class NewEngagement(NamedTuple):
    """An engagement to be shown."""

    message: int
    at: int
    subject: str
    snippet: str
    direction: str
    thread: Token
    message_id: str
    participants: list[Shown]
    kind: str = "mail"


class NewVariant(NamedTuple):
    """A text of an engagement. ``searched`` is what of it is found by search."""

    engagement: int
    digest: bytes
    subject: str
    body: bytes
    searched: str
    defects: str
    kept: int = Mode.FULL
    """How much of the mail it is (``core.mailbox.Mode``)."""


def add_engagements(workspace_id: int, engagements: Sequence[NewEngagement]) -> Sequence[int]:
    """Store engagements; returns their ids in order."""
    ids = reserve_ids(Engagement, len(engagements))
    insert(
        "store_engagement",
        "id, workspace_id, message_id, kind, at, subject, snippet, direction, thread, rfc_message_id, participants",
        [
            (
                id_,
                workspace_id,
                e.message,
                e.kind,
                e.at,
                e.subject,
                e.snippet,
                e.direction,
                e.thread,
                e.message_id,
                _JSON(e.participants),
            )
            for id_, e in zip(ids, engagements, strict=True)
        ],
    )
    return ids


Link = tuple[int, int, int, str]
"""``(person or account, at, engagement, direction)``."""


def add_links(persons: Iterable[Link], accounts: Iterable[Link], users: Iterable[tuple[int, int]]) -> None:
    """Show engagements on timelines; ``users`` as ``(engagement, user)``. What is there is left as it is."""
    for table, columns, rows in (
        ("store_engagementperson", "person_id, at, engagement_id, direction", persons),
        ("store_engagementaccount", "account_id, at, engagement_id, direction", accounts),
        ("store_engagementuser", "engagement_id, user_id", users),
    ):
        insert(table, columns, sorted(set(rows)), ignore_known=True)


def add_variants(variants: Sequence[NewVariant]) -> None:
    """Store texts; one that the engagement has already is left as it is."""
    insert(
        "store_variant",
        "id, engagement_id, digest, subject, body, defects, kept",
        [
            (id_, v.engagement, v.digest, v.subject, v.body, v.defects, v.kept)
            for id_, v in zip(reserve_ids(Variant, len(variants)), variants, strict=True)
        ],
        ignore_known=True,
    )


def remove_poorer_texts(engagements: Iterable[tuple[int, int]]) -> None:
    """Erase texts of engagements of which more is kept by now: ``(engagement, kept)``."""
    change(
        "DELETE FROM store_variant WHERE engagement_id = %s AND kept < %s",
        list(engagements),
    )


def show_participants(participants: Iterable[tuple[int, list[Shown]]]) -> None:
    """Replace who is shown on engagements: ``(engagement, participants)``."""
    change(
        "UPDATE store_engagement SET participants = %s WHERE id = %s",
        [(_JSON(p), e) for e, p in participants],
    )


def show_first(texts: Iterable[tuple[int, str, str]]) -> None:
    """Give engagements the subject and snippet of another of their texts: ``(engagement, subject, snippet)``."""
    change(
        "UPDATE store_engagement SET subject = %s, snippet = %s WHERE id = %s",
        [(subject, snippet, engagement) for engagement, subject, snippet in texts],
    )


def remove_texts(variants: Iterable[int]) -> None:
    """Erase these texts."""
    change("DELETE FROM store_variant WHERE id = %s", [(variant,) for variant in variants])


def unlink(table: str, engagement: int, ids: Iterable[int]) -> None:
    """Take an engagement off these persons, accounts or users; ``table`` says which of them."""
    # The table is a literal of the callers, never input.
    change(
        f"DELETE FROM store_engagement{table} WHERE engagement_id = %s AND {table}_id = %s",  # noqa: S608
        [(engagement, id_) for id_ in ids],
    )


def move_to_thread(moves: Iterable[tuple[int, Token]]) -> None:
    """Give engagements another thread: ``(engagement, thread)``."""
    change(
        "UPDATE store_engagement SET thread = %s WHERE id = %s",
        [(thread, engagement) for engagement, thread in moves],
    )


def move_in_time(moves: Iterable[tuple[int, int]]) -> None:
    """Give engagements another time: ``(engagement, at)``."""
    moves = list(moves)
    for table, column in (
        ("store_engagement", "id"),
        ("store_engagementperson", "engagement_id"),
        ("store_engagementaccount", "engagement_id"),
    ):
        change(
            f"UPDATE {table} SET at = %s WHERE {column} = %s",  # noqa: S608
            [(at, engagement) for engagement, at in moves],
        )


def people_text(participants: Iterable[Shown]) -> str:
    """What is searched of the participants."""
    return " ".join(f"{p['name']} {p['email']}" if p["name"] else p["email"] for p in participants)


def index_new(ids: Sequence[int], engagements: Sequence[NewEngagement], texts: dict[int, str]) -> None:
    """Make just stored engagements findable; ``texts`` by engagement."""
    add_documents(
        [
            Document(id_, e.subject, people_text(e.participants), texts.get(id_, ""))
            for id_, e in zip(ids, engagements, strict=True)
        ]
    )


def documents_of(engagement_ids: Sequence[int]) -> list[Document]:
    """What stands in the search index of these engagements, by id, made again from their rows."""
    texts: dict[int, list[str]] = defaultdict(list)
    documents = []
    for row in select_in(
        "SELECT engagement_id, body FROM store_variant WHERE engagement_id IN ({}) ORDER BY id",
        engagement_ids,
    ):
        body = unpack(row[1])
        texts[row[0]].append(searchable(visible_text(body.text, body.html)))
    for row in select_in(
        "SELECT id, subject, participants FROM store_engagement WHERE id IN ({}) ORDER BY id", engagement_ids
    ):
        participants = json.loads(row[2]) if isinstance(row[2], str) else row[2]
        documents.append(Document(row[0], row[1], people_text(participants), searched_text(texts[row[0]])))
    return documents


def searched_text(texts: Sequence[str]) -> str:
    """What of several texts of one engagement is searched."""
    return texts[0] if len(texts) == 1 else "\n".join(texts)[:SEARCHABLE_CHARS]


def remove_engagements(engagement_ids: Sequence[int]) -> list[int]:
    """Erase engagements with their texts and their words in the index; returns the persons they were on."""
    if not engagement_ids:
        return []
    remove_documents(documents_of(engagement_ids))
    persons = select_in(
        "SELECT DISTINCT person_id FROM store_engagementperson WHERE engagement_id IN ({})", engagement_ids
    )
    change(
        "UPDATE store_copy SET is_shown = %s WHERE message_id = "
        "(SELECT message_id FROM store_engagement WHERE id = %s)",
        [(False, e) for e in engagement_ids],
    )
    for table, column in (
        ("store_variant", "engagement_id"),
        ("store_chatline", "engagement_id"),
        ("store_engagementperson", "engagement_id"),
        ("store_engagementaccount", "engagement_id"),
        ("store_engagementuser", "engagement_id"),
        ("store_engagement", "id"),
    ):
        change(f"DELETE FROM {table} WHERE {column} = %s", [(e,) for e in engagement_ids])  # noqa: S608
    return [row[0] for row in persons]
