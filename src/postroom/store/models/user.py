"""Users of the company, their addresses, and how they sign in."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from postroom.core.visibility import NAMES, Visibility
from postroom.store.models.entry import DirectoryEntry
from postroom.store.models.workspace import Workspace


class Login(AbstractBaseUser):
    """How a human signs in; the same human may be a user of several workspaces."""

    email = models.EmailField(max_length=320, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = BaseUserManager()


class User(models.Model):
    """Somebody of the company, identified by e-mail address (U1)."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="users")
    email = models.CharField(max_length=320)
    """Normalised."""
    login = models.ForeignKey(Login, models.SET_NULL, null=True, related_name="users")
    name = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=200, blank=True)
    location = models.CharField(max_length=200, blank=True)
    manager_email = models.CharField(max_length=320, blank=True)
    employee_id = models.CharField(max_length=100, blank=True)
    hire_date = models.DateField(null=True)
    termination_date = models.DateField(null=True)
    employment_type = models.CharField(max_length=100, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    locale = models.CharField(max_length=35, blank=True)
    role = models.CharField(max_length=100, default="Member")
    """The name of a role; see ``core.permissions``."""
    custom = models.JSONField(default=dict)
    """Up to three attributes of the company's own."""
    visibility = models.SmallIntegerField(
        choices=[(level.value, name) for level, name in NAMES.items()], default=Visibility.EVERYTHING.value
    )
    """What others see of the mail in this user's mailbox; only the user sets it (R4)."""
    collects_since = models.DateTimeField(null=True)
    """Since when *Collect passive data* is on; ``None``: it is off (P1)."""
    disabled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "email"], name="user_email")]
        indexes = [
            models.Index(
                fields=["workspace", "manager_email"],
                condition=~models.Q(manager_email=""),
                name="user_manager",
            )
        ]


class UserAddress(DirectoryEntry):
    """An address of a user: the e-mail address itself or an alias. Whoever has one is inside (D2)."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    user = models.ForeignKey(User, models.CASCADE, related_name="addresses")
    address = models.CharField(max_length=320)
    token = models.BinaryField(max_length=16)
    is_alias = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["workspace", "token"], name="user_address_token")]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "token"],
                condition=models.Q(closed_in__isnull=True),
                name="user_address_once",
            )
        ]


class Invitation(models.Model):
    """A link by which a user sets a password; kept as a hash, used once (R5)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    invited_by = models.CharField(max_length=320)
    """An e-mail address, ``token:NAME`` or ``command line``."""
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
