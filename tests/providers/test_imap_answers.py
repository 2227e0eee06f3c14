"""How IMAP's answers, sets of UIDs and names are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imap_hand import name_of

from postroom.providers.imap import answers
from postroom.providers.imap.answers import NotUnderstood, Response, Status
from postroom.providers.imap.folder import received_at, window
from postroom.providers.imap.names import quoted, shown
from postroom.providers.imap.uids import Uids

SMALL = st.sets(st.integers(1, 60))


@pytest.mark.parametrize(
    ("line", "response"),
    [
        (b"* 12 EXISTS", Response(b"*", 12, b"EXISTS", b"")),
        (b"* search 1 2", Response(b"*", None, b"SEARCH", b"1 2")),
        (b"* OK [X] hello", Response(b"*", None, b"OK", b"[X] hello")),
        (b"+ go on", Response(b"+", None, b"", b"go on")),
        (b"+", Response(b"+", None, b"", b"")),
        (b"P1 NO sorry", Response(b"P1", None, b"NO", b"sorry")),
    ],
)
def test_responses(line: bytes, response: Response) -> None:
    assert answers.response_of(line) == response


@pytest.mark.parametrize("line", [b"", b"*", b"P1", b"\xff OK"])
def test_what_is_no_response(line: bytes) -> None:
    with pytest.raises(NotUnderstood):
        answers.response_of(line)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"[UIDNEXT 5] next", Status(b"UIDNEXT", b"5", b"next")),
        (b"[nomodseq]", Status(b"NOMODSEQ", b"", b"")),
        (b"[CAPABILITY IMAP4rev1 X] hi", Status(b"CAPABILITY", b"IMAP4rev1 X", b"hi")),
        (b"no [code] here", Status(b"", b"", b"no [code] here")),
        (b"[unclosed", Status(b"", b"", b"[unclosed")),
    ],
)
def test_codes(text: bytes, status: Status) -> None:
    assert answers.status_of(Response(b"*", None, b"OK", text)) == status


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([b'a NIL "NIL" (b (c)) ()'], [b"a", None, b"NIL", [b"b", [b"c"]], []]),
        ([rb'"quo\"ted \\ \( x"'], [rb'quo"ted \ ( x']),
        ([b"BODY[HEADER.FIELDS (A B)] x"], [b"BODY[HEADER.FIELDS (A B)]", b"x"]),
        ([b"BODY[] {3}", b"a)b", b" FLAGS (\\Seen $x])"], [b"BODY[]", b"a)b", b"FLAGS", [b"\\Seen", b"$x]"]]),
        ([b"(x ~{2}", b"\0\xff", b")"], [[b"x", b"\0\xff"]]),
    ],
)
def test_words(parts: list[bytes], words: list[object]) -> None:
    assert answers.words(parts) == words


@pytest.mark.parametrize("text", [b"(", b")", b"(()", b'"open', b"(" * 60 + b")" * 60])
def test_what_are_no_words(text: bytes) -> None:
    with pytest.raises(NotUnderstood):
        answers.words([text])


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=5))
def test_any_bytes_are_words_or_not_understood_row_33(parts: list[bytes]) -> None:
    try:
        answers.words(parts)
    except NotUnderstood:
        return


@given(st.binary(max_size=60))
def test_any_date_is_one_or_not_understood_row_33(text: bytes) -> None:
    try:
        assert received_at(text) is not None
    except NotUnderstood:
        return


def test_text_of_a_status_holds_no_literal_row_33() -> None:
    assert answers.literal_size(b"OK", b"see section {5}") is None
    assert answers.literal_size(b"FETCH", b"(BODY[] {5}") == 5
    assert answers.literal_size(b"FETCH", b"(BODY[] {5+}") == 5


@given(SMALL, SMALL)
def test_sets_of_uids_are_sets(one: set[int], other: set[int]) -> None:
    a, b = Uids.of(one), Uids.of(other)
    assert ({*a}, len(a), {*(a - b)}, {*(a | b)}) == (one, len(one), one - other, one | other)
    assert [*Uids.read(str(a))] == sorted(one)
    assert {*a.below(30)} == {uid for uid in one if uid < 30}


def test_sets_of_uids_are_written_shortly() -> None:
    assert str(Uids.of(range(1, 1_000_001))) == "1:1000000"
    assert str(Uids([(5, 7), (1, 3), (4, 4), (9, 9)])) == "1:7,9"
    assert str(Uids.read("7:5,6")) == "5:7"


@pytest.mark.parametrize("text", ["*", "1:", "a", "1,,2", "1:2:3", "99999999999"])
def test_what_is_no_set_of_uids(text: str) -> None:
    with pytest.raises(ValueError):
        Uids.read(text)


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("M&APw-ller &- S&APY-hne", "Müller & Söhne"),
        ("&ZeVnLA- &2D3c7g-", "日本 📮"),
        ("plain", "plain"),
        ("&-&-", "&&"),
        ("&broken", "&broken"),
        ("&!!!-", "&!!!-"),
        ("&2D0-", "&2D0-"),
    ],
)
def test_names_are_shown_as_people_write_them_M4(name: str, people: str) -> None:
    assert shown(name) == people


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"])))
def test_every_name_can_be_read_M4(people: str) -> None:
    assert shown(name_of([people])) == people


def test_texts_are_quoted_or_need_a_literal() -> None:
    assert quoted('a"b\\c') == rb'"a\"b\\c"'
    assert [quoted(text) for text in ("ü", "a\r\nb", "a\0b")] == [None, None, None]


def test_window_reaches_over_the_days_of_all_time_zones() -> None:
    noon = 1_741_003_200  # 3 March 2025, 12:00 UTC
    assert window(noon, noon + 1) == [b"SINCE", b"3-Mar-2025", b"BEFORE", b"5-Mar-2025"]
    assert window(noon - 1, noon + 10 * 3600 - 1) == [b"SINCE", b"2-Mar-2025", b"BEFORE", b"5-Mar-2025"]
    assert window(0, None) == [b"ALL"]
    assert window(-(10**18), 10**18) == [b"ALL"]
    assert window(10**18, 10**18)[0] == b"SINCE"
