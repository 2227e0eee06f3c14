"""How far a workspace is set up (W1): read from what is there, so that no step has to be ticked off by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from postroom.store.models import (
    AccessToken,
    Decision,
    Item,
    Message,
    OrganizationDomain,
    Source,
    User,
    Waiting,
    Workspace,
)

MOST_ITEMS: Final = 100
"""So many items are looked at: after that the set-up is long over."""


class Verdict(NamedTuple):
    """What a lens decided of an item."""

    lens: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """What was uploaded so far, and what became of the newest item; nothing of what it says (P3)."""

    count: int
    """Up to ``MOST_ITEMS``."""
    received_at: int
    """Of the newest, Unix seconds."""
    state: str
    """Of the newest: ``failed``, ``queued``, ``held``, ``decided`` or as in ``Item.state``."""
    verdicts: tuple[Verdict, ...]
    """On the newest, each once."""
    items: tuple[Item, ...]
    """All that were looked at, without what they say."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """How much of each step is there."""

    domains: int
    users: int
    """Who may sign in."""
    collecting: int
    """Those of them with Collect passive data on."""
    source: Source | None
    """The first source that has an access token in force."""
    arrived: Arrived | None
    has_mail: bool
    """Mail came in from files, or a source had some."""

    @property
    def done(self) -> tuple[bool, ...]:
        """Which of the five steps are done; the first is, as there is a workspace."""
        fed = self.arrived is not None or self.has_mail
        return (True, self.domains > 0, self.users > 1, self.collecting > 0, fed)


def set_up_of(workspace: Workspace) -> SetUp:
    """How far the workspace is; a fixed number of queries, however much there is."""
    users = User.objects.filter(workspace=workspace, disabled_at=None)
    counts = users.aggregate(
        users=Count("pk"), collecting=Count("pk", filter=Q(collects_since__isnull=False))
    )
    return SetUp(
        domains=OrganizationDomain.objects.filter(workspace=workspace, closed_in=None).count(),
        source=_source_with_token(workspace),
        arrived=arrived_in(workspace),
        has_mail=Message.objects.filter(workspace=workspace).exists(),
        **counts,
    )


def is_set_up() -> Q:
    """The same for a query of users: whether all five steps are done in each one's workspace."""
    workspace = OuterRef("workspace")
    users = User.objects.filter(workspace=workspace, disabled_at=None)
    items = Item.objects.filter(source__workspace=workspace)
    return (
        Exists(OrganizationDomain.objects.filter(workspace=workspace, closed_in=None))
        & Exists(users.exclude(pk=OuterRef("pk")))
        & Exists(users.filter(collects_since__isnull=False))
        & (Exists(items) | Exists(Message.objects.filter(workspace=workspace)))
    )


def _source_with_token(workspace: Workspace) -> Source | None:
    lasting = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    tokens = AccessToken.objects.filter(lasting, source=OuterRef("pk"), revoked_at=None)
    return Source.objects.filter(Exists(tokens), workspace=workspace).order_by("pk").first()


def arrived_in(workspace: Workspace) -> Arrived | None:
    """What was uploaded to the workspace; ``None``: nothing yet."""
    known = Item.objects.select_related("copy").defer("sealed")
    # Not asked for in order: of few, the newest of all workspaces' millions would be gone through.
    items = tuple(known.filter(source__workspace=workspace)[:MOST_ITEMS])
    if not items:
        return None
    item = max(items, key=lambda one: one.pk)
    if len(items) == MOST_ITEMS:
        item = known.filter(workspace=workspace).order_by("-pk")[0]
    waiting = list(Waiting.objects.filter(item=item).select_related("user"))
    decisions = Decision.objects.filter(
        message=item.copy.message_id if item.copy else 0, is_current=True
    ).values_list("lens", "outcome", "reason")
    verdicts = tuple(Verdict(*row) for row in decisions.order_by("lens", "reason").distinct())
    state = _state(item, waiting, bool(verdicts))
    return Arrived(len(items), item.received_at, state, verdicts, items)


def _state(item: Item, waiting: list[Waiting], is_decided: bool) -> str:
    if any(row.problem for row in waiting):
        return "failed"
    if any(row.user is None or row.user.collects_since for row in waiting):
        return "queued"
    if is_decided:
        return "decided"
    return "held" if waiting else item.state
