"""Mailboxes and labels as rows, for tests of what is chosen, shown and asked of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from postroom.store.models import Label, Mailbox, Source, User

NOW = 1_795_262_400
"""21 November 2026, 12:00 UTC."""
DAY = 86_400
DEPTH = date(2025, 11, 21)


def a_source_of_mailboxes(user: User, kind: str = "memory", **fields: Any) -> Source:
    """The source of this kind in the user's workspace, made where it is not there yet."""
    made, _ = Source.objects.get_or_create(
        workspace=user.workspace,
        kind=kind,
        defaults={
            "name": kind.title(),
            "feeds_customer": True,
            "crawling_depth": DEPTH,
            "created_by": "boss@us.com",
            **fields,
        },
    )
    return made


def a_mailbox(user: User, kind: str = "memory", now: int = NOW, **fields: Any) -> Mailbox:
    """The user's mailbox, connected an hour ago and looked at just now."""
    then = datetime.fromtimestamp(now - 3_600, UTC)
    given = {
        "address": user.email,
        "connected_at": then,
        "connected_by": user.email,
        "labels_at": now - 60,
        "looked_at": now - 60,
        "look_at": now + 60,
    }
    return Mailbox.objects.create(
        workspace=user.workspace, user=user, source=a_source_of_mailboxes(user, kind), **{**given, **fields}
    )


def a_label(mailbox: Mailbox, *path: str, role: str = "", **fields: Any) -> Label:
    """A label of the mailbox, not selected; its ref is its path."""
    given = {"ref": "/".join(path), "path": list(path), "role": role, "total": 10}
    return Label.objects.create(mailbox=mailbox, **{**given, **fields})


def selected_at(when: int, **fields: Any) -> dict[str, Any]:
    """What is stored of a label that its owner selected then, and that was walked back to its start."""
    return {
        "selected_at": when,
        "starts_at": when,
        "origin": "user",
        "chosen_by": "sam@us.com",
        "chosen_at": when,
        "cursor": {"at": "1"},
        "begun_at": when + 10,
        "walked_to": when,
        **fields,
    }
