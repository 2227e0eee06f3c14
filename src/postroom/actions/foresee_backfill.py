"""How much mail it would be to go back so many days in labels, and how long that would take, before it begins (M15).

Asks the provider, and changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from postroom.actions.choose_labels import check_days
from postroom.actions.mailbox_access import access_of, provider_for
from postroom.core.trouble import ProviderError
from postroom.store.models import Label, Mailbox

_DAY: Final = 86_400
_A_MINUTE: Final = {"google": 300, "microsoft": 600}
"""Mails that a provider gives of one mailbox in a minute, by the quotas that it tells."""
_A_MINUTE_ELSE: Final = 1_500
_UNITS_A_MAIL: Final = 20
"""Of Google's quota."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What going back would be."""

    since: int
    """Unix seconds."""
    counts: tuple[tuple[Label, int], ...]
    minutes: int
    """At the most that the provider gives; from 1 on."""
    trouble: str = ""
    """One of the five kinds where the provider could not be asked, and then ``counts`` is empty."""
    trouble_code: str = ""

    @property
    def total(self) -> int:
        """How many mails it is."""
        return sum(count for _, count in self.counts)


def foresee_backfill(
    mailbox: Mailbox, labels: Sequence[Label], days: int, *, now: int | None = None
) -> Foreseen:
    """Count the mails of these labels of the last ``days`` at the provider. Raises ``Rejected`` for impossible days."""
    check_days(days)
    since = (int(time.time()) if now is None else now) - days * _DAY
    try:
        with provider_for(mailbox).open(access_of(mailbox)) as opened:
            counts = tuple((label, opened.count(label.ref, since)) for label in labels)
    except ProviderError as error:
        return Foreseen(since, (), 0, error.kind, error.code)
    total = sum(count for _, count in counts)
    return Foreseen(since, counts, max(1, ceil(total / _a_minute(mailbox))))


def _a_minute(mailbox: Mailbox) -> int:
    units = mailbox.source.settings.get("units_per_minute")
    if mailbox.source.kind == "google" and units:
        return max(1, int(units) // _UNITS_A_MAIL)
    return _A_MINUTE.get(mailbox.source.kind, _A_MINUTE_ELSE)
