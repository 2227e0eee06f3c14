"""Of a mail that several mailboxes have, as much is kept as the most open one lets: in any order (S8, F3, F4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

import pytest
from mail_world import K1, S1, S2, Imports, found_by, mail, timeline
from mailbox_world import DAY, MailboxWorld, mailbox_world

from postroom.core.mailbox import Mode
from postroom.store.bodies import unpack
from postroom.store.models import Engagement, Label, Mailbox, Variant, Workspace

METADATA, SUBJECT, FULL = Mode.METADATA, Mode.SUBJECT, Mode.FULL
WORDS = ("zebra", "giraffe", "okapi")
"""In the subject, in one text, in the other."""


@pytest.fixture
def world(company: Workspace) -> Iterator[MailboxWorld]:
    with mailbox_world(company) as made:
        yield made


def the_mail(text: str = "giraffe") -> bytes:
    return mail(K1, [S1, S2], id="1@acme.com", subject="About a zebra", text=f"It is a {text}.")


def met(world: MailboxWorld, email: str, mode: Mode, raw: bytes) -> None:
    """The user's mailbox, which keeps so much, gets the mail."""
    kept, row = world.connect(email, mode=mode)
    kept.deliver(kept.by_role("inbox"), raw, received_at=world.now)
    world.select(row, "inbox", days=1)
    world.look(row)


def shown(workspace: Workspace) -> tuple[str, str, list[tuple[int, str, str]], dict[str, int]]:
    """Subject and snippet, all texts, and how many mails search finds by each word."""
    engagement = Engagement.objects.get()
    texts = [(v.kept, v.subject, unpack(v.body).text) for v in Variant.objects.order_by("digest")]
    return (
        engagement.subject,
        engagement.snippet,
        texts,
        {word: len(found_by(workspace, word)) for word in WORDS},
    )


NOTHING = ("", "", [(METADATA, "", "")], {"zebra": 0, "giraffe": 0, "okapi": 0})
ITS_SUBJECT = (
    "About a zebra",
    "",
    [(SUBJECT, "About a zebra", "")],
    {"zebra": 1, "giraffe": 0, "okapi": 0},
)
ALL_OF_IT = (
    "About a zebra",
    "It is a giraffe.",
    [(FULL, "About a zebra", "It is a giraffe.")],
    {"zebra": 1, "giraffe": 1, "okapi": 0},
)
KEPT = {METADATA: NOTHING, SUBJECT: ITS_SUBJECT, FULL: ALL_OF_IT}


@pytest.mark.parametrize("mode", list(Mode))
def test_a_mailbox_keeps_as_much_as_its_owner_chose_S8(mode: Mode, world: MailboxWorld) -> None:
    met(world, S1, mode, the_mail())
    assert shown(world.workspace) == KEPT[mode]


@pytest.mark.parametrize("mode", list(Mode))
def test_the_workspace_may_be_stricter_S8(mode: Mode, world: MailboxWorld) -> None:
    Workspace.objects.filter(pk=world.workspace.pk).update(mailbox_mode=mode)
    met(world, S1, FULL, the_mail())
    assert shown(world.workspace) == KEPT[mode]


@pytest.mark.parametrize("order", list(permutations(Mode)), ids=str)
def test_fuller_replaces_poorer_and_poorer_adds_nothing_in_any_order_S8_F4(
    order: tuple[Mode, ...], world: MailboxWorld, importing: Imports
) -> None:
    """Two mailboxes and, for all of it, a file."""
    bring: dict[Mode, Callable[[], Any]] = {
        METADATA: lambda: met(world, S1, METADATA, the_mail()),
        SUBJECT: lambda: met(world, S2, SUBJECT, the_mail()),
        FULL: lambda: importing(the_mail(), user=S2),
    }
    for position, mode in enumerate(order):
        bring[mode]()
        assert shown(world.workspace) == KEPT[max(order[: position + 1])]
    assert sorted(Engagement.objects.get().user_links.values_list("user__email", flat=True)) == [S1, S2]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_different_texts_that_are_equally_full_are_all_kept_F3_S8(
    order: tuple[int, ...], world: MailboxWorld, importing: Imports
) -> None:
    bring: list[Callable[[], Any]] = [
        lambda: met(world, S1, FULL, the_mail("giraffe")),
        lambda: met(world, S2, SUBJECT, the_mail("okapi")),
        lambda: importing(the_mail("okapi"), user=S2),
    ]
    for which in order:
        bring[which]()
    subject, snippet, texts, found = shown(world.workspace)
    assert subject == "About a zebra"
    assert snippet == texts[0][2]
    assert sorted(texts) == [
        (FULL, "About a zebra", "It is a giraffe."),
        (FULL, "About a zebra", "It is a okapi."),
    ]
    assert found == {"zebra": 1, "giraffe": 1, "okapi": 1}


def test_both_at_once_come_to_the_same_S8_F4(world: MailboxWorld) -> None:
    """One look meets the mail in two labels; another mailbox of the same server keeps less."""
    met(world, S2, METADATA, the_mail())
    kept, row = world.connect(S1)
    for label in ("inbox", "sent"):
        kept.deliver(kept.by_role(label), the_mail(), received_at=world.now)
    world.select(row, "inbox", "sent", days=1)
    world.look(row)
    assert shown(world.workspace) == ALL_OF_IT


def test_what_is_kept_already_stays_when_its_owner_keeps_less_from_now_on_S8(world: MailboxWorld) -> None:
    met(world, S1, FULL, the_mail())
    before = timeline(world.workspace)
    row, label = Mailbox.objects.get(), Label.objects.get(selected_at__isnull=False)
    Mailbox.objects.update(mode=METADATA)
    label.listings.update(is_due=True)
    world.later(DAY)
    world.look(row)
    assert (timeline(world.workspace), shown(world.workspace)) == (before, ALL_OF_IT)
