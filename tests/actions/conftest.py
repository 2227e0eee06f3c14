"""What the tests of importing stand on: the company of the cases, and a way to import into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from mail_world import Imports, the_company

from postroom.store.models import Workspace


@pytest.fixture
def company(db: None) -> Workspace:
    """The company of the specification's cases."""
    return the_company()


@pytest.fixture
def importing(company: Workspace, tmp_path: Path) -> Iterator[Imports]:
    """Imports into the company."""
    with Imports(company, tmp_path) as imports:
        yield imports


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """A database that is written for good. Needs ``available_apps``, so that PostgreSQL can empty it."""
    yield
    if connection.vendor == "sqlite":  # the search index is no model's table
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO store_search(store_search) VALUES ('delete-all')")
