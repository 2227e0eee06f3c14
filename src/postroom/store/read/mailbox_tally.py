"""How the mailboxes of the whole installation are, in numbers."""

from __future__ import annotations

from collections import Counter
from typing import Final, NamedTuple

from postroom.core.schedule import is_late
from postroom.core.trouble import TROUBLES
from postroom.store.models import Label, Mailbox

WELL: Final = "well"
LATE: Final = "late"
STATES: Final = (WELL, LATE, *TROUBLES)


class HowMailboxesAre(NamedTuple):
    """Counts, by tuples of one word."""

    by_state: dict[tuple[str, ...], int]
    longest_due: int
    """Seconds."""
    labels_stopped: dict[tuple[str, ...], int]


def how_mailboxes_are(now: int) -> HowMailboxesAre:
    """Of connected mailboxes of users who are not disabled; ``now`` in Unix seconds. Two queries."""
    connected = Mailbox.objects.filter(connected_at__isnull=False, user__disabled_at=None)
    states: Counter[tuple[str, ...]] = Counter()
    longest = 0
    for trouble, looked_at, connected_at, look_at in connected.values_list(
        "trouble", "looked_at", "connected_at", "look_at"
    ):
        assert connected_at is not None
        late = is_late(looked_at, int(connected_at.timestamp()), now)
        states[(trouble or (LATE if late else WELL),)] += 1
        longest = max(longest, now - look_at if look_at else 0)
    problems = Label.objects.filter(
        mailbox__in=connected, selected_at__isnull=False, gone_at__isnull=True
    ).exclude(problem__in=("", "believed"))
    return HowMailboxesAre(
        dict(states), longest, dict(Counter((name,) for name in problems.values_list("problem", flat=True)))
    )
