"""Take uploaded items back: what they said goes from both lenses, and from the timelines (K7).

Their copies stay sealed, seen only by the decisions that saw them, so that these can be replayed (L4).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max

from postroom.actions.judge_mail import judge_known
from postroom.actions.judge_people import judge_people
from postroom.actions.record_verdicts import record_verdicts
from postroom.actions.withdraw_engagements import withdraw, withdraw_copies, withdraw_lines
from postroom.core.upload import CHAT
from postroom.store.models import Decision, Workspace
from postroom.store.read.concerns import concerns_decided
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import Messages
from postroom.store.read.owners import Owners
from postroom.store.read.remaining import remaining
from postroom.store.rows import select_in
from postroom.store.secrets import seal_of
from postroom.store.write import uploads_done
from postroom.store.write.ledger import another_fingerprint
from postroom.store.write.turn import take_turn


def take_back(workspace: Workspace, item_ids: Sequence[int], now: int) -> None:
    """Undo what became of these items, and let nobody wait for them. The items themselves stay.

    Within the caller's transaction, whose turn it becomes. What other copies say of the same messages stays, and
    only that.
    """
    take_turn(workspace)
    uploads_done.stop_waiting(workspace, item_ids)
    copies = select_in(
        "SELECT c.id, c.message_id, c.fingerprint, s.name FROM store_item i JOIN store_copy c ON c.id = i.copy_id "
        "JOIN store_source s ON s.id = i.source_id WHERE i.id IN ({}) AND i.workspace_id = %s",
        item_ids,
        [workspace.pk],
    )
    if not copies:
        return
    newest = Decision.objects.aggregate(newest=Max("pk"))["newest"] or 0
    uploads_done.take_back_copies(
        (id_, newest, another_fingerprint(bytes(print_), id_)) for id_, _, print_, _ in copies
    )
    messages = sorted({message for _, message, _, _ in copies})
    at_hand = DirectoryAtHand(workspace.pk)
    sources = {source for _, _, _, source in copies}
    actor = f"source:{sources.pop()}" if len(sources) == 1 else "uploads"
    _from_customers(workspace, messages, at_hand, now, actor)
    concerns = concerns_decided(messages)
    if concerns:
        judge_people(workspace, concerns, at_hand, now)


def _from_customers(
    workspace: Workspace, messages: Sequence[int], at_hand: DirectoryAtHand, now: int, actor: str
) -> None:
    """Judge these messages without the copies taken back, and show only what the others say.

    What shows text of another copy stays shown, whatever the directory says of it today (C13, C16).
    """
    known = Messages(workspace.pk, Owners(seal_of(workspace))).by_id(messages)
    shown = {id_: m.engagement for id_, m in known.items() if m.engagement is not None}
    said = remaining(shown)
    stays = {
        id_: engagement
        for id_, engagement in shown.items()
        if said[engagement].texts and known[id_].kind != CHAT
    }
    verdicts = judge_known([m for id_, m in known.items() if id_ not in stays], at_hand).values()
    record_verdicts(workspace, [v for v in verdicts if not v.imports], now)
    gone = [known[id_] for id_ in shown if id_ not in stays]
    withdraw(
        workspace, [m.engagement for m in gone if m.engagement is not None and m.kind != CHAT], actor=actor
    )
    withdraw_lines(workspace, [m.id for m in gone if m.kind == CHAT], at_hand, actor=actor)
    withdraw_copies(workspace, stays, at_hand, actor=actor)
