"""When something was last done that recurs."""

from __future__ import annotations

from django.db import models


class LastDone(models.Model):
    """A sign of life of the worker, or a duty that comes again each hour or day."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
