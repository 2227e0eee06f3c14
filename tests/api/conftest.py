"""Callers of the API: by token, by session, by nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from api_client import ApiClient
from default_labels_crew import a_crew
from django.test import Client

from postroom.actions.create_source import create_source
from postroom.actions.create_token import create_token
from postroom.store.models import Login, User, Workspace


@pytest.fixture
def token_for() -> Callable[..., ApiClient]:
    """Makes a caller with a token of these scopes."""

    def make(workspace: Workspace, *scopes: str) -> ApiClient:
        return ApiClient(create_token(workspace, "test", scopes, actor="command line")[1])

    return make


@pytest.fixture
def upload(workspace: Workspace) -> ApiClient:
    """A program of the source ``CRM`` of ``workspace``, which feeds the people lens."""
    return ApiClient(create_source(workspace, "CRM", ["people"], None, actor="command line")[1])


@pytest.fixture
def session_of() -> Callable[[User], ApiClient]:
    """Makes a caller with a session of this user."""

    def make(user: User) -> ApiClient:
        if user.login is None:
            user.login = Login.objects.create(email=user.email)
            user.save()
        client = Client(raise_request_exception=False)
        client.force_login(user.login)
        return ApiClient(client=client)

    return make


@pytest.fixture
def api(workspace: Workspace, token_for: Callable[..., ApiClient]) -> ApiClient:
    """A caller who may do everything in ``workspace``."""
    return token_for(workspace, "admin")


@pytest.fixture
def nobody() -> ApiClient:
    """A caller without a token."""
    return ApiClient()


@pytest.fixture
def crew(workspace: Workspace) -> Workspace:
    """Users and mailboxes of whom a click on the default synced labels means something different each."""
    return a_crew(workspace)
