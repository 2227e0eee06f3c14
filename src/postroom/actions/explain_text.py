"""Explain by a text that somebody typed into one field: an address, a Message-ID or a person's name.

They look alike, so the likelier is tried first. Here, and nowhere else, it is chosen which one a text is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from postroom.actions.explain import Answer, explain
from postroom.actions.rejection import Rejected
from postroom.actions.typed import a_label
from postroom.core.address import normalise_address
from postroom.store.models import Workspace


def explain_text(workspace: Workspace, asked: str, *, sees_rules: bool, viewer: int | None = None) -> Answer:
    """Explain by whichever this is; answers and raises like ``explain``."""
    asked = asked.strip()
    if not asked:
        raise Rejected("value_required")
    ask = partial(explain, workspace, sees_rules=sees_rules, viewer=viewer)
    if asked.startswith("<") and asked.endswith(">") and " " not in asked:
        return _in_brackets(ask, asked)
    try:
        by_address = ask(address=asked)
    except Rejected:
        by_id = ask(message_id=asked)
        if not by_id["messages"]:
            raise
        return by_id
    if by_address["messages"] or "@" not in asked:
        return by_address
    by_id = ask(message_id=asked)
    return by_id if by_id["messages"] else by_address


def _in_brackets(ask: Callable[..., Answer], asked: str) -> Answer:
    """Explain by a Message-ID as mails write it, or else by an address that is known."""
    by_id = ask(message_id=asked)
    if by_id["messages"] or normalise_address(asked[1:-1], a_label) is None:
        return by_id
    by_address = ask(address=asked)
    return by_address if by_address["messages"] or by_address["address"]["known"] else by_id
