"""Whose word is good for an address (S2)."""

from __future__ import annotations

from typing import Any

import pytest

from postroom.actions.sign_in_providers import vouched_by_flag, vouched_by_google, vouched_by_microsoft


@pytest.mark.parametrize(
    ("claims", "address"),
    [
        ({"email": "a@us.com", "email_verified": True, "hd": "us.com"}, "a@us.com"),
        ({"email": "a@gmail.com", "email_verified": True}, "a@gmail.com"),
        ({"email": "a@us.com", "email_verified": True}, None),
        ({"email": "a@us.com", "email_verified": False, "hd": "us.com"}, None),
        ({"email": "a@us.com", "hd": "us.com"}, None),
    ],
)
def test_google_vouches_for_mailboxes_it_runs_S2(claims: dict[str, Any], address: str | None) -> None:
    assert vouched_by_google(claims) == address


@pytest.mark.parametrize(
    ("claims", "address"),
    [
        ({"email": "a@us.com", "preferred_username": "A@us.com"}, "a@us.com"),
        ({"preferred_username": "a@us.com"}, "a@us.com"),
        ({"email": "a@us.com", "preferred_username": "a@us.onmicrosoft.com"}, None),
        ({"email": "a@us.com", "preferred_username": "x@evil.example", "email_verified": True}, None),
        ({"email": "a@us.com", "preferred_username": "x@us.com", "xms_edov": True}, "a@us.com"),
        ({"email": "a@us.com", "preferred_username": "x@us.com", "xms_edov": "1"}, "a@us.com"),
        ({"email": "a@us.com", "xms_edov": False}, None),
        ({"preferred_username": "+49 30 1234567"}, None),
        ({}, None),
    ],
)
def test_microsoft_vouches_for_names_and_proved_domains_S2(
    claims: dict[str, Any], address: str | None
) -> None:
    assert vouched_by_microsoft(claims) == address


def test_an_address_that_is_no_text_is_none() -> None:
    assert vouched_by_flag({"email": ["a@us.com"], "email_verified": True}) is None
