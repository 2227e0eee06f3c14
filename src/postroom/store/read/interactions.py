"""Questions about interactions: a batch of them to be counted anew, and whether they are up to date (D4)."""

from __future__ import annotations

from collections import defaultdict
from math import ceil
from sys import maxsize
from typing import NamedTuple

from django.db.models import Count, Max, OuterRef, Subquery

from postroom.core.seal import TOKEN_BYTES, Token
from postroom.store.models import Colleague, Decision, Interaction, Job, Workspace
from postroom.store.read.jobs import Done, how_far


class StoredInteraction(NamedTuple):
    """How an interaction counts, and who of us is named in it."""

    id: int
    message: int
    user: int
    is_sent: bool
    is_inside: bool
    is_outside: bool
    others: int
    outsiders: tuple[Token, ...]
    counted_at: int
    """When it was decided to count it, Unix seconds."""
    colleagues: dict[int, str]
    """Roles by user."""


def interactions_between(workspace: Workspace, after: int, until: int, limit: int) -> list[StoredInteraction]:
    """The next interactions by id, with their colleagues, in two queries."""
    decisions = Decision.objects.filter(
        message=OuterRef("message"), user=OuterRef("user"), lens="people", is_current=True
    )
    rows = list(
        Interaction.objects.filter(workspace=workspace, pk__gt=after, pk__lte=until)
        .order_by("pk")
        .annotate(counted_at=Subquery(decisions.values("decided_at")[:1]))
        .values_list(
            "pk",
            "message_id",
            "user_id",
            "is_sent",
            "is_inside",
            "is_outside",
            "others",
            "outsiders",
            "counted_at",
        )[:limit]
    )
    colleagues: dict[int, dict[int, str]] = defaultdict(dict)
    named = Colleague.objects.filter(interaction__in=[row[0] for row in rows])
    for interaction, user, role in named.values_list("interaction_id", "user_id", "role"):
        colleagues[interaction][user] = role
    return [
        StoredInteraction(*row[:7], tokens_in(row[7]), row[8] or 0, colleagues.get(row[0], {}))
        for row in rows
    ]


def tokens_in(packed: bytes | memoryview) -> tuple[Token, ...]:
    """The tokens of ``Interaction.outsiders``."""
    packed = bytes(packed)
    return tuple(packed[at : at + TOKEN_BYTES] for at in range(0, len(packed), TOKEN_BYTES))


class Extent(NamedTuple):
    """How many interactions there are, and the last of them."""

    total: int
    last: int


def extent_of(workspace: Workspace) -> Extent:
    """Count the workspace's interactions."""
    found = Interaction.objects.filter(workspace=workspace).aggregate(total=Count("pk"), last=Max("pk"))
    return Extent(found["total"], found["last"] or 0)


def forgotten_since(workspace: Workspace) -> dict[int, int]:
    """Up to when what was met names these users no more, Unix seconds by user: they asked to be forgotten (P7)."""
    asked = Job.objects.filter(workspace=workspace, kind="forget").order_by("pk")
    return {
        said["user"]: ceil(ended_at.timestamp()) if ended_at else maxsize
        for said, ended_at in asked.values_list("asked", "ended_at")
    }


class Recomputing(NamedTuple):
    """Interactions that still count by an earlier directory."""

    job: int
    is_stopped: bool
    """The job failed or was cancelled: somebody has to try it again."""
    progress: Done | None
    """``None`` until it has begun."""


def recomputing(workspace: Workspace) -> Recomputing | None:
    """How far the job is that counts interactions anew; ``None``: they are up to date."""
    found = Job.objects.filter(workspace=workspace, kind="reclassify").defer("results").order_by("-pk")
    latest = list(found[:2])
    if not latest or latest[0].state == "done":
        return None
    # The one before it goes first, where it is still under way.
    job = next((job for job in reversed(latest) if job.state in ("running", "waiting")), latest[0])
    return Recomputing(job.pk, job.state in ("failed", "cancelled"), how_far(job))


def is_recomputing(workspace: Workspace) -> bool:
    """Whether some interactions still count by an earlier directory; a report says so."""
    return recomputing(workspace) is not None
