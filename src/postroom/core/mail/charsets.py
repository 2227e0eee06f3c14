"""Bytes to text by an allow-list of charsets and a ladder: declared, alias, UTF-8, Windows-1252.

A mail names its charset, and a sender may name anything; so a name is looked up in a table here and never
handed to Python's codec registry, which has codecs that are no charsets (hex, zlib, idna, unicode_escape …).
Nothing here raises, and no text that leaves has a NUL or a lone surrogate.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

REPLACEMENT: Final = "\ufffd"

_CODECS: Final = {
    # Superset codecs stand for their subsets: that is what senders mean and what browsers do.
    "cp1252": (
        "iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 cp819 windows-1252 x-ansi ansi cp-1252 win-1252"
    ),
    "utf-8": (
        "utf-8 utf8 utf_8 uft-8 utf-8-sig unicode-1-1-utf-8 x-unicode-2-0-utf-8 us-ascii ascii iso-646-us "
        "ansi_x3.4-1968 646 7bit 8bit"
    ),
    "gb18030": (
        "gb2312 gb_2312-80 gb2312_charset gbk x-gbk cp936 windows-936 ms936 gb18030 csgb2312 euc-cn x-euc-cn "
        "chinese"
    ),
    "hz": "hz hz-gb-2312",
    "big5hkscs": (
        "big5 big-5 big5-hkscs big5hkscs cn-big5 x-x-big5 chinesebig5 csbig5 cp950 windows-950 big5-eten"
    ),
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji ms932 cp932 windows-31j csshiftjis windows-932",
    "euc_jp": "euc-jp x-euc-jp eucjp cseucpkdfmtjapanese",
    "iso2022_jp_ext": (
        "iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-ms csiso2022jp _iso-2022-jp$esc jis"
    ),
    "cp949": "euc-kr euckr ks_c_5601-1987 ks_c_5601 ksc5601 ksc_5601 cp949 windows-949 uhc korean",
    "iso2022_kr": "iso-2022-kr csiso2022kr",
    "iso8859-2": "iso-8859-2 iso8859-2 iso_8859-2 latin2 latin-2",
    "iso8859-3": "iso-8859-3 latin3",
    "iso8859-4": "iso-8859-4 latin4",
    "iso8859-5": "iso-8859-5 iso8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 iso-8859-6-i iso-8859-6-e arabic",
    "iso8859-7": "iso-8859-7 iso8859-7 greek",
    "iso8859-8": "iso-8859-8 iso-8859-8-i iso-8859-8-e hebrew logical visual",
    "cp1254": "iso-8859-9 iso8859-9 latin5 windows-1254",
    "iso8859-10": "iso-8859-10 latin6",
    "cp874": "iso-8859-11 tis-620 tis620 windows-874 cp874 x-windows-874 dos-874",
    "iso8859-13": "iso-8859-13 latin7",
    "iso8859-14": "iso-8859-14 latin8",
    "iso8859-15": "iso-8859-15 iso8859-15 iso_8859-15 latin9 latin-9",
    "iso8859-16": "iso-8859-16 latin10",
    "cp1250": "windows-1250 x-cp1250 win-1250",
    "cp1251": "windows-1251 x-cp1251 win-1251",
    "cp1253": "windows-1253",
    "cp1255": "windows-1255",
    "cp1256": "windows-1256",
    "cp1257": "windows-1257",
    "cp1258": "windows-1258",
    "koi8-r": "koi8-r koi8r koi-8-r koi8",
    "koi8-u": "koi8-u koi8-ru",
    "cp437": "cp437 ibm437 cp-437",
    "cp850": "cp850 ibm850 cp-850",
    "cp852": "cp852 ibm852 cp-852",
    "cp858": "cp858 ibm00858",
    "cp862": "cp862 ibm862",
    "cp866": "cp866 ibm866 dos-866",
    "mac-roman": "macintosh mac x-mac-roman macroman x-macintosh",
    "mac-cyrillic": "x-mac-cyrillic mac-cyrillic",
    "mac-latin2": "x-mac-ce x-mac-centraleurroman mac-latin2",
    "utf-16": "utf-16 utf16 unicode ucs-2 iso-10646-ucs-2",
    "utf-16-le": "utf-16le utf-16-le",
    "utf-16-be": "utf-16be utf-16-be",
    "utf-32": "utf-32 utf32",
    "utf-32-le": "utf-32le",
    "utf-32-be": "utf-32be",
}
"""Python codec → the names that are read with it."""

CHARSETS: Final = {
    name: codec for codec, names in _CODECS.items() for name in (*names.split(), codec.replace("_", "-"))
}
"""The allow-list: charset names as mail has them, lower case → Python codec."""

_UNSAFE = re.compile("[\0\ud800-\udfff]")


def safe_text(text: str) -> str:
    """Replace NULs and lone surrogates, so that any database and UTF-8 can hold the text."""
    if text.isascii():
        return text.replace("\0", REPLACEMENT) if "\0" in text else text
    return _UNSAFE.sub(REPLACEMENT, text)


@lru_cache(maxsize=1024)
def codec_of(charset: str) -> str | None:
    """Say which Python codec reads ``charset``; ``None`` where it is unknown or not allowed."""
    name = charset.strip().strip("\"'").strip().lower().removeprefix("charset=").partition("*")[0]
    return (
        CHARSETS.get(name)
        or CHARSETS.get(name.replace("_", "-"))
        or CHARSETS.get(name.replace("cp", "windows-"))
    )


def decode(raw: bytes, charset: str = "", defects: set[str] | None = None) -> str:
    """Turn bytes into safe text, whatever they are. Adds to ``defects`` what did not fit."""
    if raw.isascii() and b"\x1b" not in raw and b"\0" not in raw and b"~{" not in raw:
        # The common case; of the charsets allowed only those excluded here read ASCII otherwise.
        return raw.decode("ascii")
    codec = codec_of(charset[:80]) if charset else "utf-8"
    if codec is None and defects is not None:
        defects.add("unknown_charset")
    return safe_text(_climb(raw, codec, defects))


def _climb(raw: bytes, codec: str | None, defects: set[str] | None) -> str:
    """Try the declared codec, UTF-8, and at last what loses least."""
    for candidate in (codec, "utf-8"):
        text = _strict(raw, candidate)
        if text is not None:
            if candidate != codec and codec is not None and defects is not None:
                defects.add("bad_charset")
            return text
    if codec is not None and defects is not None:
        defects.add("bad_charset")
    if codec in (None, "utf-8") or codec.startswith("utf-"):
        return _nearly_utf8(raw) or raw.decode("cp1252", "replace")
    return raw.decode(codec, "replace")


def _strict(raw: bytes, codec: str | None) -> str | None:
    """Decode without replacing; ``None`` where it does not fit."""
    if codec is None or (codec.startswith(("utf-16", "utf-32")) and not _has_wide_units(raw)):
        return None
    try:
        return raw.decode(codec)
    except ValueError:
        return None


def _has_wide_units(raw: bytes) -> bool:
    """Whether bytes can be UTF-16 or UTF-32: ASCII that claims to be would come out as Chinese."""
    return raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in raw


def _nearly_utf8(raw: bytes) -> str | None:
    """Read UTF-8 with a few broken characters (a text cut by bytes, say); ``None``: it is something else."""
    text = raw.decode("utf-8", "replace")
    broken = text.count(REPLACEMENT)
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text if broken * 2 <= beyond_ascii else None
