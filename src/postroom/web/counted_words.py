"""How an interaction counts, in words: kind, direction, how many others, in which blocks. Nobody is named."""

from __future__ import annotations

from typing import Final

from postroom.store.models import Interaction

_KINDS: Final = {
    "mail": "Mail",
    "chat": "Chat message",
    "reaction": "Reaction",
    "call": "Call",
    "meeting": "Meeting",
    "task": "Task",
    "comment": "Comment",
}
_SENT: Final = {"mail": "sent", "chat": "sent", "reaction": "given"}
"""Kinds that have a direction; the other one is received."""


def what_words(interaction: Interaction) -> str:
    """``Mail sent``, ``Call``."""
    kind = interaction.kind
    what = _KINDS.get(kind, kind)
    return f"{what} {_SENT[kind] if interaction.is_sent else 'received'}" if kind in _SENT else what


def counted_words(interaction: Interaction) -> str:
    """``Mail sent, with 2 others; counts in INT and EXT.``"""
    what, others = what_words(interaction), interaction.others
    blocks = [
        name for name, counts in (("INT", interaction.is_inside), ("EXT", interaction.is_outside)) if counts
    ]
    whom = "one other" if others == 1 else f"{others} others" if others else "nobody else"
    said = f"{what}, with {whom}; counts in {' and '.join(blocks) or 'ALL only'}."
    return f"{said} It is automatic, so figures of mail leave it out." if interaction.is_automatic else said
