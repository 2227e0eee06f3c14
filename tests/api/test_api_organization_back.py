"""Whatever can be added to the organization can be taken away by the very words that added it (D1, D2, D4)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

DOMAINS = ["us.org", " US.Org. ", "Bücher.de", "xn--bcher-kva.de", "a-b.eu.us.org", "_dmarc.us.org"]
ADDRESSES = [
    "max@home.example",
    " Max@Home.Example ",
    "o'brien@home.example",
    "max+news@home.example",
    "a/b@home.example",
    "100%@home.example",
    "what?#now@home.example",
    "josé@bücher.example",
    '"max mann"@home.example',
    "max@[192.0.2.1]",
]


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_goes_by_the_name_that_it_came_by_D1(api: Any, domain: str) -> None:
    before = api.get("organization")
    for expected in ("created", "unchanged"):
        [result] = api.post("organization", {"domains": [domain]})["results"]
        assert result["status"] == expected
    assert len(api.get("organization")["domains"]) == len(before["domains"]) + 1
    api.answer(204, "DELETE", f"organization/{quote(domain, safe='')}")
    assert api.get("organization") == before
    api.answer(404, "DELETE", f"organization/{quote(domain, safe='')}")


@pytest.mark.parametrize("kind", ["internal", "excluded"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_listed_address_goes_by_the_name_that_it_came_by_D2(api: Any, kind: str, address: str) -> None:
    path = f"organization/{kind}-addresses"
    for expected in ("created", "unchanged"):
        [result] = api.post(path, {"addresses": [address]})["results"]
        assert result["status"] == expected
    assert len(api.get("organization")[f"{kind}_addresses"]) == 1
    api.answer(204, "DELETE", f"{path}/{quote(address, safe='')}")
    assert api.get("organization")[f"{kind}_addresses"] == []
    api.answer(404, "DELETE", f"{path}/{quote(address, safe='')}")


def test_a_domain_of_an_account_is_refused_and_the_reverse_D4(api: Any) -> None:
    api.post("accounts", {"accounts": [{"name": "Acme", "domains": ["eu.acme.com"]}]})
    sent = ["eu.acme.com", {"domain": "acme.com", "include_subdomains": True}, "acme.com"]
    results = api.post("organization", {"domains": sent, "force": True})["results"]
    assert [(r["status"], r["reason"]) for r in results] == [
        ("rejected", "account_has_domain"),
        ("rejected", "account_has_domain"),
        ("created", None),
    ]
    [result] = api.post("accounts", {"accounts": [{"name": "Us", "domains": ["acme.com"]}]})["results"]
    assert (result["status"], result["reason"]) == ("rejected", "organization_domain")
