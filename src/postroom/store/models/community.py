"""Communities: who works together, whatever the departments."""

from __future__ import annotations

from django.db import models

from postroom.store.models.user import User
from postroom.store.models.workspace import Workspace


class CommunitySearch(models.Model):
    """When communities were last looked for in a workspace, and in what."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="+")
    made_at = models.DateTimeField()
    first = models.IntegerField()
    """The number of the first day of its weeks: see ``core.weeks``."""
    last = models.IntegerField()
    made_of = models.CharField(max_length=200)
    """What is the same as long as the same would be found."""


class CommunityMember(models.Model):
    """A user in a community. Who consents no more is shown in none, and stands here until the next search."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    community = models.IntegerField()
    """Its number in the workspace, from 1, the largest first."""
    strength = models.JSONField()
    """Community → what the user had with its members, in ten-thousandths; also their own."""
