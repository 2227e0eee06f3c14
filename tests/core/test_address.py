"""Addresses and domains in the one form in which they are compared (D2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroom.core.address import (
    MAX_ADDRESS_CHARS,
    domain_of,
    normalise_address,
    normalise_domain,
    parent_domains,
)


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("john@acme.com", "john@acme.com"),
        (" John.DOE@ACME.com \n", "john.doe@acme.com"),
        ("john@acme.com.", "john@acme.com"),
        ("STRASSE@acme.com", "strasse@acme.com"),
        ("straße@acme.com", "strasse@acme.com"),
        ("a+tag@acme.com", "a+tag@acme.com"),
        ("o'neil@acme.com", "o'neil@acme.com"),
        ('"john doe"@acme.com', '"john doe"@acme.com'),
        ('"a@b"@acme.com', '"a@b"@acme.com'),
        ('""@acme.com', '""@acme.com'),
        ("john@[127.0.0.1]", "john@[127.0.0.1]"),
        ("john@localhost", "john@localhost"),
        ("john@bücher.example", "john@xn--bcher-kva.example"),
        ("john@under_score.example", "john@under_score.example"),
        ("юзер@почта.рф", "юзер@xn--80a1acny.xn--p1ai"),
    ],
)
def test_an_address_has_one_form_D2(text: str, normalised: str) -> None:
    assert normalise_address(text) == normalised


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "john",
        "john@",
        "@acme.com",
        "john@acme..com",
        "john@.com",
        "john@-acme.com",
        "john@ac me.com",
        "john doe@acme.com",
        "<john@acme.com>",
        "john@acme.com,",
        "a,b@acme.com",
        "a@b@acme.com",
        "a;b@acme.com",
        "john\x00@acme.com",
        "john\n@acme.com",
        "john\udc80@acme.com",
        "john@acme\udc80.com",
        "john@acme.com\x00",
        "john@[dom",
        "john@" + "a" * 64 + ".com",
        "a" * MAX_ADDRESS_CHARS + "@acme.com",
        ".@",
    ],
)
def test_what_is_no_address_gives_none(text: str) -> None:
    assert normalise_address(text) is None


@pytest.mark.parametrize(
    "text",
    ['"lawyer"@acme.com', '"LAWYER"@acme.com', '"law\\yer"@acme.com'],
    ids=["quoted", "case", "escaped"],
)
def test_quotes_that_are_not_needed_hide_nobody_from_the_blocklist_C3(text: str) -> None:
    assert normalise_address(text) == "lawyer@acme.com"


def test_composed_and_decomposed_letters_are_one_address() -> None:
    assert normalise_address("jose\u0301@acme.com") == normalise_address("jos\u00e9@acme.com")


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("ACME.com", "acme.com"),
        (" acme.com. ", "acme.com"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("xn--BCHER-kva.example", "xn--bcher-kva.example"),
        ("acme", "acme"),
        ("", None),
        (".", None),
        ("acme.com/path", None),
        ("https://acme.com", None),
        ("john@acme.com", None),
        ("*.acme.com", None),
        ("ac me.com", None),
        ("a" * 64 + ".com", None),
        (".".join(["a" * 60] * 5), None),
    ],
)
def test_a_domain_has_one_form_D2(text: str, normalised: str | None) -> None:
    assert normalise_domain(text) == normalised


def test_the_caller_may_bring_a_better_a_label() -> None:
    assert normalise_domain("faß.example", lambda domain: "xn--fa-hia.example") == "xn--fa-hia.example"


def test_an_a_label_that_fails_is_no_domain() -> None:
    def refuse(domain: str) -> str:
        raise ValueError(domain)

    assert normalise_domain("faß.example", refuse) is None


def test_the_domain_of_an_address_stands_after_the_last_at() -> None:
    assert [domain_of(a) for a in ("john@acme.com", '"a@b"@acme.com')] == ["acme.com", "acme.com"]


@pytest.mark.parametrize(
    ("domain", "parents"),
    [
        ("a.eu.x.com", ("eu.x.com", "x.com")),
        ("eu.x.com", ("x.com",)),
        ("x.com", ()),
        ("localhost", ()),
    ],
)
def test_parents_go_up_to_the_last_but_one_label(domain: str, parents: tuple[str, ...]) -> None:
    assert parent_domains(domain) == parents


LETTERS = st.text(st.characters(codec="utf-8"), max_size=30)


@given(LETTERS, LETTERS)
def test_normalising_twice_changes_nothing(local: str, domain: str) -> None:
    once = normalise_address(f"{local}@{domain}")
    if once is not None:
        assert normalise_address(once) == once


@given(st.text(max_size=60))
def test_any_text_gives_an_address_or_none(text: str) -> None:
    address = normalise_address(text)
    if address is not None:
        assert (address.rpartition("@")[2], address.isprintable()) == (domain_of(address), True)
        assert domain_of(address).isascii()


@given(st.from_regex(r"[a-z0-9]{1,8}(\.[a-z0-9]{1,8}){0,4}", fullmatch=True))
def test_every_parent_is_a_proper_end_of_the_domain_after_a_dot(domain: str) -> None:
    for parent in parent_domains(domain):
        assert domain.endswith("." + parent)
