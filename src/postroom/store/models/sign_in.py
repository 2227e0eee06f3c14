"""What belongs to signing in: failed tries, accounts at sign-in providers, second factors, sessions."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db import models

from postroom.store.models.user import Login


class SignInTry(models.Model):
    """A try whose password is being checked or was wrong. Address and client are kept as keyed hashes."""

    address = models.BinaryField(max_length=32)
    client = models.BinaryField(max_length=32)
    at = models.BigIntegerField()
    """Unix seconds."""

    class Meta:
        indexes = [
            models.Index(fields=["address", "at"], name="sign_in_try_address"),
            models.Index(fields=["client", "at"], name="sign_in_try_client"),
            models.Index(fields=["at"], name="sign_in_try_at"),
        ]


class Identity(models.Model):
    """An account at a sign-in provider that opens a login: bound by its number there, not by an address."""

    login = models.ForeignKey(Login, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_subject"),
            models.UniqueConstraint(fields=["login", "issuer"], name="identity_once"),
        ]


class SecondFactor(models.Model):
    """The secret that a login shares with an authenticator app; counts once a code of the app was entered."""

    login = models.OneToOneField(Login, models.CASCADE, related_name="second_factor")
    sealed_secret = models.BinaryField()
    """Encrypted."""
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    """The step of the code used last: it, and what was before it, does not count again."""


class RecoveryCode(models.Model):
    """A code that opens a login once where the app is lost; kept as a hash, gone when used."""

    login = models.ForeignKey(Login, models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField(max_length=32, unique=True)


class SignedIn(models.Model):
    """A session of a login, so that its owner can see and end it."""

    session = models.OneToOneField(Session, models.CASCADE, primary_key=True, related_name="signed_in")
    login = models.ForeignKey(Login, models.CASCADE, related_name="sessions")
    began_at = models.DateTimeField(auto_now_add=True)
    way = models.CharField(max_length=100)
    """How the login was proved: ``password``, ``invitation`` or a sign-in provider's name."""
    browser = models.CharField(max_length=100)
    """In words: Firefox on Linux."""
