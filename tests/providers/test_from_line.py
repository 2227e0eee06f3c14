"""What begins a message in an mbox, line by line."""

from pathlib import Path

import pytest

from postroom.providers.files import chunks
from postroom.providers.files.from_line import from_line

NOV_21 = 1763719200
"""2025-11-21 10:00:00 UTC."""

BEGINS = {
    b"From a@b.c Fri Nov 21 10:00:00 2025\nA: b\n": NOV_21,
    b"From a@b.c  Fri Nov 21 10:00:00 2025\r\nA: b\r\n": NOV_21,
    b"From Fri Nov 21 10:00:00 2025\nA: b\n": NOV_21,
    b"From - Fri Nov 21 10:00:00 2025\nA: b\n": NOV_21,
    b'From "A B"@c.d Fri Nov 21 10:00 2025\nA: b\n': NOV_21,
    b"From a at b.c fri nov 21 10:00:00 2025\nA: b\n": NOV_21,
    b"From 17@xxx Fri Nov 21 12:00:00 +0200 2025\nA: b\n": NOV_21,
    b"From a@b.c Fri Nov 21 09:30:00 2025 -0030\nA: b\n": NOV_21,
    b"From a@b.c Fri Nov 21 05:00:00 EST 2025\nA: b\n": NOV_21,
    b"From a@b.c Fri Nov 21 10:00:00 MET DST 2025\nA: b\n": NOV_21,
    b"From a Fri Nov 21 10:00:00 2025 remote from host\nA: b\n": NOV_21,
    b"From a@b.c Fri, 21 Nov 2025 11:00:00 +0100\nA: b\n": NOV_21,
    b"From a@b.c Sat Feb 31 10:00:00 2025\nA: b\n": None,
    b"From a@b.c Fri Nov 21 10:00:00 2025\n>From x\n": NOV_21,
    b"From a@b.c Fri Nov 21 10:00:00 2025\n\nbody": NOV_21,
    b"From a@b.c Fri Nov 21 10:00:00 2025\n": NOV_21,
    b"From a@b.c Fri Nov 21 10:00:00 2025": NOV_21,
}

DOES_NOT = [
    b"From a@b.c\nA: b\n",
    b"From now on, Fri is our day off\nA: b\n",
    b"From a@b.c Nov 21 10:00:00 2025\nA: b\n",
    b"From a@b.c Fri Nov 21 2025\nA: b\n",
    b"From a@b.c Fri Nov 21 10:00:00 2025 and so on\nA: b\n",
    b"from a@b.c Fri Nov 21 10:00:00 2025\nA: b\n",
    b">From a@b.c Fri Nov 21 10:00:00 2025\nA: b\n",
    b"From\ta@b.c Fri Nov 21 10:00:00 2025\nA: b\n",
    b"From " + b"a" * 1000 + b" Fri Nov 21 10:00:00 2025\nA: b\n",
    b"",
]


@pytest.mark.parametrize("head", BEGINS)
def test_a_line_with_a_date_before_a_header_begins_a_message(head: bytes) -> None:
    length = len(head.splitlines(keepends=True)[0])
    assert from_line(head) == (length, BEGINS[head])


@pytest.mark.parametrize("head", DOES_NOT)
def test_any_other_line_does_not(head: bytes) -> None:
    assert from_line(head) is None


@pytest.mark.parametrize(
    "beginning", [b"this is text\n", b"\xef\xbb\xbfFrom: a@b.c\n", b"  From: a@b.c\n", b"\0\0\n", b""]
)
def test_whatever_follows_the_line_is_a_mail_of_its_own_L6(beginning: bytes, tmp_path: Path) -> None:
    path = tmp_path / "mbox"
    first = b"From a@b.c Fri Nov 21 10:00:00 2025\nFrom: k1@acme.com\n\nHello\n\n"
    path.write_bytes(first + b"From u@nowhere.org Fri Nov 21 11:00:00 2025\n" + beginning + b"\nSecret\n")
    assert [mail.raw for chunk in chunks(path) for mail in chunk.mails()] == [
        b"From: k1@acme.com\n\nHello\n",
        beginning + b"\nSecret\n",
    ]
