"""Replay the ledger: take every decision again at its own revision and compare (L4). Changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from postroom.core.case import judged
from postroom.core.customer import POLICY_VERSION, decide
from postroom.store.models import Decision, Workspace
from postroom.store.read.directory import DirectoryAtHand, batched
from postroom.store.read.messages import KnownMessage, Messages
from postroom.store.read.owners import Owners
from postroom.store.sealed import pack_findings
from postroom.store.secrets import seal_of

_BATCH: Final = 1_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that came out differently."""

    decision: int
    message: int
    was: str
    now: str


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
    messages = Messages(workspace.pk, Owners(seal))
    result = Replayed()
    yield result
    rows = Decision.objects.filter(workspace=workspace, lens="customer").order_by("revision", "pk")
    for batch in batched(rows.iterator(chunk_size=_BATCH), _BATCH):
        known = messages.by_id([decision.message_id for decision in batch])
        by_revision: dict[int, list[Decision]] = defaultdict(list)
        for decision in batch:
            by_revision[decision.revision].append(decision)
        for revision, decisions in by_revision.items():
            _compare(workspace, revision, decisions, known, result)
        yield result


def _compare(
    workspace: Workspace,
    revision: int,
    decisions: list[Decision],
    known: dict[int, KnownMessage],
    result: Replayed,
) -> None:
    at_hand = DirectoryAtHand(workspace.pk, revision)
    for row in decisions:
        if row.policy != POLICY_VERSION:
            result.older_policy += 1
            continue
        message = known[row.message_id]
        copies = [c for c, id_ in zip(message.copies, message.copy_ids, strict=True) if id_ <= row.last_copy]
        deleted = message.deleted_at is not None and message.deleted_at <= row.decided_at
        released = message.released_at is not None and message.released_at <= row.decided_at
        case = judged(copies, message.date, deleted, released)
        addresses = [p.sealed for p in (*case.participants, *(case.alternative or ()))]
        directory = at_hand.for_([*addresses, *(c.owner for c in case.copies if c.owner is not None)])
        decision = decide(case, directory)
        if (decision.outcome, decision.reason, pack_findings(decision)) == (
            row.outcome,
            row.reason,
            row.findings,
        ):
            result.same += 1
        else:
            result.differences.append(Difference(row.pk, row.message_id, row.reason, decision.reason))
