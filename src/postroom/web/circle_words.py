"""What a connection is made of and how it changed, in words. Must not compute any of it."""

from __future__ import annotations

from typing import Final

from postroom.core.circle import Connection
from postroom.core.rollup import Pair
from postroom.web.report_words import duration

RELATIONS: Final = {
    "manager": "Manager",
    "colleague": "Colleagues with the same manager",
    "report": "Reports",
}
"""What the parts of an organization chart are called."""
_NOT_BROKEN: Final = "\u00a0"
"""A space at which no line of a narrow column ends."""


def parts_told(pair: Pair) -> list[str]:
    """``["12 mails sent, 9 received", "2 meetings, 1 h 30 min"]``; what there was none of is left out."""
    met = [_counted(pair.calls, "call"), _counted(pair.meetings, "meeting")]
    told = [
        _both(pair.sent_mails, pair.received_mails, "mail", "sent"),
        _both(pair.sent_chats, pair.received_chats, "chat message", "sent"),
        _both(pair.sent_reactions, pair.received_reactions, "reaction", "given"),
        " and ".join(part for part in met if part)
        + (f", {duration(pair.talked_seconds)}" if any(met) else ""),
    ]
    return [part for part in told if part]


def cells_told(pair: Pair) -> dict[str, str]:
    """The same as cells of a list, by their titles: what went and what came, ``96 / 61``; empty for none."""
    met = [_counted(pair.calls, "call"), _counted(pair.meetings, "meeting"), duration(pair.talked_seconds)]
    return {
        "Mails": _pair(pair.sent_mails, pair.received_mails),
        "Chat": _pair(pair.sent_chats, pair.received_chats),
        "Reactions": _pair(pair.sent_reactions, pair.received_reactions),
        "Met": ", ".join(part.replace(" ", _NOT_BROKEN) for part in met if part)
        if pair.calls or pair.meetings
        else "",
    }


def _pair(gone: int, come: int) -> str:
    return f"{gone} / {come}" if gone or come else ""


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else ""


def _both(gone: int, come: int, what: str, verb: str) -> str:
    if gone and come:
        return f"{_counted(gone, what)} {verb}, {come} received"
    return f"{_counted(gone, what)} {verb}" if gone else f"{_counted(come, what)} received" if come else ""


def change_told(connection: Connection) -> str:
    """Against the period before: ``new``, ``up 12``, ``down 5`` or ``as before``."""
    if connection.before is None:
        return "new"
    more = connection.strength - connection.before
    return f"up {more}" if more > 0 else f"down {-more}" if more else "as before"
