"""What would come in now is fetched again from the mailboxes that still list it (C13, F6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from mail_world import ACTOR, K1, LONG_AGO, NOON, S1, S2, Imports, L, U, mail, replayed, taken
from mailbox_world import MailboxWorld, mailbox_world

from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_persons import add_persons
from postroom.actions.earlier_messages import look_for_earlier, offer_of
from postroom.actions.explain import explain
from postroom.actions.import_earlier import import_earlier
from postroom.actions.reconsider import reconsider
from postroom.actions.release import release
from postroom.actions.remove_blocked import remove_blocked, undo_removal
from postroom.store.models import Copy, Decision, Engagement, Job, Label, Listing, Mailbox, Workspace
from postroom.store.read.decisions import AskedDecisions
from postroom.store.secrets import seal_of
from postroom.worker.runner import run_due

FAR = "una@faraway.example"
LATE = "2030-01-01T00:00:00Z"


@pytest.fixture
def world(company: Workspace) -> Iterator[MailboxWorld]:
    with mailbox_world(company) as made:
        yield made


def synced(
    world: MailboxWorld, *mails: bytes, email: str = S1, label: str = "inbox"
) -> tuple[Mailbox, Label]:
    """A mailbox whose label is selected and was met with these mails."""
    kept, row = world.connect(email)
    [selected] = world.select(row, label)
    world.look(row)
    for raw in mails:
        kept.deliver(kept.by_role(label), raw, received_at=world.now)
    world.look(row)
    assert Listing.objects.filter(label=selected).count() == len(mails)
    return row, selected


def work() -> None:
    """Do all that is due."""
    while run_due():
        pass


def una(company: Workspace, since: str = LONG_AGO) -> int:
    [person] = taken(
        add_persons(company, [{"name": "Una", "emails": [FAR], "known_since": since}], actor=ACTOR)
    )
    return person


def decision_of(workspace: Workspace, id: str) -> str:
    """The reason in force of the message with this Message-ID."""
    token = seal_of(workspace).message_id(id)
    found = Decision.objects.filter(is_current=True, lens="customer", message__message_id_token=token)
    return found.get().reason


def reconsidered(company: Workspace) -> Job:
    job = reconsider(company, filters=AskedDecisions(lens="customer"), actor=ACTOR)
    work()
    job.refresh_from_db()
    assert (job.state, job.problem) == ("done", "")
    return job


def test_what_a_mailbox_still_lists_is_fetched_and_the_rest_is_to_be_sent_again_F6(
    world: MailboxWorld, importing: Imports
) -> None:
    company = world.workspace
    row, _ = synced(world, mail(FAR, [S1], id="mailbox@x"), mail(U, [S1], id="stranger@x"))
    importing(mail(FAR, [S2], id="file@x"), user=S2)
    una(company)
    job = reconsidered(company)

    assert job.counts == {"changed": 0, "unchanged": 1, "send_again": 1, "fetch_again": 1}
    assert sorted(result["status"] for result in job.results) == ["fetch_again", "send_again"]
    assert Listing.objects.get(is_due=True).copy is not None
    row.refresh_from_db()
    assert row.look_at > 0
    assert decision_of(company, "mailbox@x") == "unknown_sender"

    world.server.given_whole.clear()
    assert world.look(row).outcomes == {("import", "imported"): 1}
    assert decision_of(company, "mailbox@x") == "imported"
    assert decision_of(company, "file@x") == "unknown_sender"
    assert Engagement.objects.get().rfc_message_id == "mailbox@x"
    assert (len(world.server.given_whole), Listing.objects.filter(is_due=True).count()) == (1, 0)
    assert not replayed(company).differences


def test_the_mailbox_is_looked_at_at_once_and_not_later_than_it_would_be(world: MailboxWorld) -> None:
    row, _ = synced(world, mail(FAR, [S1]))
    una(world.workspace)
    later = 4_000_000_000
    Mailbox.objects.update(look_at=later)
    reconsidered(world.workspace)
    row.refresh_from_db()
    assert row.look_at < later
    Mailbox.objects.update(look_at=5)
    reconsidered(world.workspace)
    row.refresh_from_db()
    assert row.look_at == 5


@pytest.mark.parametrize(
    "state", ["disconnected", "deselected", "gone", "label gone", "disabled", "in trash"]
)
def test_what_no_mailbox_can_give_is_to_be_sent_again_C13(state: str, world: MailboxWorld) -> None:
    row, label = synced(world, mail(FAR, [S1]))
    una(world.workspace)
    match state:
        case "disconnected":
            Mailbox.objects.update(connected_at=None)
        case "deselected":
            world.deselect(label)
        case "gone":
            Listing.objects.update(gone_at=NOON)
        case "label gone":
            Label.objects.update(gone_at=NOON)
        case "disabled":
            row.user.disabled_at = datetime.fromtimestamp(NOON, UTC)
            row.user.save()
        case "in trash":
            Copy.objects.update(label_role="trash")
    job = reconsidered(world.workspace)
    expected = {"send_again": 0, "unchanged": 0, "changed": 1} if state == "in trash" else {"send_again": 1}
    assert job.counts == {"changed": 0, "unchanged": 0} | expected
    assert Listing.objects.filter(is_due=True).count() == 0


def test_earlier_messages_say_how_many_a_mailbox_still_has_C13(
    world: MailboxWorld, importing: Imports
) -> None:
    company = world.workspace
    row, _ = synced(world, mail(FAR, [S1], id="1@x"), mail(FAR, [S1], id="2@x"))
    importing(mail(FAR, [S2], id="3@x"), user=S2)
    person = una(company, LATE)
    look_for_earlier(company, "person", person, actor=ACTOR)
    work()
    offer = offer_of(company, "person", person)
    assert offer is not None
    assert (offer.count, offer.fetched, offer.not_fetched) == (3, 2, 1)
    assert offer.job.counts == {"found": 3, "stay": 0, "fetch_again": 2}

    job = import_earlier(company, "person", person, actor=ACTOR)
    work()
    job.refresh_from_db()
    assert job.counts == {"changed": 0, "unchanged": 0, "send_again": 1, "fetch_again": 2}
    assert world.look(row).outcomes == {("import", "imported"): 2}
    assert sorted(Engagement.objects.values_list("rfc_message_id", flat=True)) == ["1@x", "2@x"]


def test_what_is_released_is_fetched_again_C0(world: MailboxWorld) -> None:
    company = world.workspace
    row, _ = synced(world, mail(K1, [S1], more=f"From: {U}"))
    held = Decision.objects.get(is_current=True, lens="customer")
    assert held.reason == "ambiguous"
    assert release(company, [held.pk], actor=ACTOR) == [
        {"index": 0, "id": held.pk, "status": "fetch_again", "reason": None}
    ]
    assert world.look(row).outcomes == {("import", "imported"): 1}


def test_undoing_a_removal_fetches_what_it_took_C13_C16(world: MailboxWorld) -> None:
    company = world.workspace
    row, _ = synced(world, mail(K1, [S1]))
    [blocked] = taken(add_blocklist(company, [K1], actor=ACTOR))
    look_for_earlier(company, "blocklist", blocked, actor=ACTOR)
    work()
    removal = remove_blocked(company, blocked, actor=ACTOR)
    work()
    removal.refresh_from_db()
    assert (removal.counts, Engagement.objects.count()) == ({"removed": 1}, 0)
    again = undo_removal(removal, actor=ACTOR)
    work()
    again.refresh_from_db()
    assert again.counts == {"changed": 0, "unchanged": 0, "send_again": 0, "fetch_again": 1}
    assert world.look(row).outcomes == {("import", "imported"): 1}
    assert Engagement.objects.count() == 1


def test_explain_says_that_it_is_fetched_again_L2(world: MailboxWorld) -> None:
    company = world.workspace
    synced(world, mail(FAR, [S1], id="1@x"), mail(FAR, [S1, L], id="2@x"))
    [one] = explain(company, message_id="1@x", sees_rules=True)["messages"]
    assert (one["is_in_mailbox"], one["customer"]["would_change"]) == (
        True,
        [
            "Add a person with the sender's address, or an account with its domain, known since before the mail.",
            "Then reconsider it: it is fetched again from the mailbox.",
        ],
    )
    [one, _] = explain(company, address=FAR, sees_rules=True)["messages"]
    assert one["customer"]["would_change"] == [
        f"Add a person with the address {FAR}, or an account with the domain faraway.example, known since "
        "2026-03-02 or earlier.",
        "Then reconsider it: it is fetched again from the mailbox.",
    ]
    Mailbox.objects.update(connected_at=None)
    [one] = explain(company, message_id="1@x", sees_rules=True)["messages"]
    assert (one["is_in_mailbox"], one["customer"]["would_change"][-1]) == (
        False,
        "Then import its file or send it again, and choose to reconsider.",
    )
