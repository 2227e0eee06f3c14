"""Reads situations and fills them in.

``# subject @ attachment`` begins a situation, ``# <Sales Office> subject`` one among colleagues of these departments.
Then come turns, each begun by who speaks: ``u v w`` of us, ``c d e`` at the customer. ``c+2:`` speaks two working days
later, ``c+day:`` the working day after the meeting on ``{day}``. A turn may end with ``@ attachment``. ``[a|b]`` is a
choice, ``{n}`` a slot (see ``words``). Must not know who exists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Final, NamedTuple

AFTER_THE_MEETING: Final = -1

_TURN = re.compile(r"^([uvwcde])(?:\+(\d+|day))?: (.*?)(?=^[uvwcde](?:\+\w+)?: |\Z)", re.M | re.S)
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_GAP = re.compile(r" {2,}")
_ATTACHED = re.compile(r"^(.*) @ ([^@]+\.\w{3})$", re.S)


class Turn(NamedTuple):
    """What somebody says."""

    speaker: str
    days: int
    """Working days after the turn before; ``AFTER_THE_MEETING``."""
    text: str
    attachment: str
    """File name; empty: nothing hangs on it."""


class Situation(NamedTuple):
    """A reason to write to and fro."""

    subject: str
    turns: tuple[Turn, ...]
    departments: tuple[str, ...]
    """Of ``u``, ``v`` and ``w``; empty: whoever."""

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who takes part, in the order of their first turns."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns))


def situations(texts: str) -> tuple[Situation, ...]:
    """Read all situations of a text."""
    return tuple(_situation(block) for block in re.split(r"^# ", texts.strip(), flags=re.M)[1:])


def _situation(block: str) -> Situation:
    title, talk = re.split(r"\n(?=[uvwcde](?:\+\w+)?: )", block, maxsplit=1)
    departments, subject = _departments(_unwrapped(title))
    subject, attachment = attached(subject)
    turns: list[Turn] = []
    for said in _TURN.finditer(talk):
        days = AFTER_THE_MEETING if said[2] == "day" else int(said[2] or 0)
        text, own = attached(_unwrapped(said[3]))
        turns.append(Turn(said[1], days, text, own or ("" if turns else attachment)))
    return Situation(subject, tuple(turns), departments)


def _departments(title: str) -> tuple[tuple[str, ...], str]:
    """The departments named before the subject, and the subject."""
    if not title.startswith("<"):
        return (), title
    named, _, subject = title[1:].partition("> ")
    return tuple(named.split()), subject


def attached(text: str) -> tuple[str, str]:
    """The text without the file that hangs on it, and the file's name; empty: nothing does."""
    match = _ATTACHED.match(text)
    return (match[1].strip(), match[2]) if match else (text, "")


def _unwrapped(text: str) -> str:
    """One line a paragraph."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def rows(table: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a table, which begin at the margin, and their cells."""
    return tuple(
        tuple(" ".join(cell.split()) for cell in re.split(r"\s\|\s", row))
        for row in re.split(r"\n(?! )", table.strip())
    )


def filled(text: str, words: Mapping[str, str], random: Random) -> str:
    """The text with a choice made for each bracket and a word in each slot."""
    chosen = _CHOICE.sub(lambda match: random.choice(match[1].split("|")), text)
    said = _SLOT.sub(lambda match: words[match[1]], chosen)
    # A choice may be nothing.
    return _GAP.sub(" ", said).replace(" \n", "\n").strip()
