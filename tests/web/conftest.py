"""What the tests of the pages stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from oidc_provider import CLIENT, SECRET, Provider, running_provider
from shelf import PASSWORD, Shelf, a_shelf

from postroom.config import config
from postroom.store.models import Login, User, Workspace
from postroom.web import openid


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


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """An OIDC provider called Keys, set up."""
    openid._kept.clear()
    openid._failed.clear()
    with running_provider() as made:
        monkeypatch.setattr(config(), "oidc_name", "Keys")
        monkeypatch.setattr(config(), "oidc_issuer", made.issuer)
        monkeypatch.setattr(config(), "oidc_client_id", CLIENT)
        monkeypatch.setattr(config(), "oidc_client_secret", SECRET)
        yield made


@pytest.fixture
def member(shelf: Shelf) -> User:
    """Somebody with the role Member, who signs in with a password."""
    return shelf.user("Member")
