"""A source of mailboxes that feeds another lens from some time on: what was met before stays as it was (F5, L5)."""

from __future__ import annotations

import pytest
from mail_world import K1, NOON, S1, U, mail
from mailbox_world import decisions
from stories import PLAIN, Story

from postroom.actions.change_source import change_source
from postroom.actions.set_consent import set_consent
from postroom.actions.verify import verify
from postroom.cli.main import run
from postroom.core.consent import OWN_PAGE
from postroom.store.models import Listing, Source

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("post", PLAIN, indirect=True)]


@pytest.mark.parametrize(("before", "after"), [("customer", "people"), ("people", "customer")])
def test_a_lens_that_is_fed_later_judges_what_comes_from_then_on_F5(
    story: Story, capfd: pytest.CaptureFixture[str], before: str, after: str
) -> None:
    source = Source.objects.get(workspace=story.workspace)
    change_source(story.workspace, source.pk, {"lenses": [before]})
    set_consent(story.workspace, [(story.user(), True)], actor=S1, how=OWN_PAGE)
    box = story.new_box()
    mailbox = story.connect(box)
    story.choose(mailbox, "inbox")
    story.look(mailbox)
    for number, sender in enumerate((K1, U)):
        box.deliver("inbox", mail(sender, [S1], id=f"{number}@acme.com", at=NOON), NOON)
    story.now = NOON + 60
    story.look(mailbox)
    assert (sum(decisions(before).values()), sum(decisions(after).values())) == (2, 0)
    [label] = verify(story.workspace)
    assert (label.is_equal, label.differences) == (True, [])

    change_source(story.workspace, source.pk, {"lenses": [before, after]})
    box.deliver("inbox", mail(K1, [S1], id="2@acme.com", at=NOON + 61), NOON + 61)
    story.later(60)
    story.look(mailbox, verify=True)
    assert Listing.objects.count() == 3
    assert (sum(decisions(before).values()), sum(decisions(after).values())) == (3, 1)
    [label] = verify(story.workspace)
    assert (label.is_equal, label.differences) == (True, [])
    [day] = label.days.values()
    assert [(lens, of.not_asked, of.undecided) for lens, of in sorted(day.lenses.items())] == sorted(
        [(before, 0, 0), (after, 2, 0)]
    )
    assert run(["verify", "--workspace", story.workspace.name]) == 0
    assert f"  met before the source fed the {after} lens: 2" in capfd.readouterr().out.splitlines()
