"""Communities as they were found, and what they are found in (E9)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final, NamedTuple

from django.db.models import Q, Sum
from django.utils import timezone

from postroom.core.weeks import Period, day_of, weeks_until
from postroom.store.models import (
    CommunityMember,
    CommunitySearch,
    RollUp,
    RollUpDue,
    RollUpState,
    User,
    Workspace,
)
from postroom.store.read.consent import users_told_together

WEEKS: Final = 12
"""Communities are looked for in so many weeks that are over."""
_ROWS_AT_ONCE: Final = 2_000
_BEHIND_SECONDS: Final = 600


class Ground(NamedTuple):
    """What communities are looked for in."""

    period: Period
    users: list[int]
    """Those who agree to it, by id."""
    state: str
    """The same as long as the same would be found."""


class Member(NamedTuple):
    """Somebody in a community."""

    user: User
    community: int
    strength: dict[int, int]
    """Community → what they had with its members, in ten-thousandths."""


def ground_of(workspace: Workspace) -> Ground:
    """The last whole weeks by the clock of UTC, and whose."""
    period = weeks_until(day_of(timezone.now().date()), WEEKS)
    users = list(users_told_together(workspace).order_by("pk").values_list("pk", flat=True))
    who = blake2b(repr(users).encode(), digest_size=16).hexdigest()
    made = RollUpState.objects.filter(user__workspace=workspace).aggregate(made=Sum("fence"))["made"]
    return Ground(period, users, f"{period.last} {who} {made}")


def last_search(workspace: Workspace) -> CommunitySearch | None:
    """When communities were last looked for; ``None``: never yet."""
    return CommunitySearch.objects.filter(workspace=workspace).first()


def users_with_pairs(workspace: Workspace, period: Period) -> set[int]:
    """The users whose own roll-ups of these weeks name colleagues."""
    rows = RollUp.objects.filter(user__workspace=workspace, sunday__range=period).exclude(pairs=b"")
    return set(rows.values_list("user_id", flat=True).distinct())


def is_behind(workspace: Workspace) -> bool:
    """Whether much is still to be rolled up: all of somebody, or what has been due for long.

    Where mail keeps coming, something is always due.
    """
    long_ago = int(time.time()) - _BEHIND_SECONDS
    much = Q(day=0) | Q(since__lte=long_ago)
    return RollUpDue.objects.filter(much, user__workspace=workspace).exists()


def pairs_in(workspace: Workspace, period: Period) -> Iterator[tuple[list[int], list[bytes]]]:
    """What users had with colleagues, packed, by batches: whose it is, and the pairs of each week."""
    rows = RollUp.objects.filter(user__workspace=workspace, sunday__range=period)
    users: list[int] = []
    packed: list[bytes] = []
    for user, pairs in rows.values_list("user_id", "pairs").iterator(_ROWS_AT_ONCE):
        users.append(user)
        packed.append(bytes(pairs))
        if len(users) == _ROWS_AT_ONCE:
            yield users, packed
            users, packed = [], []
    yield users, packed


def members_of(workspace: Workspace) -> list[Member]:
    """Everybody in a community who still agrees to it, by name."""
    rows = CommunityMember.objects.filter(workspace=workspace, user__in=users_told_together(workspace))
    return [
        Member(row.user, row.community, {int(number): had for number, had in row.strength.items()})
        for row in rows.select_related("user").order_by("user__name", "user__email")
    ]
