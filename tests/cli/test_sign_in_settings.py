"""Sign-in providers are set up whole or not at all, and a second factor is taken off by whoever runs the server."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from postroom.config import Config

DIRECTORY = "11111111-2222-3333-4444-55555555AAAA"


def _refused(**given: str) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refused:
        Config(**given)  # type: ignore[arg-type]
    return [(str(error["loc"][0]), error["msg"]) for error in refused.value.errors()]


@pytest.mark.parametrize(
    "given",
    [
        {"google_client_id": "a"},
        {"google_client_secret": "b"},
        {"microsoft_client_id": "a", "microsoft_client_secret": "b"},
        {"microsoft_tenant": DIRECTORY},
        {"oidc_client_id": "a", "oidc_client_secret": "b"},
        {"oidc_issuer": "https://keys.example"},
    ],
    ids=str,
)
def test_a_provider_is_set_up_whole_or_not_at_all_S2(given: dict[str, str]) -> None:
    [(name, says)] = _refused(**given)
    assert name == f"{next(iter(given)).partition('_')[0]}_client_secret"
    assert says.startswith("Value error, set it together with POSTROOM_")


@pytest.mark.parametrize("name", ["common", "organizations", "consumers", "us.com", DIRECTORY + "0"])
def test_microsoft_needs_one_directory_S2(name: str) -> None:
    [(field, says)] = _refused(microsoft_tenant=name)
    assert (field, "never common" in says) == ("microsoft_tenant", True)


def test_a_directory_is_compared_in_small_letters_as_microsoft_writes_it() -> None:
    made = Config(microsoft_tenant=DIRECTORY, microsoft_client_id="a", microsoft_client_secret="b")
    assert made.microsoft_tenant == DIRECTORY.lower()


@pytest.mark.parametrize(
    "issuer", ["http://keys.example", "keys.example", "http://localhost.evil.example", "ftp://x"]
)
def test_an_issuer_is_asked_by_https_S2(issuer: str) -> None:
    assert [field for field, _ in _refused(oidc_issuer=issuer)] == ["oidc_issuer"]


def test_an_error_does_not_show_a_secret_S7() -> None:
    with pytest.raises(ValidationError) as refused:
        Config(google_client_secret="canary")
    assert "canary" not in str(refused.value)


def test_a_second_factor_is_taken_off_by_address_S2(program: Callable[..., object]) -> None:
    program("workspace", "create", "Us", "--admin", "boss@us.com")
    code, _, err = program("user", "reset-second-factor", "--email", "boss@us.com")
    assert (code, err) == (9, "Nobody signs in by boss@us.com.\n")
