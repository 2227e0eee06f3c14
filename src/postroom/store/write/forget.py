"""What the people lens knows of a user goes, or waits no more: so many rows at a time (P7, P8).

The ledger stays: a decision that goes out of force is followed by one that says why. All of it is for the caller's
transaction, whose turn it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from secrets import token_bytes

from django.db.models import Max

from postroom.core.customer import Decision, Finding
from postroom.core.people import HELD_TOO_LONG
from postroom.core.reasons import REASONS
from postroom.core.upload import MAIL, PEOPLE
from postroom.store.models import Colleague, Copy, Interaction, Item, SetAside, Waiting, Workspace
from postroom.store.models import Decision as DecisionRow
from postroom.store.write.answers import link_answers
from postroom.store.write.ledger import NewDecision, add_decisions, retire_decisions
from postroom.store.write.rollups import note_due
from postroom.store.write.rows import change

Concern = tuple[int, int]
"""A message and a user."""


def forget_waiting(rows: Sequence[Waiting]) -> None:
    """Let these wait no more; what became nothing goes altogether, so that it may be sent again."""
    left = _stop_waiting(rows)
    Item.objects.filter(pk__in=left, copy=None).delete()
    Item.objects.filter(pk__in=left).update(sealed=None, state="done")


def drop_waiting(workspace: Workspace, rows: Sequence[Waiting], revision: int, now: int) -> None:
    """Let these wait no more for a consent that did not come; what became nothing is counted as ``dropped``.

    Of what became a message for somebody else, the ledger says so of those whom it waited for.
    """
    known = Item.objects.filter(pk__in={row.item_id for row in rows}, copy__isnull=False)
    message_of = dict(known.values_list("pk", "copy__message_id"))
    met = [(message_of[r.item_id], r.user_id) for r in rows if r.item_id in message_of and r.user_id]
    decide_without_asking(workspace, met, HELD_TOO_LONG, revision, now)
    left = _stop_waiting(rows)
    dropped = Item.objects.filter(pk__in=left, copy=None)
    # Under another key: what is sent again is a new item, and is held again.
    change(
        "UPDATE store_item SET key = %s WHERE id = %s",
        [(token_bytes(16), pk) for pk in dropped.values_list("pk", flat=True)],
    )
    dropped.update(sealed=None, state="dropped")
    Item.objects.filter(pk__in=left, copy__isnull=False).update(sealed=None, state="done")


def _stop_waiting(rows: Sequence[Waiting]) -> set[int]:
    """Delete these rows; the items that nobody waits for then, whether they could be read or not."""
    items = {row.item_id for row in rows}
    Waiting.objects.filter(pk__in=[row.pk for row in rows]).delete()
    left = items.difference(Waiting.objects.filter(item__in=items).values_list("item_id", flat=True))
    SetAside.objects.filter(item__in=left).delete()
    return left


def forget_items(messages: Collection[int], user_id: int) -> None:
    """Forget that mails of this user's were sent, so that they may be sent again; what they became stays.

    Not of those that the customer lens sees: their source may take them back, and they are asked about by
    ``reconsider`` when they are sent again.
    """
    items = Item.objects.filter(
        kind=MAIL, user=user_id, copy__message__in=messages, copy__lenses=PEOPLE, waiting=None
    )
    Item.objects.filter(pk__in=list(items.values_list("pk", flat=True))).delete()


def forget_interactions(messages: Collection[int], user_id: int) -> int:
    """Erase this user's interactions in these messages, and who else was in them; says how many."""
    theirs = Interaction.objects.filter(message__in=messages, user=user_id).select_related("message")
    rows = list(theirs.only("user", "at", "answers", "message__message_id_token"))
    ids = [row.pk for row in rows]
    Colleague.objects.filter(interaction__in=ids).delete()
    Interaction.objects.filter(pk__in=ids).delete()
    note_due((user_id, row.at) for row in rows)
    tokens = {token for row in rows for token in (row.answers, row.message.message_id_token) if token}
    link_answers({(user_id, bytes(token)) for token in tokens})
    return len(ids)


def leave_interactions(ids: Sequence[int], user_id: int) -> None:
    """Take a user out of others' interactions; how many took part stays."""
    Colleague.objects.filter(interaction__in=ids, user=user_id).delete()
    note_due(Interaction.objects.filter(pk__in=ids).values_list("user_id", "at"))


def decide_without_asking(
    workspace: Workspace,
    concerns: Collection[Concern],
    reason: str,
    revision: int,
    now: int,
    *,
    instead: bool = False,
) -> None:
    """Record ``reason`` for these messages and users, where nothing is decided yet; ``instead``: everywhere.

    What is decided so already stays.
    """
    messages = {message for message, _ in concerns}
    current = DecisionRow.objects.filter(message__in=messages, lens="people", is_current=True)
    known = {(row.message_id, row.user_id): row for row in current.only("message_id", "user_id", "reason")}
    stand = {concern for concern, row in known.items() if not instead or row.reason == reason}
    anew = sorted(set(concerns).difference(stand))
    retire_decisions([known[concern].pk for concern in anew if concern in known])
    copies = Copy.objects.filter(message__in=messages).values_list("message_id")
    last_copies = dict(copies.annotate(last=Max("pk")).order_by())
    decision = Decision(REASONS[reason].outcome, reason, (Finding(reason),), ())
    add_decisions(
        workspace.pk,
        [
            NewDecision(message, decision, revision, last_copies.get(message, 0), user)
            for message, user in anew
        ],
        now,
    )
