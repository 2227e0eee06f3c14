"""What the tests of all providers stand on."""

import pytest

pytest.register_assert_rewrite("contract", "contract_changes", "contract_looks", "contract_mails")
