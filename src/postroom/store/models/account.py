"""Customer companies and their mail domains (A1)."""

from __future__ import annotations

from django.db import models

from postroom.store.models.entry import DirectoryEntry
from postroom.store.models.user import User
from postroom.store.models.workspace import Workspace


class Account(DirectoryEntry):
    """A customer company. Closed when deleted; while ignored its domains match nobody."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="accounts")
    name = models.CharField(max_length=200)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="owned_accounts")
    is_ignored = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "name"], name="account_name")]


class AccountDomain(DirectoryEntry):
    """A mail domain of an account: persons are created under it for mail since ``known_since`` (C11)."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    account = models.ForeignKey(Account, models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=255)
    token = models.BinaryField(max_length=16)
    include_subdomains = models.BooleanField(default=False)
    known_since = models.BigIntegerField()
    """Unix seconds."""
    is_ignored = models.BooleanField(default=False)
    """The account is ignored: the entry matches nobody. Changing it opens a new row, for replay."""

    class Meta:
        indexes = [models.Index(fields=["workspace", "token"], name="account_domain_token")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "domain"],
                condition=models.Q(closed_in__isnull=True),
                name="account_domain_once",
            )
        ]
