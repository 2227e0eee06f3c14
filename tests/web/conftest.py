"""What the tests of the pages stand on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from shelf import PASSWORD, Shelf, a_shelf

from postroom.store.models import Login, User, Workspace


@pytest.fixture
def shelf(workspace: Workspace) -> Shelf:
    """A workspace with an account and a person."""
    return a_shelf(workspace)


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """Makes a browser in which this user is signed in."""

    def make(user: User) -> Client:
        client = Client(raise_request_exception=False)
        assert user.login is not None
        client.force_login(user.login)
        return client

    return make


@pytest.fixture
def browser(admin: User, as_user: Callable[[User], Client]) -> Client:
    """A browser in which an Administrator of the workspace is signed in."""
    return as_user(admin)


@pytest.fixture
def sam(shelf: Shelf) -> User:
    """Sam One, s1@us.com, in whose mailbox the mail of the shelf lies; a Member who signs in."""
    user = User.objects.get(workspace=shelf.workspace, email="s1@us.com")
    user.login = Login(email=user.email)
    user.login.set_password(PASSWORD)
    user.login.save()
    user.save(update_fields=["login"])
    return user
