"""The Date header: possible times in whatever form, impossible ones never."""

import pytest

from postroom.core.mail.mail_date import read_date

AT = 1772526600
"""2026-03-03T08:30:00Z."""


@pytest.mark.parametrize(
    ("text", "at"),
    [
        # RFC 5322
        ("Tue, 3 Mar 2026 09:30:00 +0100", AT),
        ("Tue, 03 Mar 2026 09:30:00 +0100 (CET)", AT),
        ("Tue,  3 Mar 2026 09:30:00 +0100 (CET) (added by x@y)", AT),
        ("3 Mar 2026 08:30:00 +0000", AT),
        ("3 Mar 2026 08:30 +0000", AT),
        ("Tue, 3 Mar 2026 08:30:00 -0000", AT),
        ("Tue, 3 Mar 2026 14:00:00 +0530", AT),
        ("Tue, 3 Mar 2026 08:30:60 +0000", AT + 59),
        ("Tue (the third), 3 Mar (March) 2026 08:30:00 +0000", AT),
        # Obsolete forms (4.3)
        ("Tue, 3 Mar 26 08:30:00 GMT", AT),
        ("Tue, 3 Mar 26 03:30:00 EST", AT),
        ("Tue, 3 Mar 2026 00:30:00 PST", AT),
        ("Tue, 3 Mar 2026 04:30:00 EDT", AT),
        ("Tue, 3 Mar 2026 08:30:00 UT", AT),
        ("Tue, 3 Mar 2026 08:30:00 Z", AT),
        ("Tue, 3 Mar 2026 08:30:00 M", AT),
        ("Tue, 3 Mar 2026 08:30:00 XYZT", AT),
        ("Wed, 1 Jan 49 00:00:00 GMT", 2493072000),
        ("Sun, 1 Jan 50 00:00:00 GMT", -631152000),
        ("1 Jan 100 00:00:00 GMT", 946684800),
        # What real mail has
        ("Tue Mar  3 08:30:00 2026", AT),
        ("Tue Mar 3 08:30:00 GMT 2026", AT),
        ("Mar 3, 2026 8:30:00 AM", AT),
        ("Tue, 3 Mar 2026 8:30 PM", AT + 43200),
        ("3-Mar-2026 08:30:00 +0000", AT),
        ("Tuesday, 3 March 2026 08:30:00 +0000", AT),
        ("Tue,3 Mar 2026 08:30:00 +0000", AT),
        ("Tue, 3 Mar 2026 08.30.00 +0000", AT),
        ("Tue, 3 Mar 2026 08:30:00", AT),
        ("Tue, 3 Mar 2026 09:30:00 GMT+0100", AT),
        ("Tue, 3 Mar 2026 09:30:00 GMT+1", AT),
        ("Tue, 3 Mar 2026 09:30:00 +01:00", AT),
        ("Tue, 3 Mar 2026 09:30:00 +100", AT),
        ('Tue, 3 Mar 2026 08:30:00 +0000 (UTC) (("', AT),
        # ISO 8601
        ("2026-03-03T08:30:00Z", AT),
        ("2026-03-03 08:30:00", AT),
        ("2026-03-03T09:30:00.123+01:00", AT),
        # The ends of the calendar
        ("Mon, 01 Jan 0001 00:00:00 +0000", -62135596800),
        ("Fri, 31 Dec 9999 23:59:59 +0000", 253402300799),
    ],
)
def test_time_is_read(text: str, at: int) -> None:
    assert read_date(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-1",
        "never",
        "03/04/2026",
        "Tue, 3 Mar 99999 08:30:00 +0000",
        "Tue, 3 Mar 0000 08:30:00 +0000",
        "Tue, 31 Feb 2026 08:30:00 +0000",
        "Tue, 0 Mar 2026 08:30:00 +0000",
        "Tue, 3 Foo 2026 08:30:00 +0000",
        "Tue, 3 Mar 2026 24:00:00 +0000",
        "Tue, 3 Mar 2026 25:00:00 +0000",
        "Tue, 3 Mar 2026 08:60:00 +0000",
        "Tue, 3 Mar 2026 08:30:61 +0000",
        "Tue, 3 Mar 2026 08:30:00 +9999",
        "Tue, 3 Mar 2026 08:30:00 +2400",
        "Tue, 3 Mar 2026 08:30:00 +0060",
        "Tue, 3 Mar 2026 13:30 PM",
        "2026-13-03T08:30:00Z",
        "2026-02-31T08:30:00Z",
        "Mon, 01 Jan 0001 00:00:00 +0100",
        "Fri, 31 Dec 9999 23:59:59 -0100",
        "ÿþ",
        "９ Mar 2026 08:30:00 +0000",
        "9" * 5000,
        "(" * 5000,
    ],
)
def test_impossible_time_is_none(text: str) -> None:
    assert read_date(text) is None
