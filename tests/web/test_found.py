"""The passage in which words stand is cut out and marked; nothing in it becomes markup (A4)."""

from __future__ import annotations

import pytest

from postroom.web.found import PASSAGE_CHARS, passage

FOUND = [
    ("Our plan is good", ["plan"], "Our <mark>plan</mark> is good"),
    ("a plan, a PLAN", ["plan"], "a <mark>plan</mark>, a <mark>PLAN</mark>"),
    ("planning a plan", ["pla"], "<mark>planning</mark> a <mark>plan</mark>"),
    # Only the last word is looked for by its beginning.
    ("planning the offer", ["plan", "off"], "planning the <mark>offer</mark>"),
    ("the offer of a plan", ["plan", "offer"], "the <mark>offer</mark> of a <mark>plan</mark>"),
    ("Die Brücke, naïve Pläne", ["brucke", "naive"], "Die <mark>Brücke</mark>, <mark>naïve</mark> Pläne"),
    ("Die Brucke", ["brücke"], "Die <mark>Brucke</mark>"),
    ("STRASSE", ["straße"], "<mark>STRASSE</mark>"),
    ("write to k1@acme.com now", ["k1", "acme"], "write to <mark>k1</mark>@<mark>acme</mark>.com now"),
    ("build_it", ["build", "it"], "<mark>build</mark>_<mark>it</mark>"),
    ("one\r\n\ttwo\u00a0three", ["two"], "one <mark>two</mark> three"),
    ("<b>plan</b> & <script>", ["plan"], "&lt;b&gt;<mark>plan</mark>&lt;/b&gt; &amp; &lt;script&gt;"),
    ("<script>alert('plan')", ["script"], "&lt;<mark>script</mark>&gt;alert(&#x27;plan&#x27;)"),
    ("&lt;plan&gt;", ["lt"], "&amp;<mark>lt</mark>;plan&amp;gt;"),
]


@pytest.mark.parametrize(("text", "words", "shown"), FOUND)
def test_words_are_marked_as_the_index_finds_them(text: str, words: list[str], shown: str) -> None:
    assert passage(text, words) == shown


@pytest.mark.parametrize(
    ("text", "words"), [("", ["plan"]), ("Our plan", []), ("Our plan", ["lan"]), ("explanation", ["plan"])]
)
def test_where_no_word_stands_there_is_no_passage(text: str, words: list[str]) -> None:
    assert passage(text, words) is None


def test_a_passage_begins_shortly_before_the_first_word_and_is_short() -> None:
    found = passage("before " * 100 + "the plan " + "after " * 100, ["plan"])
    assert found is not None
    assert found.startswith("… before before before before before the <mark>plan</mark> after after")
    assert found.endswith(" …")
    assert len(found) == PASSAGE_CHARS + len("… ") + len("<mark></mark>") + len(" …")


def test_a_word_at_the_end_is_in_its_passage() -> None:
    assert passage("before " * 100 + "plan", ["plan"]) == "… " + "before " * 5 + "<mark>plan</mark>"


def test_the_word_is_in_the_passage_also_where_nothing_is_between_words_but_signs() -> None:
    text = ",".join(["x"] * 300 + ["plan"] + ["y"] * 300)
    found = passage(text, ["plan"])
    assert found is not None
    assert found.startswith("… <mark>plan</mark>,y,y")


def test_a_word_longer_than_a_passage_is_marked_as_far_as_it_is_shown() -> None:
    assert passage("x" * 500, ["xxx"]) == f"<mark>{'x' * PASSAGE_CHARS}</mark> …"


def test_only_the_beginning_of_a_long_text_is_looked_through() -> None:
    assert passage("before " * 10_000 + "plan", ["plan"]) is None
