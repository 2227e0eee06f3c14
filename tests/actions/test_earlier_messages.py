"""Earlier messages of a person, an account or a blocklist entry: counted, then imported or removed on request (C13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from mail_world import (
    ACTOR,
    K1,
    LONG_AGO,
    NOON,
    S1,
    S2,
    Imports,
    L,
    U,
    account,
    decision_of,
    mail,
    persons_in_force,
    replayed,
    taken,
    the_company,
    timeline,
)

from postroom.actions import earlier_messages as module
from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_persons import add_persons
from postroom.actions.change_account import change_account
from postroom.actions.change_person import change_person
from postroom.actions.earlier_messages import look_for_earlier, offer_of
from postroom.actions.import_earlier import can_be_set_back, import_earlier, set_back
from postroom.actions.rejection import NotFound
from postroom.actions.remove_blocked import remove_blocked, undo_removal
from postroom.store.models import AccountDomain, Job, Person, PersonAddress, Revision, Workspace
from postroom.worker.runner import run_due

FAR, FAR_TOO = "una@faraway.example", "una@home.example"
LATE = "2030-01-01T00:00:00Z"


def work() -> None:
    """Do all that is due."""
    while run_due():
        pass


def una(company: Workspace, *emails: str, since: str | None = LATE) -> int:
    """A person, known since then."""
    [person] = taken(
        add_persons(company, [{"name": "Una", "emails": list(emails), "known_since": since}], actor=ACTOR)
    )
    return person


def looked(company: Workspace, about: str, id_: int) -> Job:
    """A count that was done."""
    job = look_for_earlier(company, about, id_, actor=ACTOR)
    assert job is not None
    work()
    job.refresh_from_db()
    assert (job.state, job.problem) == ("done", "")
    return job


def since_of(person: int) -> dict[str, int]:
    """Since when the addresses of a person are known."""
    return dict(
        PersonAddress.objects.filter(person=person, closed_in=None).values_list("address", "known_since")
    )


def the_mails() -> list[bytes]:
    """Three that Una's being known would let in, and six that it would not."""
    return [
        mail(FAR, [S1], id="from@x", at=NOON + 20),
        mail(S1, [FAR], id="to@x", at=NOON + 10),
        mail(K1, [S1], [FAR_TOO], id="in@x", at=NOON),
        mail(FAR_TOO, [S1], [U], id="with@x", at=NOON + 30),
        mail(U, [S1, FAR], id="stranger@x", at=NOON + 1),
        mail(FAR, [S1, L], id="blocked@x", at=NOON + 2),
        mail(S1, [S2], id="internal@x", at=NOON + 3),
        mail(U, [S1], id="other@x", at=NOON + 4),
    ]


def test_earlier_messages_of_a_person_are_counted_and_nothing_changes_C13(
    company: Workspace, importing: Imports
) -> None:
    importing(*the_mails())
    person = una(company, FAR, FAR_TOO)
    revision, before = Revision.objects.count(), timeline(company)

    job = looked(company, "person", person)

    assert job.counts == {"found": 3, "stay": 1}
    far, far_too = PersonAddress.objects.filter(person=person).order_by("pk").values_list("pk", flat=True)
    assert job.progress["since"] == {str(far): NOON + 10, str(far_too): NOON + 30}
    assert job.progress["why"] == {"unknown_sender": 1}
    assert len(job.progress["decisions"]) == 3
    assert decision_of(company, "from@x") == ("skip", "unknown_sender")
    assert (Revision.objects.count(), timeline(company)) == (revision, before)
    assert since_of(person)[FAR] > NOON + 10**8


def test_import_makes_them_known_since_then_and_says_what_to_send_again_C13(
    company: Workspace, importing: Imports
) -> None:
    importing(*the_mails())
    person = una(company, FAR, FAR_TOO)
    looked(company, "person", person)

    job = import_earlier(company, "person", person, actor=ACTOR)
    work()

    job.refresh_from_db()
    assert since_of(person) == {FAR: NOON + 10, FAR_TOO: NOON + 30}
    assert job.counts == {"changed": 0, "unchanged": 0, "send_again": 3}
    assert Revision.objects.latest("pk").change == "know a person since earlier"
    assert offer_of(company, "person", person) is None

    importing(*the_mails(), reconsider=True)
    assert {e["message_id"] for e in timeline(company)} == {"from@x", "to@x", "in@x", "with@x"}
    assert decision_of(company, "blocked@x") == ("skip", "blocked")
    assert not replayed(company).differences


def test_undoing_sets_the_days_back_and_leaves_what_came_in_C13(
    company: Workspace, importing: Imports
) -> None:
    importing(*the_mails())
    person = una(company, FAR, FAR_TOO)
    before = since_of(person)
    looked(company, "person", person)
    job = import_earlier(company, "person", person, actor=ACTOR)
    work()
    importing(mail(FAR, [S1], id="from@x", at=NOON + 20), reconsider=True)

    assert can_be_set_back(job)
    set_back(job, actor=ACTOR)

    assert since_of(person) == before
    assert "from@x" in {e["message_id"] for e in timeline(company)}
    importing(mail(S1, [FAR], id="to@x", at=NOON + 10), reconsider=True)
    assert decision_of(company, "to@x") == ("skip", "before_person")
    assert not can_be_set_back(job)
    with pytest.raises(NotFound):
        set_back(job, actor=ACTOR)


def test_undoing_leaves_days_that_were_changed_since_C13(company: Workspace, importing: Imports) -> None:
    importing(*the_mails())
    person = una(company, FAR, FAR_TOO)
    late = since_of(person)[FAR_TOO]
    looked(company, "person", person)
    job = import_earlier(company, "person", person, actor=ACTOR)
    emails = [{"email": FAR, "known_since": LONG_AGO}, FAR_TOO]
    change_person(company, person, {"emails": emails}, actor=ACTOR)

    set_back(job, actor=ACTOR)

    assert since_of(person) == {FAR: 1_577_836_800, FAR_TOO: late}


def test_no_day_moves_later_by_importing_C13(company: Workspace, importing: Imports) -> None:
    importing(mail(FAR, [S1]))
    person = una(company, FAR, since=LONG_AGO)
    assert looked(company, "person", person).counts == {"found": 1, "stay": 0}

    job = import_earlier(company, "person", person, actor=ACTOR)

    assert since_of(person) == {FAR: 1_577_836_800}
    assert (job.asked["earlier"]["was"], can_be_set_back(job)) == ({}, False)


def test_nothing_is_asked_for_where_nobody_mentions_the_address_C13(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(U, [S1]), mail(K1, [S1], [FAR], id="in@x"))
    assert look_for_earlier(company, "person", una(company, FAR), actor=ACTOR) is None
    assert look_for_earlier(company, "person", una(company), actor=ACTOR) is None
    [entry] = taken(add_blocklist(company, [U], actor=ACTOR))
    assert look_for_earlier(company, "blocklist", entry, actor=ACTOR) is None
    assert Job.objects.count() == 0


def test_a_count_stands_only_for_the_addresses_it_was_made_for_C13(
    company: Workspace, importing: Imports
) -> None:
    importing(*the_mails())
    person = una(company, FAR)
    looked(company, "person", person)
    offer = offer_of(company, "person", person)
    assert offer is not None and (offer.count, offer.is_under_way) == (2, False)

    change_person(company, person, {"emails": [FAR, FAR_TOO]}, actor=ACTOR)

    assert offer_of(company, "person", person) is None
    with pytest.raises(NotFound):
        import_earlier(company, "person", person, actor=ACTOR)


def test_a_person_made_by_mail_is_somebodys_after_it_C13(company: Workspace, importing: Imports) -> None:
    taken(
        add_accounts(company, [account("Far", "faraway.example", since="2026-03-01T00:00:00Z")], actor=ACTOR)
    )
    importing(mail(FAR, [S1], id="new@x"), mail(FAR, [S1], id="old@x", at=NOON - 10**7))
    person = Person.objects.get(addresses__address=FAR, closed_in=None)
    assert person.is_from_mail
    assert looked(company, "person", person.pk).counts == {"found": 1, "stay": 0}

    import_earlier(company, "person", person.pk, actor=ACTOR)

    person.refresh_from_db()
    assert (person.is_from_mail, since_of(person.pk)) == (False, {FAR: NOON - 10**7})


def far_account(company: Workspace, *, subdomains: bool = False) -> int:
    """An account of two domains, known since just now."""
    record = account("Far", "faraway.example", "home.example", since=LATE, subdomains=subdomains)
    [made] = taken(add_accounts(company, [record], actor=ACTOR))
    return made


def test_earlier_messages_of_an_account_by_its_domains_C13_C11(
    company: Workspace, importing: Imports
) -> None:
    importing(*the_mails(), mail("eve@eu.faraway.example", [S1], id="below@x", at=NOON - 5))
    made = far_account(company)

    job = looked(company, "account", made)
    assert job.counts == {"found": 3, "stay": 1}
    import_earlier(company, "account", made, actor=ACTOR)
    work()

    days = AccountDomain.objects.filter(account=made, closed_in=None).values_list("domain", "known_since")
    assert dict(days) == {"faraway.example": NOON + 10, "home.example": NOON + 30}
    importing(*the_mails(), mail("eve@eu.faraway.example", [S1], id="below@x", at=NOON - 5), reconsider=True)
    assert {e["message_id"] for e in timeline(company)} == {"from@x", "to@x", "in@x", "with@x"}
    assert [p["emails"] for p in persons_in_force(company) if p["accounts"] == ["Far"]] == [[FAR], [FAR_TOO]]
    assert not replayed(company).differences


def test_subdomains_count_where_the_entry_includes_them_C13(company: Workspace, importing: Imports) -> None:
    importing(*the_mails(), mail("eve@eu.faraway.example", [S1], id="below@x", at=NOON - 5))
    assert looked(company, "account", far_account(company, subdomains=True)).counts == {"found": 4, "stay": 1}


def test_an_ignored_account_has_none_C13_A2(company: Workspace, importing: Imports) -> None:
    importing(*the_mails())
    made = far_account(company)
    change_account(company, made, {"ignored": True}, actor=ACTOR)
    assert look_for_earlier(company, "account", made, actor=ACTOR) is None


def blocked(company: Workspace, value: str, *, subdomains: bool = False) -> int:
    """A new entry of the blocklist."""
    [entry] = taken(add_blocklist(company, [{"value": value, "include_subdomains": subdomains}], actor=ACTOR))
    return entry


@pytest.mark.parametrize(
    ("value", "subdomains", "removed"),
    [
        ("una@faraway.example", False, {"una@x"}),
        ("faraway.example", False, {"una@x", "ed@x"}),
        ("faraway.example", True, {"una@x", "ed@x", "below@x"}),
        (K1, False, {"una@x", "ed@x", "below@x", "k1@x"}),
    ],
)
def test_a_blocklist_entry_removes_what_it_would_have_kept_out_and_only_that_C13_C16(
    company: Workspace, importing: Imports, value: str, subdomains: bool, removed: set[str]
) -> None:
    mails = [
        mail(K1, [S1, "una@faraway.example"], id="una@x"),
        mail(K1, [S1, "ed@faraway.example"], id="ed@x"),
        mail(K1, [S1, "al@eu.faraway.example"], id="below@x"),
        mail(K1, [S1], id="k1@x"),
        mail("k2@beta.io", [S1], id="k2@x"),
        mail(U, [S1, "una@faraway.example"], id="out@x"),
    ]
    importing(*mails)
    everything = {e["message_id"] for e in timeline(company)}
    entry = blocked(company, value, subdomains=subdomains)

    assert looked(company, "blocklist", entry).counts == {"found": len(removed), "stay": 0}
    assert {e["message_id"] for e in timeline(company)} == everything

    job = remove_blocked(company, entry, actor=ACTOR)
    work()
    job.refresh_from_db()
    assert (job.state, job.counts) == ("done", {"removed": len(removed)})
    assert {e["message_id"] for e in timeline(company)} == everything - removed
    assert {decision_of(company, id) for id in removed} == {("skip", "blocked")}
    assert decision_of(company, "out@x") == ("skip", "unknown_sender")
    assert not replayed(company).differences
    assert offer_of(company, "blocklist", entry) is None


def test_removing_is_undone_by_removing_the_entry_and_sending_again_C13(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(K1, [S1], id="one@x"), mail(L, [S1], id="lawyer@x"))
    before = timeline(company)
    entry = blocked(company, "acme.com")
    looked(company, "blocklist", entry)
    removal = remove_blocked(company, entry, actor=ACTOR)
    work()
    assert timeline(company) == []

    removal.refresh_from_db()
    again = undo_removal(removal, actor=ACTOR)
    work()

    again.refresh_from_db()
    assert again.counts == {"changed": 0, "unchanged": 0, "send_again": 1}
    importing(mail(K1, [S1], id="one@x"), mail(L, [S1], id="lawyer@x"), reconsider=True)
    assert timeline(company) == before
    with pytest.raises(NotFound):
        undo_removal(removal, actor=ACTOR)
    with pytest.raises(NotFound):
        undo_removal(again, actor=ACTOR)


def test_an_entry_that_is_gone_meanwhile_removes_nothing_C13(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1]))
    entry = blocked(company, K1)
    looked(company, "blocklist", entry)
    job = remove_blocked(company, entry, actor=ACTOR)
    undo_removal(job, actor=ACTOR)
    work()
    job.refresh_from_db()
    assert (job.counts, len(timeline(company))) == ({"removed": 0}, 1)


def test_a_count_goes_on_where_it_was_C13(
    company: Workspace, importing: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing(*the_mails())
    monkeypatch.setattr(module, "_SPAN", 2)
    monkeypatch.setattr(module, "_BATCH", 1)
    job = look_for_earlier(company, "account", far_account(company), actor=ACTOR)
    assert job is not None
    taken_up = module.Walk(job)
    while not taken_up.next_messages():
        pass
    Job.objects.filter(pk=job.pk).update(
        progress=job.progress | {"decisions": [7], "since": {"9": 5}, "why": {"internal": 2}},
        counts={"found": 1, "stay": 2},
        leased_until=datetime.now(UTC) - timedelta(seconds=1),
    )
    work()
    job.refresh_from_db()
    assert (job.state, job.counts) == ("done", {"found": 3, "stay": 3})
    assert (len(job.progress["decisions"]), job.progress["decisions"][0], job.progress["since"]["9"]) == (
        3,
        7,
        5,
    )
    assert job.progress["why"] == {"internal": 2, "unknown_sender": 1}


def test_too_many_are_counted_and_not_kept_by_number_C13(
    company: Workspace, importing: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing(*the_mails())
    monkeypatch.setattr(module, "MOST_FOUND", 2)
    job = looked(company, "person", una(company, FAR, FAR_TOO))
    assert (job.counts["found"], len(job.progress["decisions"])) == (3, 2)


def test_other_workspaces_are_left_alone_W3(company: Workspace, importing: Imports) -> None:
    importing(*the_mails())
    them = the_company()
    person = una(company, FAR)
    assert look_for_earlier(them, "person", person, actor=ACTOR) is None
    looked(company, "person", person)
    assert offer_of(them, "person", person) is None
    with pytest.raises(NotFound):
        import_earlier(them, "person", person, actor=ACTOR)
    assert look_for_earlier(them, "account", far_account(them), actor=ACTOR) is None
