"""Faults of cursors and listings: lost, in circles, untold, suddenly empty (rows 19, 20, 34, 36, 39-41, 43, 51)."""

from __future__ import annotations

import pytest
from mail_world import NOON
from mailbox_world import DAY, MailboxWorld, listed
from sound import all_met, assert_nothing_doubled, assert_sound, begun, deliver, mails, subjects

from postroom.actions import sync_label
from postroom.actions.believe_emptied import believe_emptied
from postroom.core.sync import STARTS_OVER_MOST
from postroom.providers.memory import KeptMailbox
from postroom.store.models import Copy, Engagement, Label, Listing, Mailbox, Message


def test_row_19_a_new_epoch_loses_nothing_doubles_nothing_and_closes_the_old_refs(
    world: MailboxWorld,
) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    before = deliver(world, kept, inbox.ref, 1, 2, 3)
    world.look(row)
    kept.change_epoch(inbox.ref)
    deliver(world, kept, inbox.ref, 4)
    world.later(60)
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(1, 2, 3, 4)
    assert (Message.objects.count(), Copy.objects.count(), Engagement.objects.count()) == (4, 4, 4)
    gone = set(Listing.objects.exclude(gone_at=None).values_list("ref", flat=True))
    assert gone == set(before)
    assert set(kept.label(inbox.ref).mails) | gone == all_met(inbox)


def test_row_19_nothing_is_gone_before_the_new_epoch_was_seen_whole(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1, 2, 3)
    world.look(row)
    kept.change_epoch(inbox.ref)
    world.later(60)
    world.look(row, seconds=0)
    assert listed(inbox) == (3, 0, 0)
    world.look(row)
    assert_sound(world, kept, row)
    assert listed(inbox) == (3, 3, 0)


def test_row_20_an_epoch_that_changes_each_time_is_followed_no_more_for_a_day(
    like_imap: MailboxWorld,
) -> None:
    world = like_imap
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    world.look(row)
    for turn in range(10):
        kept.change_epoch(inbox.ref)
        world.later(60)
        world.server.faults.requests.clear()
        world.look(row)
        inbox.refresh_from_db()
        is_over = turn >= STARTS_OVER_MOST
        assert (inbox.problem == "starts_over") is is_over
        assert (world.server.faults.requests["changes"] == 0) is (turn > STARTS_OVER_MOST)
    world.later(DAY)
    world.look(row)
    inbox.refresh_from_db()
    assert (inbox.problem, inbox.problem_at) == ("", None)
    assert_sound(world, kept, row)
    assert subjects() == mails(1)


def test_row_20_a_restless_label_stops_no_other(like_imap: MailboxWorld) -> None:
    world = like_imap
    kept, row, labels = begun(world, "inbox", "sent")
    for number in range(8):
        kept.change_epoch(kept.by_role("inbox"))
        deliver(world, kept, kept.by_role("sent"), number)
        world.later(60)
        world.look(row)
    assert subjects() == mails(*range(8))
    assert {
        label.role: label.problem for label in Label.objects.filter(pk__in=[one.pk for one in labels])
    } == {
        "inbox": "starts_over",
        "sent": "",
    }


def test_row_34_a_mail_that_changes_never_told_of_is_found_by_the_comparison_and_said(
    world: MailboxWorld,
) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    [ref] = deliver(world, kept, inbox.ref, 1)
    world.server.faults.untold = {ref}
    deliver(world, kept, inbox.ref, 2)
    world.later(60)
    world.look(row)
    assert subjects() == mails(2)
    world.later(DAY)
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(1, 2)
    assert list(Listing.objects.exclude(missed_at=None).values_list("ref", "missed_at")) == [(ref, world.now)]


def test_rows_36_41_cursors_that_expired_lose_nothing_and_double_nothing(world: MailboxWorld) -> None:
    kept, row, labels = begun(world, "inbox", "sent")
    inbox, sent = kept.by_role("inbox"), kept.by_role("sent")
    deliver(world, kept, inbox, 1, 2)
    deliver(world, kept, sent, 3)
    world.look(row)
    [ref] = deliver(world, kept, inbox, 4)
    deliver(world, kept, sent, 5)
    kept.expunge(inbox, next(iter(kept.label(inbox).mails)))
    kept.lose_cursors()
    deliver(world, kept, inbox, 6)
    world.later(60)
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(1, 2, 3, 4, 5, 6)
    assert sum(listed(label)[1] for label in labels) == 1
    assert ref in kept.label(inbox).mails


def test_row_41_a_cursor_lost_between_two_pages_starts_over_at_once(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    world.server.faults.page_size = 2
    deliver(world, kept, inbox.ref, *range(1, 8))

    def expire(method: str) -> None:
        if method == "changes" and world.server.faults.requests["changes"] == asked + 2:
            kept.lose_cursors(inbox.ref)

    asked = world.server.faults.requests["changes"]
    world.server.faults.before = expire
    world.later(60)
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(*range(1, 8))
    inbox.refresh_from_db()
    assert inbox.started_over == [world.now]


@pytest.mark.parametrize("method", ["changes", "list"])
def test_row_43_a_server_that_turns_in_circles_is_noticed_said_and_left_alone_for_a_day(
    world: MailboxWorld, method: str
) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    world.server.faults.page_size = 2
    deliver(world, kept, inbox.ref, *range(1, 6))
    if method == "list":
        Label.objects.update(verified_at=None)
    world.server.faults.repeat_cursor = True
    world.server.faults.requests.clear()
    world.later(60)
    for _ in range(5):
        world.look(row)
        world.later(60)
    assert sum(world.server.faults.requests.values()) <= 12
    inbox.refresh_from_db()
    assert inbox.problem == "protocol"
    world.server.faults.repeat_cursor = False
    world.later(DAY)
    world.look(row)
    inbox.refresh_from_db()
    assert inbox.problem == ""
    assert_sound(world, kept, row)
    assert subjects() == mails(*range(1, 6))


def test_row_43_pages_without_end_are_a_problem_too(
    world: MailboxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page has another cursor, none has anything in it, and each says that there is more."""
    monkeypatch.setattr(sync_label, "_PAGES", 20)
    kept, row, [inbox] = begun(world, "inbox")
    world.server.faults.page_size = 1
    refs = deliver(world, kept, inbox.ref, *range(1, 41))
    world.server.faults.untold = set(refs)
    world.server.faults.requests.clear()
    world.look(row)
    inbox.refresh_from_db()
    assert inbox.problem == "protocol"
    assert world.server.faults.requests["changes"] <= 22


# Hints


def test_row_39_polling_finds_all_where_no_hint_ever_comes(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    for number in range(1, 6):
        deliver(world, kept, inbox.ref, number)
        assert row.look_at <= world.now + 120
        world.now = row.look_at
        world.look(row)
        assert subjects() == mails(*range(1, number + 1))
    assert_sound(world, kept, row)


def test_row_40_hints_doubled_or_of_nothing_cost_one_request_and_change_nothing(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    world.look(row)
    world.server.faults.requests.clear()
    for _ in range(5):
        assert world.look(row).listed == 0
    assert dict(world.server.faults.requests) == {"open": 5, "changes": 5}
    assert_sound(world, kept, row)
    assert subjects() == mails(1)


def test_row_40_changes_told_again_change_nothing(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    inbox.refresh_from_db()
    old = inbox.cursor
    deliver(world, kept, inbox.ref, 1, 2)
    world.look(row)
    Label.objects.filter(pk=inbox.pk).update(cursor=old)
    world.later(60)
    assert world.look(row).outcomes == {}
    assert_sound(world, kept, row)
    assert (Copy.objects.count(), Engagement.objects.count()) == (2, 2)


# Suddenly nearly nothing


def filled(world: MailboxWorld) -> tuple[KeptMailbox, Mailbox, Label]:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, *range(120))
    world.look(row)
    assert listed(inbox) == (120, 0, 0)
    return kept, row, inbox


def test_row_51_a_listing_suddenly_empty_is_not_believed_said_and_heals(world: MailboxWorld) -> None:
    kept, row, inbox = filled(world)
    world.server.faults.empty_listing = True
    world.later(DAY)
    world.look(row)
    inbox.refresh_from_db()
    assert (inbox.problem, inbox.problem_at) == ("emptied", world.now)
    assert listed(inbox) == (120, 0, 0)
    deliver(world, kept, inbox.ref, 200)
    world.look(row)
    assert Engagement.objects.count() == 121
    world.server.faults.empty_listing = False
    world.later(DAY)
    world.look(row)
    inbox.refresh_from_db()
    assert (inbox.problem, inbox.problem_at) == ("", None)
    assert_sound(world, kept, row)
    assert listed(inbox) == (121, 0, 0)


def test_row_51_half_of_a_listing_that_is_cut_short_is_not_believed(world: MailboxWorld) -> None:
    kept, row, inbox = filled(world)
    label = kept.label(inbox.ref)
    there, label.mails = label.mails, dict(list(label.mails.items())[:60])
    world.look(row, verify=True)
    inbox.refresh_from_db()
    assert (inbox.problem, listed(inbox)) == ("emptied", (120, 0, 0))
    label.mails = there
    world.look(row, verify=True)
    inbox.refresh_from_db()
    assert (inbox.problem, listed(inbox)) == ("", (120, 0, 0))
    assert_sound(world, kept, row)


def test_row_51_changes_that_say_nearly_all_is_gone_are_asked_about_at_once(world: MailboxWorld) -> None:
    kept, row, inbox = filled(world)
    for ref in list(kept.label(inbox.ref).mails)[:100]:
        kept.expunge(inbox.ref, ref)
    world.later(60)
    world.look(row)
    inbox.refresh_from_db()
    assert (inbox.problem, listed(inbox)) == ("emptied", (120, 0, 0))
    believe_emptied(row, inbox.pk)
    world.look(row)
    inbox.refresh_from_db()
    assert (inbox.problem, listed(inbox)) == ("", (20, 100, 0))
    assert_sound(world, kept, row)
    assert Engagement.objects.count() == 120


def test_row_51_the_same_told_a_few_at_a_time_is_not_believed_either(world: MailboxWorld) -> None:
    kept, row, inbox = filled(world)
    world.server.faults.page_size = 20
    for ref in list(kept.label(inbox.ref).mails)[:100]:
        kept.expunge(inbox.ref, ref)
    world.later(60)
    world.look(row)
    inbox.refresh_from_db()
    assert (inbox.problem, listed(inbox)) == ("emptied", (120, 0, 0))


def test_row_51_what_is_deleted_little_by_little_is_believed(world: MailboxWorld) -> None:
    kept, row, inbox = filled(world)
    for _ in range(5):
        for ref in list(kept.label(inbox.ref).mails)[:20]:
            kept.expunge(inbox.ref, ref)
        world.later(120)
        world.look(row)
    inbox.refresh_from_db()
    assert (inbox.problem, listed(inbox)) == ("", (20, 100, 0))
    assert_sound(world, kept, row)


def test_row_51_a_list_of_labels_suddenly_empty_heals_and_forgets_no_choice(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    world.look(row)
    labels, kept._labels = kept._labels, {}
    world.later(900)
    world.look(row)
    inbox.refresh_from_db()
    assert inbox.gone_at == world.now
    kept._labels = labels
    deliver(world, kept, inbox.ref, 2)
    world.later(900)
    world.look(row)
    assert_sound(world, kept, row)
    assert_nothing_doubled(world)
    inbox.refresh_from_db()
    assert (inbox.gone_at, inbox.selected_at, subjects()) == (None, NOON, mails(1, 2))
