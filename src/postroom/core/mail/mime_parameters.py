"""The parameters of Content-Type and Content-Disposition, with the continuations of RFC 2231.

Reads what real mail has: missing quotes, empty parameters, encoded words where none may be. Linear, and never
raises. Must not decide what a part is (see ``mime``).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from postroom.core.mail.charsets import decode
from postroom.core.mail.encoded_words import decode_words

_PARAMETER: Final = re.compile(r';\s*+([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|"?([^;]*+))', re.S)
_ESCAPED: Final = re.compile(r"\\(.)", re.S)
_SECTION: Final = re.compile(r"\*([0-9]{1,5})(\*?)")
_MAX_SECTIONS: Final = 10_000


class Typed(NamedTuple):
    """A value with parameters, such as ``text/plain; charset=utf-8``."""

    value: str
    """Lower case, without blanks."""
    parameters: dict[str, str]
    """Lower-case name, with its RFC 2231 marks → value without quotes. The first of a name wins."""

    def get(self, name: str) -> str:
        """Read a parameter, joined and decoded; empty where there is none."""
        plain = self.parameters.get(name)
        if plain is not None:
            return decode_words(plain)
        extended = self.parameters.get(name + "*")
        if extended is not None:
            return _decode_extended(extended)
        return self._join_sections(name)

    def _join_sections(self, name: str) -> str:
        """Join ``name*0``, ``name*1*`` … up to the first that is missing."""
        sections: dict[int, tuple[str, bool]] = {}
        for key, value in self.parameters.items():
            if key.startswith(name):
                section = _SECTION.fullmatch(key, len(name))
                if section:
                    sections.setdefault(int(section[1]), (value, bool(section[2])))
        pieces: list[str] = []
        while len(pieces) in sections:
            pieces.append(sections[len(pieces)][0])
        if any(encoded for _, encoded in sections.values()):
            return _decode_extended("".join(pieces))
        return decode_words("".join(pieces))


def _decode_extended(value: str) -> str:
    """Decode ``charset'language'text%20with%20escapes``."""
    charset, _, rest = value.partition("'")
    _, mark, text = rest.partition("'")
    if not mark:
        charset, text = "", value
    return decode(unquote_to_bytes(text), charset)


def typed(value: str) -> Typed:
    """Split a Content-Type or Content-Disposition into its value and parameters."""
    main, mark, rest = value.partition(";")
    parameters: dict[str, str] = {}
    if mark:
        for name, quoted, bare in _PARAMETER.findall(";" + rest):
            parameters.setdefault(
                name.lower(), _ESCAPED.sub(r"\1", quoted) if quoted else bare.strip().rstrip('"')
            )
            if len(parameters) > _MAX_SECTIONS:
                break
    return Typed("".join(main.split()).lower(), parameters)
