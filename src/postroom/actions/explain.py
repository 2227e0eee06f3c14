"""Explain what happened to a message, which rule decided, what was asked before, what would change it (L2).

Reads only. Answers in the shape of the API; nothing of a message that was not imported is shown that the
asker does not bring along or may see anyway.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.core.exceptions import PermissionDenied

from postroom.actions.explain_address import explain_address, explain_name
from postroom.actions.explain_known import Asker
from postroom.actions.explain_mail import Assumed, explain_mail
from postroom.actions.explain_message import messages_told
from postroom.actions.record import text
from postroom.actions.rejection import Rejected
from postroom.actions.typed import a_label
from postroom.core.address import normalise_address
from postroom.store.models import Message, Workspace
from postroom.store.read import ledger
from postroom.store.secrets import seal_of

MAX_MESSAGES: Final = 50
"""Of an address or a Message-ID so many messages are explained, the last met first."""

MAX_RAW_BYTES: Final = 35 * 1024 * 1024
"""A mail that is handed over to be explained (section 13)."""

_MAX_CHARS: Final = 1_000

Answer = dict[str, Any]


def explain(
    workspace: Workspace,
    *,
    sees_rules: bool,
    viewer: int | None = None,
    address: str | None = None,
    message_id: str | None = None,
    engagement: int | None = None,
    message: int | None = None,
    raw: bytes | None = None,
    assumed: Assumed | None = None,
) -> Answer:
    """Explain by exactly one of these; ``address`` may also be a person's name, ``message`` is a ledger number.

    ``sees_rules``: whoever asks holds ``manage_rules``; ``viewer``: the user who asks (R4). ``assumed``: where
    ``raw`` is taken to lie if it was never met. Returns ``{"messages": [{"message_id", "date", "customer": D,
    "today": D, "people": {}, …}], "more", "address": A}``, where D is ``{"headline", "outcome", "reason",
    "evidence", "asked_before", "would_change", …}`` or ``None``; ``more``: there are messages beyond
    ``MAX_MESSAGES``.
    Raises ``Rejected``, and ``PermissionDenied`` for a ``message`` where they do not see the ledger.
    """
    asker = Asker(workspace, sees_rules, viewer)
    if raw is not None:
        if len(raw) > MAX_RAW_BYTES:
            raise Rejected("too_large", "raw")
        return {"messages": explain_mail(asker, raw, assumed), "more": False, "address": None}
    if engagement is not None:
        found = ledger.message_of_engagement(workspace, engagement, asker.onlooker)
        return _answer(replace(asker, has_number=True), found)
    if message is not None:
        if not sees_rules:
            raise PermissionDenied("manage_rules")
        found = ledger.message_numbered(workspace, message, asker.onlooker)
        return _answer(replace(asker, has_number=True), found)
    if message_id is not None:
        return _by_message_id(asker, message_id)
    if address is not None:
        return _by_address(asker, address)
    raise Rejected("value_required")


def _by_message_id(asker: Asker, message_id: str) -> Answer:
    inner = message_id.strip().removeprefix("<").removesuffix(">").strip()
    if not inner:
        raise Rejected("value_required", "message_id")
    token = seal_of(asker.workspace).message_id(inner)
    found = ledger.messages_of_id(asker.workspace, token, MAX_MESSAGES + 1, asker.onlooker)
    return _answer(replace(asker, message_id=inner), found)


def _by_address(asker: Asker, asked: str) -> Answer:
    asked = _plain(asked)
    inner = asked.rpartition("<")[2].rstrip("> ") if asked.endswith(">") else asked
    address = normalise_address(inner, a_label)
    if address is None:
        if "@" in asked or not asked:
            raise Rejected("not_an_address", "address")
        return _answer(asker, [], explain_name(asker, asked))
    token = seal_of(asker.workspace).address(address)
    found = ledger.messages_of_address(asker.workspace, token, MAX_MESSAGES + 1, asker.onlooker)
    return _answer(
        replace(asker, address=token, in_hand={token: address}), found, explain_address(asker, address)
    )


def _plain(asked: str) -> str:
    try:
        return text(_MAX_CHARS)(asked)
    except Rejected as refusal:
        raise Rejected(refusal.reason, "address") from None


def _answer(asker: Asker, found: list[Message], address: Answer | None = None) -> Answer:
    return {
        "messages": messages_told(asker, found[:MAX_MESSAGES]),
        "more": len(found) > MAX_MESSAGES,
        "address": address,
    }
