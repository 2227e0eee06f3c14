"""What people type into forms, and what is said of it: lines, days, sentences beside fields.

Must not decide what is right: the actions do, and their reasons are put into words here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from postroom.actions.answer import RecordAnswer
from postroom.actions.rejection import REJECTIONS, WARNINGS, Rejected

MAX_LINES: Final = 1000
MAX_WARNINGS: Final = 10
"""So many lines with a warning are named on the next page."""

_SITE: Final = re.compile(
    r"(?:https?://(?:www\.)?|www\.)([^\s/?#:]+\.[^\s/?#:]+)(?:[/?#:]\S*)?", re.IGNORECASE
)
"""The address of a web page, and the domain in it."""

_SAID_HERE: Final = {
    "account_ambiguous": "Several accounts are meant: choose one of them.",
    "account_unknown": "No account has this name or domain.",
    "free_mail_domain": "Anybody can have an address there.",
    "organization_domain": "This is a domain of your own company: see Settings, Organization.",
    "owner_unknown": "No user of the workspace has this address.",
    "time_invalid": "A day is written 2026-11-21.",
    "too_many": "These are too many for one form.",
}
"""Reasons that are said otherwise on a page than to a program."""

_STATUS: Final = {"created": "added", "updated": "changed", "unchanged": "there already"}


def sentence(reason: str) -> str:
    """What a refusal says beside a field."""
    return _SAID_HERE.get(reason) or REJECTIONS[reason]


def words_in(text: str) -> list[str]:
    """Addresses or domains typed in any manner: on lines, with commas, semicolons or spaces between them.

    Words without any mark of an address or a domain stay together, as one thing that is neither.
    """
    pieces = (piece.strip() for piece in re.split(r"[\n\r,;]+", text))
    words = [word for piece in pieces for word in (piece.split() if set(piece) & {"@", "."} else [piece])]
    return list(dict.fromkeys(word for word in words if word))


def lines_in(text: str) -> list[str]:
    """The lines that hold something, trimmed."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class TypedDomain(NamedTuple):
    """A line in which a domain or an address was typed, and what is plainly meant by it."""

    typed: str
    text: str
    is_wide: bool = False
    """Whether the domains below it were typed too: ``*.acme.com``."""


def domain_typed(typed: str) -> TypedDomain:
    """Take off what plainly is no part of a mail domain: ``@acme.com``, ``https://www.acme.com/x``."""
    if "@" in typed[1:]:
        return TypedDomain(typed, typed)
    of_site = _SITE.fullmatch(typed)
    text = of_site[1] if of_site else typed.removeprefix("@")
    return TypedDomain(typed, text.removeprefix("*."), text.startswith("*."))


def some(typed: list[str], else_said: str) -> list[str]:
    """What was typed, if it is anything and not too much. Raises ``Rejected``, with ``else_said`` for nothing."""
    if not typed:
        raise Rejected(else_said)
    if len(typed) > MAX_LINES:
        raise Rejected("too_many")
    return typed


def day_text(seconds: int) -> str:
    """The day of a time in the reader's zone, as a date field takes it; empty for what no calendar has."""
    try:
        return timezone.localtime(datetime.fromtimestamp(seconds, UTC)).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return ""


def moment_typed(day: str) -> str:
    """The beginning of a day in the reader's zone, as the actions read it. Raises ``Rejected``."""
    try:
        begins = datetime.combine(date.fromisoformat(day.strip()), datetime.min.time())
        return timezone.make_aware(begins).isoformat()
    except (ValueError, OverflowError):
        raise Rejected("time_invalid") from None


class ToldLine(NamedTuple):
    """A line that was typed and what became of it."""

    line: str
    status: str
    """``added``, ``changed``, ``there already`` or ``refused``."""
    says: str


def told_lines(lines: Sequence[str], answers: Iterable[RecordAnswer]) -> list[ToldLine]:
    """What became of each line, in order; with the warnings of what was taken."""
    return [
        ToldLine(line, _STATUS.get(answer["status"], "refused"), _said(answer))
        for line, answer in zip(lines, answers, strict=True)
    ]


def _said(answer: RecordAnswer) -> str:
    if answer["reason"]:
        return sentence(answer["reason"])
    return " ".join(WARNINGS[warning] for warning in answer["warnings"])


def reasons_of(answers: Iterable[RecordAnswer]) -> set[str]:
    """Why lines were refused."""
    return {answer["reason"] for answer in answers if answer["reason"]}


def say_what_became(request: HttpRequest, told: Sequence[ToldLine]) -> None:
    """Say on the next page how many lines were taken, all of them, and which have a warning."""
    statuses = [line.status for line in told]
    counts = [f"{statuses.count(status)} {status}" for status in dict.fromkeys(statuses)]
    messages.success(request, f"{', '.join(counts)}.")
    for line in [line for line in told if line.says][:MAX_WARNINGS]:
        messages.warning(request, f"{line.line}: {line.says}")


def say_warnings(request: HttpRequest, warnings: Iterable[str]) -> None:
    """Say on the next page what was stored and is worth a look all the same."""
    for warning in warnings:
        messages.warning(request, WARNINGS[warning])
