"""The drawing of a circle: everybody is in it, nothing lies on anything else, the strong are near (E12)."""

from __future__ import annotations

import math
import random
from itertools import combinations

import pytest

from postroom.web.circle_drawing import TALL, WIDE, Dot, Shape, Spot, draw, shortened

LETTER, LINE = 7.7, 15


def spots(strengths: list[int], name: str = "Ann-Katrin Lee") -> list[Spot]:
    return [Spot(f"{name} {number}", "", strength, False) for number, strength in enumerate(strengths)]


def falling(seed: int, count: int = 50) -> list[int]:
    """Strengths as circles have them: few great ones, many small ones."""
    dice = random.Random(seed)
    return [100, *sorted((max(1, round(100 * dice.random() ** 3)) for _ in range(count - 1)), reverse=True)]


def boxes(dot: Dot) -> list[tuple[float, float, float, float]]:
    """The dot, and its name: left, top, right, bottom."""
    found = [(dot.x - dot.radius, dot.y - dot.radius, dot.x + dot.radius, dot.y + dot.radius)]
    if dot.name:
        width = LETTER * len(dot.name.text)
        left = dot.name.x - {"start": 0, "middle": width / 2, "end": width}[dot.name.anchor]
        found.append((left, dot.name.y - LINE / 2, left + width, dot.name.y + LINE / 2))
    return found


def meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("shape", [WIDE, TALL], ids=["wide", "tall"])
def test_fifty_are_drawn_and_nothing_lies_on_anything_else_E12(shape: Shape, seed: int) -> None:
    drawn = draw(spots(falling(seed)), shape)
    assert len(drawn.dots) == 50
    places = [box for dot in drawn.dots for box in boxes(dot)] + [(-24, -24, 24, 24)]
    assert [pair for pair in combinations(places, 2) if meet(*pair)] == []
    edges = (-shape.width / 2, -shape.height / 2, shape.width / 2, shape.height / 2)
    outside = [b for b in places if b[0] < edges[0] or b[1] < edges[1] or b[2] > edges[2] or b[3] > edges[3]]
    assert outside == []


@pytest.mark.parametrize(("shape", "least"), [(WIDE, 20), (TALL, 8)], ids=["wide", "tall"])
def test_the_strongest_are_named_E12(shape: Shape, least: int) -> None:
    drawn = draw(spots(falling(3)), shape)
    named = {dot.spot.name for dot in drawn.dots if dot.name}
    assert len(named) >= least
    assert "Ann-Katrin Lee 0" in named


def test_the_stronger_is_nearer_and_larger_E12() -> None:
    dots = draw(spots([100, 60, 20, 1]), WIDE).dots[::-1]
    way = [math.hypot(dot.x / WIDE.width, dot.y / WIDE.height) for dot in dots]
    assert way == sorted(way)
    assert [dot.radius for dot in dots] == [12.5, 10.7, 8.1, 5.3]


def test_the_same_circle_is_drawn_the_same_way_E9() -> None:
    assert draw(spots(falling(1)), WIDE) == draw(spots(falling(1)), WIDE)


def test_all_are_drawn_where_all_are_equally_strong() -> None:
    assert len(draw(spots([100] * 50), TALL).dots) == 50


def test_nobody_and_one_can_be_drawn() -> None:
    assert (draw([], WIDE).dots, len(draw(spots([100]), TALL).dots)) == ([], 1)


def test_a_long_name_is_shortened() -> None:
    assert [shortened(name) for name in ("Ann Lee", "A" * 20, "Maximiliana-Alexandra Lee")] == [
        "Ann Lee",
        "A" * 20,
        "Maximiliana-Alexand…",
    ]
