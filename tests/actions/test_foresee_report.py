"""What a report would show before saying yes is what it shows after it; and nothing is kept of looking."""

from __future__ import annotations

import pytest
from django.db import connection
from mail_world import ACTOR, K1, NOON, S1, S2
from upload_world import a_source, chat_record, mail_record, rfc3339, sent

from postroom.actions.foresee_report import Foreseen, foresee_report
from postroom.actions.process_uploads import process_some
from postroom.actions.roll_up import roll_up
from postroom.actions.set_consent import set_consent
from postroom.actions.show_report import show_circle, show_report
from postroom.core.weeks import DAY, Period, sunday_of
from postroom.store.models import (
    Decision,
    Interaction,
    Item,
    Message,
    RollUp,
    RollUpDue,
    User,
    Waiting,
    Workspace,
)
from postroom.store.read.report_sight import Onlooker, oneself

WEEK = sunday_of(NOON // DAY)
PERIOD = Period(WEEK, WEEK + 6)


def upload_some(company: Workspace, *lenses: str) -> None:
    source = a_source(company, *lenses)
    sent(
        source,
        "mail",
        mail_record(K1, [S1], id="asked", at=NOON),
        mail_record(K1, [S1], id="asked-too", folder="Project X", at=NOON, message_id="<asked@us.com>"),
        mail_record(S1, [K1, S2], id="answer", folder="sent", at=NOON + 900, in_reply_to="<asked@us.com>"),
        mail_record(S2, [S1], id="inside", at=NOON + 60),
        mail_record(K1, [S1], id="junk", folder="spam", at=NOON + 90),
        mail_record(
            "no-reply@shop.example",
            [S1],
            id="shop",
            at=NOON + 100,
            headers={"Auto-Submitted": "auto-generated"},
        ),
    )
    sent(
        source,
        "chat",
        chat_record(S1, [S1, S2], id="c", at=NOON + 4_000),
        chat_record(S2, [S1, S2], id="d", at=NOON + 4_100),
    )
    sent(
        source,
        "activity",
        {
            "id": "m",
            "type": "meeting",
            "user": S2,
            "participants": [S1, S2, K1],
            "start": rfc3339(NOON + 7_200),
            "end": rfc3339(NOON + 9_000),
        },
    )
    process_some(company.pk)


def user(company: Workspace, email: str) -> User:
    return User.objects.get(workspace=company, email=email)


def foreseen(company: Workspace) -> Foreseen:
    return foresee_report(user(company, S1), PERIOD)


def say_yes(company: Workspace, email: str) -> None:
    set_consent(company, [(user(company, email), True)], actor=ACTOR, how="api")
    while process_some(company.pk):
        pass


@pytest.mark.parametrize("lenses", [("people",), ("people", "customer")])
def test_it_is_what_the_report_shows_after_saying_yes_P1(company: Workspace, lenses: tuple[str, ...]) -> None:
    upload_some(company, *lenses)
    say_yes(company, S2)
    before = foreseen(company)
    say_yes(company, S1)
    roll_up(company)
    me = user(company, S1)
    onlooker = Onlooker(company, frozenset(), me, me.email)
    after = show_report(onlooker, oneself(me), PERIOD).report
    assert after is not None
    assert before.report == after
    assert before.circle == show_circle(onlooker, oneself(me), PERIOD).circle
    assert after.values["all"]["received_mails"].value == 2
    assert after.values["ext"]["response_time"].value == 900
    assert after.values["all"]["meetings"].value == 1
    assert (before.counted, before.is_part) == (Interaction.objects.filter(user=me).count(), False)


def test_nothing_is_kept_of_looking_P1(company: Workspace) -> None:
    upload_some(company, "people")
    models = (Message, Decision, Interaction, Item, Waiting, RollUp, RollUpDue)
    rows = [list(model.objects.order_by("pk").values_list()) for model in models]
    with connection.execute_wrapper(only_reads):
        foreseen(company)
    assert [list(model.objects.order_by("pk").values_list()) for model in models] == rows


def only_reads(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
    assert sql.startswith(("SELECT", "WITH")), sql
    return execute(sql, params, many, context)


def test_who_said_yes_before_sees_what_was_counted_too(company: Workspace) -> None:
    say_yes(company, S1)
    upload_some(company, "people")
    me = user(company, S1)
    counted = Interaction.objects.filter(user=me).count()
    set_consent(company, [(me, False)], actor=ACTOR, how="api")
    sent(a_source(company, "people", name="Another"), "mail", mail_record(K1, [S1], id="later", at=NOON + 50))
    assert foreseen(company).counted == counted + 1


def test_what_nobody_waits_for_shows_nothing(company: Workspace) -> None:
    found = foreseen(company)
    assert (found.counted, found.circle.connections, found.is_part) == (0, [], False)
    assert found.report.values["all"]["received_mails"].value is None


def test_what_cannot_be_opened_is_left_out_and_stops_nothing(company: Workspace) -> None:
    source = a_source(company, "people")
    for id_ in ("1", "2"):
        sent(source, "chat", chat_record(S1, [S2], id=id_, at=NOON))
    Item.objects.filter(pk=Item.objects.order_by("pk")[0].pk).update(sealed=b"of no key" * 9)
    assert foreseen(company).report.values["all"]["sent_chats"].value == 1
