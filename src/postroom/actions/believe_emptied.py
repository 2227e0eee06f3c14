"""Say of a label that nearly all of its mail really was deleted at the provider: then that is believed (row 51)."""

from __future__ import annotations

import time

from django.db import transaction

from postroom.actions.rejection import NotFound
from postroom.store.models import Label, Mailbox
from postroom.store.write.mailboxes import be_due


def believe_emptied(mailbox: Mailbox, label_id: int) -> Label:
    """Have the next look believe what is lacking; what was imported stays. Raises ``NotFound`` where nothing waits."""
    now = int(time.time())
    with transaction.atomic():
        # Before the label, as sync does.
        be_due([mailbox.pk], now)
        waiting = Label.objects.filter(pk=label_id, mailbox=mailbox, problem="emptied")
        if not waiting.update(problem="believed", problem_at=now, verified_at=None):
            raise NotFound
    return Label.objects.get(pk=label_id)
