"""Connections to hosts that people typed: to public addresses only, and to the very address that was looked at (S4).

A name is looked up once. If any of its addresses is private, local or otherwise not everybody's, none is connected to:
who controls the name could point it at what stands behind the firewall. Hosts that the operator named are let through.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

from postroom.core.trouble import CannotEver, TryLater

LookUp = Callable[..., Sequence[tuple[Any, ...]]]
"""As ``socket.getaddrinfo``."""

_CARRIES_IPV4: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))
"""Networks whose last four bytes are an IPv4 address that a gateway may hand the connection to."""


def is_public(address: str) -> bool:
    """Whether this IP address is everybody's, and so is every address that hides in it."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in _within(found))


def _within(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    hidden: list[IPv4Address | IPv6Address] = [address]
    if address.sixtofour:
        hidden.append(address.sixtofour)
    if address.teredo:
        hidden.extend(address.teredo)
    if any(address in network for network in _CARRIES_IPV4):
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    return hidden


def addresses_of(
    host: str, port: int, allowed: Collection[str] = (), *, look_up: LookUp = socket.getaddrinfo
) -> Sequence[tuple[Any, ...]]:
    """Where the host is, as ``socket.getaddrinfo`` says it.

    ``allowed``: hosts that may be private. Raises ``CannotEver``: ``host_refused`` where not every address is public,
    ``host_unknown`` where there is no such host; ``TryLater``: ``host_not_found`` where nobody can tell now.
    """
    try:
        found = look_up(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as problem:
        if problem.errno in (socket.EAI_AGAIN, socket.EAI_FAIL):
            raise TryLater("host_not_found") from None
        raise CannotEver("host_unknown") from None
    except (UnicodeError, ValueError, OSError, OverflowError):
        raise CannotEver("host_unknown") from None
    if not found:
        raise CannotEver("host_unknown")
    is_named = _plain(host) in {_plain(name) for name in allowed}
    if not is_named and not all(is_public(where[4][0]) for where in found):
        raise CannotEver("host_refused")
    return found


def connect(
    host: str,
    port: int,
    allowed: Collection[str] = (),
    *,
    seconds: float,
    look_up: LookUp = socket.getaddrinfo,
) -> socket.socket:
    """A connection to the first address of the host that answers. ``seconds``: to wait for all of them together.

    Raises as ``addresses_of`` does, and ``TryLater``: ``unreachable``.
    """
    found = addresses_of(host, port, allowed, look_up=look_up)
    for family, kind, protocol, _, address in found:
        try:
            connection = socket.socket(family, kind, protocol)
        except OSError:
            continue
        try:
            connection.settimeout(seconds / len(found))
            connection.connect(address)
        except OSError:
            connection.close()
            continue
        return connection
    raise TryLater("unreachable")


def _plain(host: str) -> str:
    return host.strip().rstrip(".").casefold()
