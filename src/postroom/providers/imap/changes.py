"""What changed in a folder since a cursor.

New is what has a UID from the next one on that the server had announced. What vanished the server tells by QRESYNC
where it can (RFC 7162); else the UIDs that were there are remembered, as long as they can be written shortly, and
compared. Flags are nobody's business here, so CONDSTORE alone would tell nothing more.

Next UID, number of mails and modification sequence of a cursor are of one EXAMINE. If the first two are as before, then
nothing came and nothing went.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from postroom.core.trouble import StartOver
from postroom.providers.imap.answers import NotUnderstood
from postroom.providers.imap.folder import Examined, examine, ref_of, search
from postroom.providers.imap.session import Session
from postroom.providers.imap.uids import Uids
from postroom.providers.port import Changes, Cursor, Listed

LONGEST_KNOWN: Final = 50_000
"""More characters of UIDs are not remembered; then only a comparison finds what vanished."""
MOST_GONE: Final = 10_000
"""More at once are not told one by one: a server that forgot what vanished names all it does not have."""


class State(NamedTuple):
    """What a cursor says."""

    uidvalidity: int
    uidnext: int
    """All mails with smaller UIDs were told, or are in ``untold``."""
    exists: int
    modseq: int | None
    known: Uids | None
    """The mails that are there; ``None`` where the server tells what vanishes, or they are too many to write down."""
    untold: tuple[int, int] | None
    """The first and last UID of what is still to be told."""

    def cursor(self) -> Cursor:
        """As text, which keeps every large number."""
        known = "" if self.known is None else str(self.known)
        said = {
            "uidvalidity": str(self.uidvalidity),
            "uidnext": str(self.uidnext),
            "exists": str(self.exists),
            "modseq": None if self.modseq is None else str(self.modseq),
            "known": known if self.known is not None and len(known) <= LONGEST_KNOWN else None,
            "untold": self.untold and f"{self.untold[0]}:{self.untold[1]}",
        }
        return {name: text for name, text in said.items() if text is not None}


def state_of(cursor: Cursor) -> State:
    """Read a cursor. Raises ``StartOver`` where it is none of ours."""
    try:
        known = cursor.get("known")
        first, _, last = cursor.get("untold", "").partition(":")
        return State(
            int(cursor["uidvalidity"]),
            int(cursor["uidnext"]),
            int(cursor["exists"]),
            int(cursor["modseq"]) if "modseq" in cursor else None,
            None if known is None else Uids.read(known),
            (int(first), int(last)) if first else None,
        )
    except (KeyError, ValueError, AttributeError, TypeError):
        raise StartOver("cursor_lost") from None


def changes(session: Session, name: str, cursor: Cursor | None, most: int) -> Changes:
    """One page of what changed, ``most`` mails of it (see ``port.OpenMailbox.changes``)."""
    if cursor is None:
        return Changes([], [], _from_now(session, name).cursor())
    before = state_of(cursor)
    told_from = (before.uidvalidity, before.modseq) if before.modseq else None
    now = examine(session, name, told_from)
    if now.uidvalidity != before.uidvalidity:
        raise StartOver("cursor_lost")
    if now.uidnext is not None and now.uidnext < before.uidnext:
        raise NotUnderstood  # UIDs are never given out twice
    if now.uidnext == before.uidnext and now.exists == before.exists:
        return _page(session, before._replace(modseq=now.modseq), [], Uids(), most)
    return _changed(session, before, now, most)


def _from_now(session: Session, name: str) -> State:
    now = examine(session, name)
    if now.modseq and now.uidnext is not None:
        return State(now.uidvalidity, now.uidnext, now.exists, now.modseq, None, None)
    there = search(session, b"ALL")
    uidnext = now.uidnext if now.uidnext is not None else max(there, default=0) + 1
    known = Uids.of(there).below(uidnext)
    return State(now.uidvalidity, uidnext, now.exists, now.modseq, known, None)


def _changed(session: Session, before: State, now: Examined, most: int) -> Changes:
    new = _new(session, before, now)
    if before.modseq and now.modseq:
        gone = now.vanished.below(before.uidnext)
    elif before.known is not None and now.exists != before.exists + len(new):
        there = Uids.of(search(session, b"ALL"))
        gone = before.known - there
        new = [*(there - before.known)]
    else:
        gone = Uids()
    known = None if before.known is None else (before.known | Uids.of(new)) - gone
    uidnext = max(now.uidnext or 0, before.uidnext, max(new, default=0) + 1)
    after = State(now.uidvalidity, uidnext, now.exists, now.modseq, known, before.untold)
    return _page(session, after, new, gone, most)


def _new(session: Session, before: State, now: Examined) -> list[int]:
    if now.uidnext == before.uidnext and now.exists <= before.exists:
        return []
    # Asked for what is beyond the last mail, a server names the last one.
    return [uid for uid in search(session, b"UID", b"%d:*" % before.uidnext) if uid >= before.uidnext]


def _page(session: Session, state: State, new: Sequence[int], gone: Uids, most: int) -> Changes:
    """Tell the newest of what is still to be told, and keep the rest for the next page."""
    untold = search(session, b"UID", b"%d:%d" % state.untold) if state.untold else []
    waiting = sorted({*new, *untold})
    page, rest = waiting[-most:], waiting[:-most]
    after = state._replace(untold=(rest[0], rest[-1]) if rest else None)
    return Changes(
        [Listed(ref_of(state.uidvalidity, uid)) for uid in reversed(page)],
        [ref_of(state.uidvalidity, uid) for uid in gone] if len(gone) <= MOST_GONE else [],
        after.cursor(),
        more=bool(rest),
    )
