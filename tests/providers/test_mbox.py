"""Mboxes cut into ranges: each message comes once, whole, whatever the cut."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroom.providers.files import FileMail
from postroom.providers.files.chunk import MboxChunk
from postroom.providers.files.mbox import BytesSource, Mbox, Span

FROM = b"From a@b.c Fri Nov 21 10:00:00 2025\n"
AT = 1763719200


def messages(content: bytes, longest: int = 1 << 20) -> list[bytes]:
    mbox = Mbox(BytesSource(content))
    return [mbox.message(span) for span in mbox.spans(0, len(content), longest)]


def test_the_empty_line_before_the_next_from_line_is_not_the_mails() -> None:
    assert messages(FROM + b"A: 1\n\nx\n\n" + FROM + b"A: 2\n\ny\n") == [b"A: 1\n\nx\n", b"A: 2\n\ny\n"]


def test_a_mail_reads_the_same_whether_it_is_the_last_or_not() -> None:
    mail = FROM + b"A: 1\n\nx\n\n"
    assert messages(mail) == [b"A: 1\n\nx\n"]
    assert messages(mail + mail) == [b"A: 1\n\nx\n", b"A: 1\n\nx\n"]


def test_crlf() -> None:
    mail = FROM.replace(b"\n", b"\r\n") + b"A: 1\r\n\r\nx\r\n>From y\r\n\r\n"
    assert messages(mail + mail) == [b"A: 1\r\n\r\nx\r\nFrom y\r\n"] * 2


def test_a_from_line_needs_an_empty_line_before_it() -> None:
    assert messages(FROM + b"A: 1\n\nx\n" + FROM + b"A: 2\n\n") == [b"A: 1\n\nx\n" + FROM + b"A: 2\n"]


def test_text_that_looks_like_a_from_line_after_an_empty_line_begins_a_message() -> None:
    body = b"as he wrote:\n\nFrom x@y.z Fri Nov 21 10:00:00 2025\nSubject: not a new mail\n"
    assert messages(FROM + b"A: 1\n\n" + body) == [b"A: 1\n\nas he wrote:\n", b"Subject: not a new mail\n"]


def test_ordinary_text_after_an_empty_line_begins_nothing() -> None:
    mail = b"A: 1\n\n\nFrom here on it is easy: see below.\nA: b\n"
    assert messages(FROM + mail) == [mail]


def test_one_sign_is_taken_from_quoted_lines_of_the_body() -> None:
    mail = FROM + b">From z remote from h\nA: 1\n\n>From a\n>>From b\n> From c\nx >From d\n"
    assert messages(mail) == [b">From z remote from h\nA: 1\n\nFrom a\n>From b\n> From c\nx >From d\n"]


def test_a_mail_without_anything_is_a_mail() -> None:
    assert messages(FROM + b"\n" + FROM + b"\n" + FROM) == [b"", b"", b""]


def test_empty_lines_before_the_first_from_line() -> None:
    assert messages(b"\n\r\n" + FROM + b"A: 1\n\nx\n") == [b"A: 1\n\nx\n"]


def test_what_does_not_begin_with_a_from_line_is_no_mbox() -> None:
    mail = FROM + b"A: 1\n\nx\n"
    assert [Mbox(BytesSource(content)).is_one for content in (mail, b"\n" + mail, b"x\n\n" + mail, b"")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_message_that_is_too_long_is_not_followed_to_its_end() -> None:
    line, window = len(FROM), 1 << 20
    long = FROM + b"A: 1\n\n" + b"x" * (3 * window) + b"\n\n"
    content = long + FROM + b"A: 2\n\ny\n"
    spans = list(Mbox(BytesSource(content)).spans(0, len(content), 1000))
    assert spans == [
        Span(0, line, line + 1000 + window, AT),
        Span(len(long), len(long) + line, len(content), AT),
    ]


LINES = st.sampled_from(
    [
        b"",
        b"",
        b"text",
        b">From x",
        b"From here",
        FROM[:-1],
        b"Subject: s",
        b"\r",
        b"From ",
        b"x" * 300,
        b"\xff\0",
    ]
)
MAILS = st.lists(st.lists(LINES, max_size=12).map(b"\n".join), max_size=6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mbox")


def of(path: Path, cuts: list[int]) -> list[FileMail]:
    mails: list[FileMail] = []
    for begin, end in pairwise(cuts):
        mails += MboxChunk(str(path.parent), path.name, begin, end).mails()
    return mails


@given(data=st.data())
def test_an_mbox_cut_anywhere_gives_the_same_mails_as_whole(folder: Path, data: st.DataObject) -> None:
    mails = data.draw(MAILS)
    content = b"".join(FROM + mail + b"\n\n" for mail in mails)
    path = folder / "cut.mbox"
    path.write_bytes(content)
    cuts = data.draw(st.lists(st.integers(0, len(content)), max_size=8))
    assert of(path, sorted([0, *cuts, len(content)])) == of(path, [0, len(content)])


@given(
    bodies=st.lists(
        st.binary(max_size=200).filter(lambda b: b"From " not in b and b"\r" not in b), max_size=6
    ),
    step=st.integers(1, 200),
)
def test_all_mails_come_back_byte_for_byte_in_ranges_of_any_size(
    folder: Path, bodies: list[bytes], step: int
) -> None:
    mails = [b"A: %d\n\n" % i + body + b"\n" for i, body in enumerate(bodies)]
    content = b"".join(FROM + mail + b"\n" for mail in mails)
    path = folder / "back.mbox"
    path.write_bytes(content)
    assert [mail.raw for mail in of(path, [*range(0, len(content) + step, step)])] == mails
