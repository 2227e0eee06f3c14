"""Users as rows of a list: found by a text, narrowed, a page at a time; and how each comes in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from postroom.store.models import Invitation, User, UserAddress, Workspace
from postroom.store.read.users import addresses_of, users

PAGE_ROWS: Final = 30

NARROWINGS: Final = {
    "": Q(),
    "on": Q(collects_since__isnull=False),
    "off": Q(collects_since=None, disabled_at=None),
    "outside": Q(login=None, disabled_at=None),
    "disabled": Q(disabled_at__isnull=False),
}
"""What a list can be narrowed to: *Collect passive data* on or off, not signing in yet, disabled."""


@dataclass(slots=True)
class UserRow:
    """A user in a list."""

    user: User
    aliases: list[str] = field(default_factory=list)
    invited_until: datetime | None = None
    """Until when an invitation can be used; ``None``: there is none."""


def users_page(
    workspace: Workspace, text: str, show: str, after: int | None, limit: int = PAGE_ROWS
) -> tuple[list[UserRow], int | None]:
    """A page of users by e-mail address, and the last one's id if more follow; ``after`` is such an id.

    ``text`` stands in the name, an address, the title or the department; ``show`` is one of ``NARROWINGS``.
    """
    found = with_text(users(workspace).filter(NARROWINGS[show]), text)
    if after is not None:
        found = found.filter(email__gt=User.objects.filter(workspace=workspace, pk=after).values("email")[:1])
    rows = list(found[: limit + 1])
    return _rows(rows[:limit]), rows[limit - 1].pk if len(rows) > limit else None


def with_text(found: QuerySet[User], text: str) -> QuerySet[User]:
    """Of these users those of whom ``text`` stands in the name, an address, the title or the department."""
    if not text:
        return found
    address = UserAddress.objects.filter(user=OuterRef("pk"), closed_in=None, address__icontains=text)
    said = Q(name__icontains=text) | Q(title__icontains=text) | Q(department__icontains=text)
    return found.filter(said | Exists(address))


def user_row(user: User) -> UserRow:
    """One user as a row."""
    return _rows([user])[0]


def _rows(found: Sequence[User]) -> list[UserRow]:
    """Put to the users what is shown beside them, in one query each."""
    addresses, invited = addresses_of(found), invited_until(user.pk for user in found)
    return [
        UserRow(
            user,
            [entry.address for entry in addresses[user.pk] if entry.is_alias],
            invited.get(user.pk),
        )
        for user in found
    ]


def invited_until(ids: Iterable[int]) -> dict[int, datetime]:
    """Until when each of these users has an invitation that can be used."""
    lasting = Invitation.objects.filter(user__in=list(ids), used_at=None, expires_at__gt=timezone.now())
    return dict(lasting.values_list("user_id", "expires_at"))


def counts_of_users(workspace: Workspace) -> dict[str, int]:
    """How many users each narrowing finds."""
    counts = {name: Count("pk", filter=narrowed) for name, narrowed in NARROWINGS.items() if name}
    found = User.objects.filter(workspace=workspace).aggregate(all=Count("pk"), **counts)
    return {"": found.pop("all"), **found}
