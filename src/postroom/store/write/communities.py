"""Communities: what was found replaces what was found before."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from postroom.core.weeks import Period
from postroom.store.models import CommunityMember, CommunitySearch, Workspace


def put(
    workspace: Workspace, period: Period, made_of: str, members: Mapping[int, tuple[int, dict[int, int]]]
) -> None:
    """Store the communities of a workspace: user → number of their community, and strength with each."""
    CommunityMember.objects.filter(workspace=workspace).delete()
    CommunityMember.objects.bulk_create(
        [
            CommunityMember(user_id=user, workspace=workspace, community=community, strength=strength)
            for user, (community, strength) in members.items()
        ],
        batch_size=500,
    )
    found = {"made_at": timezone.now(), "first": period.first, "last": period.last, "made_of": made_of}
    CommunitySearch.objects.update_or_create(workspace=workspace, defaults=found)


def leave(user: int) -> None:
    """Take a user out of their community."""
    CommunityMember.objects.filter(user=user).delete()
