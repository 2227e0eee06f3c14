"""Codes of authenticator apps, by the vectors of RFC 6238."""

from __future__ import annotations

import pytest

from postroom.core.one_time_code import STEP_SECONDS, app_address, code_at, step_of, typed_key

SECRET = b"12345678901234567890"
"""Of the RFC's appendix B."""


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_the_vectors_of_the_rfc(now: int, code: str) -> None:
    # The RFC shows eight digits, the apps the last six of them.
    assert code_at(SECRET, now // STEP_SECONDS) == code[-6:]


def test_the_codes_before_and_after_count_too_as_clocks_differ() -> None:
    now = 1_234_567_890
    present = now // STEP_SECONDS
    found = {step: step_of(SECRET, code_at(SECRET, step), now) for step in range(present - 2, present + 3)}
    assert found == {
        present - 2: None,
        present - 1: present - 1,
        present: present,
        present + 1: present + 1,
        present + 2: None,
    }


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "\ud800"]
)
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert step_of(SECRET, code, 1_234_567_890) is None


def test_an_app_reads_the_key_and_whose_it_is() -> None:
    assert typed_key(SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert app_address(SECRET, "ann+b@us.com", "Post room") == (
        "otpauth://totp/Post%20room:ann%2Bb@us.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Post%20room"
    )
