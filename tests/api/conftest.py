"""Callers of the API: by token, by session, by nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from api_client import ApiClient

from postroom.actions.create_token import create_token
from postroom.store.models import Workspace


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
