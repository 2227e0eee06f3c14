"""Have a mailbox looked at now, rather than when it is due."""

from __future__ import annotations

from postroom.actions.rejection import Rejected
from postroom.store.models import Mailbox
from postroom.store.write.mailbox_choices import look_soon


def look_now(mailbox: Mailbox) -> None:
    """Put the mailbox first in the worker's line. Raises ``Rejected`` where it is not connected."""
    if mailbox.connected_at is None:
        raise Rejected("mailbox_disconnected")
    look_soon(mailbox, 0)
