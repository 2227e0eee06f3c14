"""``postroom verify`` at mail systems of every kind: all is accounted for, and what lacks is named and heals (L5)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from mail_world import K1, NOON, S1, U, mail
from mailbox_world import DAY, decisions
from stories import Story

from postroom.actions.set_consent import set_consent
from postroom.cli.main import run
from postroom.cli.output import EXIT_CODES
from postroom.core.consent import OWN_PAGE
from postroom.store.models import Copy, Engagement, Interaction, Listing, Mailbox, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(story: Story) -> Mailbox:
    """Of a user who consents: two mails from before the selection, three after."""
    box = story.new_box()
    for number, days in enumerate((3, 40)):
        at = NOON - days * DAY
        box.deliver("inbox", mail(K1, [S1], id=f"old-{number}@acme.com", at=at), at)
    mailbox = story.connect(box)
    story.choose(mailbox, "inbox")
    set_consent(story.workspace, [(story.user(), True)], actor=S1, how=OWN_PAGE)
    for number, sender in enumerate((K1, U, K1)):
        at = NOON + number
        box.deliver("inbox", mail(sender, [S1], id=f"new-{number}@acme.com", at=at), at)
    story.now = NOON + 60
    story.look(mailbox)
    story.look(mailbox)
    return mailbox


def verified(story: Story, capfd: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and what is said of the one label."""
    capfd.readouterr()
    code = run(["verify", "--workspace", story.workspace.name, "--json", *more])
    out, err = capfd.readouterr()
    said = json.loads(out) if out else pytest.fail(err)
    [label] = said["labels"]
    assert said["equal"] == label["equal"]
    return code, label


def assert_as_before(label: dict[str, Any]) -> None:
    """All five are accounted for, once each."""
    assert (label["equal"], label["differences"]) == (True, [])
    assert (label["listed"], label["set_aside"], label["vanished"]) == (5, 0, [])
    assert label["lenses"] == {
        "customer": {"imported": 2, "held": 0, "skipped": 3, "not_asked": 0, "undecided": 0},
        "people": {"imported": 5, "held": 0, "skipped": 0, "not_asked": 0, "undecided": 0},
    }
    assert [day["listed"] for day in label["days"]] == [3, 1, 1]
    assert decisions() == {
        ("import", "imported"): 2,
        ("skip", "before_selection"): 2,
        ("skip", "unknown_sender"): 1,
    }
    assert (Message.objects.count(), Copy.objects.count(), Listing.objects.count()) == (5, 5, 5)
    assert (Engagement.objects.count(), Interaction.objects.count()) == (2, 5)


def test_all_that_is_listed_is_accounted_for_in_both_lenses_L5(
    story: Story, mailbox: Mailbox, capfd: pytest.CaptureFixture[str]
) -> None:
    for options in ((), ("--now",)):
        code, label = verified(story, capfd, *options)
        assert (code, label["found_missing"], label["gone"]) == (0, [], 0)
        assert_as_before(label)


def test_a_mail_we_forgot_is_found_named_and_met_L5(
    story: Story, mailbox: Mailbox, capfd: pytest.CaptureFixture[str]
) -> None:
    lost = Listing.objects.order_by("-received_at")[0]
    lost.delete()
    code, label = verified(story, capfd)
    assert (code, label["listed"]) == (0, 4)

    code, label = verified(story, capfd, "--now")
    assert code == 0
    assert [one["ref"] for one in label["found_missing"]] == [lost.ref]
    assert_as_before(label)


def test_a_mail_of_which_nothing_became_is_named_and_met_again_L5(
    story: Story, mailbox: Mailbox, capfd: pytest.CaptureFixture[str]
) -> None:
    lost = Listing.objects.order_by("-received_at")[0]
    Listing.objects.filter(pk=lost.pk).update(copy=None)
    code, label = verified(story, capfd)
    assert (code, label["equal"]) == (EXIT_CODES["difference"], False)
    assert [(one["ref"], one["lens"]) for one in label["differences"]] == [(lost.ref, None)]

    code, label = verified(story, capfd, "--now")
    assert code == 0
    assert_as_before(label)
