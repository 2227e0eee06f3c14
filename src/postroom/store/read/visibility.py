"""What a viewer sees of messages, by what their owners allow (R4). Must not know roles: none overrides it.

An owner is a user in whose mailbox or file a copy stands, in whatever label. A viewer is a user's id; ``None`` is
an API token, or whoever else has no mailbox.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from postroom.core.visibility import Visibility, seen_by, strictest
from postroom.store.models import Copy, Narrowing, User, UserAddress, Workspace
from postroom.store.rows import batched


@dataclass(frozen=True, slots=True)
class Sight:
    """What a viewer sees of a message, and who else's choice that is."""

    level: Visibility = Visibility.EVERYTHING
    hidden_by: tuple[str, ...] = ()
    """The names of the owners who allow no more than this; empty where nothing is hidden."""
    is_own: bool = False
    """It lies in the viewer's own mailbox."""
    others: Visibility = Visibility.EVERYTHING
    """What the other owners allow, where it lies in the viewer's own mailbox."""
    addresses: frozenset[str] = frozenset()
    """The viewer's own, where the other owners hide the subject."""

    @property
    def hides_copies_of_others(self) -> bool:
        """Whether the viewer sees all of their own copy, and not what only the copies of others say."""
        return self.is_own and self.others < Visibility.SUBJECT

    def may_know_bcc(self, participants: Iterable[Mapping[str, str]]) -> bool:
        """Whether the viewer may know everybody who was in Bcc: of what they wrote themselves always."""
        senders = {one["email"] for one in participants if one["role"] == "from"}
        return not self.hides_copies_of_others or bool(senders & self.addresses)


class _Choice(NamedTuple):
    visibility: int
    name: str


@dataclass(slots=True)
class Sights:
    """What one viewer sees of some messages; of one that nobody owns, everything."""

    viewer: int | None
    addresses: frozenset[str] = frozenset()
    """The viewer's own, where they are needed."""
    _owners: dict[int, dict[int, _Choice]] = field(default_factory=lambda: defaultdict(dict))

    def of(self, message: int) -> Sight:
        """What the viewer sees of this message."""
        owners = self._owners.get(message, {})
        level = seen_by(self.viewer, {user: choice.visibility for user, choice in owners.items()})
        if self.viewer in owners:
            others = strictest(c.visibility for user, c in owners.items() if user != self.viewer)
            return Sight(is_own=True, others=others, addresses=self.addresses)
        if level == Visibility.EVERYTHING:
            return Sight()
        return Sight(level, tuple(sorted(c.name for c in owners.values() if c.visibility <= level)))

    def shares_what_others_hide(self) -> bool:
        """Whether the viewer owns any of the messages together with somebody who hides its subject."""
        return any(
            self.viewer in owners and any(c.visibility < Visibility.SUBJECT for c in owners.values())
            for owners in self._owners.values()
        )

    def add(self, message: int, user: int, choice: _Choice) -> None:
        """Add what an owner allows; of several things the strictest counts."""
        known = self._owners[message].get(user)
        if known is None or choice.visibility < known.visibility:
            self._owners[message][user] = choice


def sights(viewer: int | None, messages: Iterable[int]) -> Sights:
    """What the viewer sees of these messages, in one query, or two where others hide what the viewer has too."""
    found = Sights(viewer)
    for some in batched(messages):
        copies = Copy.objects.filter(message__in=some, user__isnull=False).order_by()
        own = copies.values_list("message_id", "user_id", "user__visibility", "user__name", "user__email")
        narrowed = Narrowing.objects.filter(message__in=some)
        single = narrowed.values_list("message_id", "user_id", "visibility", "user__name", "user__email")
        for message, user, visibility, name, email in own.union(single):
            found.add(message, user, _Choice(visibility, name or email))
    if found.shares_what_others_hide():
        own_addresses = UserAddress.objects.filter(user=viewer, closed_in=None)
        found.addresses = frozenset(own_addresses.values_list("address", flat=True))
    return found


def at_least(workspace: Workspace, viewer: int | None, level: Visibility) -> Q:
    """The condition on engagements that the viewer sees at least ``level`` of them."""
    copies = Copy.objects.filter(message=OuterRef("message_id"))
    narrowed = Narrowing.objects.filter(message=OuterRef("message_id"), visibility__lt=level)
    strict = list(User.objects.filter(workspace=workspace, visibility__lt=level).values_list("pk", flat=True))
    open_ = ~Q(Exists(narrowed))
    if strict:
        open_ &= ~Q(Exists(copies.filter(user__in=strict)))
    return open_ if viewer is None else open_ | Q(Exists(copies.filter(user=viewer)))


def choice_of(message: int, user: User) -> Visibility | None:
    """What this owner lets others see of the message alone; ``None``: as much as of the whole mailbox."""
    row = Narrowing.objects.filter(message=message, user=user).first()
    return None if row is None else Visibility(row.visibility)


def count_narrowed(user: User) -> int:
    """Of how many single messages the user lets others see less."""
    return Narrowing.objects.filter(user=user).count()
