"""Encoded words in headers (RFC 2047), and transfer encodings."""

import pytest

from postroom.core.mail.encoded_words import decode_words
from postroom.core.mail.transfer import from_base64, from_quoted_printable


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("plain = ? text", "plain = ? text"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?b?R3LDvMOfZQ?=", "Grüße"),
        ("=?iso-8859-1?Q?a_b=20c?=", "a b c"),
        ("=?utf-8*de?q?Gr=C3=BCn?=", "Grün"),
        ("=?utf-8?q?one?= =?utf-8?q?two?=", "onetwo"),
        ("=?utf-8?q?one?=\t \t=?iso-8859-1?q?tw=F6?=", "onetwö"),
        ("=?utf-8?q?one?= and =?utf-8?q?two?=", "one and two"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
        ("=?utf-8?b?w6?= =?utf-8?q?x?=", "Ãx"),
        ("Re: =?utf-8?q?caf=C3=A9?=!", "Re: café!"),
        ("=?utf-8?q?What's up??=", "What's up?"),
        ("=?utf-8?q?not closed", "=?utf-8?q?not closed"),
        ("=?utf-8?x?odd?=", "=?utf-8?x?odd?="),
        ("=?x-none?q?caf=E9?=", "café"),
        ("=?hex?q?6869?=", "6869"),
        ("=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?utf-8?q?a=00b?=", "a\ufffdb"),
        ("=?utf-8?q??=", ""),
        ("=?utf-8?b?!!!!?=", "!!!!"),
    ],
)
def test_words_are_decoded(text: str, decoded: str) -> None:
    assert decode_words(text) == decoded


@pytest.mark.parametrize(
    ("raw", "decoded", "sound"),
    [
        (b"SGVsbG8=", b"Hello", True),
        (b"SGVs\r\nbG8=\r\n", b"Hello", True),
        (b"", b"", True),
        (b"SGVsbG8", b"Hello", False),
        (b"SGVsbG8=\r\nSGVsbG8=", b"HelloHello", False),
        (b"SGVsbA=\n", b"Hell", False),
        (b"SGVs\r\n\r\n-- \r\nA footer\r\n", b"Hel\n-- \r\nA footer\r\n", False),
        (b"No base64 at all!", b"No base64 at all!", False),
        (b"=", b"=", False),
    ],
)
def test_base64_is_decoded_and_clear_text_kept(raw: bytes, decoded: bytes, sound: bool) -> None:
    assert from_base64(raw) == (decoded, sound)


@pytest.mark.parametrize(
    ("raw", "decoded"),
    [(b"caf=E9", b"caf\xe9"), (b"one =\r\ntwo", b"one two"), (b"=ZZ =3", b"=ZZ =3"), (b"a_b", b"a_b")],
)
def test_quoted_printable_is_decoded_as_far_as_it_is(raw: bytes, decoded: bytes) -> None:
    assert from_quoted_printable(raw) == decoded
