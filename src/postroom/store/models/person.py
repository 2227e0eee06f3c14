"""Humans at customers, their addresses and accounts."""

from __future__ import annotations

from django.db import models

from postroom.store.models.account import Account
from postroom.store.models.entry import DirectoryEntry
from postroom.store.models.workspace import Workspace


class Person(DirectoryEntry):
    """A human at a customer."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="persons")
    name = models.CharField(max_length=200, blank=True)
    named_by = models.CharField(
        max_length=8, choices=[("hand", "hand"), ("mail", "mail"), ("address", "address")], default="hand"
    )
    """Whether the name was typed, is the display name of the earliest mail, or made from the address (C12)."""
    named_at = models.BigIntegerField(null=True)
    """The time of the mail that gave the name, Unix seconds: an earlier mail gives a better one."""
    is_from_mail = models.BooleanField(default=False)
    """Created from a mail and not touched by hand since."""
    default_account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="default_of")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "name"], name="person_name")]


class PersonAddress(DirectoryEntry):
    """An address of a person, who is known by it for mail since ``known_since``. Several may share one (C14)."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE, related_name="addresses")
    address = models.CharField(max_length=320)
    token = models.BinaryField(max_length=16)
    known_since = models.BigIntegerField()
    """Unix seconds."""

    class Meta:
        indexes = [models.Index(fields=["workspace", "token"], name="person_address_token")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "address"],
                condition=models.Q(closed_in__isnull=True),
                name="person_address_once",
            )
        ]


class PersonAccount(DirectoryEntry):
    """A person belongs to an account, and why the link is there (A3)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="links")
    account = models.ForeignKey(Account, models.CASCADE, related_name="links")
    why = models.CharField(max_length=8, choices=[("hand", "hand"), ("domain", "domain")])
    linked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "account"],
                condition=models.Q(closed_in__isnull=True),
                name="person_account_once",
            )
        ]
