"""Forget erases one's figures, and one's name in the circles of others, whose totals stay (P7)."""

from __future__ import annotations

import pytest
from mail_world import ACTOR, NOON, S1, S2
from upload_world import a_source, mail_record, sent, uploaded

from postroom.actions.forget import forget, run_forget
from postroom.actions.process_uploads import process_some
from postroom.actions.roll_up import roll_up
from postroom.actions.set_consent import set_consent
from postroom.actions.work import claim_job
from postroom.core.rollup import Pair, read_figures, read_pairs
from postroom.store.models import RollUp, User, Workspace


def user(company: Workspace, email: str) -> User:
    return User.objects.get(workspace=company, email=email)


def do_forget(company: Workspace, email: str) -> None:
    asked = forget(user(company, email))
    while (job := claim_job()) is not None and job.pk != asked.pk:
        pass
    assert job is not None
    run_forget(job)


@pytest.fixture
def mailing(company: Workspace) -> Workspace:
    """S1 and S2, who consent, wrote to each other, and it is rolled up."""
    set_consent(company, [(user(company, email), True) for email in (S1, S2)], actor=ACTOR, how="api")
    source = a_source(company, "people")
    for email in (S1, S2):
        folder = "sent" if email == S1 else "inbox"
        uploaded(source, "mail", mail_record(S1, [S2], id="one", user=email, folder=folder, at=NOON))
    process_some(company.pk)
    roll_up(company)
    return company


def pairs_of(company: Workspace, email: str) -> list[Pair]:
    return [
        pair
        for row in RollUp.objects.filter(user=user(company, email))
        for pair in read_pairs(bytes(row.pairs))
    ]


def test_ones_figures_are_gone_when_it_is_done_P7(mailing: Workspace) -> None:
    assert RollUp.objects.filter(user=user(mailing, S1)).count() == 1
    do_forget(mailing, S1)
    assert RollUp.objects.filter(user=user(mailing, S1)).count() == 0
    roll_up(mailing)
    assert RollUp.objects.filter(user=user(mailing, S1)).count() == 0


def test_others_circles_name_one_no_more_and_their_totals_stay_P7(mailing: Workspace) -> None:
    row = RollUp.objects.get(user=user(mailing, S2))
    before = read_figures(bytes(row.figures))
    assert [pair.colleague for pair in pairs_of(mailing, S2)] == [user(mailing, S1).pk]
    do_forget(mailing, S1)
    roll_up(mailing)
    row.refresh_from_db()
    assert pairs_of(mailing, S2) == []
    assert read_figures(bytes(row.figures)) == before
    assert before["int"]["received_mails"] == 1


def test_what_comes_after_it_counts_again_P7(mailing: Workspace) -> None:
    do_forget(mailing, S1)
    source = a_source(mailing, "people", name="Another")
    sent(source, "mail", mail_record(S1, [S2], id="two", folder="sent", at=NOON + 60))
    process_some(mailing.pk)
    roll_up(mailing)
    (row,) = RollUp.objects.filter(user=user(mailing, S1))
    assert read_figures(bytes(row.figures))["all"]["sent_mails"] == 1
    assert [pair.sent_mails for pair in pairs_of(mailing, S1)] == [1]
