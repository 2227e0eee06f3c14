"""Tries to sign in that failed lately, so that passwords cannot be guessed by trying."""

from __future__ import annotations

from django.db import models


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
