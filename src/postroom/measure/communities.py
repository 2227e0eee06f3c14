"""Communities of people who have much with one another and little with others, by the Leiden algorithm (E9).

The same edges come to the same communities, whatever their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

import numpy as np
from graspologic_native import leiden  # type: ignore[import-untyped]

from postroom.measure.columns import PAIR, Ints

Edges = Mapping[tuple[int, int], int]
"""Two users, the one with the smaller id first → what they had with each other, in ten-thousandths; above 0."""

_SEED: Final = 1
_TRIALS: Final = 3
"""So many times it is tried; the best is taken."""


def edges_of(
    weeks: Iterable[tuple[list[int], list[bytes]]], among: Collection[int]
) -> dict[tuple[int, int], int]:
    """What these users had with one another, from both sides.

    ``weeks``: batches of the users of roll-ups and the pairs of each, packed as ``core.rollup`` reads them.
    """
    ids = np.array(sorted(among), np.int64)
    keys, sums = np.empty(0, np.int64), np.empty(0, np.int64)
    for users, packed in weeks:
        rows = [np.frombuffer(pairs, PAIR) for pairs in packed]
        pairs = np.concatenate([np.empty(0, PAIR), *rows])
        user = np.repeat(np.array(users, np.int64), [len(row) for row in rows])
        strength = pairs["given"] + pairs["got"] + pairs["together"]
        is_edge = (strength > 0) & np.isin(pairs["colleague"], ids) & np.isin(user, ids)
        one = np.searchsorted(ids, user[is_edge])
        other = np.searchsorted(ids, pairs["colleague"][is_edge])
        key = np.minimum(one, other) * len(ids) + np.maximum(one, other)
        keys, sums = _summed(np.concatenate([keys, key]), np.concatenate([sums, strength[is_edge]]))
    return {
        (int(ids[key // len(ids)]), int(ids[key % len(ids)])): int(strength)
        for key, strength in zip(keys.tolist(), sums.tolist(), strict=True)
    }


def _summed(keys: Ints, values: Ints) -> tuple[Ints, Ints]:
    """Each key once, with the sum of its values."""
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], values[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    return keys[first], np.add.reduceat(values, first) if len(first) else values


def communities_among(edges: Edges) -> list[list[int]]:
    """The users of these edges in communities, the largest first, each by id."""
    if not edges:
        return []
    listed = [(str(one), str(other), float(strength)) for (one, other), strength in sorted(edges.items())]
    _, found = leiden(listed, seed=_SEED, trials=_TRIALS)
    members: dict[int, list[int]] = defaultdict(list)
    for user, community in found.items():
        members[community].append(int(user))
    return sorted((sorted(users) for users in members.values()), key=lambda users: (-len(users), users))
