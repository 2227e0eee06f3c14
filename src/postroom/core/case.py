"""Putting a message together from its copies: what the customer lens is asked about (F4).

Rules about a copy are asked per copy; all others see the union of the participants of all copies. The
result does not depend on the order of the copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from postroom.core.customer import CopyFacts, Judged, SealedParticipant
from postroom.core.mailbox import NOT_SELECTED
from postroom.core.message import KEPT_OUT, ROLE_RANKS, time_of
from postroom.core.seal import SealedAddress
from postroom.core.upload import CUSTOMER

Participants = Sequence[tuple[str, SealedAddress]]


class SealedCopy(NamedTuple):
    """One copy of a message, as it is kept."""

    label_role: str
    owner: SealedAddress | None
    """The user in whose mailbox it stands."""
    participants: Participants
    alternative: Participants | None
    received_at: int | None
    met_at: int
    """Both in Unix seconds."""
    depth_at: int | None = None
    """The crawling depth of its source, Unix seconds."""
    lenses: int = CUSTOMER
    """The lenses that see it, as bits (``core.upload``)."""
    starts_at: int | None = None
    """From when on mail of its label comes in, Unix seconds (C2); ``None``: always."""

    def not_selected(self, at: int) -> str:
        """Why its label does not let a mail of ``at`` in (C2); empty where it does."""
        if self.starts_at is None:
            return ""
        if self.starts_at == NOT_SELECTED:
            return "label_not_selected"
        received = at if self.received_at is None else self.received_at
        return "before_selection" if received < self.starts_at else ""


def judged(
    copies: Sequence[SealedCopy],
    date: int | None,
    deleted: bool = False,
    released: bool = False,
    kind: str = "mail",
) -> Judged:
    """Put the case together from all ``copies`` of one message; ``date`` is its Date header.

    Without copies, because its source took them back, it says nothing.

    ``released``: somebody looked at its malformed header and lets the careful reading decide (C0).
    """
    if not copies:
        return Judged(date or 0, (), None, (), deleted, kind)
    received = [copy.received_at for copy in copies if copy.received_at is not None]
    at = time_of(date, min(received, default=None), min(copy.met_at for copy in copies))
    alternative = None
    if not released and any(copy.alternative is not None for copy in copies):
        alternative = _union(
            [(copy, copy.participants if copy.alternative is None else copy.alternative) for copy in copies]
        )
    return Judged(
        at,
        _union([(copy, copy.participants) for copy in copies]),
        alternative,
        tuple(
            CopyFacts(
                copy.label_role,
                copy.owner,
                copy.depth_at is not None and at < copy.depth_at,
                copy.not_selected(at),
            )
            for copy in copies
        ),
        deleted,
        kind,
    )


def _union(readings: Sequence[tuple[SealedCopy, Participants]]) -> tuple[SealedParticipant, ...]:
    """Everybody in these readings, each address once a role.

    In an order of its own, so that what is found first does not depend on which copy came first.
    """
    (copy, participants), *others = readings
    passing = copy.label_role not in KEPT_OUT
    union = {
        (ROLE_RANKS[role], sealed.address): SealedParticipant(role, sealed, passing)
        for role, sealed in participants
    }
    for copy, participants in others:
        passing = copy.label_role not in KEPT_OUT
        for role, sealed in participants:
            key = (ROLE_RANKS[role], sealed.address)
            if key not in union or (passing and not union[key].passing):
                union[key] = SealedParticipant(role, sealed, passing)
    return tuple([union[key] for key in sorted(union)])
