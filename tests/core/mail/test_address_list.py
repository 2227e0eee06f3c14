"""Address headers: well-formed ones have one reading, malformed ones two (C0)."""

import pytest

from postroom.core.mail.address_list import AddressList, Mailbox, read_addresses
from postroom.core.mail.second_reading import second_reading

A, B = "ann@x.example", "bob@y.example"


@pytest.mark.parametrize(
    ("text", "mailboxes"),
    [
        ("", []),
        (A, [("", A)]),
        (f"<{A}>", [("", A)]),
        (f"Ann Lee <{A}>", [("Ann Lee", A)]),
        (f"Ann<{A}>", [("Ann", A)]),
        (f"John Q. Public <{A}>", [("John Q. Public", A)]),
        (f'"Lee, Ann" <{A}>', [("Lee, Ann", A)]),
        (f'"Ann \\"A\\" Lee" <{A}>', [('Ann "A" Lee', A)]),
        (f'"" <{A}>', [("", A)]),
        (f'"{B}" <{A}>', [(B, A)]),
        (f'"<{B}>" <{A}>', [(f"<{B}>", A)]),
        (f'"Ann" Lee <{A}>', [("Ann Lee", A)]),
        (f"{A} (Ann Lee)", [("Ann Lee", A)]),
        (f"{A} (Ann (A) Lee)", [("Ann (A) Lee", A)]),
        (f"Ann ({B}) <{A}>", [("Ann", A)]),
        (f"({B}) {A}", [(B, A)]),
        (f"{A}, {B}", [("", A), ("", B)]),
        (f"Ann <{A}>,Bob <{B}>", [("Ann", A), ("Bob", B)]),
        (f"{A},, ,{B},", [("", A), ("", B)]),
        ("undisclosed-recipients:;", []),
        ("Undisclosed recipients: ;", []),
        (f"crew: {A}, Bob <{B}>;", [("", A), ("Bob", B)]),
        (f"crew: {A};, {B}", [("", A), ("", B)]),
        (f'"the crew": {A};', [("", A)]),
        ('"ann lee"@x.example', [("", '"ann lee"@x.example')]),
        (f'"{A}"@y.example', [("", f'"{A}"@y.example')]),
        ("ann@[192.0.2.1]", [("", "ann@[192.0.2.1]")]),
        ("=?utf-8?q?Z=C3=B6e?= <z@x.example>", [("Zöe", "z@x.example")]),
        ("=?utf-8?q?a=40b.example?= <z@x.example>", [("a@b.example", "z@x.example")]),
        ('"=?utf-8?q?Z=C3=B6e?=" <z@x.example>', [("Zöe", "z@x.example")]),
        ("Zöe <zöe@x.example>", [("Zöe", "zöe@x.example")]),
        (f"=?utf-8?q?a=0D=0Ab=00?= <{A}>", [("a b\ufffd", A)]),
        (f"  Ann \t Lee  <{A}>", [("Ann Lee", A)]),
    ],
)
def test_well_formed_header_has_one_reading_C0(text: str, mailboxes: list[tuple[str, str]]) -> None:
    assert read_addresses(text) == AddressList(tuple(Mailbox(*m) for m in mailboxes), malformed=False)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        # The confusions that lead past a rule
        (f"{A} <{B}>", [B], [A, B]),
        (f"{A}, <{B}> {A}", [A, B, A], [A, B, A]),
        (f"Ann {A} <{B}>", [B], [B]),
        # What stays open
        (f"<{A}", [A], [A]),
        (f"Ann <{A}, Bob <{B}>", [A, B], [A, B]),
        (f'"Ann <{A}>', [A], [A]),
        (f"(Ann <{A}>", [A], [A]),
        (f"crew: {A}, {B}", [A, B], [A, B]),
        # What is too much
        (f"{A}>", [A], [A]),
        (f"<<{A}>>", [A], [A]),
        ("ann@@x.example", ["ann@@x.example"], []),
        ("ann@x@y.example", ["ann@x@y.example"], []),
        (f"crew: {A};;", [A], [A]),
        (f"<mailto:{A}>", [A], [A]),
        (f"<@r.example,@s.example:{A}>", [A], [A]),
        # What is missing
        (f"{A}; {B}", [A, B], [A, B]),
        (f"{A} {B}", [A, B], [A, B]),
        (f"<{A}> <{B}>", [A, B], [A, B]),
        ("ann lee cy@x.example", ["cy@x.example"], ["cy@x.example"]),
        ("<ann lee@x.example>", ["ann lee@x.example"], ["lee@x.example"]),
        ("ann @ x.example", [A], [A]),
        ("ann(c)@x.example", [A], [A]),
        ("Ann Lee", [], []),
        ("<Ann>", ["Ann"], []),
        # What other programs decode first
        ("=?utf-8?q?ann=40x.example?=", [], [A]),
        (f"=?utf-8?q?Lee,_Ann?= <{A}>", [A], [A]),
        # Crash kinds
        ("<", [], []),
        ('"', [], []),
        (": ;>", [], []),
        (".@", [".@"], []),
        (".:", [], []),
        ("*@[dom", ["*@dom"], ["*@[dom]"]),
        ("(a)..(a)>)", [], []),
        ("Name <@route:", [], []),
        ("(c):", [], []),
        ('"x"@[', ['"x"@'], []),
        ("\\", [], []),
        ("[list] <ann@x.example>", [A], [A]),
    ],
)
def test_malformed_header_has_two_readings_C0(text: str, first: list[str], second: list[str]) -> None:
    reading = read_addresses(text)
    assert reading.malformed
    assert [m.address for m in reading.mailboxes] == first
    assert [m.address for m in second_reading(text)] == second


def test_name_is_clipped() -> None:
    assert read_addresses(f'"{"x" * 500}" <{A}>').mailboxes == (Mailbox("x" * 200, A),)


def test_second_reading_of_a_long_header_is_by_likeness() -> None:
    text = f"{A} <{B}>; " * 1000
    assert [m.address for m in second_reading(text)] == [A, B] * 1000


def test_what_follows_too_many_tokens_is_searched_for_addresses() -> None:
    reading = read_addresses("<>" * 100_001 + f" {A}, {B}")
    assert (reading.mailboxes, reading.malformed) == ((Mailbox("", A), Mailbox("", B)), True)
