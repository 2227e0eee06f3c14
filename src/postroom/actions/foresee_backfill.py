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
from postroom.actions.sign_in import TooManyTries, counted
from postroom.core.trouble import TRY_LATER, ProviderError
from postroom.store.models import Label, Mailbox

COUNTED: Final = 5
"""So many labels are counted at most: somebody waits."""
TRIES: Final = 10
"""So often a mailbox may be asked in vain before waiting."""
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
    """Of the first ``COUNTED`` labels."""
    minutes: int
    """At the most that the provider gives; from 1 on."""
    trouble: str = ""
    """One of the five kinds where the provider could not be asked, and then ``counts`` is empty."""
    trouble_code: str = ""
    uncounted: int = 0
    """How many labels were too many to be counted."""

    @property
    def total(self) -> int:
        """How many mails it is."""
        return sum(count for _, count in self.counts)


def foresee_backfill(
    mailbox: Mailbox, labels: Sequence[Label], days: int, *, client: str, now: int | None = None
) -> Foreseen:
    """Count the mails of these labels of the last ``days`` at the provider, while somebody waits.

    ``client``: the network address asked from; what is asked in vain is counted as tries to sign in are. Raises
    ``Rejected`` for impossible days.
    """
    check_days(days)
    since = (int(time.time()) if now is None else now) - days * _DAY
    try:
        counts = counted(
            f"counting in mailbox {mailbox.pk}",
            client,
            lambda: _counts(mailbox, labels[:COUNTED], since),
            tries_of_address=TRIES,
        )
    except ProviderError as error:
        return Foreseen(since, (), 0, error.kind, error.code)
    if isinstance(counts, TooManyTries):
        return Foreseen(since, (), 0, TRY_LATER, "asked_too_often")
    total = sum(count for _, count in counts)
    minutes = max(1, ceil(total / _a_minute(mailbox)))
    return Foreseen(since, counts, minutes, uncounted=len(labels[COUNTED:]))


def _counts(mailbox: Mailbox, labels: Sequence[Label], since: int) -> tuple[tuple[Label, int], ...]:
    with provider_for(mailbox).open(access_of(mailbox, for_page=True)) as opened:
        return tuple((label, opened.count(label.ref, since)) for label in labels)


def _a_minute(mailbox: Mailbox) -> int:
    units = mailbox.source.settings.get("units_per_minute")
    if mailbox.source.kind == "google" and units:
        return max(1, int(units) // _UNITS_A_MAIL)
    return _A_MINUTE.get(mailbox.source.kind, _A_MINUTE_ELSE)
