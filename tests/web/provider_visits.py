"""Going to a provider, signing in there and coming back."""

from __future__ import annotations

from typing import Any

from django.test import Client
from oidc_provider import Provider
from shelf import text_of


def leave(client: Client, back: str = "", key: str = "oidc") -> str:
    """Go to the provider; the address there."""
    answer = client.get(f"/sign-in/with/{key}", {"next": back} if back else {})
    assert answer.status_code == 302, text_of(answer)
    return str(answer.headers["Location"])


def come_in(client: Client, provider: Provider, back: str = "", key: str = "oidc") -> Any:
    """Go to the provider, sign in there and come back."""
    return client.get(f"/sign-in/from/{key}", provider.sign_in(leave(client, back, key)))


def heading(answer: Any) -> str:
    return answer.content.decode().split("<h1>")[1].split("</h1>")[0]


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200
