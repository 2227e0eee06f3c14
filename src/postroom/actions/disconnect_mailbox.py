"""End a user's own connection: its secret is erased; labels, what is selected and what came in stay (M10).

Where Centralized Connect is on, it takes the mailbox over.
"""

from __future__ import annotations

from django.db import transaction

from postroom.actions.connect_all import ask_for_one
from postroom.actions.rejection import Rejected
from postroom.core import audit as acts
from postroom.store.models import Mailbox, User
from postroom.store.read.mailbox_sources import mailbox_of
from postroom.store.write import audit
from postroom.store.write import mailbox_sources as write
from postroom.store.write.turn import take_turn


def disconnect_mailbox(user: User, *, actor: str) -> bool:
    """Disconnect; says whether Centralized Connect is asked to take over.

    Raises ``Rejected``: ``mailbox_disconnected``, ``connected_centrally``.
    """
    with transaction.atomic():
        take_turn(user.workspace)
        mailbox = mailbox_of(user)
        if mailbox is None or mailbox.connected_at is None:
            raise Rejected("mailbox_disconnected")
        if mailbox.is_central:
            raise Rejected("connected_centrally")
        write.unbind(Mailbox.objects.filter(pk=mailbox.pk))
        source = {"source": mailbox.source.kind}
        audit.note(user.workspace, acts.MAILBOX_DISCONNECTED, actor, user=user, before=source)
        return ask_for_one(user, actor=actor)
