"""Consent to *Collect passive data*: what a user said, or somebody for them (P2)."""

from __future__ import annotations

from django.db import models

from postroom.store.models.user import User


class Consent(models.Model):
    """One recorded yes or no. Never changed; whether it is on now stands on the user."""

    user = models.ForeignKey(User, models.CASCADE, related_name="consents")
    is_given = models.BooleanField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=320)
    """An e-mail address, ``token:NAME``, ``command line`` or ``workspace default``."""
    how = models.CharField(max_length=20)
    """``own page``, ``users page``, ``api``, ``command line``, ``default`` or ``disabled``."""
    text_version = models.IntegerField()
    """Which text of ``core.consent`` was shown or meant."""
