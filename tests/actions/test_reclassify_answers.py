"""What answers what follows whose mail it is, when aliases come and go (E3, E4, D4)."""

from __future__ import annotations

import pytest
from mail_world import ACTOR, NOON, S1
from rollup_world import assert_whole
from upload_world import a_source, consent, mail_record, uploaded

from postroom.actions.add_users import add_users
from postroom.actions.roll_up import roll_up
from postroom.core.rollup import Figures, read_figures
from postroom.store.models import Interaction, RollUp, Source, User, Workspace
from postroom.worker.runner import run_due

FAR = "kim@far.example"


@pytest.fixture
def source(company: Workspace) -> Source:
    consent(company, S1)
    return a_source(company, "people")


def set_aliases(company: Workspace, *aliases: str) -> None:
    add_users(company, [{"email": S1, "aliases": list(aliases)}], actor=ACTOR)
    while run_due():
        pass
    roll_up(company)


def figures(company: Workspace) -> Figures:
    (row,) = RollUp.objects.filter(user__email=S1)
    return read_figures(bytes(row.figures))["all"]


def test_what_becomes_ones_own_mail_is_not_answered_and_answers_nothing_E3(
    company: Workspace, source: Source
) -> None:
    uploaded(source, "mail", mail_record(FAR, [S1], id="asked", at=NOON))
    uploaded(
        source,
        "mail",
        mail_record(S1, [FAR], id="answer", folder="sent", at=NOON + 3_600, in_reply_to="<asked@us.com>"),
    )
    roll_up(company)
    assert (figures(company)["responses"], figures(company)["response_time"]) == (1, 3_600)
    set_aliases(company, FAR)
    assert set(Interaction.objects.values_list("is_sent", "answered_at", "answered_sides")) == {
        (True, None, 0)
    }
    assert (figures(company)["responses"], figures(company)["response_time"]) == (0, None)
    assert figures(company)["answered_mails"] == 0
    assert_whole(company)
    set_aliases(company)
    assert (figures(company)["responses"], figures(company)["response_time"]) == (1, 3_600)


def test_what_is_ones_own_no_more_answers_nothing_E4(company: Workspace, source: Source) -> None:
    set_aliases(company, FAR)
    uploaded(source, "mail", mail_record("ben@acme.com", [S1], id="asked", at=NOON))
    answer = mail_record(FAR, ["ben@acme.com", S1], id="x", at=NOON + 60, in_reply_to="<asked@us.com>")
    uploaded(source, "mail", {name: value for name, value in answer.items() if name != "message_id"})
    roll_up(company)
    assert (figures(company)["answered_mails"], figures(company)["responses"]) == (1, 1)
    set_aliases(company)
    assert (figures(company)["received_mails"], figures(company)["answered_mails"]) == (2, 0)
    assert User.objects.filter(email=S1).count() == 1
    assert_whole(company)
