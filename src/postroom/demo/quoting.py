"""A mail's plain text: wrapped lines, the signature, and what it answers, quoted as mail programs do. Pure."""

from __future__ import annotations

from typing import Final

from postroom.demo.calendar_words import month, weekday
from postroom.demo.letter import Letter

_WIDTH: Final = 72
_DEPTH: Final = 3
"""So many earlier mails an answer quotes."""
_FROM_A_PHONE: Final = {
    "en": "Sent from my phone",
    "de": "Von unterwegs gesendet",
    "fr": "Envoyé depuis mon téléphone",
    "es": "Enviado desde mi teléfono",
}
_FORWARDED: Final = "---------- Forwarded message ----------"


def plain_of(letter: Letter) -> str:
    """The whole text of the mail."""
    return "\n".join(_lines(letter, _DEPTH))


def _lines(letter: Letter, depth: int) -> list[str]:
    lines = [*wrapped(letter.text), *_signature(letter)]
    before = letter.answers
    if before is None or depth == 0:
        return lines
    if letter.is_forwarded:
        return [*lines, "", _FORWARDED, *header_of(before), "", *_lines(before, 0)]
    quoted = [">" + line if line.startswith(">") else f"> {line}" for line in _lines(before, depth - 1)]
    return [*lines, "", wrote(before), *quoted]


def _signature(letter: Letter) -> list[str]:
    who = letter.sender
    if who.program == "phone":
        return ["", _FROM_A_PHONE[who.language]]
    block = [line for line in (who.name, who.title, who.company) if line]
    return ["", "-- ", *block] if who.company else []


def header_of(letter: Letter) -> list[str]:
    """The header of an earlier mail, as it is shown above what is forwarded."""
    at = letter.at
    return [
        f"From: {letter.sender.name} <{letter.sender.email}>",
        f"Date: {weekday(at.date(), 'en')[:3]}, {at.day} {month(at.date(), 'en')} {at.year}",
        f"Subject: {letter.subject}",
        f"To: {', '.join(who.name for who in letter.to)}",
    ]


def wrote(letter: Letter) -> str:
    """The line above a quotation, in the language of the thread."""
    at, name = letter.at, letter.sender.name
    match letter.language:
        case "de":
            return f"Am {at:%d.%m.%Y} um {at:%H:%M} schrieb {name}:"
        case "fr":
            return f"Le {at:%d/%m/%Y} à {at:%H:%M}, {name} a écrit :"
        case "es":
            return f"El {at:%d/%m/%Y} a las {at:%H:%M}, {name} escribió:"
        case _:
            day = f"{weekday(at.date(), 'en')[:3]}, {at.day} {month(at.date(), 'en')[:3]} {at.year}"
            return f"On {day} at {at:%H:%M}, {name} wrote:"


def wrapped(text: str) -> list[str]:
    """The lines of a text, none longer than a mail's should be unless a word is."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and len(line) + len(word) >= _WIDTH:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return lines
