"""The drawing of a collaboration circle: where each colleague stands, and whose name fits beside (E12).

The user stands in the middle; the stronger a connection, the nearer and larger. Lines lead to the user only: what
colleagues have with one another is theirs. Places are counted from the middle. The same circle is drawn the same way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, Literal, NamedTuple
from unicodedata import combining, east_asian_width

Anchor = Literal["start", "middle", "end"]

_MOST_LETTERS: Final = 20
_LETTER: Final = 7.7
"""How wide a letter is taken to be; most are narrower. Chinese, Japanese and Korean ones are ``_WIDE_LETTER``."""
_WIDE_LETTER: Final = 13.0
_LINE: Final = 15.0
"""How high a name is."""
_GAP: Final = 4.0
_CENTRE: Final = 24.0
"""The radius of the user in the middle."""
_NEAREST, _FURTHEST = 0.24, 1.03
"""How far out a connection of 100 and one of 0 stand, as shares of the way to the edge."""
_GOLDEN: Final = math.pi * (3 - math.sqrt(5))
"""From one colleague to the next, in radians: so they spread evenly however many there are."""
_WAYS_ROUND: Final = 60
"""So many places around are tried for each."""
_NUDGES: Final = (1.0, 0.95, 1.05)
"""A little nearer or further out is as good as on the ring."""
_PUSHES: Final = (1.15, 1.3, 1.5, 1.75, 2.0, 2.5, 3.0)
"""So much further out is where there is no room on it."""
RINGS: Final = (50, 20, 5)
"""Strengths at which a ring is drawn."""


class Shape(NamedTuple):
    """A size of drawing, and how many names it has room for."""

    name: str
    width: int
    height: int
    names: int

    @property
    def view(self) -> str:
        """What of the plane is seen: left, top, width, height."""
        return f"{-self.width // 2} {-self.height // 2} {self.width} {self.height}"


WIDE: Final = Shape("wide", 680, 540, 22)
TALL: Final = Shape("tall", 360, 440, 10)


class Spot(NamedTuple):
    """A colleague to be drawn."""

    name: str
    title: str
    """What pointing at them says."""
    strength: int
    """0 to 100."""
    is_in_chart: bool
    """Whether they stand in the user's part of the organization chart."""


class Name(NamedTuple):
    """A name that is written, and where."""

    text: str
    x: float
    y: float
    """Of its middle."""
    anchor: Anchor


class Dot(NamedTuple):
    """A colleague as drawn."""

    spot: Spot
    x: float
    y: float
    radius: float
    line: float
    """How thick the line to the middle is."""
    name: Name | None
    """``None``: there is no room."""


class Ring(NamedTuple):
    """Where connections of one strength stand."""

    strength: int
    rx: float
    ry: float
    y: float
    """Of its number."""


class Drawing(NamedTuple):
    """A circle as drawn."""

    shape: Shape
    rings: list[Ring]
    dots: list[Dot]
    """The weakest first, so that the strongest lie on top."""


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def draw(spots: Sequence[Spot], shape: Shape) -> Drawing:
    """Draw these colleagues, the strongest first; each gets a place, the first ones a name where it fits."""
    rings = [_ring(strength, shape) for strength in RINGS]
    taken = [_around(0, 0, _CENTRE + _GAP)]
    taken += [_Box(-12, ring.y - 7, 12, ring.y + 7) for ring in rings]
    dots: list[Dot] = []
    for rank, spot in enumerate(spots):
        dot = _placed(spot, rank, shape, taken, is_named=rank < shape.names)
        taken.append(_around(dot.x, dot.y, dot.radius + _GAP / 2))
        if dot.name:
            taken.append(_box(dot.name))
        dots.append(dot)
    return Drawing(shape, rings, dots[::-1])


def _placed(spot: Spot, rank: int, shape: Shape, taken: list[_Box], *, is_named: bool) -> Dot:
    """The first place with room for the dot and its name; else for the dot alone; else where it would stand."""
    radius, line = round(4.5 + 0.8 * math.sqrt(spot.strength), 1), round(0.75 + spot.strength / 40, 2)
    inside = _Box(-shape.width / 2, -shape.height / 2, shape.width / 2, shape.height / 2)

    def free(nudges: Sequence[float]) -> Iterator[tuple[float, float]]:
        for x, y in _places(spot, rank, shape, nudges):
            if _is_free(_around(x, y, radius + _GAP / 2), inside, taken):
                yield x, y

    for x, y in free(_NUDGES) if is_named else ():
        for name in _names(spot.name, x, y, radius):
            if _is_free(_box(name), inside, taken):
                return Dot(spot, x, y, radius, line, name)
    x, y = next(chain(free(_NUDGES), free(_PUSHES), _places(spot, rank, shape, _NUDGES)))
    return Dot(spot, x, y, radius, line, None)


def _places(spot: Spot, rank: int, shape: Shape, nudges: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Where a colleague may stand: on the ring of their strength, near where even spreading puts them first."""
    rx, ry = _radii(spot.strength, shape)
    for way in range(_WAYS_ROUND):
        step = (way + 1) // 2 * (1 if way % 2 else -1)
        angle = rank * _GOLDEN - math.pi / 3 + step * 2 * math.pi / _WAYS_ROUND
        for nudge in nudges:
            yield round(rx * nudge * math.cos(angle), 1), round(ry * nudge * math.sin(angle), 1)


def _radii(strength: float, shape: Shape) -> tuple[float, float]:
    way = _NEAREST + (_FURTHEST - _NEAREST) * (1 - math.sqrt(strength / 100))
    return way * (shape.width / 2 - _LINE), way * (shape.height / 2 - _LINE)


def _ring(strength: int, shape: Shape) -> Ring:
    rx, ry = (round(radius, 1) for radius in _radii(strength, shape))
    return Ring(strength, rx, ry, -ry)


def _names(name: str, x: float, y: float, radius: float) -> Iterator[Name]:
    """Where a name may stand beside its dot: outwards, below, above, inwards."""
    text = shortened(name)
    right = Name(text, round(x + radius + _GAP, 1), y, "start")
    left = Name(text, round(x - radius - _GAP, 1), y, "end")
    yield right if x >= 0 else left
    yield Name(text, x, round(y + radius + _LINE / 2 + 1, 1), "middle")
    yield Name(text, x, round(y - radius - _LINE / 2 - 1, 1), "middle")
    yield left if x >= 0 else right


def shortened(name: str) -> str:
    """A name of so many letters as a drawing has room for."""
    return name if len(name) <= _MOST_LETTERS else name[: _MOST_LETTERS - 1].rstrip() + "…"


def _box(name: Name) -> _Box:
    letters = [letter for letter in name.text if not combining(letter)]
    width = sum(_WIDE_LETTER if east_asian_width(letter) in "WF" else _LETTER for letter in letters)
    left = name.x - {"start": 0.0, "middle": width / 2, "end": width}[name.anchor]
    return _Box(left, name.y - _LINE / 2, left + width, name.y + _LINE / 2)


def _around(x: float, y: float, radius: float) -> _Box:
    return _Box(x - radius, y - radius, x + radius, y + radius)


def _is_free(box: _Box, inside: _Box, taken: list[_Box]) -> bool:
    return (
        inside.left <= box.left
        and inside.top <= box.top
        and box.right <= inside.right
        and box.bottom <= inside.bottom
        and not any(box.meets(other) for other in taken)
    )
