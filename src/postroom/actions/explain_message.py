"""One message as Explain tells it, in the shape of the API. Reads what was loaded; decides nothing (L2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from postroom.actions.explain_known import Asker, Found, Sight, sight_of
from postroom.actions.explain_words import (
    asked_before,
    defects_say,
    evidence_says,
    verdict_says,
    would_change,
)
from postroom.core.clock_text import rfc3339
from postroom.core.reasons import REASONS
from postroom.store.models import Decision, Message
from postroom.store.sealed import unpack_findings, unpack_participants

Told = dict[str, Any]


def messages_told(asker: Asker, messages: Sequence[Message]) -> list[Told]:
    """Tell what happened to each message (``store.read.ledger``)."""
    findings = {d.pk: unpack_findings(d.findings) for m in messages for d in m.decisions.all()}
    sight = sight_of(asker, list(findings.values()))
    return [_told(message, findings, sight) for message in messages]


def message_told(**told: Any) -> Told:
    """A message with all its fields; those not given are empty."""
    empty: Told = {"id": None, "message_id": None, "date": None, "met": True, "assumes": [], "roles": []}
    empty |= {"copies": [], "engagement": None, "defects": [], "customer": None, "people": {}, "earlier": []}
    return empty | told


def _told(message: Message, findings: Mapping[int, Mapping[str, Any]], sight: Sight) -> Told:
    engagement = getattr(message, "engagement", None)
    current: list[Told] = []
    earlier: list[Told] = []
    for decision in message.decisions.all():
        told = _decision(decision, findings[decision.pk], sight, message.at)
        (current if decision.is_current else earlier).append(told)
    return message_told(
        id=message.pk,
        message_id=sight.asker.message_id or (engagement.rfc_message_id if engagement else None) or None,
        date=rfc3339(message.at),
        roles=_roles(message, sight.asker.address),
        copies=_copies(message),
        engagement=engagement.pk if engagement else None,
        defects=defects_say(_defects(message)),
        customer=current[-1] if current else None,
        earlier=earlier,
    )


def _copies(message: Message) -> list[Told]:
    return [
        {
            "source": copy.source,
            "user": copy.user.email if copy.user else None,
            "label": copy.label,
            "met_at": rfc3339(copy.met_at),
        }
        for copy in message.copies.all()
    ]


def _roles(message: Message, address: bytes | None) -> list[str]:
    """In which roles the address in hand takes part."""
    readings = [r for c in message.copies.all() for r in (c.participants, c.alternative) if r and address]
    return sorted({role for r in readings for role, s in unpack_participants(r) if s.address == address})


def _defects(message: Message) -> list[str]:
    """What was wrong with any copy of it, or with any text that is kept of it."""
    engagement = getattr(message, "engagement", None)
    rows = [*message.copies.all(), *(engagement.variants.all() if engagement else ())]
    return [name for row in rows for name in row.defects.split()]


def _decision(decision: Decision, findings: Mapping[str, Any], sight: Sight, at: int) -> Told:
    return {
        **verdict(decision.reason, findings["asked"], sight.found(findings), at),
        "outcome": decision.outcome,
        "policy": decision.policy,
        "revision": decision.revision,
        "decided_at": rfc3339(decision.decided_at),
    }


def verdict(reason: str, asked: Sequence[str], found: Sequence[Found], at: int) -> Told:
    """A verdict on mail of ``at`` (Unix seconds); who took it, and when, is not said yet."""
    return {
        "outcome": REASONS[reason].outcome,
        "reason": reason,
        "rule": REASONS[reason].rule,
        "says": verdict_says(reason),
        "evidence": [_evidence(one) for one in found],
        "asked_before": asked_before(asked),
        "would_change": would_change(reason, found, at),
        "policy": None,
        "revision": None,
        "decided_at": None,
    }


def _evidence(found: Found) -> Told:
    return {
        "reason": found.reason,
        "role": found.role,
        "address": found.address,
        "entry": found.entry._asdict() if found.entry else None,
        "says": evidence_says(found),
    }
