"""Quoted passages of a plain text are folded away; no word is changed."""

from __future__ import annotations

import pytest
from django.utils.html import escape

from postroom.web.mail_text import MAX_BYTES, TextPart, beginning, own_words, quoted_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("a\nb", [TextPart("a\nb", False, 2)]),
        (
            "a\n> 1\n> 2\n> 3\nb",
            [TextPart("a", False, 1), TextPart("> 1\n> 2\n> 3", True, 3), TextPart("b", False, 1)],
        ),
        ("a\n> 1\n> 2\nb", [TextPart("a\n> 1\n> 2\nb", False, 4)]),
        ("> 1\n> 2\n> 3", [TextPart("> 1\n> 2\n> 3", True, 3)]),
        ("> 1\nb\n> 2", [TextPart("> 1\nb\n> 2", False, 3)]),
        (">> 1\n> 2\n>3", [TextPart(">> 1\n> 2\n>3", True, 3)]),
        (" > 1\n > 2\n > 3", [TextPart(" > 1\n > 2\n > 3", False, 3)]),
        (
            "> 1\n> 2\n> 3\n\n> 4\n> 5\n> 6",
            [TextPart("> 1\n> 2\n> 3", True, 3), TextPart("", False, 1), TextPart("> 4\n> 5\n> 6", True, 3)],
        ),
    ],
)
def test_long_quotations_are_parts_of_their_own(text: str, parts: list[TextPart]) -> None:
    assert quoted_parts(text) == parts


def test_no_word_is_lost() -> None:
    text = "\n".join(["x", "> y", "> z", "", "> 1", "> 2", "> 3", "> 4", "end", ">"])
    assert "\n".join(part.text for part in quoted_parts(text)) == text


def test_after_many_quotations_the_rest_is_one_part() -> None:
    parts = quoted_parts("> 1\n> 2\n> 3\nYes.\n" * 60)
    assert [part.is_quoted for part in parts] == [True, False] * 50
    assert (parts[-1].lines, parts[-1].text) == (41, "Yes." + "\n> 1\n> 2\n> 3\nYes." * 10)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Yes.\n> one\n>> two\nKim", "Yes.\nKim"),
        ("Yes\n> a plan\n>> a question\n\nKim > Lee\n>", "Yes\n\nKim > Lee"),
        ("> all", ""),
    ],
)
def test_what_a_text_says_itself_is_all_but_what_it_quotes(text: str, own: str) -> None:
    assert own_words(text, "<p>Other</p>") == (own, text)


@pytest.mark.parametrize(
    ("markup", "own", "whole"),
    [
        ("<p>Yes</p><blockquote><p>a plan</p></blockquote>Kim", "Yes\nKim", "Yes\na plan\nKim"),
        ("<p>&gt; one<br>&gt; two</p><p>Yes</p>", "Yes", "> one\n> two\nYes"),
        ("<div>&gt; all of it</div>", "", "> all of it"),
        ("", "", ""),
    ],
)
def test_what_html_says_itself_is_all_but_its_quotations(markup: str, own: str, whole: str) -> None:
    assert own_words("", markup) == (own, whole)


@pytest.mark.parametrize(
    ("char", "size"),
    [("a", 1), ("\n", 1), ("ü", 2), ("語", 3), ("🎉", 4), ("<", 4), (">", 4), ("&", 5), ('"', 6)],
)
def test_of_a_long_text_so_much_is_shown_as_fits_a_page(char: str, size: int) -> None:
    assert len(beginning(char * 60_000)) == min(60_000, MAX_BYTES // size)
    assert len(escape(char).encode()) == size
