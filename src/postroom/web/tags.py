"""What templates can say: times, sizes, counts, bars, icons. No queries here."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from postroom.core.mail.defects import DEFECTS
from postroom.core.mail.unreadable import UNREADABLE
from postroom.core.reasons import REASONS
from postroom.web.counted_words import counted_words
from postroom.web.icons import ICONS
from postroom.web.names import named, short_name

register = template.Library()
register.filter("counted_as", counted_words)
register.filter("short_name", short_name)
register.filter("named", named)

_MARKS: Final = re.compile(
    r"^\s*(?:(?:re|aw|antw|sv|vs|fwd?|wg|rv|tr|odp|ynt)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
"""What mail programs of several languages put before the subject of an answer or a forward."""


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of our icons; decoration, so screen readers pass over it."""
    return mark_safe(  # noqa: S308 — the icons are constants of ours
        f'<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{ICONS[name]}</svg>'
    )


def _moment(value: int | datetime | None) -> datetime | None:
    """Unix seconds or a datetime as a datetime of the reader's zone; ``None`` for what no calendar has."""
    if value is None:
        return None
    try:
        moment = value if isinstance(value, datetime) else datetime.fromtimestamp(value, UTC)
        return timezone.localtime(moment)
    except (OverflowError, ValueError, OSError):
        return None


@register.filter
def when(value: int | datetime | None) -> str:
    """Day and time as a ``<time>``, from Unix seconds or a datetime: 21 Nov 2026, 19:09."""
    moment = _moment(value)
    if moment is None:
        return "no readable time"
    return _time(moment, f"{moment:%-d %b %Y, %H:%M}")


@register.filter
def day(value: int | datetime | None) -> str:
    """The day as a ``<time>``: 21 Nov 2026; an em dash where there is none."""
    moment = _moment(value)
    return _time(moment, f"{moment:%-d %b %Y}") if moment else "—"


@register.filter
def clock(value: int) -> str:
    """The time of the day as a ``<time>``: 19:09."""
    moment = _moment(value)
    return _time(moment, f"{moment:%H:%M}") if moment else "—"


def _time(moment: datetime, text: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        f"{moment:%A, %-d %B %Y, %H:%M:%S %Z}",
        text,
    )


@register.filter
def moment(value: str) -> str:
    """The same for a time as the API writes it: 2026-11-21T19:09:00Z."""
    try:
        return when(datetime.fromisoformat(value))
    except ValueError:
        return value


@register.filter
def month(value: int) -> str:
    """The month of Unix seconds: November 2026."""
    moment = _moment(value)
    return f"{moment:%B %Y}" if moment else "No readable time"


@register.filter
def number(value: int) -> str:
    """A count with thin spaces between thousands: 12 345."""
    return f"{value:,}".replace(",", "\u202f")


@register.filter
def percent(share: float) -> str:
    """A share of one as people read it: 0.0594 → 5.9 %."""
    return f"{100 * share:.1f}".removesuffix(".0") + "\u202f%"


@register.filter
def size(value: int) -> str:
    """Bytes as people read them: 1.2 MB."""
    amount = float(value)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


@register.filter
def says(reason: str) -> str:
    """The sentence of a reason, beginning with "It"."""
    known = REASONS.get(reason)
    return f"It {known.says}" if known else reason


@register.filter
def defects(names: list[str]) -> str:
    """What was wrong with a mail that was read all the same, a sentence for each name."""
    return " ".join(DEFECTS.get(name, name) for name in names)


@register.filter
def unreadable(why: str) -> str:
    """Why a mail could not be read, as a sentence."""
    return UNREADABLE.get(why, why)


@register.filter
def titled(reason: str) -> str:
    """A reason's name as a heading: unknown_sender → Unknown sender."""
    return reason.replace("_", " ").capitalize()


_WITHOUT_SUBJECT: Final = {"mail": "(no subject)", "chat": "Chat", "call": "Call", "meeting": "Meeting"}


@register.filter
def headed(subject: str, kind: str) -> str:
    """What stands over a message of this kind: its subject; of a call or meeting what it is, too."""
    without = _WITHOUT_SUBJECT.get(kind, kind)
    if not subject:
        return without
    return subject if kind == "mail" else f"{without}: {subject}"


@register.filter
def kind(name: str) -> str:
    """What a message of this kind is called: a mail, a chat, a call."""
    return "Mail" if name == "mail" else _WITHOUT_SUBJECT.get(name, name.capitalize())


@register.filter
def met(source: str) -> str:
    """How a copy came in, by the kind of its source."""
    return {"api": "uploaded", "import": "from a file"}.get(source, "from the mailbox")


@register.filter
def several(kind: str) -> str:
    """What the engagements of a thread are, whose newest is of this kind."""
    return {"mail": "mails", "chat": "days"}.get(kind, "messages")


@register.simple_tag
def bar(part: int, whole: int, kind: str = "") -> SafeString:
    """A bar as long as ``part`` of ``whole``; decoration, the number stands beside it."""
    share = 100 * part / whole if whole else 0
    share = max(share, 0.7) if part else 0
    return format_html(
        '<svg class="bar {}" aria-hidden="true" width="100%" height="8"><rect class="bar-track" width="100%" '
        'height="8" rx="4"/><rect class="bar-part" width="{}%" height="8" rx="4"/></svg>',
        kind,
        f"{share:.1f}",
    )


@register.filter
def topic(subject: str) -> str:
    """A subject without the marks of answers and forwards: Re: AW: Plan → Plan."""
    return _MARKS.sub("", subject)


@register.filter
def minus(value: int, less: int) -> int:
    """A difference."""
    return value - less


@register.filter
def initials(name: str) -> str:
    """Two letters for a name or address: Ann Lee → AL."""
    words = [word for word in name.split("@")[0].replace(".", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"
