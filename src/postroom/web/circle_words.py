"""What a connection is made of and how it changed, in words. Must not compute any of it."""

from __future__ import annotations

from typing import Final

from postroom.core.circle import Connection
from postroom.core.rollup import Pair

RELATIONS: Final = {
    "manager": "Manager",
    "colleague": "Colleagues with the same manager",
    "report": "Reports",
}
"""What the parts of an organization chart are called."""


def parts_told(pair: Pair) -> list[str]:
    """``["12 mails sent, 9 received", "2 meetings, 1 h 30 min"]``; what there was none of is left out."""
    met = [_counted(pair.calls, "call"), _counted(pair.meetings, "meeting")]
    told = [
        _both(pair.sent_mails, pair.received_mails, "mail", "sent"),
        _both(pair.sent_chats, pair.received_chats, "chat message", "sent"),
        _both(pair.sent_reactions, pair.received_reactions, "reaction", "given"),
        " and ".join(part for part in met if part)
        + (f", {_talked(pair.talked_seconds)}" if any(met) else ""),
    ]
    return [part for part in told if part]


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else ""


def _both(gone: int, come: int, what: str, verb: str) -> str:
    if gone and come:
        return f"{_counted(gone, what)} {verb}, {come} received"
    return f"{_counted(gone, what)} {verb}" if gone else f"{_counted(come, what)} received" if come else ""


def _talked(seconds: int) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def change_told(connection: Connection) -> str:
    """Against the period before: ``new``, ``up 12``, ``down 5`` or ``as before``."""
    if connection.before is None:
        return "new"
    more = connection.strength - connection.before
    return f"up {more}" if more > 0 else f"down {-more}" if more else "as before"
