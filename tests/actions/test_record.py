"""Reading records as callers send them: every mistake named, nothing guessed."""

from __future__ import annotations

from typing import Any

import pytest

from postroom.actions.record import Record, day, flag, listed, moment, number, text
from postroom.actions.rejection import REJECTIONS, WARNINGS, Rejected
from postroom.actions.typed import is_free_mail, is_public_suffix, typed_address, typed_domain


def reason(reader: Any, value: Any) -> str:
    with pytest.raises(Rejected) as refusal:
        reader(value)
    return refusal.value.reason


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1970-01-01", 0),
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t00:00:00.999z", 0),
        ("1970-01-01 01:00:00+01:00", 0),
        ("1969-12-31T23:59:59.5Z", -1),
        ("2026-11-21T10:00:00Z", 1795255200),
        ("0001-01-01T00:00:00+23:59", -62135683140),
        ("9999-12-31T23:59:59-23:59", 253402387139),
    ],
)
def test_moments_are_unix_seconds(value: str, seconds: int) -> None:
    assert moment(value) == seconds


@pytest.mark.parametrize(
    "value",
    ["", "now", "2026-11-21T10:00:00", "20261121", "2026-11-21T10:00Z", "2026-02-30", "2026-11-21T23:59:60Z",
     "2026-11-21T10:00:00+25:00", "٢٠٢٦-11-21T10:00:00Z"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(value: str) -> None:
    assert reason(moment, value) == "time_invalid"


def test_values_of_another_kind_are_refused() -> None:
    for reader, values in [
        (text(9), [1, None, [], True]),
        (flag, [0, 1, "true", None]),
        (number, [0, -1, 2**63, True, "1", 1.0]),
        (listed(flag), [{}, "x", [True, 1]]),
        (moment, [1795255200, None]),
        (day, [20261121, None]),
    ]:
        assert {reason(reader, value) for value in values} == {"wrong_type"}
    assert reason(day, "21.11.2026") == "date_invalid"
    assert reason(listed(flag, 2), [True, True, True]) == "too_many"


@pytest.mark.parametrize("value", ["a\x00b", "a\nb", "\x7f", "\ud800", "\udfff"])
def test_a_text_that_cannot_be_kept_is_refused(value: str) -> None:
    assert reason(text(9), value) == "text_invalid"


def test_a_record_names_the_field_that_is_wrong() -> None:
    record = Record({"flag": 1, "none": None}, ("flag", "none", "absent"))
    with pytest.raises(Rejected) as refusal:
        record.read("flag", flag, False)
    assert (refusal.value.reason, refusal.value.field) == ("wrong_type", "flag")
    assert (record.read("none", flag, False), record.read("absent", flag, True)) == (False, True)
    assert ("none" in record, "absent" in record) == (True, False)
    for sent, field in [({"typo": 1}, "typo"), ({"\ud800é": 1}, "??"), ({"x" * 300: 1}, "x" * 100)]:
        with pytest.raises(Rejected) as refusal:
            Record(sent, ("flag",))
        assert (refusal.value.reason, refusal.value.field) == ("unknown_field", field)


def test_addresses_and_domains_are_typed_in_many_ways_and_compared_in_one_D2() -> None:
    assert typed_address("  Jöhn@Bücher.DE ") == "jöhn@xn--bcher-kva.de"
    assert typed_domain("BÜCHER.de.") == "xn--bcher-kva.de"
    assert typed_domain("faß.de") == "xn--fa-hia.de"
    for value in ("", "@", "a@", "@b.com", "a b@c.com", "a@b..com", "a@-b.com", "x" * 321 + "@b.com"):
        assert reason(typed_address, value) == "email_invalid"
    for value in ("", "com", "a..com", "-a.com", "1.2.3.4", "[1.2.3.4]", "a.com/b", "a b.com"):
        assert reason(typed_domain, value) == "not_a_domain"


def test_what_belongs_to_everybody_is_known_A2_D4() -> None:
    assert [is_public_suffix(d) for d in ("com", "co.uk", "us.com", "acme.com", "acme.co.uk")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert [is_free_mail(d) for d in ("gmail.com", "acme.com", "notgmail.com")] == [True, False, False]


def test_every_reason_is_a_sentence_of_its_own() -> None:
    for says in (*REJECTIONS.values(), *WARNINGS.values()):
        assert says[0].isupper() and says.endswith(".")
