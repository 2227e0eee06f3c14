"""How Explain says what it found, in English. Must not look anything up: it says what it is given (L2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from postroom.actions.explain_known import Found
from postroom.core.clock_text import day
from postroom.core.customer import QUESTIONS
from postroom.core.mail.defects import DEFECTS
from postroom.core.reasons import REASONS

IN_A_MAILBOX: Final = "It names no recipient, so it is taken to lie in a mailbox of the company."
"""What is assumed of a mail that was never met and whose recipients are not told."""

_ROLES: Final = {
    "from": "the sender",
    "to": "a recipient (To)",
    "cc": "a recipient (Cc)",
    "bcc": "a recipient (Bcc)",
    "owner": "the owner of the mailbox",
}
_UNKNOWN: Final = frozenset({"unknown_sender", "unknown_recipients", "no_customer"})


def verdict_says(reason: str) -> str:
    """What became of the message."""
    return f"This message {REASONS[reason].says}"


def evidence_says(found: Found) -> str:
    """Who or which entry decided."""
    says = []
    if found.role:
        says.append(f"{_ROLES[found.role]} {found.address or '(an outside address that is kept sealed)'}")
    if found.entry is not None:
        note = f" ({found.entry.note})" if found.entry.note else ""
        says.append(f"blocklist entry {found.entry.value}{note}")
    elif found.is_listed:
        says.append("an entry of the blocklist")
    return ": ".join(says) or verdict_says(found.reason)


def asked_before(names: Iterable[str]) -> list[dict[str, str]]:
    """The questions asked before, each ``{"rule", "question", "answer"}``."""
    return [
        {"rule": QUESTIONS[name].number, "question": QUESTIONS[name].question, "answer": "no"}
        for name in names
        if name in QUESTIONS
    ]


def would_change(reason: str, found: Sequence[Found], at: int) -> list[str]:
    """What an administrator could do about mail of ``at``, as concretely as what is in hand allows."""
    advice = REASONS[reason].change
    if not advice:
        return []
    told = _concretely(reason, found[-1], at) if found else ""
    return [told, "Then import its file again and choose to reconsider."] if told else [advice]


def _concretely(reason: str, found: Found, at: int) -> str:
    who = found.address
    if reason == "blocked" and found.entry is not None:
        return f"Remove the blocklist entry {found.entry.value}."
    if reason in _UNKNOWN and who:
        return (
            f"Add a person with the address {who}, or an account with the domain {who.rpartition('@')[2]}, "
            f"known since {day(at)} or earlier."
        )
    if reason == "before_person" and who:
        return f"Set known_since of {who} or its account's domain to {day(at)} or earlier."
    return ""


def defects_say(names: Iterable[str]) -> list[dict[str, str]]:
    """What was wrong with the mail, each once, in the manual's order: ``{"name", "says"}``."""
    there = set(names)
    return [{"name": name, "says": says} for name, says in DEFECTS.items() if name in there]


def unreadable_says(why: str, was_met: bool) -> str:
    """Why a mail could not be read."""
    return f"It could not be read ({why})" + ("." if was_met else "; it was not met before.")
