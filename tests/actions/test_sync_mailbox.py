"""Looking into a mailbox: what is met, when, and what is kept of it (M3, M10, M13, M15, M16, F2)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mail_world import K1, NOON, S1, U, mail
from mailbox_world import DAY, MailboxWorld, decisions, listed, mailbox_world

from postroom.store.models import (
    Copy,
    Decision,
    Engagement,
    EngagementUser,
    Label,
    Listing,
    Mailbox,
    Message,
    SetAside,
    User,
    Workspace,
)
from postroom.store.secrets import decrypt


@pytest.fixture(params=[False, True], ids=["like IMAP", "like Gmail"])
def world(request: pytest.FixtureRequest, company: Workspace) -> Iterator[MailboxWorld]:
    with mailbox_world(company, refs_stay_when_moved=request.param) as made:
        yield made


def hello(number: int, *, sender: str = K1, to: str = S1, at: int = NOON) -> bytes:
    """A mail of its own."""
    return mail(sender, [to], id=f"{number}@acme.com", at=at, subject=f"Mail {number}")


def test_connected_with_nothing_selected_syncs_nothing_M3(world: MailboxWorld) -> None:
    kept, row = world.connect()
    kept.deliver(kept.by_role("inbox"), hello(1), received_at=world.now)
    assert world.look(row).listed == 0
    assert sorted((label.role, label.path) for label in Label.objects.all()) == sorted(
        (label.role, list(label.path)) for label in kept.labels()
    )
    assert (Message.objects.count(), Listing.objects.count()) == (0, 0)
    assert dict(world.server.faults.requests) == {"open": 2, "labels": 1}


def test_what_comes_from_the_selection_on_is_imported_M15(world: MailboxWorld) -> None:
    kept, row = world.connect()
    inbox = kept.by_role("inbox")
    kept.deliver(inbox, hello(1), received_at=world.now - 60)
    world.later(60)
    [label] = world.select(row, "inbox")
    world.later(5)
    kept.deliver(inbox, hello(2), received_at=world.now)
    assert world.look(row).outcomes == {("import", "imported"): 1}
    world.later(60)
    kept.deliver(inbox, hello(3), received_at=world.now)
    kept.deliver(inbox, hello(4, sender=U), received_at=world.now)
    assert world.look(row).outcomes == {("import", "imported"): 1, ("skip", "unknown_sender"): 1}
    assert sorted(Engagement.objects.values_list("subject", flat=True)) == ["Mail 2", "Mail 3"]
    assert listed(label) == (3, 0, 0)
    assert [copy.source for copy in Copy.objects.all()] == ["memory"] * 3


def test_of_what_was_not_imported_no_content_is_fetched_F2(world: MailboxWorld) -> None:
    kept, row = world.connect()
    world.select(row, "inbox")
    world.look(row)
    kept.deliver(kept.by_role("inbox"), hello(1, sender=U), received_at=world.now)
    ref = kept.deliver(kept.by_role("inbox"), hello(2), received_at=world.now)
    world.look(row)
    assert world.server.given_whole == [ref]


def test_days_back_are_walked_newest_first_and_older_mail_stays_out_M15(world: MailboxWorld) -> None:
    kept, row = world.connect()
    inbox = kept.by_role("inbox")
    for number in range(1, 6):
        at = world.now - number * 10 * DAY
        kept.deliver(inbox, hello(number, at=at), received_at=at)
    [label] = world.select(row, "inbox", days=35)
    assert world.look(row).outcomes == {("import", "imported"): 3}
    assert Engagement.objects.order_by("pk").values_list("subject", flat=True)[0] == "Mail 1"
    label.refresh_from_db()
    assert label.walked_to == label.starts_at == NOON - 35 * DAY


def test_an_old_mail_moved_into_the_label_is_before_selection_C2(world: MailboxWorld) -> None:
    kept, row = world.connect()
    archive = kept.add_label("Old")
    ref = kept.deliver(archive, hello(1), received_at=world.now - DAY)
    world.select(row, "inbox")
    world.look(row)
    kept.move(archive, ref, kept.by_role("inbox"))
    world.later(60)
    assert world.look(row).outcomes == {("skip", "before_selection"): 1}


def test_who_is_counted_goes_back_to_the_crawling_depth_P9(world: MailboxWorld) -> None:
    kept, row = world.connect()
    at = world.now - 300 * DAY
    kept.deliver(kept.by_role("inbox"), hello(1, at=at), received_at=at)
    old = world.now - 400 * DAY
    kept.deliver(kept.by_role("inbox"), hello(2, at=old), received_at=old)
    world.select(row, "inbox")
    assert world.look(row).listed == 0
    User.objects.filter(email=S1).update(collects_since="2026-03-02T12:00:00Z")
    world.later(60)
    world.look(row)
    assert decisions() == {("skip", "before_selection"): 1}
    assert decisions("people") == {("import", "counted"): 1}


def test_without_consent_nothing_is_held_but_the_sealed_envelope_P9(world: MailboxWorld) -> None:
    kept, row = world.connect()
    world.select(row, "inbox")
    world.look(row)
    kept.deliver(kept.by_role("inbox"), hello(1, sender=U), received_at=world.now)
    world.later(5)
    world.look(row)
    assert decisions("people") == {("hold", "no_consent"): 1}
    assert world.server.given_whole == []


@pytest.mark.parametrize(("role", "reason"), [("drafts", "draft"), ("spam", "spam"), ("trash", "trash")])
def test_drafts_spam_and_trash_are_never_imported_M16(world: MailboxWorld, role: str, reason: str) -> None:
    kept, row = world.connect()
    world.select(row, role)
    world.look(row)
    kept.deliver(kept.by_role(role), hello(1), received_at=world.now)
    world.later(5)
    assert world.look(row).outcomes == {("skip", reason): 1}


def test_a_mail_taken_out_of_spam_comes_in(world: MailboxWorld) -> None:
    kept, row = world.connect()
    world.select(row, "inbox", "spam")
    world.look(row)
    ref = kept.deliver(kept.by_role("spam"), hello(1), received_at=world.now)
    world.later(5)
    assert world.look(row).outcomes == {("skip", "spam"): 1}
    kept.move(kept.by_role("spam"), ref, kept.by_role("inbox"))
    world.later(60)
    assert world.look(row).outcomes == {("import", "imported"): 1}
    assert Message.objects.count() == Engagement.objects.count() == 1


def test_deselecting_stops_the_label_and_what_was_imported_stays_M10(world: MailboxWorld) -> None:
    kept, row = world.connect()
    kept.add_label("Project X")
    Mailbox.objects.update(labels_at=None)
    world.look(row)
    inbox, project = world.select(row, "inbox", "Project X")
    world.look(row)
    first = kept.deliver(kept.by_role("inbox"), hello(1), received_at=world.now)
    world.later(5)
    world.look(row)
    world.deselect(inbox)
    kept.deliver(kept.by_role("inbox"), hello(2), received_at=world.now)
    kept.copy(kept.by_role("inbox"), first, project.ref)
    world.later(60)
    world.look(row)
    assert list(Engagement.objects.values_list("subject", flat=True)) == ["Mail 1"]
    assert Copy.objects.count() == 2


def test_a_label_deselected_while_its_mail_is_fetched_C2(world: MailboxWorld) -> None:
    kept, row = world.connect()
    [inbox] = world.select(row, "inbox")
    world.look(row)
    kept.deliver(kept.by_role("inbox"), hello(1), received_at=world.now)
    world.later(5)
    cursor = Label.objects.get(pk=inbox.pk).cursor

    def deselect(method: str) -> None:
        if method == "wholes":
            Label.objects.filter(pk=inbox.pk).update(selected_at=None)

    world.server.faults.before = deselect
    world.look(row)
    assert decisions() == {("skip", "label_not_selected"): 1}
    assert decisions("people") == {("skip", "label_not_selected"): 1}
    assert Label.objects.get(pk=inbox.pk).cursor == cursor
    assert Engagement.objects.count() == 0


def test_a_mail_in_two_mailboxes_is_one_engagement_of_both_F3(world: MailboxWorld) -> None:
    kept, row = world.connect()
    other, other_row = world.connect("s2@us.com")
    for each, one in ((kept, row), (other, other_row)):
        world.select(one, "inbox")
        world.look(one)
        each.deliver(each.by_role("inbox"), mail(K1, [S1, "s2@us.com"]), received_at=world.now)
        world.later(5)
        world.look(one)
    [engagement] = Engagement.objects.all()
    assert sorted(
        EngagementUser.objects.filter(engagement=engagement).values_list("user__email", flat=True)
    ) == ["s1@us.com", "s2@us.com"]
    assert (Message.objects.count(), Copy.objects.count()) == (1, 2)


def test_an_unchanged_mailbox_costs_one_request_a_label(world: MailboxWorld) -> None:
    _, row = world.connect()
    world.select(row, "inbox", "sent")
    world.look(row)
    world.server.faults.requests.clear()
    world.later(120)
    assert world.look(row).listed == 0
    assert dict(world.server.faults.requests) == {"open": 1, "changes": 2}


def test_two_mails_alike_in_one_label_are_one_copy_listed_twice(world: MailboxWorld) -> None:
    kept, row = world.connect()
    [label] = world.select(row, "inbox")
    world.look(row)
    for _ in range(2):
        kept.deliver(kept.by_role("inbox"), hello(1), received_at=world.now)
    world.later(5)
    world.look(row)
    assert (Copy.objects.count(), Engagement.objects.count(), listed(label)) == (1, 1, (2, 0, 0))


def test_a_disabled_user_is_not_looked_at(world: MailboxWorld) -> None:
    from postroom.store.read.mailboxes import due_mailboxes

    _, row = world.connect()
    world.later(600)
    assert due_mailboxes(world.now, 10) == [row.pk]
    User.objects.filter(email=S1).update(disabled_at="2026-03-02T12:00:00Z")
    assert due_mailboxes(world.now, 10) == []


def test_what_the_provider_deletes_stays_with_us_M15(world: MailboxWorld) -> None:
    kept, row = world.connect()
    [label] = world.select(row, "inbox")
    world.look(row)
    ref = kept.deliver(kept.by_role("inbox"), hello(1), received_at=world.now)
    world.later(5)
    world.look(row)
    kept.expunge(kept.by_role("inbox"), ref)
    world.later(60)
    world.look(row)
    assert (listed(label), Engagement.objects.count()) == ((0, 1, 0), 1)
    assert Decision.objects.filter(lens="customer").count() == 1


def test_a_mail_whose_head_cannot_be_read_is_read_whole_or_set_aside_whole_L6(world: MailboxWorld) -> None:
    kept, row = world.connect()
    [label] = world.select(row, "inbox")
    world.look(row)
    blank_first = b"\r\n" + hello(1).replace(b"\n", b"\r\n")
    kept.deliver(kept.by_role("inbox"), blank_first, received_at=world.now)
    kept.deliver(kept.by_role("inbox"), b"no mail at all", received_at=world.now)
    kept.deliver(kept.by_role("inbox"), hello(2), received_at=world.now)
    world.later(5)
    assert world.look(row).outcomes == {("import", "imported"): 2, ("set_aside", "no_headers"): 1}
    [aside] = SetAside.objects.all()
    assert (aside.size, decrypt(bytes(aside.sealed_raw or b""))) == (14, b"no mail at all")
    assert Listing.objects.get(set_aside=aside).copy is None
    assert listed(label) == (3, 0, 0)
    world.later(120)
    world.server.given_whole.clear()
    assert (world.look(row).new, world.server.given_whole) == (0, [])
