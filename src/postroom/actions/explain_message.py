"""One message as Explain tells it, in the shape of the API. Reads what was loaded; decides nothing (L2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from postroom.actions.explain_known import Asker, Found, Sight, sight_of
from postroom.actions.explain_words import (
    asked_before,
    defects_say,
    evidence_says,
    headline,
    verdict_says,
    would_change,
)
from postroom.actions.judged_today import Today, judged_today
from postroom.core.clock_text import rfc3339
from postroom.core.customer import POLICY_VERSION
from postroom.core.reasons import REASONS
from postroom.core.seal import SealedAddress
from postroom.core.upload import PEOPLE
from postroom.core.visibility import Visibility
from postroom.store.models import Copy, Decision, Engagement, Message
from postroom.store.read.fetched_again import messages_listed
from postroom.store.read.visibility import Sight as Allowed
from postroom.store.read.visibility import sights
from postroom.store.sealed import unpack_findings, unpack_participants

Told = dict[str, Any]
Participants = Sequence[tuple[str, SealedAddress]]


def messages_told(asker: Asker, messages: Sequence[Message]) -> list[Told]:
    """Tell what happened to each message (``store.read.ledger``), and what would happen to it today."""
    findings = {d.pk: unpack_findings(d.findings) for m in messages for d in m.decisions.all()}
    today = judged_today(asker.workspace, messages)
    sight = sight_of(asker, [*findings.values(), *(one.findings for one in today.values())])
    allowed = sights(asker.viewer, [message.pk for message in messages])
    listed = {one.of for one in messages_listed(message.pk for message in messages)}
    return [
        _told(message, findings, today.get(message.pk), sight, allowed.of(message.pk), message.pk in listed)
        for message in messages
    ]


def message_told(**told: Any) -> Told:
    """A message with all its fields; those not given are empty."""
    empty: Told = {"id": None, "message_id": None, "date": None, "met": True, "assumes": [], "roles": []}
    empty |= {
        "copies": [],
        "is_in_mailbox": False,
        "engagement": None,
        "defects": [],
        "customer": None,
        "people": {},
        "earlier": [],
    }
    return empty | {"today": None} | told


def _told(
    message: Message,
    findings: Mapping[int, Mapping[str, Any]],
    today: Today | None,
    sight: Sight,
    allowed: Allowed,
    is_listed: bool,
) -> Told:
    engagement = getattr(message, "engagement", None)
    shows_subject = engagement is None or allowed.level >= Visibility.SUBJECT
    found = _finding(message, engagement, sight, allowed)
    current: list[Told] = []
    earlier: list[Told] = []
    people: dict[str, Told] = {}
    for decision in message.decisions.all():
        told = _decision(decision, found(findings[decision.pk]), findings[decision.pk], message.at, is_listed)
        if decision.user is None:
            (current if decision.is_current else earlier).append(told)
        elif decision.is_current and (sight.asker.sees_rules or decision.user_id == sight.asker.viewer):
            people[decision.user.email] = told
    return message_told(
        id=message.pk,
        message_id=_message_id(sight.asker, engagement, allowed.level),
        date=rfc3339(message.at),
        roles=_roles_shown(message, engagement, sight.asker, allowed) if shows_subject else [],
        copies=_copies(message, None if not engagement else allowed, sight.asker.viewer),
        is_in_mailbox=is_listed,
        engagement=engagement.pk if engagement and (shows_subject or sight.asker.has_number) else None,
        defects=defects_say(_defects(message, engagement, allowed.level) if shows_subject else []),
        customer=current[-1] if current else None,
        people=dict(sorted(people.items())),
        earlier=earlier,
        today=_today(today, current, found, message.at),
    )


def _finding(
    message: Message, engagement: Engagement | None, sight: Sight, allowed: Allowed
) -> Callable[[Mapping[str, Any]], list[Found]]:
    """How findings on this message are told to whoever asks."""
    if engagement is not None and allowed.level < Visibility.SUBJECT:
        return sight.veiled
    if engagement is not None and not _may_know_bcc(engagement, allowed):
        return partial(sight.veiled, bcc_alone=True)
    return partial(sight.found, participants=_participants(message))


def _message_id(asker: Asker, engagement: Engagement | None, visibility: Visibility) -> str | None:
    """The Message-ID, where whoever asks brings it along or may see it on the engagement (R4)."""
    seen = engagement.rfc_message_id if engagement and visibility >= Visibility.SUBJECT else ""
    return asker.message_id or seen or None


def _today(
    today: Today | None,
    current: Sequence[Told],
    found: Callable[[Mapping[str, Any]], list[Found]],
    at: int,
) -> Told | None:
    """What would be decided today, where that is not what stands."""
    if today is None or not current or current[-1]["reason"] == today.reason:
        return None
    told = verdict(today.reason, today.findings["asked"], found(today.findings), at, would=True)
    return told | {
        "policy": POLICY_VERSION,
        "revision": today.revision,
    }


def _participants(message: Message) -> Participants:
    """Everybody whom any copy shows."""
    return [one for copy in message.copies.all() for one in unpack_participants(copy.participants)]


def _copies(message: Message, allowed: Allowed | None, viewer: int | None) -> list[Told]:
    """Where it was met; a label's name may say what a mail is about, so it is told as the subject is (R4).

    Of what only the people lens sees it is the owner's alone. ``allowed``: what is seen of the engagement;
    ``None``: it is none.
    """
    of_others = allowed is None or (
        allowed.level >= Visibility.SUBJECT and not allowed.hides_copies_of_others
    )
    return [
        {
            "source": copy.source,
            "user": copy.user.email if copy.user else None,
            "label": copy.label if _is_own(copy, viewer) or (of_others and copy.lenses != PEOPLE) else None,
            "met_at": rfc3339(copy.met_at),
        }
        for copy in message.copies.all()
    ]


def _is_own(copy: Copy, viewer: int | None) -> bool:
    return viewer is not None and copy.user_id == viewer


def _may_know_bcc(engagement: Engagement, allowed: Allowed) -> bool:
    """Whether whoever asks may; who took part is loaded only where that decides."""
    return not allowed.hides_copies_of_others or allowed.may_know_bcc(engagement.participants)


def _roles_shown(
    message: Message, engagement: Engagement | None, asker: Asker, allowed: Allowed
) -> list[str]:
    roles = _roles(message, asker.address)
    if engagement is None or _may_know_bcc(engagement, allowed):
        return roles
    is_own = asker.in_hand.get(asker.address or b"") in allowed.addresses
    return roles if is_own else [role for role in roles if role != "bcc"]


def _roles(message: Message, address: bytes | None) -> list[str]:
    """In which roles the address in hand takes part."""
    readings = [r for c in message.copies.all() for r in (c.participants, c.alternative) if r and address]
    return sorted({role for r in readings for role, s in unpack_participants(r) if s.address == address})


def _defects(message: Message, engagement: Engagement | None, level: Visibility) -> list[str]:
    """What was wrong with any copy of it, or with any text that is kept of it and may be seen."""
    shows_texts = engagement is not None and level == Visibility.EVERYTHING
    rows = [*message.copies.all(), *(engagement.variants.all() if engagement and shows_texts else ())]
    return [name for row in rows for name in row.defects.split()]


def _decision(
    decision: Decision, found: Sequence[Found], findings: Mapping[str, Any], at: int, is_listed: bool
) -> Told:
    return {
        **verdict(decision.reason, findings["asked"], found, at, is_listed=is_listed),
        "outcome": decision.outcome,
        "policy": decision.policy,
        "revision": decision.revision,
        "decided_at": rfc3339(decision.decided_at),
    }


def verdict(
    reason: str,
    asked: Sequence[str],
    found: Sequence[Found],
    at: int,
    *,
    would: bool = False,
    was_met: bool = True,
    is_listed: bool = False,
) -> Told:
    """A verdict on mail of ``at`` (Unix seconds); who took it, and when, is not said yet.

    ``would``: it was not taken, and is told as what would happen. ``is_listed``: a mailbox still has the mail.
    """
    return {
        "headline": headline(reason, found, would=would),
        "outcome": REASONS[reason].outcome,
        "reason": reason,
        "rule": REASONS[reason].rule,
        "says": verdict_says(reason),
        "evidence": [_evidence(one) for one in found],
        "asked_before": asked_before(asked),
        "would_change": would_change(reason, found, at, was_met=was_met, is_listed=is_listed),
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
