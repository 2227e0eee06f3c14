"""Mail addresses and domains in the one form in which they are compared (D2).

Must not guess: what is no address gives ``None``, and nothing here reads a header (see ``rfc5322``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final
from unicodedata import normalize

MAX_ADDRESS_CHARS: Final = 320
"""Local part 64, ``@``, domain 255 (RFC 5321, 4.5.3.1)."""

_ESCAPED = re.compile(r"\\(.)", re.S)

ALabel = Callable[[str], str]
"""Turns a domain with letters beyond ASCII into its A-label form; raises ``ValueError`` where it cannot."""


def stdlib_a_label(domain: str) -> str:
    """Encode by IDNA 2003, which is all that the standard library knows; callers may pass IDNA 2008."""
    return domain.encode("idna").decode("ascii")


def normalise_domain(text: str, a_label: ALabel = stdlib_a_label) -> str | None:
    """Fold a domain for comparison: trimmed, lower case, A-labels, no final dot. ``None``: no domain."""
    domain = text.strip().rstrip(".").lower()
    if not domain.isascii():
        try:
            domain = a_label(domain).lower()
        except (ValueError, UnicodeError):
            return None
    return domain if _is_host(domain) or _is_literal(domain) else None


def _is_literal(domain: str) -> bool:
    """Say whether ``domain`` is an address literal such as ``[127.0.0.1]`` (RFC 5321, 4.1.3)."""
    inner = domain[1:-1].replace(":", "").replace(".", "")
    return domain[:1] == "[" and domain[-1:] == "]" and inner.isalnum()


@lru_cache(maxsize=4096)
def _is_host(domain: str) -> bool:
    """Say whether ``domain`` has the shape of a host name: labels of letters, digits, ``-`` and ``_``."""
    if not domain or len(domain) > 255:
        return False
    return all(
        0 < len(label) <= 63
        and label.replace("-", "").replace("_", "").isalnum()
        and not label.startswith("-")
        for label in domain.split(".")
    )


def normalise_address(text: str, a_label: ALabel = stdlib_a_label) -> str | None:
    """Fold an address for comparison: trimmed, case-folded, domain as A-label. ``None``: no address.

    The local part is folded too: no mail system in use tells ``John@`` from ``john@``, and a rule that
    did would let blocked mail in.
    """
    local, at, host = text.strip().rpartition("@")
    if not at or not local or len(text) > MAX_ADDRESS_CHARS:
        return None
    domain = normalise_domain(host, a_label)
    if local[0] == '"':
        local = _unquoted(local)
    if domain is None or not _is_local_part(local):
        return None
    local = local.lower() if local.isascii() else normalize("NFC", normalize("NFC", local).casefold())
    return f"{local}@{domain}"


def _unquoted(local: str) -> str:
    """Take off quotes that are not needed: ``"john"@`` is ``john@`` (RFC 5321, 4.1.2)."""
    inner = _ESCAPED.sub(r"\1", local[1:-1])
    plain = local[-1] == '"' and not set(inner) & {'"', "@"} and bool(inner) and _is_local_part(inner)
    return inner if plain else local


def _is_local_part(local: str) -> bool:
    """Say whether ``local`` may stand before the ``@``: no spaces or specials unless it is quoted."""
    if not local.isprintable():
        return False
    if len(local) > 1 and local[0] == local[-1] == '"':
        return True
    return not any(c.isspace() or c in '<>,;:@"()[]\\' for c in local)


def domain_of(address: str) -> str:
    """The domain of an address that ``normalise_address`` returned."""
    return address.rpartition("@")[2]


@lru_cache(maxsize=4096)
def parent_domains(domain: str) -> tuple[str, ...]:
    """The domains above ``domain``, nearest first, without the top level: a.eu.x.com → eu.x.com, x.com."""
    labels = domain.split(".")
    return tuple(".".join(labels[i:]) for i in range(1, len(labels) - 1))
