"""Release messages that are held because their address header can be read in two ways (C0)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from postroom.actions.fetch_again import FETCH_AGAIN, SEND_AGAIN, fetch_again
from postroom.actions.judge_mail import judge_known
from postroom.actions.record_verdicts import record_verdicts
from postroom.core.reasons import HOLD
from postroom.store.models import Decision, Workspace
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import Messages
from postroom.store.read.owners import Owners
from postroom.store.secrets import seal_of
from postroom.store.write.ledger import mark_released
from postroom.store.write.turn import take_turn


def release(workspace: Workspace, ids: Sequence[int], *, actor: str) -> list[dict[str, Any]]:
    """Let the careful reading decide on the messages of these decisions.

    One answer each, in order: ``{"index", "id", "status", "reason"}``. ``fetch_again``: it would come in now,
    and its mailbox is asked for it. ``send_again``: it would come in now; its content is not here, so import its file
    or send it again, to be reconsidered. ``decided``: it stays out, for ``reason``.
    ``rejected``, ``not_held``: no decision of this id holds a message.
    """
    now = int(time.time())
    with transaction.atomic():
        take_turn(workspace)
        held = dict(
            Decision.objects.filter(
                workspace=workspace, pk__in=ids, is_current=True, outcome=HOLD, reason="ambiguous"
            ).values_list("pk", "message_id")
        )
        mark_released(held.values(), now, actor)
        messages = Messages(workspace.pk, Owners(seal_of(workspace))).by_id(list(held.values()))
        verdicts = {
            v.known.id: v
            for v in judge_known(messages.values(), DirectoryAtHand(workspace.pk)).values()
            if v.known is not None
        }
        record_verdicts(workspace, [v for v in verdicts.values() if not v.imports], now)
        fetched = fetch_again([message for message, v in verdicts.items() if v.imports], now)
    answers = []
    for index, id_ in enumerate(ids):
        verdict = verdicts.get(held.get(id_, 0))
        if verdict is None:
            answers.append({"index": index, "id": id_, "status": "rejected", "reason": "not_held"})
        elif verdict.imports:
            status = FETCH_AGAIN if held[id_] in fetched else SEND_AGAIN
            answers.append({"index": index, "id": id_, "status": status, "reason": None})
        else:
            answers.append(
                {"index": index, "id": id_, "status": "decided", "reason": verdict.decision.reason}
            )
    return answers
