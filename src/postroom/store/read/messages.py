"""Which messages and copies are known already? Questions of the import and sync paths, a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from postroom.core.case import SealedCopy
from postroom.core.reasons import IMPORT
from postroom.core.seal import SealedAddress, Token
from postroom.store.rows import select_in
from postroom.store.sealed import unpack_participants


class KnownCopy(NamedTuple):
    """A copy met before, and what became of its message in the customer lens."""

    message: int
    outcome: str | None
    """``None`` where that lens has not judged it."""
    reason: str | None
    is_shown: bool
    lenses: int
    """The lenses that see the copy, as bits (``core.upload``)."""

    @property
    def may_be_reconsidered(self) -> bool:
        """Whether deciding again could bring anything of it in: all of it is not in yet."""
        return self.outcome != IMPORT or not self.is_shown


class CurrentDecision(NamedTuple):
    """The decision in force for a message."""

    id: int
    outcome: str
    reason: str
    findings: str


@dataclass(slots=True)
class KnownMessage:
    """A message met before, with all its copies, oldest first."""

    id: int
    identity: Token
    date: int | None
    at: int
    deleted_at: int | None
    """When its engagement was deleted by hand, Unix seconds."""
    released_at: int | None
    """When somebody let the careful reading of its malformed header decide, Unix seconds (C0)."""
    flags: str
    message_id: Token | None = None
    references: bytes = b""
    kind: str = "mail"
    copies: list[SealedCopy] = field(default_factory=list)
    copy_ids: list[int] = field(default_factory=list)
    owners: list[int | None] = field(default_factory=list)
    """The users of the copies, by id, in their order."""
    last_seen_by: list[int | None] = field(default_factory=list)
    """For each copy the last decision that saw it, where its source took it back."""
    decision: CurrentDecision | None = None
    engagement: int | None = None
    """Of a chat message the one of its chat and day, if it is a line of it (C20)."""
    direction: str = ""
    """The engagement's."""

    @property
    def last_copy(self) -> int:
        """The newest copy, by id; 0 where all were taken back."""
        return self.copy_ids[-1] if self.copy_ids else 0


def known_copies(fingerprints: Sequence[Token]) -> dict[Token, KnownCopy]:
    """Those of the copies that were met before, by fingerprint."""
    rows = select_in(
        "SELECT c.fingerprint, c.message_id, d.outcome, d.reason, c.is_shown, c.lenses FROM store_copy c "
        "LEFT JOIN store_decision d ON d.message_id = c.message_id AND d.is_current AND d.lens = 'customer' "
        "WHERE c.fingerprint IN ({})",
        fingerprints,
    )
    return {bytes(row[0]): KnownCopy(*row[1:]) for row in rows}


def label_starts(fingerprints: Sequence[Token]) -> dict[Token, tuple[int, int]]:
    """Those of the copies that mailboxes brought: their ids, and from when on their label's mail came in (C2)."""
    rows = select_in(
        "SELECT fingerprint, id, starts_at FROM store_copy WHERE fingerprint IN ({}) AND starts_at IS NOT NULL",
        fingerprints,
    )
    return {bytes(row[0]): (row[1], row[2]) for row in rows}


def known_set_aside(workspace_id: int, fingerprints: Sequence[Token]) -> set[Token]:
    """Those of the copies that were set aside before and still are."""
    rows = select_in(
        "SELECT fingerprint FROM store_setaside WHERE fingerprint IN ({}) AND workspace_id = %s",
        fingerprints,
        [workspace_id],
    )
    return {bytes(row[0]) for row in rows}


def owners_of(user_ids: Iterable[int]) -> dict[int, str]:
    """The e-mail addresses of users, by id."""
    return {
        row[0]: row[1] for row in select_in("SELECT id, email FROM store_user WHERE id IN ({})", user_ids)
    }


class Messages:
    """Loads known messages whole, with the owners of their copies sealed by ``seal_owner``.

    Copies that were taken back are there no more, unless they are asked for, for replay.
    """

    def __init__(
        self, workspace_id: int, seal_owner: Mapping[int, SealedAddress], *, with_taken_back: bool = False
    ) -> None:
        self._workspace_id = workspace_id
        self._owners = seal_owner
        self._copies = _COPIES.format(
            "WHERE message_id IN ({})"
            if with_taken_back
            else "WHERE message_id IN ({}) AND last_seen_by IS NULL"
        )

    def by_identity(self, identities: Sequence[Token]) -> dict[Token, KnownMessage]:
        """Those of the messages that were met before, by identity."""
        rows = select_in(
            _MESSAGES + "WHERE m.identity IN ({}) AND m.workspace_id = %s", identities, [self._workspace_id]
        )
        return {message.identity: message for message in self._whole(rows)}

    def by_id(self, ids: Sequence[int]) -> dict[int, KnownMessage]:
        """The messages of the workspace with these ids."""
        rows = select_in(_MESSAGES + "WHERE m.id IN ({}) AND m.workspace_id = %s", ids, [self._workspace_id])
        return {message.id: message for message in self._whole(rows)}

    def _whole(self, rows: list[Sequence[Any]]) -> list[KnownMessage]:
        messages = {row[0]: _message(row) for row in rows}
        copies: dict[int, list[Sequence[Any]]] = defaultdict(list)
        for row in select_in(self._copies, messages):
            copies[row[1]].append(row)
        for message_id, message in messages.items():
            for row in copies[message_id]:
                message.copy_ids.append(row[0])
                message.owners.append(row[3])
                message.last_seen_by.append(row[10])
                message.copies.append(self._copy(row))
        return list(messages.values())

    def _copy(self, row: Sequence[Any]) -> SealedCopy:
        return SealedCopy(
            label_role=row[2],
            owner=self._owner(row[3]),
            participants=unpack_participants(row[4]),
            alternative=None if row[5] is None else unpack_participants(row[5]),
            received_at=row[6],
            met_at=row[7],
            depth_at=row[8],
            lenses=row[9],
            starts_at=row[11],
        )

    def _owner(self, user_id: int | None) -> SealedAddress | None:
        return None if user_id is None else self._owners[user_id]


_MESSAGES = (
    "SELECT m.id, m.identity, m.date, m.at, m.deleted_at, m.released_at, m.flags, m.message_id_token, "
    "m.reference_tokens, m.kind, "
    "d.id, d.outcome, d.reason, d.findings, e.id, e.direction FROM store_message m "
    "LEFT JOIN store_decision d ON d.message_id = m.id AND d.is_current AND d.lens = 'customer' "
    "LEFT JOIN store_chatline l ON l.message_id = m.id "
    "LEFT JOIN store_engagement e ON e.id = CASE WHEN m.kind = 'chat' THEN l.engagement_id "
    "ELSE (SELECT o.id FROM store_engagement o WHERE o.message_id = m.id) END "
)
_COPIES = (
    "SELECT id, message_id, label_role, user_id, participants, alternative, received_at, met_at, depth_at, "
    "lenses, last_seen_by, starts_at FROM store_copy {} ORDER BY id"
)


def _message(row: Sequence[Any]) -> KnownMessage:
    return KnownMessage(
        id=row[0],
        identity=bytes(row[1]),
        date=row[2],
        at=row[3],
        deleted_at=row[4],
        released_at=row[5],
        flags=row[6],
        message_id=None if row[7] is None else bytes(row[7]),
        references=bytes(row[8]),
        kind=row[9],
        decision=None if row[10] is None else CurrentDecision(*row[10:14]),
        engagement=row[14],
        direction=row[15] or "",
    )
