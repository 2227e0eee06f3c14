"""Messages, copies and decisions become rows: the ledger (L1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from django.db.models import Max

from postroom.core.case import SealedCopy
from postroom.core.customer import POLICY_VERSION, Decision
from postroom.core.seal import Token
from postroom.store.models import Copy, Message
from postroom.store.models import Decision as DecisionRow
from postroom.store.sealed import pack_findings, pack_participants
from postroom.store.write.rows import change, insert, reserve_ids


class NewMessage(NamedTuple):
    """A message to be remembered, sealed."""

    identity: Token
    message_id: Token | None
    references: bytes
    at: int
    date: int | None
    flags: str
    kind: str
    seconds: int | None
    chat_day: Token | None
    deleted_at: int | None
    deleted_by: str


class NewCopy(NamedTuple):
    """A copy to be remembered, sealed."""

    message: int
    fingerprint: Token
    source: str
    user: int | None
    label: str
    sealed: SealedCopy
    defects: str
    is_shown: bool
    shown_digest: bytes | None


class NewDecision(NamedTuple):
    """A verdict to be recorded; ``revision`` is the directory's that was asked."""

    message: int
    decision: Decision
    revision: int
    last_copy: int
    user: int | None = None
    """Whose, in the people lens; ``None``: it is the customer lens's."""


def add_messages(workspace_id: int, messages: Sequence[NewMessage]) -> Sequence[int]:
    """Store messages not met before; returns their ids in order."""
    ids = reserve_ids(Message, len(messages))
    insert(
        "store_message",
        "id, workspace_id, identity, message_id_token, reference_tokens, at, date, flags, kind, seconds, chat_day, "
        "deleted_at, deleted_by, released_by",
        [
            (
                id_,
                workspace_id,
                m.identity,
                m.message_id,
                m.references,
                m.at,
                m.date,
                m.flags,
                m.kind,
                m.seconds,
                m.chat_day,
                m.deleted_at,
                m.deleted_by,
                "",
            )
            for id_, m in zip(ids, messages, strict=True)
        ],
    )
    return ids


def add_copies(copies: Sequence[NewCopy]) -> Sequence[int]:
    """Store copies, and under which addresses their messages are found; returns the copies' ids in order."""
    ids = reserve_ids(Copy, len(copies))
    rows, mentions = [], set()
    for id_, copy in zip(ids, copies, strict=True):
        sealed = copy.sealed
        rows.append(
            (
                id_,
                copy.message,
                copy.fingerprint,
                copy.source,
                copy.user,
                copy.label,
                sealed.label_role,
                pack_participants(sealed.participants),
                None if sealed.alternative is None else pack_participants(sealed.alternative),
                sealed.received_at,
                sealed.met_at,
                copy.defects,
                copy.is_shown,
                copy.shown_digest,
                sealed.lenses,
                sealed.depth_at,
                sealed.starts_at,
            )
        )
        for _, address in (*sealed.participants, *(sealed.alternative or ())):
            mentions.add((address.address, copy.message))
    insert(
        "store_copy",
        "id, message_id, fingerprint, source, user_id, label, label_role, participants, alternative, "
        "received_at, met_at, defects, is_shown, shown_digest, lenses, depth_at, starts_at",
        rows,
    )
    # In the order of the index, so that its pages are touched one after the other.
    insert("store_mention", "address, message_id", sorted(mentions), ignore_known=True)
    return ids


def add_decisions(workspace_id: int, decisions: Sequence[NewDecision], now: int) -> None:
    """Record decisions of either lens; those before them stay, but are no longer in force."""
    ids = reserve_ids(DecisionRow, len(decisions))
    insert(
        "store_decision",
        "id, workspace_id, message_id, lens, user_id, outcome, reason, findings, policy, revision, last_copy, "
        "decided_at, is_current",
        [
            (
                id_,
                workspace_id,
                d.message,
                "customer" if d.user is None else "people",
                d.user,
                d.decision.outcome,
                d.decision.reason,
                pack_findings(d.decision),
                POLICY_VERSION,
                d.revision,
                d.last_copy,
                now,
                True,
            )
            for id_, d in zip(ids, decisions, strict=True)
        ],
    )


def retire_decisions(decision_ids: Sequence[int]) -> None:
    """Leave these decisions in the ledger, no longer in force."""
    change("UPDATE store_decision SET is_current = %s WHERE id = %s", [(False, id_) for id_ in decision_ids])


def count_hits(hits: dict[int, int], now: datetime) -> None:
    """Count on blocklist entries how often they decided."""
    for entry, times in sorted(hits.items()):
        change(
            "UPDATE store_blocklistentry SET hits = hits + %s, last_hit_at = %s WHERE id = %s",
            [(times, now, entry)],
        )


def mark_deleted(message_ids: Sequence[int], at: int, actor: str) -> None:
    """Leave a tombstone on messages whose engagement was deleted by hand."""
    Message.objects.filter(pk__in=message_ids).update(deleted_at=at, deleted_by=actor)


def mark_released(message_ids: Iterable[int], at: int, actor: str) -> None:
    """Let the careful reading decide on messages with a malformed header (C0)."""
    Message.objects.filter(pk__in=list(message_ids)).update(released_at=at, released_by=actor)


def move_in_time(moves: Iterable[tuple[int, int]]) -> None:
    """Give messages another time: ``(message, at)``."""
    change("UPDATE store_message SET at = %s WHERE id = %s", [(at, message) for message, at in moves])


def add_traits(traits: Iterable[tuple[int, str, bytes]]) -> None:
    """Note what further copies say of messages: ``(message, flags, references)``."""
    change(
        "UPDATE store_message SET flags = %s, reference_tokens = %s WHERE id = %s",
        [(flags, references, message) for message, flags, references in traits],
    )


def mark_shown(copies: Iterable[tuple[Token, bytes]]) -> None:
    """Note of copies met before that their texts are shown now: ``(fingerprint, digest of the text)``."""
    change(
        "UPDATE store_copy SET is_shown = %s, shown_digest = %s WHERE fingerprint = %s",
        [(True, digest, fingerprint) for fingerprint, digest in copies],
    )


def hide_copies(copies: Iterable[int]) -> None:
    """Hide copies from decisions that are taken from now on; another may be known by their fingerprints."""
    newest = DecisionRow.objects.aggregate(newest=Max("pk"))["newest"] or 0
    hidden = Copy.objects.filter(pk__in=list(copies)).values_list("pk", "fingerprint")
    change(
        "UPDATE store_copy SET last_seen_by = %s, fingerprint = %s WHERE id = %s",
        [(newest, another_fingerprint(bytes(print_), id_), id_) for id_, print_ in hidden],
    )


def another_fingerprint(fingerprint: Token, copy: int) -> Token:
    """What a copy is known by that is hidden: nothing that is met is like it."""
    return blake2b(fingerprint + copy.to_bytes(8, "big"), digest_size=16).digest()


def widen(copies: Iterable[tuple[Token, int]]) -> None:
    """Let copies met before be seen by these lenses too: ``(fingerprint, lenses)``."""
    change(
        "UPDATE store_copy SET lenses = lenses | %s WHERE fingerprint = %s", [(bits, f) for f, bits in copies]
    )
