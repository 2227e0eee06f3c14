"""What a malformed header holds is released by hand: then the careful reading decides (C0)."""

from __future__ import annotations

from mail_world import ACTOR, K1, S1, Imports, U, decision_of, mail, timeline

from postroom.actions.create_workspace import create_workspace
from postroom.actions.release import release
from postroom.actions.replay import replay
from postroom.store.models import Decision, Workspace


def held(importing: Imports, first: str, second: str) -> tuple[bytes, int]:
    """Import a mail with two From headers that is held; the mail and the id of its decision."""
    raw = mail(first, [S1], more=f"From: {second}")
    importing(raw)
    decision = Decision.objects.get(workspace=importing.workspace)
    assert (decision.outcome, decision.reason) == ("hold", "ambiguous")
    return raw, decision.pk


def test_what_would_come_in_is_imported_with_its_file_after_the_release_C0(
    company: Workspace, importing: Imports
) -> None:
    raw, id_ = held(importing, K1, U)
    answers = release(company, [id_], actor=ACTOR)
    assert answers == [{"index": 0, "id": id_, "status": "send_again", "reason": None}]
    assert decision_of(company) == ("hold", "ambiguous")
    importing(raw)
    assert decision_of(company) == ("hold", "ambiguous")
    importing(raw, reconsider=True)
    assert decision_of(company) == ("import", "imported")
    assert [shown["persons"][0][1] for shown in timeline(company)] == ["K One"]
    *_, replayed = replay(company)
    assert (replayed.same, replayed.differences) == (2, [])


def test_what_stays_out_gets_its_own_reason_at_once_C0(company: Workspace, importing: Imports) -> None:
    _, id_ = held(importing, U, K1)
    answers = release(company, [id_], actor=ACTOR)
    assert answers == [{"index": 0, "id": id_, "status": "decided", "reason": "unknown_sender"}]
    assert decision_of(company) == ("skip", "unknown_sender")
    *_, replayed = replay(company)
    assert (replayed.same, replayed.differences) == (2, [])


def test_only_what_is_held_here_is_released_W3(company: Workspace, importing: Imports) -> None:
    _, id_ = held(importing, K1, U)
    other = create_workspace("Them", "admin@them.com").workspace
    rejected = {"index": 0, "id": id_, "status": "rejected", "reason": "not_held"}
    assert release(other, [id_], actor=ACTOR) == [rejected]
    assert company.message_set.get().released_at is None
    release(company, [id_], actor=ACTOR)
    importing(mail(K1, [S1], id="two@acme.com"))
    imported = Decision.objects.get(workspace=company, outcome="import")
    assert release(company, [imported.pk], actor=ACTOR) == [rejected | {"id": imported.pk}]
