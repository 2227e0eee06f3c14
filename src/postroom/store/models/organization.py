"""What decides inside or outside: the company's domains and single addresses (D1, D2)."""

from __future__ import annotations

from django.db import models

from postroom.store.models.entry import DirectoryEntry
from postroom.store.models.workspace import Workspace


class OrganizationDomain(DirectoryEntry):
    """A mail domain of the company."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="organization_domains")
    domain = models.CharField(max_length=255)
    token = models.BinaryField(max_length=16)
    include_subdomains = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "token"], name="organization_domain_token")]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "domain"],
                condition=models.Q(closed_in__isnull=True),
                name="organization_domain_once",
            )
        ]


class ListedAddress(DirectoryEntry):
    """An outside address that counts as inside (``internal``), or one of ours that does not (``excluded``)."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="listed_addresses")
    kind = models.CharField(max_length=8, choices=[("internal", "internal"), ("excluded", "excluded")])
    address = models.CharField(max_length=320)
    token = models.BinaryField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "token"], name="listed_address_token")]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "address", "kind"],
                condition=models.Q(closed_in__isnull=True),
                name="listed_address_once",
            )
        ]
