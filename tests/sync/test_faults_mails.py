"""Faults of mails: gone, moved, in many places, of impossible times, unreadable (rows 24, 25, 26, 35, 50, 52)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from mail_world import K1, NOON, S1, S2, L, U, mail
from mailbox_world import DAY, MailboxWorld, decisions, listed
from sound import all_met, assert_nothing_doubled, assert_sound, begun, deliver, hello, mails, subjects

from postroom.store.models import (
    Copy,
    Engagement,
    EngagementUser,
    Interaction,
    Label,
    Listing,
    Mailbox,
    Message,
    SetAside,
    User,
    Vanished,
)

UNREADABLE = b"\0\0\0"
"""Has no header at all."""


@pytest.mark.parametrize("method", ["heads", "wholes"])
def test_row_24_a_mail_expunged_after_it_was_listed_is_gone_and_the_cursor_moves(
    world: MailboxWorld, method: str
) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    first, second = deliver(world, kept, inbox.ref, 1, 2)

    def expunge(asked: str) -> None:
        if asked == method and first in kept.label(inbox.ref).mails:
            kept.expunge(inbox.ref, first)

    world.server.faults.before = expunge
    met = world.look(row)
    assert met.outcomes == {("import", "imported"): 1, ("gone", "gone"): 1}
    assert (listed(inbox), subjects()) == ((1, 0, 1), mails(2))
    assert list(Vanished.objects.values_list("ref", "at")) == [(first, world.now)]
    assert all_met(inbox) == {first, second}
    world.server.faults.requests.clear()
    world.later(60)
    world.look(row)
    assert_sound(world, kept, row)
    assert world.server.faults.requests["heads"] == 0
    assert (Message.objects.count(), listed(inbox)) == (1, (1, 0, 1))


def test_row_24_all_that_is_listed_is_known_as_there_as_gone_or_as_vanished_I1(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    refs = deliver(world, kept, inbox.ref, *range(20))
    world.server.faults.gone_between_head_and_whole = set(refs[::3])
    world.look(row)
    for ref in refs[1::3]:
        kept.expunge(inbox.ref, ref)
    world.later(60)
    world.look(row)
    assert_sound(world, kept, row)
    assert all_met(inbox) == set(refs)
    assert listed(inbox) == (6, 7, 7)


@pytest.mark.parametrize("when", ["changes", "heads", "wholes"])
def test_row_25_a_mail_moved_during_the_look_is_one_mail_in_its_new_place(
    world: MailboxWorld, when: str
) -> None:
    kept, row = world.connect()
    kept.add_label("Project X")
    Mailbox.objects.update(labels_at=None)
    world.look(row)
    inbox, project = world.select(row, "inbox", "Project X")
    world.look(row)
    [ref] = deliver(world, kept, inbox.ref, 1)

    def move(asked: str) -> None:
        if asked == when and ref in kept.label(inbox.ref).mails:
            kept.move(inbox.ref, ref, project.ref)

    world.server.faults.before = move
    for _ in range(2):
        world.later(60)
        world.look(row)
    assert_sound(world, kept, row)
    assert (subjects(), Message.objects.count()) == (mails(1), 1)
    assert (listed(inbox)[0], listed(project)) == (0, (1, 0, 0))


def test_row_25_a_mail_moved_to_and_fro_is_one_engagement(world: MailboxWorld) -> None:
    kept, row, labels = begun(world, "inbox", "sent")
    inbox, sent = (one.ref for one in sorted(labels, key=lambda label: label.role))
    [ref] = deliver(world, kept, inbox, 1)
    for _ in range(3):
        world.later(60)
        world.look(row)
        ref = kept.move(inbox, ref, sent)
        world.later(60)
        world.look(row)
        ref = kept.move(sent, ref, inbox)
    world.later(60)
    world.look(row)
    assert_sound(world, kept, row)
    assert (subjects(), Message.objects.count(), Copy.objects.count()) == (mails(1), 1, 2)


def test_row_26_one_mail_in_many_places_of_two_users_is_one_counted_once_for_each(
    world: MailboxWorld,
) -> None:
    User.objects.update(collects_since="2026-03-02T12:00:00Z")
    raw = mail(K1, [S1, S2], id="all@acme.com", subject="Mail 1")
    mine, row, _ = begun(world, "inbox", "sent")
    theirs, other = world.connect(S2)
    everything = theirs.add_label("All Mail", role="all")
    Mailbox.objects.update(labels_at=None)
    world.look(other)
    world.select(other, "inbox", "all")
    world.look(other)
    for kept, label in (
        (mine, mine.by_role("inbox")),
        (mine, mine.by_role("sent")),
        (theirs, theirs.by_role("inbox")),
        (theirs, everything),
    ):
        kept.deliver(label, raw, received_at=world.now)
    world.later(60)
    for each in (row, other):
        world.look(each)
    assert_sound(world, mine, row)
    assert_sound(world, theirs, other)
    [engagement] = Engagement.objects.all()
    assert sorted(
        EngagementUser.objects.filter(engagement=engagement).values_list("user__email", flat=True)
    ) == [S1, S2]
    assert (Message.objects.count(), Copy.objects.count(), Listing.objects.count()) == (1, 4, 4)
    # In Sent too, so S1 sent it, and S2 received it: each is counted once.
    assert sorted(Interaction.objects.values_list("user__email", flat=True)) == [S1, S2]
    assert decisions("people") == {("import", "counted"): 2}


def test_row_35_a_batch_of_which_nothing_comes_in_is_progress(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    inbox.refresh_from_db()
    before = inbox.cursor
    for number, sender in enumerate([U, L, S2] * 5):
        world.later(1)
        kept.deliver(inbox.ref, hello(number, sender=sender, at=world.now), received_at=world.now)
    met = world.look(row)
    assert met.outcomes == {
        ("skip", "unknown_sender"): 5,
        ("skip", "blocked"): 5,
        ("skip", "internal"): 5,
    }
    inbox.refresh_from_db()
    assert inbox.cursor != before
    world.server.faults.requests.clear()
    world.later(60)
    world.look(row)
    assert_sound(world, kept, row)
    assert dict(world.server.faults.requests) == {"open": 1, "changes": 1}
    assert (listed(inbox), Engagement.objects.count(), world.server.given_whole) == ((15, 0, 0), 0, [])


# Times


@pytest.mark.parametrize(
    "date",
    [
        "Wed, 31 Dec 1969 23:59:59 +0000",
        "Mon, 01 Jan 2125 00:00:00 +0000",
        "Mon, 01 Jan 99999 00:00:00 +0000",
        "Mon, 31 Feb 2026 25:61:61 +9999",
        "yesterday",
    ],
)
def test_row_50_a_date_nobody_can_have_written_does_not_move_the_mail(world: MailboxWorld, date: str) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    raw = mail(K1, [S1], at=None, more=f"Date: {date}", subject="Mail 1")
    world.later(60)
    kept.deliver(inbox.ref, raw, received_at=world.now)
    assert world.look(row).outcomes == {("import", "imported"): 1}
    assert_sound(world, kept, row)
    [engagement] = Engagement.objects.all()
    assert engagement.at == world.now


def test_row_50_a_mail_dated_1970_is_kept_and_said_to_be_too_old(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    world.later(60)
    kept.deliver(inbox.ref, hello(1, at=0), received_at=world.now)
    deliver(world, kept, inbox.ref, 2)
    assert world.look(row).outcomes == {("skip", "before_crawling_depth"): 1, ("import", "imported"): 1}
    assert_sound(world, kept, row)
    assert subjects() == mails(2)


@pytest.mark.parametrize("received_at", [0, 86_399, 4_891_363_200, 3_093_527_980_800])
def test_row_50_a_mail_received_when_nothing_is_received_is_kept_and_nothing_else_waits(
    world: MailboxWorld, received_at: int
) -> None:
    """A mail put into a mailbox by a program may say so."""
    kept, row, [inbox] = begun(world, "inbox")
    world.later(60)
    ref = kept.deliver(inbox.ref, hello(1, at=world.now), received_at=received_at)
    deliver(world, kept, inbox.ref, 2)
    world.look(row)
    assert_sound(world, kept, row)
    is_early = received_at < NOON
    assert Listing.objects.get(ref=ref).received_at == received_at
    assert decisions() == (
        {("import", "imported"): 1, ("skip", "before_selection"): 1}
        if is_early
        else {("import", "imported"): 2}
    )
    world.later(DAY)
    world.server.given_whole.clear()
    world.look(row, verify=True)
    assert_sound(world, kept, row)
    assert (listed(inbox), world.server.given_whole) == ((2, 0, 0), [])


# What cannot be read


def test_row_52_an_unreadable_mail_is_set_aside_whole_and_the_rest_flows_L6(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    ref = kept.deliver(inbox.ref, UNREADABLE, received_at=world.now)
    deliver(world, kept, inbox.ref, 2)
    met = world.look(row)
    assert sum(met.outcomes.values()) == 3
    assert_sound(world, kept, row)
    assert subjects() == mails(1, 2)
    [aside] = SetAside.objects.all()
    assert (aside.size, aside.tries, aside.sealed_raw is None) == (3, 1, False)
    assert Listing.objects.get(ref=ref).set_aside == aside
    world.server.faults.requests.clear()
    for _ in range(3):
        world.later(60)
        world.look(row)
    assert (world.server.faults.requests["heads"], world.server.faults.requests["wholes"]) == (0, 0)
    world.look(row, verify=True)
    assert (world.server.faults.requests["heads"], world.server.faults.requests["wholes"]) == (0, 0)
    assert SetAside.objects.get().tries == 1
    assert_sound(world, kept, row)


def test_row_52_two_unreadable_mails_alike_are_one_set_aside_listed_twice(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    for _ in range(2):
        kept.deliver(inbox.ref, UNREADABLE, received_at=world.now)
    world.later(60)
    world.look(row)
    assert_sound(world, kept, row)
    assert (SetAside.objects.count(), listed(inbox)) == (1, (2, 0, 0))


def test_row_52_what_is_readable_by_now_comes_in_when_it_is_asked_for_and_under_a_new_ref(
    world: MailboxWorld,
) -> None:
    """It could not be read once, as the machine was short of something; then all refs changed."""
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    world.look(row)
    [copy] = Copy.objects.all()
    [listing] = Listing.objects.all()
    aside = SetAside.objects.create(
        workspace=world.workspace,
        fingerprint=copy.fingerprint,
        source="memory",
        user=copy.user,
        label=copy.label,
        label_role=copy.label_role,
        locator="mailbox",
        size=10,
        why="time",
        met_at=world.now,
    )
    Listing.objects.filter(pk=listing.pk).update(copy=None, set_aside=aside)
    unmet(copy)
    kept.change_epoch(inbox.ref)
    world.later(60)
    world.look(row)
    assert_sound(world, kept, row)
    assert (SetAside.objects.count(), subjects()) == (0, mails(1))


def unmet(copy: Copy) -> None:
    """As if the only copy of a message had never been met."""
    message = copy.message
    Engagement.objects.filter(message=message).delete()
    message.decisions.all().delete()
    copy.delete()
    message.delete()


def test_row_52_a_mail_that_is_too_large_is_set_aside_without_being_fetched(
    world: MailboxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    from postroom.actions import meet_mail

    monkeypatch.setattr(meet_mail, "MAX_BYTES", 2_000)
    kept, row, [inbox] = begun(world, "inbox")
    large = hello(1) + b"x" * 3_000
    kept.deliver(inbox.ref, large, received_at=world.now)
    deliver(world, kept, inbox.ref, 2)
    met = world.look(row)
    assert met.outcomes == {("import", "imported"): 1, ("set_aside", "too_large"): 1}
    assert_sound(world, kept, row)
    [aside] = SetAside.objects.all()
    assert (aside.why, aside.size, aside.sealed_raw) == ("too_large", len(large), None)
    assert len(world.server.given_whole) == 1
    world.look(row, verify=True)
    assert len(world.server.given_whole) == 1


def test_row_52_twenty_thousand_recipients_and_deep_nesting_stop_nothing(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    crowd = mail(K1, [f"a{n}@nowhere.org" for n in range(25_000)], id="crowd@acme.com", subject="Mail 1")
    deep = hello(2).replace(
        b"Content-Type: text/plain; charset=utf-8\n\n",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)),
    )
    for raw in (crowd, deep):
        kept.deliver(inbox.ref, raw, received_at=world.now)
    deliver(world, kept, inbox.ref, 3)
    world.look(row)
    assert_sound(world, kept, row)
    assert "Mail 3" in subjects()
    assert listed(inbox) == (3, 0, 0)
    assert SetAside.objects.count() + Message.objects.count() == 3


def test_mails_without_ids_that_look_alike_are_never_put_together(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    for number in range(3):
        raw = mail(K1, [S1], id=None, at=NOON, subject=f"Mail {number}")
        kept.deliver(inbox.ref, raw, received_at=world.now)
    world.later(60)
    world.look(row)
    assert_sound(world, kept, row)
    assert (subjects(), Label.objects.get(pk=inbox.pk).problem) == (mails(0, 1, 2), "")
    assert_nothing_doubled(world)
    assert datetime.fromtimestamp(Engagement.objects.all()[0].at, UTC).year == 2026
