"""The cases of the specification, section 7, over mailboxes of every kind: what a look makes of each (story 5)."""

from __future__ import annotations

from collections import Counter

import pytest
from mail_world import K1, K2, NOON, S1, S2, mail, timeline
from mailbox_world import decisions
from stories import ROLES, Story
from story_posts import PymapPost
from test_import_cases import CASES, IMPORTED, Case

from postroom.store.models import Copy, Engagement, Listing, Message, PersonAddress

pytestmark = pytest.mark.django_db

KNOWN_BEFORE = [K1, K2]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"case {case.number}")
def test_case_of_section_7_from_a_mailbox(case: Case, story: Story) -> None:
    if case.number == 20 and isinstance(story.post, PymapPost):
        # Its folders have no roles, and no role is guessed from a name (M12).
        case = Case(20, case.raw, IMPORTED, ("K One",), ("Acme",), label="spam")
    box = story.new_box()
    for role in ROLES:
        box.place(role)
    mailbox = story.connect(box)
    story.choose(mailbox, case.label)
    story.look(mailbox)
    before = story.post.fetched()

    box.deliver(case.label, case.raw, NOON)
    story.now = NOON + 60
    met = story.look(mailbox)

    outcome = case.decision
    assert (met.new, met.outcomes) == (1, {outcome: 1})
    assert decisions() == {outcome: 1}
    # The other lens decides by itself (F1): its owner has not consented.
    kept_out = outcome in (("skip", "draft"), ("skip", "spam"))
    assert decisions("people") == {outcome if kept_out else ("hold", "no_consent"): 1}
    assert _shown(story) == (
        [(list(case.persons), list(case.accounts), list(case.users), case.direction)]
        if outcome == IMPORTED
        else []
    )
    assert _recorded(story) == [*KNOWN_BEFORE, *case.created]
    # Content is fetched of what comes in, and of nothing else (F2).
    if before is not None:
        assert (story.post.fetched() or 0) - before == (outcome == IMPORTED)


def test_case_23_met_in_two_mailboxes_is_one_engagement_with_both_users(story: Story) -> None:
    mailboxes = []
    for email in (S1, S2):
        box = story.new_box(email)
        mailboxes.append(story.connect(box, email))
        story.choose(mailboxes[-1], "inbox")
        story.look(mailboxes[-1])
        box.deliver("inbox", mail(K1, [S1, S2]), NOON)
    story.now = NOON + 60
    assert [story.look(mailbox).outcomes for mailbox in mailboxes] == [{IMPORTED: 1}] * 2

    assert _shown(story) == [(["K One"], ["Acme"], [S1, S2], "in")]
    assert (Message.objects.count(), Copy.objects.count(), Engagement.objects.count()) == (1, 2, 1)
    assert Listing.objects.count() == 2


def test_all_cases_in_one_mailbox_count_each_outcome_once_L5(story: Story) -> None:
    box = story.new_box()
    for role in ROLES:
        box.place(role)
    mailbox = story.connect(box)
    story.choose(mailbox, *{case.label for case in CASES})
    story.look(mailbox)
    for case in CASES:
        box.deliver(case.label, case.raw.replace(b"one@us.com", f"{case.number}@us.com".encode()), NOON)
    story.now = NOON + 60
    met = story.look(mailbox)

    expected = Counter(case.decision for case in CASES)
    if isinstance(story.post, PymapPost):
        expected[IMPORTED] += 1
        del expected["skip", "spam"]
    assert (met.new, met.outcomes) == (22, expected)
    # 10 finds the person that 9 made; the dropped ones leave nobody behind.
    assert sorted(_recorded(story)[2:]) == ["john@acme.com", "new@acme.com"]
    assert Engagement.objects.count() == expected[IMPORTED]


def _recorded(story: Story) -> list[str]:
    rows = PersonAddress.objects.filter(workspace=story.workspace).order_by("pk")
    return list(rows.values_list("address", flat=True))


def _shown(story: Story) -> list[tuple[list[str], list[str], list[str], str]]:
    return [
        (
            [name for _, name in engagement["persons"]],
            [name for _, name in engagement["accounts"]],
            engagement["users"],
            engagement["direction"],
        )
        for engagement in timeline(story.workspace)
    ]
