"""Connect, choose, sync, read: by the product's actions, at mail systems of every kind (M2, M3, M10, M14, M15, P9)."""

from __future__ import annotations

from collections import Counter

import pytest
from mail_world import ACTOR, NOON, S1, S2
from mailbox_world import DAY, decisions
from sound import hello, mails, subjects
from stories import Story
from story_posts import Box

from postroom.actions.connect_all import disconnect_all
from postroom.actions.disconnect_mailbox import disconnect_mailbox
from postroom.actions.foresee_backfill import foresee_backfill
from postroom.actions.rejection import Rejected
from postroom.actions.set_consent import set_consent
from postroom.actions.sync_mailbox import look
from postroom.core.consent import OWN_PAGE
from postroom.store.models import Copy, Engagement, Interaction, Label, Listing, Mailbox, Message

pytestmark = pytest.mark.django_db


def deliver(story: Story, box: Box, *numbers: int, label: str = "inbox") -> None:
    """New mails, a second apart from now on."""
    for number in numbers:
        story.later(1)
        box.deliver(label, hello(number, at=story.now), story.now)
    story.later(1)


def deliver_old(box: Box, **at: int) -> None:
    """Mails from so many days before noon: ``mail_3=40``."""
    for name, days in at.items():
        box.deliver("inbox", hello(int(name.rpartition("_")[2]), at=NOON - days * DAY), NOON - days * DAY)


def looked_at(story: Story, mailbox: Mailbox) -> list[str]:
    """Look and compare everything; the subjects of all engagements then."""
    story.look(mailbox)
    story.later(60)
    story.look(mailbox, verify=True)
    return subjects()


def assert_nothing_doubled() -> None:
    assert Engagement.objects.count() == decisions()["import", "imported"]
    assert Message.objects.count() == sum(decisions().values())


def test_connected_and_nothing_selected_syncs_nothing_M3(story: Story) -> None:
    box = story.new_box()
    deliver_old(box, mail_1=1)
    mailbox = story.connect(box)
    deliver(story, box, 2)

    assert looked_at(story, mailbox) == []
    assert story.labels(mailbox, "inbox")
    assert not Label.objects.filter(selected_at__isnull=False).exists()
    assert (Listing.objects.count(), Message.objects.count(), Copy.objects.count()) == (0, 0, 0)
    assert not story.post.fetched()


def test_selected_label_starts_now_and_a_deselected_one_leaves_what_came_in_M10_M15(story: Story) -> None:
    box = story.new_box()
    box.place("Project X")
    deliver_old(box, mail_1=1)
    mailbox = story.connect(box)
    deliver(story, box, 2)

    story.choose(mailbox, "inbox", "Project X")
    assert looked_at(story, mailbox) == []
    deliver(story, box, 3)
    deliver(story, box, 4, label="Project X")
    assert looked_at(story, mailbox) == mails(3, 4)

    story.choose(mailbox, "inbox", is_wanted=False)
    deliver(story, box, 5)
    deliver(story, box, 6, label="Project X")
    assert looked_at(story, mailbox) == mails(3, 4, 6)

    story.choose(mailbox, "inbox")
    deliver(story, box, 7)
    assert looked_at(story, mailbox) == mails(3, 4, 6, 7)
    assert decisions() == {("import", "imported"): 4}
    assert_nothing_doubled()


def test_days_back_are_counted_before_and_come_in_M15(story: Story) -> None:
    box = story.new_box()
    deliver_old(box, mail_1=40, mail_2=20, mail_3=5)
    mailbox = story.connect(box)

    labels = story.labels(mailbox, "inbox")
    foreseen = foresee_backfill(mailbox, labels, 30, client="10.1.1.1", now=story.now)
    assert (foreseen.total, foreseen.trouble) == (2, "")
    assert Listing.objects.count() == 0

    story.choose(mailbox, "inbox", days=30)
    assert looked_at(story, mailbox) == mails(2, 3)
    assert Message.objects.count() == 2
    if story.post.fetched() is not None:
        assert story.post.fetched() == 2

    story.choose(mailbox, "inbox", days=60)
    assert looked_at(story, mailbox) == mails(1, 2, 3)
    assert_nothing_doubled()


def test_consent_walks_back_to_the_crawling_depth_and_fetches_no_content_P9(story: Story) -> None:
    box = story.new_box()
    deliver_old(box, mail_1=5, mail_2=40, mail_3=300, mail_4=380)
    mailbox = story.connect(box)
    story.choose(mailbox, "inbox")
    assert looked_at(story, mailbox) == []
    assert Message.objects.count() == 0

    set_consent(story.workspace, [(story.user(), True)], actor=S1, how=OWN_PAGE)
    at = story.now + 1
    deliver(story, box, 5)
    assert looked_at(story, mailbox) == mails(5)
    assert decisions() == {("skip", "before_selection"): 3, ("import", "imported"): 1}
    assert decisions("people") == {("import", "counted"): 4}
    assert sorted(Interaction.objects.values_list("at", flat=True)) == [
        *(NOON - days * DAY for days in (300, 40, 5)),
        at,
    ]
    assert story.post.fetched() in (None, 1)
    assert_nothing_doubled()


def test_disconnected_keeps_all_and_connected_again_misses_nothing_M10_M13(story: Story) -> None:
    box = story.new_box()
    mailbox = story.connect(box)
    story.choose(mailbox, "inbox")
    story.look(mailbox)
    deliver(story, box, 1)
    assert looked_at(story, mailbox) == mails(1)

    disconnect_mailbox(story.user(), actor=S1)
    deliver(story, box, 2)
    assert look(mailbox.pk, clock=lambda: story.now, pool=story.pool) is None
    assert subjects() == mails(1)
    mailbox.refresh_from_db()
    assert (mailbox.connected_at, mailbox.sealed_secret) == (None, None)

    again = story.connect(box)
    assert again.pk == mailbox.pk
    deliver(story, box, 3)
    assert looked_at(story, again) == mails(1, 2, 3)
    assert_nothing_doubled()


def test_connected_again_with_another_mailbox_is_refused_M14(story: Story) -> None:
    box = story.new_box()
    mailbox = story.connect(box)
    story.choose(mailbox, "inbox")
    deliver(story, box, 1)
    assert looked_at(story, mailbox) == mails(1)
    other = story.new_box()
    deliver(story, other, 2)

    for _ in range(2):
        with pytest.raises(Rejected) as refused:
            story.post.connect(story.user(), other)
        assert refused.value.reason == "another_mailbox"
        if mailbox.connected_at is not None:
            disconnect_mailbox(story.user(), actor=S1)
            mailbox.refresh_from_db()

    assert mailbox.address == box.address
    assert looked_at(story, story.connect(box)) == mails(1)


def test_mailbox_of_somebody_else_is_refused_and_never_read_M14(story: Story) -> None:
    theirs = story.new_box(S2)
    deliver(story, theirs, 1)

    with pytest.raises(Rejected) as refused:
        story.post.connect(story.user(S1), theirs)

    assert refused.value.reason == "not_your_address"
    assert not Mailbox.objects.exists()
    assert not story.post.fetched()


def test_all_connected_by_one_secret_nothing_syncs_until_chosen_M2_M3(story: Story) -> None:
    box = story.new_box()
    deliver(story, box, 1)
    job = story.connect_all(box)
    assert [(one["user"], one["status"]) for one in job.results] == [(S1, "connected"), (S2, "no_mailbox")]
    mailbox = Mailbox.objects.select_related("user").get()
    assert (mailbox.is_central, mailbox.address, mailbox.sealed_secret) == (True, box.address, None)
    story.look(mailbox)
    assert looked_at(story, mailbox) == []
    assert (Listing.objects.count(), story.post.fetched() or 0) == (0, 0)

    story.choose(mailbox, "inbox")
    deliver(story, box, 2)
    assert looked_at(story, mailbox) == mails(2)

    assert disconnect_all(story.workspace, story.post.kind, actor="boss@us.com") == 1
    assert look(mailbox.pk, clock=lambda: story.now, pool=story.pool) is None
    deliver(story, box, 3)
    story.connect_all(box)
    mailbox.refresh_from_db()
    assert looked_at(story, mailbox) == mails(2, 3)
    assert_nothing_doubled()


def test_own_connection_wins_until_it_is_ended_and_nothing_is_doubled_M2(story: Story) -> None:
    box = story.new_box()
    story.connect_all(box)
    mailbox = Mailbox.objects.select_related("user").get()
    story.look(mailbox)
    story.choose(mailbox, "inbox")
    deliver(story, box, 1)
    assert looked_at(story, mailbox) == mails(1)

    own = story.connect(box)
    assert (own.pk, own.is_central) == (mailbox.pk, False)
    assert Counter(one["status"] for one in story.connect_all(box).results) == {
        "own_connection": 1,
        "no_mailbox": 1,
    }
    deliver(story, box, 2)
    assert looked_at(story, own) == mails(1, 2)

    assert disconnect_mailbox(story.user(), actor=ACTOR) is True
    deliver(story, box, 3)
    story.run_job()
    mailbox.refresh_from_db()
    assert mailbox.is_central
    assert looked_at(story, mailbox) == mails(1, 2, 3)
    assert_nothing_doubled()
