"""Look into a mailbox in this process until all that is to be met was: what the command line asks for.

The worker does the same a little at a time; whoever has the mailbox, the other waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from postroom.actions.mailbox_reading import Met
from postroom.actions.sync_mailbox import look
from postroom.core.sync import PROBLEMS
from postroom.store.models import Mailbox
from postroom.store.read.completeness import accounted_labels, is_met

_ROUND: Final = 30
"""Seconds after which it is told how far it is."""
_PATIENCE: Final = 120
"""Seconds to wait for somebody else to be done with the mailbox."""


class MailboxBusy(Exception):
    """Somebody else looks into the mailbox and does not come to an end."""


def sync_now(
    mailbox: Mailbox,
    *,
    verify: bool = False,
    tell: Callable[[Met], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> Met:
    """Look until nothing is left to be met, or the provider is in trouble, which stands on the mailbox then.

    ``verify``: compare all of it with the provider's list. ``tell`` is called now and then with what was met so far. A
    quota that is used up is waited for. Raises ``MailboxBusy``, and what ``look`` raises.
    """
    all_met = Met()
    was: object = None
    begins = verify
    while True:
        _add(all_met, _patiently(mailbox, begins, pause))
        tell(all_met)
        mailbox.refresh_from_db()
        now_is = _how_far(mailbox, verify)
        if mailbox.trouble or now_is is None:
            return all_met
        rest = 0.0 if mailbox.has_more else mailbox.look_at - time.time()
        if rest <= 0 and now_is == was:
            return all_met
        was = now_is
        pause(max(rest, 0))
        # To compare from the beginning again would come to no end.
        begins = False


def _patiently(mailbox: Mailbox, verify: bool, pause: Callable[[float], None]) -> Met:
    for _ in range(_PATIENCE):
        met = look(mailbox.pk, seconds=_ROUND, verify=verify)
        if met is not None:
            return met
        pause(1)
    raise MailboxBusy(
        "Somebody else looks into the mailbox, and was not done in time. Run the command again."
    )


def _how_far(mailbox: Mailbox, verify: bool) -> object:
    """What changes as long as there is more to do; ``None``: nothing is left."""
    labels = [
        label for label in accounted_labels(mailbox.workspace, mailbox.user) if label.problem not in PROBLEMS
    ]
    unfinished = [label for label in labels if not is_met(label) or (verify and label.verified_at is None)]
    return [(x.pk, x.walked_to, x.verified_at, x.verified_to) for x in unfinished] or None


def _add(all_met: Met, met: Met) -> None:
    all_met.listed += met.listed
    all_met.new += met.new
    for outcome, count in met.outcomes.items():
        all_met.outcomes[outcome] = all_met.outcomes.get(outcome, 0) + count
