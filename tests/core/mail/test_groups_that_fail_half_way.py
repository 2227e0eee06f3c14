"""Python before 3.11.5 (Debian 12 has 3.11.2) does not step back where a possessive group fails half-way.

These inputs were read differently by it; they must be read alike by every Python.
"""

from __future__ import annotations

from postroom.core.mail.encoded_words import decode_words
from postroom.core.mail.mail_date import read_date
from postroom.core.mail.rfc5322 import read_envelope


def test_an_encoded_word_that_ends_in_padding() -> None:
    assert decode_words("=?utf-8?b?xYF1a2FzeiBaaWVsacWEc2tp?= Y") == "Łukasz Zieliński Y"


def test_a_line_that_is_no_header_is_seen() -> None:
    raw = b"From: k1@acme.com\n'?=no colon\nTo: s1@us.com\nDate: Fri, 21 Nov 2025 10:00:00 +0000\n\nhello"
    assert read_envelope(raw).defects == ("line_without_colon",)


def test_a_date_with_a_comment_that_is_not_closed() -> None:
    assert read_date("Fri, 21 Nov 2025 10:00:00 +0000 (UTC") == read_date("Fri, 21 Nov 2025 10:00:00 +0000")
