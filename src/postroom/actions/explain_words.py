"""How Explain says what it found, in English. Must not look anything up: it says what it is given (L2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from postroom.actions.explain_known import Found
from postroom.core.clock_text import day
from postroom.core.customer import QUESTIONS
from postroom.core.mail.defects import DEFECTS
from postroom.core.mail.unreadable import UNREADABLE
from postroom.core.people import RULES as PEOPLE_RULES
from postroom.core.reasons import HOLD, IMPORT, REASONS, SKIP

IN_A_MAILBOX: Final = "It names no recipient, so it is taken to lie in a mailbox of the company."
"""What is assumed of a mail that was never met and whose recipients are not told."""

WOULD_BE_SET_ASIDE: Final = (
    "This message cannot be read as it was given; were it imported so, it would be set aside whole."
)
GIVE_IT_WHOLE: Final = (
    "Give the whole source of the mail, from its first header line on: copied by “Show original” or the like, "
    "or as its file."
)
"""Advice about a mail that was never met, and cannot be read."""

_ROLES: Final = {
    "from": "the sender",
    "to": "a recipient (To)",
    "cc": "a recipient (Cc)",
    "bcc": "a recipient (Bcc)",
    "author": "the author",
    "member": "a member",
    "reactor": "who reacted",
    "owner": "the owner of the mailbox",
}
_UNKNOWN: Final = frozenset({"unknown_sender", "unknown_recipients", "no_customer"})


_CAME_OUT: Final = {
    IMPORT: ("It came in", "It would come in"),
    HOLD: ("It is held", "It would be held"),
    SKIP: ("It stayed out", "It would stay out"),
}
_IN_SHORT: Final = {
    "ambiguous": "an address in it can be read in two ways",
    "draft": "it is a draft",
    "spam": "it lies in spam",
    "trash": "it lies in the trash",
    "internal": "everybody in it is of the company",
    "deleted": "its engagement was deleted by hand",
    "label_not_selected": "its label is not selected",
    "before_selection": "it was received before its label was selected",
    "before_crawling_depth": "it is older than the crawling depth of its source",
    "taken_back": "its source took it back",
    "user_disabled": "its user is disabled",
    "no_consent": "its user has not consented",
    "held_too_long": "its user did not consent in time",
    "forgotten": "its user had it forgotten",
}
_WHO_UNNAMED: Final = {
    "imported": "somebody in it",
    "blocked": "somebody in it",
    "unknown_sender": "the sender",
    "unknown_recipients": "any recipient",
    "no_customer": "",
    "before_person": "whoever would let it in",
}
_NAMED_AT_MOST: Final = 3
_QUESTIONS: Final = {rule.name: rule for rule in PEOPLE_RULES} | QUESTIONS
"""Those of both lenses, by name; what both ask has one name."""


def headline(reason: str, found: Sequence[Found], *, would: bool = False) -> str:
    """What became of a message and why, in one line; ``would``: what would become of it."""
    if reason == "unparsable":
        return "It cannot be read" if would else "It could not be read, and was set aside"
    if reason == "counted":
        return "It would be counted" if would else "It is counted"
    came_out = _CAME_OUT[REASONS[reason].outcome][would]
    return f"{came_out}: {_IN_SHORT.get(reason) or _about_somebody(reason, found)}"


def _about_somebody(reason: str, found: Sequence[Found]) -> str:
    addresses = list(dict.fromkeys(f.address for f in found if f.address and f.reason == reason))
    who = _names(addresses) or _WHO_UNNAMED[reason]
    match reason:
        case "imported":
            return f"{who} {'is' if len(addresses) < 2 else 'are'} known"
        case "blocked":
            return f"the blocklist keeps out {who}"
        case "no_customer":
            return "no customer is in it" + (f"; nobody knows {who}" if addresses else "")
        case "before_person":
            return f"{who} became known only after it"
    return f"nobody knows {who}"


def _names(addresses: Sequence[str]) -> str:
    """Some addresses, and how many more: a@x, b@y or one more."""
    named, more = addresses[:_NAMED_AT_MOST], len(addresses) - _NAMED_AT_MOST
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")


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
        {"rule": _QUESTIONS[name].number, "question": _QUESTIONS[name].question, "answer": "no"}
        for name in names
        if name in _QUESTIONS
    ]


def would_change(
    reason: str, found: Sequence[Found], at: int, *, was_met: bool = True, is_listed: bool = False
) -> list[str]:
    """What an administrator could do about mail of ``at``, as concretely as what is in hand allows.

    ``is_listed``: a mailbox still has it.
    """
    change = REASONS[reason].change
    if not change:
        return []
    told = _concretely(reason, found, at) if found else ""
    then = [_then(was_met, is_listed)] if REASONS[reason].is_reconsidered else []
    return [told or change, *then]


def _then(was_met: bool, is_listed: bool) -> str:
    """How its text comes here."""
    if is_listed:
        return "Then reconsider it: it is fetched again from the mailbox."
    return (
        "Then import its file or send it again, and choose to reconsider."
        if was_met
        else "Then import its file or send it."
    )


def _concretely(reason: str, found: Sequence[Found], at: int) -> str:
    last = found[-1]
    if reason == "blocked" and last.entry is not None:
        return f"Remove the blocklist entry {last.entry.value}."
    addresses = list(dict.fromkeys(one.address for one in found if one.address))
    if reason in _UNKNOWN and addresses:
        return f"Add {_person_or_account(addresses)}, known since {day(at)} or earlier."
    if reason == "before_person" and last.address:
        return f"Set “known since” of {last.address} or its account's domain to {day(at)} or earlier."
    return ""


def _person_or_account(addresses: Sequence[str]) -> str:
    domains = list(dict.fromkeys(address.rpartition("@")[2] for address in addresses))
    person = f"the address {addresses[0]}" if len(addresses) == 1 else f"one of {_names(addresses)}"
    account = f"the domain {domains[0]}" if len(domains) == 1 else f"one of the domains {_names(domains)}"
    return f"a person with {person}, or an account with {account}"


def lies_there(user: str, label: str) -> str:
    """What is assumed of a mail that was never met, where whoever asks says where it lies."""
    under = f"under the label {label} " if label else ""
    return f"It is taken to lie {under}in the mailbox of {user or 'one of us'}."


def defects_say(names: Iterable[str]) -> list[dict[str, str]]:
    """What was wrong with the mail, each once, in the manual's order: ``{"name", "says"}``."""
    there = set(names)
    return [{"name": name, "says": says} for name, says in DEFECTS.items() if name in there]


def unreadable_says(why: str, was_met: bool) -> str:
    """Why a mail could not be read."""
    told = UNREADABLE.get(why, why)
    return f"It could not be read. {told}" if was_met else f"It cannot be read. {told} It was not met before."
