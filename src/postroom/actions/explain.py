"""Explain what happened to a message, which rule decided, what was asked before, what would change it (L2).

Reads only. Answers in the shape of the API; nothing of a message that was not imported is shown that the
asker does not bring along.
"""

from __future__ import annotations

from typing import Any, Final

from postroom.actions.explain_address import explain_address, explain_name
from postroom.actions.place import copy_fingerprint
from postroom.actions.rejection import Rejected
from postroom.core.address import normalise_address
from postroom.core.case import SealedCopy, judged
from postroom.core.clock_text import day, rfc3339
from postroom.core.customer import AMBIGUOUS, POLICY_VERSION, RULES, decide
from postroom.core.reasons import REASONS, SET_ASIDE
from postroom.core.seal import Seal
from postroom.reader import ReaderPool, ReadMail
from postroom.store.models import Decision, Message, Workspace
from postroom.store.read import ledger
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.sealed import pack_findings, unpack_findings, unpack_participants
from postroom.store.secrets import hash_key_of, seal_of

MAX_MESSAGES: Final = 50
"""Of an address so many messages are explained, the last met first."""

_QUESTIONS: Final = {rule.name: rule for rule in (AMBIGUOUS, *RULES)}


def explain(
    workspace: Workspace,
    *,
    address: str | None = None,
    message_id: str | None = None,
    engagement: int | None = None,
    message: int | None = None,
    raw: bytes | None = None,
) -> dict[str, Any]:
    """Explain by exactly one of these; ``address`` may also be a person's name.

    Returns ``{"messages": [{"message_id", "date", "customer": D, "people": {}, …}], "address": A}``, where D is
    ``{"outcome", "reason", "evidence", "asked_before", "would_change", …}`` or ``None``. Raises ``Rejected``.
    """
    seal = seal_of(workspace)
    if raw is not None:
        return _explain_raw(workspace, seal, raw)
    if engagement is not None:
        found = ledger.message_of_engagement(workspace, engagement)
    elif message is not None:
        found = ledger.message_numbered(workspace, message)
    elif message_id is not None:
        inner = message_id.strip().removeprefix("<").removesuffix(">").strip()
        if not inner:
            raise Rejected("value_required", "message_id")
        found = ledger.messages_of_id(workspace, seal.message_id(inner), MAX_MESSAGES)
        return {"messages": _told(workspace, seal, found, message_id=inner), "address": None}
    elif address is not None:
        return _explain_address(workspace, seal, address)
    else:
        raise Rejected("value_required")
    return {"messages": _told(workspace, seal, found), "address": None}


def _explain_address(workspace: Workspace, seal: Seal, text: str) -> dict[str, Any]:
    inner = text.rpartition("<")[2].rstrip("> ") if text.rstrip().endswith(">") else text
    address = normalise_address(inner)
    if address is None:
        if "@" in text or not text.strip():
            raise Rejected("not_an_address", "address")
        return {"messages": [], "address": explain_name(workspace, text)}
    found = ledger.messages_of_address(workspace, seal.address(address), MAX_MESSAGES)
    return {
        "messages": _told(workspace, seal, found, address=address),
        "address": explain_address(workspace, seal, address),
    }


def _explain_raw(workspace: Workspace, seal: Seal, raw: bytes) -> dict[str, Any]:
    """Explain a message that the asker has: what happened to it, else what would happen to it now."""
    with ReaderPool(hash_key_of(workspace), 1) as pool:
        read = pool.read_one(raw)
    if not isinstance(read, ReadMail):
        return {"messages": [_unreadable(workspace, seal, raw, read.why)], "address": None}
    names = {s.address: p.address for (_, s), p in zip(read.sealed, read.envelope.participants, strict=True)}
    found = ledger.message_of_identity(workspace, read.identity)
    if found:
        told = _told(workspace, seal, found, message_id=read.envelope.message_id, names=names)
        return {"messages": told, "address": None}
    return {"messages": [_would(workspace, read, names)], "address": None}


def _unreadable(workspace: Workspace, seal: Seal, raw: bytes, why: str) -> dict[str, Any]:
    token = seal.raw(raw)
    places = ledger.set_aside_places(workspace)
    aside = ledger.set_aside_as(
        workspace, [copy_fingerprint(token, user, label) for _, user, label in places if user]
    )
    reason = REASONS["unparsable"]
    said = f"It could not be read ({why})" + ("" if aside else "; it was not met before")
    verdict = {
        "outcome": SET_ASIDE,
        "reason": reason.name,
        "says": reason.says,
        "evidence": [{"says": said + "."}],
        "asked_before": [],
        "would_change": [reason.change],
    }
    return {"message_id": None, "date": None, "met": aside is not None, "customer": verdict, "people": {}}


def _would(workspace: Workspace, read: ReadMail, names: dict[bytes, str]) -> dict[str, Any]:
    """What would become of a message never met, were it imported now into a label without a role."""
    received = read.envelope.received_at or read.envelope.date or 0
    copy = SealedCopy("", None, read.sealed, read.alternative, received, received)
    case = judged([copy], read.envelope.date, deleted=False)
    at_hand = DirectoryAtHand(workspace.pk)
    directory = at_hand.for_([s for _, s in (*read.sealed, *(read.alternative or ()))])
    decision = decide(case, directory)
    findings = unpack_findings(pack_findings(decision))
    entries = _entries(workspace, [findings])
    return {
        "message_id": read.envelope.message_id or None,
        "date": rfc3339(case.at),
        "met": False,
        "customer": {
            **_verdict(decision.outcome, decision.reason, findings, names, entries, case.at),
            "policy": POLICY_VERSION,
            "revision": directory.revision,
        },
        "people": {},
    }


def _told(
    workspace: Workspace,
    seal: Seal,
    messages: list[Message],
    *,
    address: str | None = None,
    message_id: str | None = None,
    names: dict[bytes, str] | None = None,
) -> list[dict[str, Any]]:
    """Tell what happened to each message, in the words of whoever has ``address`` or ``names`` in hand."""
    findings = {d.pk: unpack_findings(d.findings) for m in messages for d in m.decisions.all()}
    entries = _entries(workspace, findings.values())
    tokens = {
        bytes.fromhex(f["address"]) for some in findings.values() for f in some["found"] if "address" in f
    }
    names = {**ledger.people_of(workspace, tokens), **(names or {})}
    if address is not None:
        names[seal.address(address)] = address
    return [_message(m, findings, names, entries, seal, address, message_id) for m in messages]


def _entries(workspace: Workspace, findings: Any) -> dict[int, Any]:
    ids = {f["entry"] for some in findings for f in some["found"] if "entry" in f}
    return ledger.blocklist_entries(workspace, ids)


def _message(
    message: Message,
    findings: dict[int, dict[str, Any]],
    names: dict[bytes, str],
    entries: dict[int, Any],
    seal: Seal,
    address: str | None,
    message_id: str | None,
) -> dict[str, Any]:
    engagement = getattr(message, "engagement", None)
    decisions = list(message.decisions.all())
    told = [_decision(d, findings[d.pk], names, entries, message.at) for d in decisions]
    current = [t for t, d in zip(told, decisions, strict=True) if d.is_current]
    return {
        "id": message.pk,
        "message_id": message_id or (engagement.rfc_message_id if engagement else None) or None,
        "date": rfc3339(message.at),
        "met": True,
        "roles": _roles(message, seal, address),
        "copies": [
            {
                "source": c.source,
                "user": c.user.email if c.user else None,
                "label": c.label,
                "met_at": rfc3339(c.met_at),
            }
            for c in message.copies.all()
        ],
        "engagement": engagement.pk if engagement else None,
        "customer": current[-1] if current else None,
        "people": {},
        "earlier": [t for t, d in zip(told, decisions, strict=True) if not d.is_current],
    }


def _roles(message: Message, seal: Seal, address: str | None) -> list[str]:
    """In which roles the address in hand takes part."""
    if address is None:
        return []
    token = seal.address(address)
    packed = [c.participants for c in message.copies.all()] + [
        c.alternative for c in message.copies.all() if c.alternative
    ]
    return sorted({role for some in packed for role, s in unpack_participants(some) if s.address == token})


def _decision(
    decision: Decision, findings: dict[str, Any], names: dict[bytes, str], entries: dict[int, Any], at: int
) -> dict[str, Any]:
    return {
        **_verdict(decision.outcome, decision.reason, findings, names, entries, at),
        "policy": decision.policy,
        "revision": decision.revision,
        "decided_at": rfc3339(decision.decided_at),
    }


def _verdict(
    outcome: str,
    reason_name: str,
    findings: dict[str, Any],
    names: dict[bytes, str],
    entries: dict[int, Any],
    at: int,
) -> dict[str, Any]:
    reason = REASONS[reason_name]
    return {
        "outcome": outcome,
        "reason": reason_name,
        "rule": reason.rule,
        "says": f"This message {reason.says}",
        "evidence": [_evidence(f, names, entries) for f in findings["found"]],
        "asked_before": [
            {"rule": _QUESTIONS[name].number, "question": _QUESTIONS[name].question, "answer": "no"}
            for name in findings["asked"]
            if name in _QUESTIONS
        ],
        "would_change": _would_change(reason_name, findings, names, entries, at),
    }


def _evidence(finding: dict[str, Any], names: dict[bytes, str], entries: dict[int, Any]) -> dict[str, Any]:
    """One finding in words. An outside address is named only to who has it in hand, or where we know it."""
    told: dict[str, Any] = {"reason": finding["reason"]}
    says = []
    if "role" in finding:
        who = names.get(bytes.fromhex(finding["address"])) if "address" in finding else None
        told |= {"role": finding["role"], "address": who}
        says.append(f"{_ROLE_WORDS[finding['role']]} {who or '(an outside address that is kept sealed)'}")
    entry = entries.get(finding.get("entry", 0))
    if entry is not None:
        told["entry"] = {"id": entry.pk, "value": entry.value, "note": entry.note}
        says.append(f"blocklist entry {entry.value}" + (f" ({entry.note})" if entry.note else ""))
    told["says"] = ": ".join(says) or f"This message {REASONS[finding['reason']].says}"
    return told


_ROLE_WORDS: Final = {
    "from": "the sender",
    "to": "a recipient (To)",
    "cc": "a recipient (Cc)",
    "bcc": "a recipient (Bcc)",
    "owner": "the owner of the mailbox",
}


def _would_change(
    reason: str, findings: dict[str, Any], names: dict[bytes, str], entries: dict[int, Any], at: int
) -> list[str]:
    """What an administrator could do, as concretely as what is in hand allows."""
    advice = REASONS[reason].change
    if not advice:
        return []
    found = findings["found"][-1] if findings["found"] else {}
    who = names.get(bytes.fromhex(found["address"])) if "address" in found else None
    entry = entries.get(found.get("entry", 0))
    told = []
    if reason == "blocked" and entry is not None:
        told.append(f"Remove the blocklist entry {entry.value}.")
    elif reason in ("unknown_sender", "unknown_recipients", "no_customer") and who:
        domain = who.partition("@")[2]
        told.append(
            f"Add a person with the address {who}, or an account with the domain {domain}, known since "
            f"{day(at)} or earlier."
        )
    elif reason == "before_person" and who:
        told.append(f"Set known_since of {who} or its account's domain to {day(at)} or earlier.")
    if told:
        return [*told, "Then import the file again with --reconsider."]
    return [advice]
