"""A caller of the API in tests."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

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
