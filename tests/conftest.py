"""What every test stands on: a data folder of its own, quick passwords, and no network but loopback.

The core's tests also run where nothing but pytest and Hypothesis is installed, so Django is met only if it is
there.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from postroom.core.seal import Seal
    from postroom.store.models import User, Workspace

# How long an example takes says something about the machine, not about the code. The same examples each time: a change
# is not told off for what was there before it. New ones: pytest --hypothesis-profile=explore
hypothesis_settings.register_profile("explore", deadline=None, print_blob=True)
hypothesis_settings.register_profile("postroom", deadline=None, derandomize=True)
hypothesis_settings.load_profile("postroom")

PASSWORD = "a quiet morning in may"
"""The password of ``admin``."""

DATA_DIR = Path(tempfile.mkdtemp(prefix="postroom-tests-"))

_KEPT = ("POSTROOM_DATABASE_URL", "POSTROOM_WRITE_SCREENSHOTS")
# Before anything reads the settings, which are read once.
for name in [name for name in os.environ if name.startswith("POSTROOM_") and name not in _KEPT]:
    del os.environ[name]
os.environ["POSTROOM_DATA_DIR"] = str(DATA_DIR)
os.environ["POSTROOM_CALLS_PER_MINUTE"] = "100000"
os.environ["DJANGO_SETTINGS_MODULE"] = "postroom.settings"

if importlib.util.find_spec("django"):
    import django
    from django.conf import settings
    from django.db import connections
    from django.test import TransactionTestCase

    django.setup()
    # Not handed on to the processes of pytest-xdist: they would load the settings with the folder of this one.
    del os.environ["DJANGO_SETTINGS_MODULE"]
    # Emptying the tables after a test then also empties the search, which is no model and refers to one.
    TransactionTestCase.available_apps = list(settings.INSTALLED_APPS)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if connections["default"].vendor == "sqlite":
        # A file, as in production: what runs in threads and processes sees the same database.
        connections.databases["default"]["TEST"]["NAME"] = str(DATA_DIR / "test.sqlite3")


def pytest_unconfigure() -> None:
    shutil.rmtree(DATA_DIR, ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise AssertionError(f"A test tried to reach {address[0]}.")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


@pytest.fixture
def workspace(db: None) -> Workspace:
    """A workspace whose company is ``us.com``; nobody in it yet."""
    from postroom.store.models import OrganizationDomain, Workspace
    from postroom.store.secrets import encrypt, seal_of

    made = Workspace.objects.create(name="Us", sealed_hash_key=encrypt(secrets.token_bytes(32)), revision=1)
    OrganizationDomain.objects.create(
        workspace=made, domain="us.com", token=seal_of(made).domain("us.com"), opened_in=1
    )
    return made


@pytest.fixture
def seal(workspace: Workspace) -> Seal:
    """The maker of the workspace's tokens."""
    from postroom.store.secrets import seal_of

    return seal_of(workspace)


@pytest.fixture
def admin(workspace: Workspace, seal: Seal) -> User:
    """The user ``boss@us.com``, an Administrator who signs in with ``PASSWORD``."""
    from postroom.store.models import Login, User, UserAddress

    login = Login(email="boss@us.com")
    login.set_password(PASSWORD)
    login.save()
    user = User.objects.create(
        workspace=workspace, email="boss@us.com", login=login, name="Bo Boss", role="Administrator"
    )
    UserAddress.objects.create(
        workspace=workspace, user=user, address="boss@us.com", token=seal.address("boss@us.com"), opened_in=1
    )
    return user
