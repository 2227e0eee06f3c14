"""What was met is known: importing again changes nothing, and the directory changes nothing by itself (F6, C13-C17)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from mail_world import (
    ACTOR,
    K1,
    K2,
    LONG_AGO,
    NOON,
    S1,
    S2,
    Imports,
    L,
    N,
    U,
    decision_of,
    found_by,
    mail,
    persons_in_force,
    replayed,
    taken,
    timeline,
)

from postroom.actions.add_blocklist import add_blocklist, remove_blocklist
from postroom.actions.add_persons import add_persons
from postroom.actions.change_account import delete_account
from postroom.actions.change_person import change_person, delete_person
from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.rejection import NotFound
from postroom.actions.replay import Replayed
from postroom.core.reasons import REASONS
from postroom.store.models import (
    Account,
    BlocklistEntry,
    Engagement,
    Message,
    Person,
    Workspace,
)

DAY = 86400
IMPORTED = ("import", "imported")


def all_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours."""
    rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_app_config("store").get_models():
            table = model._meta.db_table
            cursor.execute(f"SELECT * FROM {table}")
            rows[table] = sorted(tuple(map(repr, row)) for row in cursor.fetchall())
    return rows


THE_MAILS = (
    mail(K1, [S1], id="1@x"),
    mail(N, [S1, S2], id="2@x"),
    mail(S1, [U], id="3@x"),
    mail(L, [S1], id="4@x"),
    mail(S1, [S2], id="5@x"),
    b"",
)


@pytest.mark.parametrize("reconsider", [False, True])
def test_importing_again_changes_no_row_and_counts_the_same_F6(
    reconsider: bool, company: Workspace, importing: Imports
) -> None:
    first = importing(*THE_MAILS)
    before = all_rows()

    again = importing(*THE_MAILS, reconsider=reconsider)

    assert again.outcomes == first.outcomes
    assert again.messages == first.messages == sum(first.outcomes.values()) == 6
    assert (again.new_messages, again.new_copies) == (0, 0)
    after = all_rows()
    if reconsider:  # that what was set aside was tried again is noted
        after["store_setaside"] = before["store_setaside"]
    assert after == before


def test_same_mail_twice_in_one_import_counts_twice(company: Workspace, importing: Imports) -> None:
    summary = importing(THE_MAILS[0], THE_MAILS[0], THE_MAILS[3])

    assert (summary.messages, summary.new_messages, summary.new_copies) == (3, 2, 2)
    assert summary.outcomes == {IMPORTED: 2, ("skip", "blocked"): 1}


# The blocklist and the directory change nothing by themselves (C13, C16)


def test_hits_and_last_hit_are_counted_once_a_message_C16(company: Workspace, importing: Imports) -> None:
    raw = mail(L, [S1, S2], id="1@x")
    importing(raw)
    importing(raw)
    importing(raw, user=S2)
    importing(mail(K1, [S1, L], id="2@x"))

    entry = BlocklistEntry.objects.get(value=L)
    assert entry.hits == 2
    assert entry.last_hit_at is not None
    assert BlocklistEntry.objects.get(value="rival.com").last_hit_at is None


def _block(company: Workspace) -> None:
    taken(add_blocklist(company, ["acme.com"], actor=ACTOR))


def _forget_person(company: Workspace) -> None:
    delete_account(company, Account.objects.get(name="Acme").pk, actor=ACTOR)
    delete_person(company, Person.objects.get(name="K One").pk, actor=ACTOR)


@pytest.mark.parametrize("change", [_block, _forget_person])
def test_what_was_imported_stays_when_another_copy_is_met_after_a_change_C13_C16(
    change: Callable[[Workspace], None], company: Workspace, importing: Imports
) -> None:
    importing(mail(K1, [S1, S2]))
    before = timeline(company)
    change(company)

    importing(mail(K1, [S1, S2]), user=S2)
    summary = importing(mail(K1, [S1, S2], cc=["boss@us.com"]), user=S2, label="archive")

    assert summary.outcomes == {IMPORTED: 1}
    assert decision_of(company) == IMPORTED
    participants = [*before[0]["participants"], ("cc", "boss@us.com", "")]
    assert timeline(company) == [{**before[0], "participants": sorted(participants)}]
    assert replayed(company) == Replayed(same=1)


def test_bcc_that_is_revealed_withdraws_though_the_person_is_gone_by_now_F4(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(K1, [S1]))
    _forget_person(company)

    importing(mail(K1, [S1], bcc=[L]), user=S2)

    assert decision_of(company) == ("skip", "blocked")
    assert timeline(company) == []


def test_new_person_does_not_join_earlier_mail_met_again_C13(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1]))
    taken(add_persons(company, [{"name": "Late", "emails": [K1], "known_since": LONG_AGO}], actor=ACTOR))

    importing(mail(K1, [S1]), user=S2)

    assert [e["persons"] for e in timeline(company)] == [[(NOON, "K One")]]


def test_removed_blocklist_entry_lets_in_on_reconsider_only_C13(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(K1, [S1, L]))
    remove_blocklist(company, BlocklistEntry.objects.get(value=L).pk, actor=ACTOR)

    importing(mail(K1, [S1, L]))
    assert decision_of(company) == ("skip", "blocked")
    summary = importing(mail(K1, [S1, L]), reconsider=True)

    assert decision_of(company) == IMPORTED
    assert summary.outcomes == {IMPORTED: 1}
    assert (summary.new_messages, summary.new_copies) == (0, 0)
    assert replayed(company) == Replayed(same=2)


def test_mail_before_the_person_comes_in_with_an_earlier_known_since_C9(
    company: Workspace, importing: Imports
) -> None:
    (id_,) = taken(add_persons(company, [{"name": "Una", "emails": [U]}], actor=ACTOR))
    raw = mail(U, [S1])
    importing(raw)
    assert decision_of(company) == ("skip", "before_person")

    change_person(company, id_, {"known_since": LONG_AGO}, actor=ACTOR)
    importing(raw)
    assert decision_of(company) == ("skip", "before_person")
    importing(raw, reconsider=True)

    assert decision_of(company) == IMPORTED
    assert [e["persons"] for e in timeline(company)] == [[(NOON, "Una")]]


def test_person_known_at_noon_C9(company: Workspace, importing: Imports) -> None:
    since = "2026-03-02T12:00:00Z"
    taken(add_persons(company, [{"name": "Una", "emails": [U], "known_since": since}], actor=ACTOR))
    importing(
        mail(U, [S1], id="before@x", at=NOON - 60),
        mail(U, [S1], id="at@x", at=NOON),
        mail(U, [S1], id="after@x", at=NOON + 60),
    )
    assert decision_of(company, "before@x") == ("skip", "before_person")
    assert decision_of(company, "at@x") == decision_of(company, "after@x") == IMPORTED


# Deleted by hand (C10, C17)


def test_deleted_engagement_is_gone_and_does_not_come_back_C17(
    company: Workspace, importing: Imports
) -> None:
    raw = mail(N, [S1, S2], subject="Gone", text="goneword")
    importing(raw)
    delete_engagement(company, Engagement.objects.get().pk, actor=ACTOR)

    for reconsider in (False, True):
        summary = importing(raw, reconsider=reconsider)
        assert summary.outcomes == {("skip", "deleted"): 1}
    importing(raw, user=S2)
    importing(mail(N, [S1, S2], bcc=[K1], subject="Gone", text="goneword"), user=S2, label="archive")

    assert timeline(company) == []
    assert found_by(company, "goneword") == found_by(company, "Gone") == []
    assert decision_of(company) == ("skip", "deleted")
    message = Message.objects.get()
    assert message.deleted_by == ACTOR
    # Somebody may have written to the person since.
    assert [p["emails"] for p in persons_in_force(company)] == [[K1], [K2], [N]]
    assert replayed(company) == Replayed(same=2)


def test_engagement_of_another_workspace_cannot_be_deleted_W3(
    company: Workspace, workspace: Workspace, importing: Imports
) -> None:
    importing(mail(K1, [S1]))
    with pytest.raises(NotFound):
        delete_engagement(workspace, Engagement.objects.get().pk, actor=ACTOR)
    assert len(timeline(company)) == 1


def test_every_reason_that_can_be_counted_is_a_reason(company: Workspace, importing: Imports) -> None:
    summary = importing(*THE_MAILS)

    assert {(REASONS[reason].outcome, reason) for _, reason in summary.outcomes} == set(summary.outcomes)
