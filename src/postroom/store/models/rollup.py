"""What interactions come to, by user and week, and which of it is due to be computed again."""

from __future__ import annotations

from django.db import models

from postroom.store.models.user import User


class RollUp(models.Model):
    """One user's week: made from that week's interactions, whole, and made again when they change."""

    pk = models.CompositePrimaryKey("user_id", "sunday")
    user = models.ForeignKey(User, models.CASCADE, related_name="roll_ups", db_index=False)
    sunday = models.IntegerField()
    """The number of the week's first day: see ``core.weeks``."""
    figures = models.BinaryField()
    """See ``core.rollup``, also for ``days`` and ``pairs``."""
    days = models.BinaryField()
    pairs = models.BinaryField()


class RollUpState(models.Model):
    """By what a user's roll-ups were made; with no such row, or another, all of them are due."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    time_zone = models.CharField(max_length=64, blank=True)
    version = models.IntegerField()
    """``core.metrics.VERSION`` then."""
    fence = models.BigIntegerField(default=0)
    """One more each time: who began before that writes nothing."""


class RollUpDue(models.Model):
    """A day of a user in which interactions changed; the weeks around it are due."""

    pk = models.CompositePrimaryKey("user_id", "day")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    day = models.IntegerField()
    """Of the changed interactions, in UTC."""
    change = models.BigIntegerField()
    """Another number with each change, so that one that comes while it is computed is not taken for done."""
    since = models.BigIntegerField(db_index=True)
    """Since when it is due, Unix seconds."""
