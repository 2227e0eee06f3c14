"""Bytes to text: the allow-list, the aliases, the ladder."""

import pytest

from postroom.core.mail.charsets import CHARSETS, codec_of, decode, safe_text


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("us-ascii", b"plain", "plain"),
        ("utf-8", "Grüße 你好".encode(), "Grüße 你好"),
        ("UTF8", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", b"gr\xfc\xdfe \x80", "grüße €"),
        ("latin1", b"\xe9", "é"),
        ("windows-1252", b"\x93quoted\x94", "“quoted”"),
        ("iso-8859-2", b"\xb1\xe6", "ąć"),
        ("iso-8859-9", b"\xfd\xf0", "ığ"),
        ("iso-8859-15", b"\xa4", "€"),
        ("windows-1250", b"\xb9\xe6", "ąć"),
        ("windows-1251", b"\xcf\xf0\xe8", "При"),
        ("koi8-r", b"\xf0\xd2\xc9", "При"),
        ("windows-874", b"\xa1\xa2", "กข"),
        ("tis-620", b"\xa1\xa2", "กข"),
        ("iso-8859-8-i", b"\xf9\xec", "של"),
        ("gb2312", "你好".encode("gb2312"), "你好"),
        ("x-gbk", "你好".encode("gbk"), "你好"),
        ("gb2312_charset", "你好".encode("gbk"), "你好"),
        ("hz-gb-2312", b"~{VPND~}", "中文"),
        ("big5", "你好".encode("big5"), "你好"),
        ("chinesebig5", "你好".encode("big5"), "你好"),
        ("shift_jis", "日本".encode("shift_jis"), "日本"),
        ("euc-jp", "日本".encode("euc_jp"), "日本"),
        ("iso-2022-jp", "日本".encode("iso2022_jp"), "日本"),
        ("_iso-2022-jp$esc", "日本".encode("iso2022_jp"), "日本"),
        ("ks_c_5601-1987", "한글".encode("cp949"), "한글"),
        ("euc-kr", "한글".encode("euc_kr"), "한글"),
        ("cp-850", b"\x81", "ü"),
        ("cp1252", b"\x80", "€"),
        ("cp1251", b"\xcf", "П"),
        ("x-mac-cyrillic", b"\x8f", "П"),
        ("utf-16", "né".encode("utf-16"), "né"),
        ("utf-16le", "né".encode("utf-16-le"), "né"),
        ("uft-8", "é".encode(), "é"),
        ("us-ascii*en", "é".encode(), "é"),
        ("charset=us-ascii", "é".encode(), "é"),
        ('"utf-8"', "é".encode(), "é"),
    ],
)
def test_charset_is_read_as_senders_mean_it(charset: str, raw: bytes, text: str) -> None:
    defects: set[str] = set()
    assert (decode(raw, charset, defects), defects) == (text, set())


@pytest.mark.parametrize(
    "charset",
    [
        "hex",
        "zlib",
        "zlib_codec",
        "bz2",
        "base64",
        "rot13",
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
        "raw_unicode_escape",
        "utf-7",
        "mbcs",
        "oem",
        "uu",
        "quopri",
        "default",
        "default_charset",
        "unknown-8bit",
        "x-unknown",
        "none",
        "3d",
        "fakescii",
        "x-ias-german",
        "\x00",
    ],
)
def test_what_is_no_charset_is_never_used(charset: str) -> None:
    defects: set[str] = set()
    raw = "636166c3a9 +AOk- \\u0041 é".encode()
    assert codec_of(charset) is None
    assert (decode(raw, charset, defects), defects) == ("636166c3a9 +AOk- \\u0041 é", {"unknown_charset"})


def test_every_codec_of_the_allow_list_decodes_every_byte() -> None:
    every_byte = bytes(range(256))
    for charset in CHARSETS:
        text = decode(every_byte, charset)
        assert text.encode("utf-8").decode("utf-8") == text
        assert "\0" not in text


@pytest.mark.parametrize(
    ("charset", "raw", "text", "defects"),
    [
        ("", b"caf\xe9", "café", {"bad_charset"}),
        ("utf-8", b"caf\xe9", "café", {"bad_charset"}),
        ("us-ascii", b"caf\xe9", "café", {"bad_charset"}),
        ("us-ascii", "café".encode(), "café", set()),
        ("x-unknown", b"caf\xe9", "café", {"unknown_charset"}),
        ("x-unknown", "café".encode(), "café", {"unknown_charset"}),
        ("utf-16", "café".encode(), "café", {"bad_charset"}),
        ("utf-16", b"\xff\xfe\x00\xd8a", "ÿþ\ufffdØa", {"bad_charset"}),
        ("utf-8", "東京都".encode()[:-1], "東京\ufffd", {"bad_charset"}),
        ("shift_jis", "日本".encode("shift_jis") + b"\x81", "日本\ufffd", {"bad_charset"}),
        ("iso-8859-1", b"a\x81b", "a\ufffdb", {"bad_charset"}),
        ("gb18030", b"\xff\xff", "\ufffd\ufffd", {"bad_charset"}),
    ],
)
def test_ladder_goes_down_to_what_loses_least(charset: str, raw: bytes, text: str, defects: set[str]) -> None:
    found: set[str] = set()
    assert (decode(raw, charset, found), found) == (text, defects)


def test_nuls_and_lone_surrogates_are_replaced() -> None:
    assert decode(b"a\0b") == "a\ufffdb"
    assert decode("é\0".encode(), "utf-8") == "é\ufffd"
    assert safe_text("a\ud800b\udfff\0") == "a\ufffdb\ufffd\ufffd"
