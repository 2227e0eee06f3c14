"""What roll-ups are to come to: made anew from nothing, and by the words of the definitions from the rows."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from reference_week import BLOCKS, Had, days_of, figures_of, pairs_of, sundays_of

from postroom.actions.roll_up import roll_up
from postroom.core.message import SENDERS
from postroom.core.rollup import read_days, read_figures, read_pairs
from postroom.core.weeks import date_of
from postroom.store.models import Colleague, Interaction, RollUp, RollUpDue, RollUpState, User, Workspace
from postroom.store.write.rollups import note_due

Kept = dict[tuple[int, int], tuple[bytes, bytes, bytes]]


def kept(workspace: Workspace) -> Kept:
    """All roll-ups as they are stored."""
    rows = RollUp.objects.filter(user__workspace=workspace)
    fields = rows.values_list("user_id", "sunday", "figures", "days", "pairs")
    return {(row[0], row[1]): (bytes(row[2]), bytes(row[3]), bytes(row[4])) for row in fields}


def made_from_nothing(workspace: Workspace) -> Kept:
    """The roll-ups as they would be had none ever been made; leaves everything as it is."""
    with transaction.atomic():
        users = User.objects.filter(workspace=workspace)
        for model in (RollUp, RollUpState, RollUpDue):
            model.objects.filter(user__in=users).delete()
        note_due((user.pk, 0) for user in users)
        roll_up(workspace)
        found = kept(workspace)
        transaction.set_rollback(True)
    return found


def told(rows: Kept) -> dict[tuple[int, date], tuple[Any, Any, Any]]:
    """What stands in them: figures, days and pairs by name."""
    return {
        (user, date_of(sunday)): (
            read_figures(figures),
            {block: [tuple(day) for day in seven] for block, seven in read_days(days).items()},
            {pair.colleague: pair._asdict() for pair in read_pairs(pairs)},
        )
        for (user, sunday), (figures, days, pairs) in rows.items()
    }


def by_the_words(workspace: Workspace) -> dict[tuple[int, date], tuple[Any, Any, Any]]:
    """The same from the interactions, by the definitions; also what answers what is found anew."""
    found = {}
    for user in User.objects.filter(workspace=workspace):
        zone, history = ZoneInfo(user.time_zone or "UTC"), history_of(user)
        for sunday in sundays_of(history, zone):
            found[user.pk, sunday] = (
                {block: figures_of(history, zone, sunday, block) for block in BLOCKS},
                {block: [day[:3] for day in days_of(history, zone, sunday, block)] for block in BLOCKS},
                {who: pair | {"colleague": who} for who, pair in pairs_of(history, zone, sunday).items()},
            )
    return found


def history_of(user: User) -> list[Had]:
    """A user's interactions."""
    rows = list(Interaction.objects.filter(user=user).select_related("message").order_by("at", "pk"))
    named: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for interaction, colleague, role in Colleague.objects.filter(interaction__in=rows).values_list(
        "interaction_id", "user_id", "role"
    ):
        named[interaction].append((colleague, role in SENDERS))
    answers = answers_by_the_words(rows)
    return [
        Had(
            row.at,
            row.kind,
            row.is_sent,
            row.is_automatic,
            row.is_inside,
            row.is_outside,
            row.others,
            row.seconds or 0,
            *answers.get(row.pk, (None, False, False)),
            tuple(sorted(named[row.pk])),
        )
        for row in rows
    ]


def answers_by_the_words(rows: list[Interaction]) -> dict[int, tuple[int, bool, bool]]:
    """Of one user's interactions: when it was answered or when the mail it answers had come, and that one's sides."""
    found: dict[int, tuple[int, bool, bool]] = {}
    mails = [row for row in rows if row.kind == "mail" and not row.is_automatic]
    for answer in (mail for mail in mails if mail.is_sent):
        referred = bytes(answer.message.reference_tokens)[-16:]
        asked = [
            mail
            for mail in mails
            if not mail.is_sent
            and referred
            and mail.message.message_id_token is not None
            and bytes(mail.message.message_id_token) == referred
            and mail.at <= answer.at
        ]
        if asked:
            first = min(asked, key=lambda mail: (mail.at, mail.pk))
            found[answer.pk] = (first.at, first.is_inside, first.is_outside)
        for mail in asked:
            before = found.get(mail.pk)
            found[mail.pk] = (answer.at if before is None else min(before[0], answer.at), False, False)
    return found


def noted(workspace: Workspace) -> dict[int, tuple[int, bool, bool]]:
    """What is stored of answers, as ``answers_by_the_words`` says it."""
    rows = Interaction.objects.filter(workspace=workspace, answered_at__isnull=False)
    fields = rows.values_list("pk", "answered_at", "answered_sides")
    return {pk: (at, bool(sides & 1), bool(sides & 2)) for pk, at, sides in fields}


def answers_of(workspace: Workspace) -> dict[int, tuple[int, bool, bool]]:
    """What is to be stored of answers, for all users."""
    found: dict[int, tuple[int, bool, bool]] = {}
    for user in User.objects.filter(workspace=workspace):
        found |= answers_by_the_words(list(Interaction.objects.filter(user=user).select_related("message")))
    return found


def assert_whole(workspace: Workspace) -> None:
    """What is kept is what there is, byte for byte and by the words, and nothing is due."""
    roll_up(workspace)
    assert RollUpDue.objects.filter(user__workspace=workspace).count() == 0
    assert noted(workspace) == answers_of(workspace)
    rows = kept(workspace)
    assert rows == made_from_nothing(workspace)
    assert told(rows) == by_the_words(workspace)
    connection.check_constraints()
