"""Replay the ledger: take every decision again at its own revision and compare (L4). Changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from postroom.core.case import judged
from postroom.core.customer import POLICY_VERSION, Judged, decide
from postroom.core.seal import SealedAddress
from postroom.core.upload import CUSTOMER
from postroom.store.models import Decision, Workspace
from postroom.store.read.decisions import TurningPoints, turning_points
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import KnownMessage, Messages
from postroom.store.read.owners import Owners
from postroom.store.rows import batched
from postroom.store.sealed import pack_findings
from postroom.store.secrets import seal_of

_BATCH: Final = 1_000
_TAKEN_BACK: Final = "taken_back"
"""The reason of a decision that saw no copy any more."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that came out differently."""

    decision: int
    message: int
    was: str
    now: str
    """Reasons; ``no_copies`` where there is nothing to take it from."""


@dataclass(slots=True)
class Replayed:
    """What a replay came to."""

    same: int = 0
    older_policy: int = 0
    """Decisions of an older policy, whose rules are no longer here."""
    differences: list[Difference] = field(default_factory=list)


def replay(workspace: Workspace) -> Iterator[Replayed]:
    """Take all decisions of the customer lens again; yields the running result: at first, then after each batch."""
    seal = seal_of(workspace)
    messages = Messages(workspace.pk, Owners(seal), with_taken_back=True)
    result = Replayed()
    yield result
    rows = Decision.objects.filter(workspace=workspace, lens="customer").order_by("revision", "pk")
    for batch in batched(rows.iterator(chunk_size=_BATCH), _BATCH):
        ids = {decision.message_id for decision in batch}
        known = messages.by_id(list(ids))
        turns = turning_points(ids)
        by_revision: dict[int, list[Decision]] = defaultdict(list)
        for decision in batch:
            by_revision[decision.revision].append(decision)
        for revision, decisions in by_revision.items():
            _compare(DirectoryAtHand(workspace.pk, revision), decisions, known, turns, result)
        yield result


def _compare(
    at_hand: DirectoryAtHand,
    decisions: list[Decision],
    known: dict[int, KnownMessage],
    turns: dict[int, TurningPoints],
    result: Replayed,
) -> None:
    """Compare the decisions of one revision, whose directory is ``at_hand``."""
    cases: list[tuple[Decision, Judged]] = []
    for row in decisions:
        message = known[row.message_id]
        if row.policy != POLICY_VERSION:
            result.older_policy += 1
        elif row.reason != _TAKEN_BACK and (message.copy_ids[:1] > [row.last_copy] or not message.copy_ids):
            result.differences.append(Difference(row.pk, message.id, row.reason, "no_copies"))
        else:
            cases.append((row, _case(row, message, turns[message.id])))
    directory = at_hand.for_(address for _, case in cases for address in _addresses(case))
    for row, case in cases:
        decision = decide(case, directory)
        if (decision.outcome, decision.reason, pack_findings(decision)) == (
            row.outcome,
            row.reason,
            row.findings,
        ):
            result.same += 1
        else:
            result.differences.append(Difference(row.pk, row.message_id, row.reason, decision.reason))


def _case(row: Decision, message: KnownMessage, turns: TurningPoints) -> Judged:
    """The message as it was when this decision was taken.

    Told by the order of its decisions, not by a clock: only an imported message is deleted, after which it
    is never imported again; only an ambiguous one is released, after which it is never ambiguous again.
    """
    copies = [
        copy
        for copy, id_, last in zip(message.copies, message.copy_ids, message.last_seen_by, strict=True)
        if copy.lenses & CUSTOMER and id_ <= row.last_copy and (last is None or row.pk <= last)
    ]
    return judged(
        copies,
        message.date,
        deleted=message.deleted_at is not None and row.pk > turns.last_import,
        released=message.released_at is not None and row.pk > turns.last_ambiguous,
        kind=message.kind,
    )


def _addresses(case: Judged) -> Iterator[SealedAddress]:
    for participant in (*case.participants, *(case.alternative or ())):
        yield participant.sealed
    for copy in case.copies:
        if copy.owner is not None:
            yield copy.owner
