"""Searching engagements: subject, text and people, in words (A4)."""

from __future__ import annotations

import pytest
from mail_world import K1, S1, Imports, N, found_by, mail, the_company

from postroom.store.models import Workspace


@pytest.fixture
def searched(company: Workspace, importing: Imports) -> Workspace:
    """A company with two engagements."""
    importing(
        mail(
            f"Kay Öztürk <{K1}>",
            [S1],
            id="1@x",
            subject="Offer for the Müller bridge",
            text="We can build_it by the naïve plan; 12.500 EUR.\nSee https://acme.com/plan",
        ),
        mail(f"New Man <{N}>", [S1], id="2@x", subject="Tunnel", text="Nothing of bridges here"),
    )
    return company


OFFER, TUNNEL = "Offer for the Müller bridge", "Tunnel"


FOUND = {
    "offer": [OFFER],
    "OFFER bridge": [OFFER],
    "bridge offer": [OFFER],
    "bridg": [OFFER, TUNNEL],
    "bridg offer": [],
    "offer bridg": [OFFER],
    "naive": [OFFER],
    "naïve": [OFFER],
    "nai\u0308ve": [OFFER],
    "muller": [OFFER],
    "MÜLLER": [OFFER],
    "ozturk": [OFFER],
    "k1@acme.com": [OFFER],
    "acme": [OFFER, TUNNEL],
    "new@acme": [TUNNEL],
    "man": [TUNNEL],
    "build_it": [OFFER],
    "12.500": [OFFER],
    "https://acme.com/plan": [OFFER],
    "tunnel offer": [],
    "nowhere-to-be-found": [],
    "  ": [],
    "_": [],
    "\0": [],
    "\u0301": [],
    "offer \0": [OFFER],
    "offer _": [OFFER],
    '"offer"': [OFFER],
    "offer*": [OFFER],
    "offer OR tunnel": [],
    "-offer": [OFFER],
    "subject:offer": [],
    "offer')); DROP TABLE store_engagement; --": [],
    "off%": [OFFER],
    "%q": [],
    "\\": [],
    "offer \\ ' : & | ! ( ) < > * ^ ~ { } [ ]": [OFFER],
    "offer " * 50: [OFFER],
    "offer " + "x" * 5_000: [],
}


def test_words_are_found(searched: Workspace) -> None:
    assert {words: found_by(searched, words) for words in FOUND} == FOUND


def test_other_workspace_finds_nothing_W3(searched: Workspace) -> None:
    assert found_by(the_company(), "offer") == []


def test_very_long_words_and_texts_are_stored(company: Workspace, importing: Imports) -> None:
    people = [f"somebody.with.a.long.name.{number}@acme.com" for number in range(3_000)]
    importing(mail(K1, [S1, *people], subject="word " * 5_000, text="y" * 300_000 + " end"))

    assert len(found_by(company, "word")) == 1
    assert len(found_by(company, "y" * 300)) == 1
