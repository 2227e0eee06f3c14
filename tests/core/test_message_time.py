"""When a mail happened: its Date where plausible, else when it was received, else when it was met."""

from __future__ import annotations

import pytest

from postroom.core.message import time_of

DAY = 86_400
RECEIVED = 1_000 * DAY
MET = 1_100 * DAY


@pytest.mark.parametrize(
    ("date", "received_at", "expected"),
    [
        (RECEIVED - 60, RECEIVED, RECEIVED - 60),
        (RECEIVED - 900 * DAY, RECEIVED, RECEIVED - 900 * DAY),
        (RECEIVED + 2 * DAY, RECEIVED, RECEIVED + 2 * DAY),
        (RECEIVED + 2 * DAY + 1, RECEIVED, RECEIVED),
        (None, RECEIVED, RECEIVED),
        (0, RECEIVED, 0),
        (-1, RECEIVED, RECEIVED),
        (RECEIVED, None, RECEIVED),
        (MET + 2 * DAY, None, MET + 2 * DAY),
        (MET + 2 * DAY + 1, None, MET),
        (None, None, MET),
        (None, MET + 2 * DAY, MET + 2 * DAY),
        (None, MET + 2 * DAY + 1, MET),
        (RECEIVED, MET + 900 * DAY, RECEIVED),
    ],
)
def test_the_time_of_a_mail(date: int | None, received_at: int | None, expected: int) -> None:
    assert time_of(date, received_at, MET) == expected


def test_a_receipt_before_1970_is_a_broken_clock_and_not_believed() -> None:
    assert time_of(RECEIVED, -5, MET) == RECEIVED
    assert time_of(None, -5, MET) == MET
