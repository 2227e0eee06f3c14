"""What the tests of all providers stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dovecot import Dovecot, dovecot

pytest.register_assert_rewrite("contract", "contract_changes", "contract_looks", "contract_mails")


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    """A Dovecot for all tests of a process; each test makes users of its own."""
    with dovecot() as server:
        yield server
