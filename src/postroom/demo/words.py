"""The words that fill the slots of a situation: the same numbers throughout a thread, days as seen from each mail.

``{n}`` 3 to 9, ``{m}`` 12 to 48, ``{more}`` more than that, ``{k}`` hundreds; ``{time}`` early, ``{time2}`` by day;
people are ``{u} {v} {w} {c} {d} {e}``. Days stand in ``calendar_words``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Final

from postroom.demo.calendar_words import day_words

_NTH: Final = ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_DRIVERS: Final = (
    "Aldo", "Bess", "Cliff", "Dot", "Ernie", "Fay", "Gus", "Hattie", "Idris", "Joyce", "Ken", "Lou", "Mo", "Nell",
    "Oz", "Pat", "Ray", "Sal", "Ted", "Viv",
)  # fmt: skip
_STREETS: Final = (
    "Mill Lane", "Station Road", "Tanner Street", "Bridge End", "Chapel Hill", "Long Acre", "Ropewalk", "Weaver Row",
    "Church Street", "Castle Gate", "Water Lane", "Cooper Square", "Brewhouse Yard", "Elm Grove", "Saddler Street",
    "Pound Lane", "Fletcher Gate", "Sheep Street", "Kiln Road", "Glover Row", "Swan Passage", "Barley Hill",
)  # fmt: skip
_TOWNS: Final = (
    "Ashcombe", "Barrowby", "Coldwell", "Dunsford", "Eastmere", "Farnley", "Greywater", "Holmfield", "Inverley",
    "Kingsbrook", "Langholt", "Marlowe Bridge", "Netherby", "Oakhurst", "Penrose", "Ravensford",
)  # fmt: skip


def thread_words(
    random: Random, names: Mapping[str, str], account: str, depots: Sequence[str], started: date
) -> dict[str, str]:
    """Draw what stays the same throughout a thread."""
    n, m, serial = random.randint(3, 9), random.randint(12, 48), started.toordinal() % 1000
    depot, depot2 = random.sample(depots, 2) if len(depots) > 1 else (depots[0], depots[0])
    return {
        "n": str(n),
        "nth": _NTH[n - 3],
        "m": str(m),
        "mth": f"{m}{_ending(m)}",
        "more": str(m + random.randint(4, 40)),
        "k": str(random.randint(110, 980)),
        "sum": f"{random.randint(2, 94) * 10 + 5}0",
        "time": f"{random.randint(3, 6):02}:{random.choice((5, 10, 15, 20, 30, 40, 45, 50)):02}",
        "time2": f"{random.randint(11, 18)}:{random.choice((0, 15, 20, 30, 45)):02}",
        "tour": str(random.randint(2, 89)),
        "van": str(random.randint(2, 160)),
        "order": f"{serial}{random.randint(100, 999)}",
        "inv": f"{started.year % 100}{started.month:02}-{random.randint(100, 999)}",
        "ticket": f"T-{20_000 + serial * 11 + random.randrange(11)}",
        "ver": f"{started.year % 100}.{started.month}.{started.day // 8}",
        "driver": random.choice(_DRIVERS),
        "street": random.choice(_STREETS),
        "town": random.choice(_TOWNS),
        "account": account,
        "depot": depot,
        "depot2": depot2,
        **names,
    }


def mail_words(
    thread: Mapping[str, str], random: Random, today: date, meeting: date, language: str
) -> dict[str, str]:
    """The words of a thread together with those of the day on which a mail of it is written."""
    return {**thread, **day_words(today, meeting, random.randint(2, 4), language)}


def _ending(number: int) -> str:
    return "th" if number // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
