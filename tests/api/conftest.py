"""Callers of the API: by token, by session, by nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from postroom.actions.create_token import create_token
from postroom.store.models import Workspace

PREFIX = "/api/v1/"


class ApiClient:
    """Calls the API in process, with a secret, a session or nothing."""

    def __init__(self, secret: str | None = None, client: Client | None = None) -> None:
        self.client = client or Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret is not None else {}

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> HttpResponse:
        options: dict[str, Any] = {"headers": {**self.headers, **more.pop("headers", {})}, **more}
        if body is not None:
            options |= {"data": body if isinstance(body, str | bytes) else json.dumps(body)}
            options.setdefault("content_type", "application/json")
        return self.client.generic(method, PREFIX + path, **options)

    def get(self, path: str) -> Any:
        return self.answer(200, "GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self.answer(200, "POST", path, body)

    def answer(self, status: int, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The JSON of an answer that must have this status."""
        response = self.call(method, path, body, **more)
        assert response.status_code == status, response.content
        return json.loads(response.content) if response.content else None


@pytest.fixture
def token_for() -> Callable[..., ApiClient]:
    """Makes a caller with a token of these scopes."""

    def make(workspace: Workspace, *scopes: str) -> ApiClient:
        return ApiClient(create_token(workspace, "test", scopes, actor="command line")[1])

    return make


@pytest.fixture
def api(workspace: Workspace, token_for: Callable[..., ApiClient]) -> ApiClient:
    """A caller who may do everything in ``workspace``."""
    return token_for(workspace, "admin")


@pytest.fixture
def nobody() -> ApiClient:
    """A caller without a token."""
    return ApiClient()
