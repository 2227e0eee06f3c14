"""Uploads into the company of ``mail_world``: a source, records as a connector sends them, and what came of them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from mail_world import ACTOR, NOON, S1

from postroom.actions.accept_items import accept
from postroom.actions.create_source import create_source
from postroom.actions.process_uploads import process_some
from postroom.actions.set_consent import set_consent
from postroom.store.models import Decision, Interaction, Source, User, Workspace


def a_source(workspace: Workspace, *lenses: str, name: str = "Connector", depth: str | None = None) -> Source:
    """A source that feeds these lenses."""
    source, _ = create_source(workspace, name, lenses=list(lenses), crawling_depth=depth, actor=ACTOR)
    return source


def rfc3339(at: int) -> str:
    """A time as a connector writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def raw_record(raw: bytes, *, id: str = "1", user: str = S1, folder: str = "inbox") -> dict[str, Any]:
    """A mail message as bytes."""
    return {"id": id, "user": user, "folder": folder, "raw": b64encode(raw).decode()}


def mail_record(
    sender: str,
    to: Iterable[str] = (),
    *,
    id: str = "1",
    user: str = S1,
    folder: str = "inbox",
    at: int = NOON,
    **more: Any,
) -> dict[str, Any]:
    """A mail message in fields."""
    record = {
        "id": id,
        "user": user,
        "folder": folder,
        "date": rfc3339(at),
        "from": {"email": sender},
        "to": [{"email": address} for address in to],
        "message_id": f"<{id}@us.com>",
        "subject": "Hello",
        "text": "How are you?",
    }
    return record | more


def chat_record(
    author: str, members: Iterable[str], *, id: str = "1", chat: str = "c1", at: int = NOON, text: str = "Hi"
) -> dict[str, Any]:
    """A chat message."""
    return {
        "id": id,
        "chat_id": chat,
        "chat_type": "group",
        "author": author,
        "members": list(members),
        "date": rfc3339(at),
        "text": text,
    }


def sent(source: Source, kind: str, *records: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Upload, and answer status and reason of each."""
    return [(a["status"], a["reason"]) for a in accept(source, kind, list(records))]


def uploaded(source: Source, kind: str, *records: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Upload, and let the worker take up what is due."""
    answers = sent(source, kind, *records)
    process_some(source.workspace_id)
    return answers


def consent(workspace: Workspace, *emails: str, given: bool = True) -> None:
    """Switch Collect passive data."""
    users = [User.objects.get(workspace=workspace, email=email) for email in emails]
    set_consent(workspace, [(user, given) for user in users], actor=ACTOR, how="api")


def decided(workspace: Workspace) -> dict[str, tuple[str, str]]:
    """Outcome and reason in force by user, and of the customer lens under ``customer``; of the only message."""
    rows = Decision.objects.filter(workspace=workspace, is_current=True).select_related("user")
    found = {row.user.email if row.user else row.lens: (row.outcome, row.reason) for row in rows}
    assert len(found) == len(rows)
    return found


def interactions(workspace: Workspace) -> list[tuple[str, str, bool, bool, bool, int]]:
    """All of them: user, kind, sent, INT, EXT, others."""
    rows = (
        Interaction.objects.filter(workspace=workspace).select_related("user").order_by("user__email", "id")
    )
    return [(r.user.email, r.kind, r.is_sent, r.is_inside, r.is_outside, r.others) for r in rows]
