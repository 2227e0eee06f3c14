"""How a mailbox is opened: its provider, with the settings, secrets and budgets it needs.

The one place where the secrets of a mailbox come together. What it makes stays in memory and is never logged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import transaction

from postroom.actions.mailbox_secrets import opened, sealed
from postroom.config import config
from postroom.core.trouble import NotAllowed, TryLater
from postroom.providers.port import Access, Provider
from postroom.providers.registry import provider_of
from postroom.store.models import Mailbox, Source
from postroom.store.read.users import addresses_of
from postroom.store.write import budgets
from postroom.store.write.mailbox_sources import replace_mailbox_secret

_OF_OWN: Final = ("client_secret",)
"""What a mailbox that is a user's own needs of its source's secret."""

MOST_WAIT_SECONDS: Final = 60
"""So long whoever has used up a budget is made to wait; where it lasts longer, they are told to come again."""


PATIENCE_OF_PAGES: Final = {"seconds": 10}
"""Settings of whoever asks a server while somebody waits at a page: it is given up when that lasts too long."""


_SLICE_SECONDS: Final = 0.5
"""So often whoever waits asks whether to stop."""


def provider_for(mailbox: Mailbox) -> Provider:
    """The provider that reads this mailbox."""
    return provider_of(mailbox.source.kind)


def access_of(
    mailbox: Mailbox, *, for_page: bool = False, is_stopping: Callable[[], bool] = lambda: False
) -> Access:
    """How this mailbox is opened, as it is connected now; ``for_page``: with the patience of pages.

    Once it ``is_stopping``, nobody waits for a budget to be whole again.

    Raises ``NotAllowed`` (``not_your_address``) where its address is its user's no more, and ``KeyMissing``.
    """
    if mailbox.address not in {entry.address for entry in addresses_of([mailbox.user])[mailbox.user_id]}:
        raise NotAllowed("not_your_address")
    source = mailbox.source
    own = {} if mailbox.is_central else mailbox.settings
    return Access(
        address=mailbox.address,
        settings={**settings_for(source, own), **(PATIENCE_OF_PAGES if for_page else {})},
        secret=secret_of_source(source) if mailbox.is_central else _own_secret(mailbox),
        is_central=mailbox.is_central,
        keep_secret=(lambda _: None) if mailbox.is_central else _Keeper(mailbox),
        spend=spender(f"mailbox {mailbox.pk}", f"source {source.pk}", is_stopping),
    )


def settings_for(source: Source, own: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is set of the source, over it what is the mailbox's own, and what only this installation may say."""
    return {**source.settings, **own, **_of_installation(source)}


def secret_of_source(source: Source) -> dict[str, str]:
    """All that is secret of the source. Raises ``KeyMissing``."""
    return opened(source.sealed_secret)


def spender(
    mailbox: str, source: str, is_stopping: Callable[[], bool] = lambda: False
) -> Callable[[str, int, int, int], None]:
    """Spends of the budgets that all workers share, under these names; waits a little where one is used up, unless
    whoever waits ``is_stopping``."""
    names = {"mailbox": mailbox, "source": source}

    def spend(key: str, units: int, most: int, seconds: int) -> None:
        until = time.monotonic() + MOST_WAIT_SECONDS
        while (wait := budgets.spend(names[key], units, most, seconds)) is not None:
            ends_at = time.monotonic() + wait
            while (rest := ends_at - time.monotonic()) > 0:
                if ends_at > until or is_stopping():
                    raise TryLater("budget_spent", after_seconds=rest)
                time.sleep(min(rest, _SLICE_SECONDS))

    return spend


def _own_secret(mailbox: Mailbox) -> dict[str, str]:
    of_source = secret_of_source(mailbox.source)
    shared = {name: of_source[name] for name in _OF_OWN if name in of_source}
    return {**shared, **opened(mailbox.sealed_secret)}


def _of_installation(source: Source) -> dict[str, Any]:
    ours = config()
    if source.kind == "google":
        return {"api": ours.google_api, "directory": ours.google_directory, "token": ours.google_token}
    if source.kind == "microsoft":
        return {"login": ours.microsoft_login, "graph": ours.microsoft_graph}
    if source.kind == "imap":
        hosts = [host.strip().lower() for host in ours.allowed_private_hosts.split(",")]
        return {
            "allowed_hosts": [host for host in hosts if host],
            "allow_plain": source.settings.get("allow_plain", False),
        }
    if source.kind == "memory" and "present" in source.settings:
        from postroom.actions.demo_server import ensure_server  # loads all texts of the demo

        return {"server": ensure_server(source)}
    return {}


class _Keeper:
    """Keeps the secrets that a provider gives anew while the mailbox is open."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox.pk
        self._kept = bytes(mailbox.sealed_secret or b"")

    def __call__(self, secret: Mapping[str, str]) -> None:
        """Keep it, durably, unless somebody connected or disconnected the mailbox meanwhile: that is newer."""
        own = {name: text for name, text in secret.items() if name not in _OF_OWN}
        after = sealed({**opened(self._kept or None), **own})
        if after is None:
            return
        with transaction.atomic(durable=True):
            if replace_mailbox_secret(self._mailbox, self._kept, after):
                self._kept = after
