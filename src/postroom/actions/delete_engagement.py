"""Delete an engagement by hand: it is gone everywhere and does not come back (C17)."""

from __future__ import annotations

import time

from django.db import transaction

from postroom.actions.erase_traces import ask_to_erase_traces
from postroom.actions.judge_mail import judge_known
from postroom.actions.name_persons import name_again
from postroom.actions.record_verdicts import record_verdicts
from postroom.actions.rejection import NotFound
from postroom.store.models import Engagement, Workspace
from postroom.store.read.chats import lines_of
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import Messages
from postroom.store.read.owners import Owners
from postroom.store.secrets import seal_of
from postroom.store.write.engagements import remove_engagements
from postroom.store.write.ledger import mark_deleted
from postroom.store.write.turn import take_turn


def delete_engagement(workspace: Workspace, engagement_id: int, *, actor: str) -> None:
    """Erase an engagement and its texts, and leave a tombstone on each of its messages. Raises ``NotFound``.

    Persons that it created stay, for somebody may have written to them since; the names it gave go.
    """
    now = int(time.time())
    with transaction.atomic():
        take_turn(workspace)
        row = Engagement.objects.filter(workspace=workspace, pk=engagement_id).first()
        if row is None:
            raise NotFound
        gone = [line.message for line in lines_of([engagement_id])[engagement_id]] or [row.message_id]
        name_again(remove_engagements([engagement_id]))
        ask_to_erase_traces(workspace, actor=actor)
        mark_deleted(gone, now, actor)
        messages = Messages(workspace.pk, Owners(seal_of(workspace)))
        verdicts = judge_known(messages.by_id(gone).values(), DirectoryAtHand(workspace.pk))
        record_verdicts(workspace, verdicts.values(), now)
