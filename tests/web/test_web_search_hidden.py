"""Search finds nothing in what is hidden from whoever asks (R4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from searching import found, passages, with_letters
from shelf import Shelf, text_of

from postroom.actions.set_visibility import narrow_visibility, set_visibility
from postroom.core.message import Content
from postroom.store.models import Engagement, User

SUBJECT, TEXT, NAME = "offer", "kostet", "kim"


@pytest.fixture
def letters(shelf: Shelf) -> Shelf:
    return with_letters(shelf)


@pytest.mark.parametrize("narrowed", [False, True], ids=["mailbox", "single mail"])
@pytest.mark.parametrize(
    ("level", "hits"),
    [("everything", [1, 1, 2, 1]), ("subject", [1, 0, 2, 0]), ("existence", [0, 0, 1, 0])],
)
def test_words_are_found_only_where_the_viewer_sees_them_R4(
    letters: Shelf,
    browser: Client,
    as_user: Callable[[User], Client],
    sam: User,
    level: str,
    hits: list[int],
    narrowed: bool,
) -> None:
    """A mail of Ann's beside it is open to everybody; a word of each place together is text too."""
    Engagement.objects.get(subject="Tunnel").message.copies.update(user=letters.user("Manager", "ann@us.com"))
    if narrowed:
        narrow_visibility(sam, Engagement.objects.get(subject="Offer for the bridge").pk, level)
    else:
        set_visibility(sam, level)
    asked = (SUBJECT, TEXT, NAME, f"{SUBJECT} {TEXT}")
    assert [len(found(browser, q=words)) for words in asked] == hits
    assert [len(found(as_user(sam), q=words)) for words in asked] == [1, 1, 2, 1]


def test_of_what_shows_only_its_subject_no_passage_is_shown_R4(
    shelf: Shelf, browser: Client, as_user: Callable[[User], Client], sam: User
) -> None:
    shelf.engagement(Content("The plan", "Our plan is secret", ""))
    set_visibility(sam, "subject")
    page = browser.get("/engagements?q=plan")
    assert "Received The plan Only its subject is shown to you Kim Key" in text_of(page)
    assert b"secret" not in page.content
    assert passages(as_user(sam), "plan") == ["Our <mark>plan</mark> is secret"]


def test_without_words_it_is_said_that_something_is_hidden_R4(
    letters: Shelf, browser: Client, sam: User
) -> None:
    narrow_visibility(sam, Engagement.objects.get(subject="Tunnel").pk, "existence")
    page = browser.get("/engagements")
    assert (
        "All, newest first 1 hidden from you Hidden from you by Sam One Kim Key Of us: SO 11 Jan 2026"
        in text_of(page)
    )
    assert (b"Tunnel" in page.content, b"Offer for the bridge" in page.content) == (False, True)
    asked = {"account": letters.account, "person": letters.person, "user": "s1@us.com"}
    for name, of in asked.items():
        assert found(browser, **{name: of}) == ["", "Offer for the bridge"]


def test_of_several_owners_the_strictest_counts_and_each_finds_their_own_R4(
    letters: Shelf, browser: Client, as_user: Callable[[User], Client], sam: User
) -> None:
    ann = letters.user("Manager", "ann@us.com")
    letters.put_in_mailbox(Engagement.objects.get(subject="Offer for the bridge"), ann)
    set_visibility(sam, "subject")
    set_visibility(ann, "existence")
    assert [found(client, q="brucke") for client in (browser, as_user(ann), as_user(sam))] == [
        [],
        ["Offer for the bridge"],
        ["Offer for the bridge"],
    ]
    assert [found(client, q="offer") for client in (browser, as_user(ann), as_user(sam))] == [
        [],
        ["Offer for the bridge"],
        ["Offer for the bridge"],
    ]
    assert [found(client, q="tunnel") for client in (browser, as_user(ann))] == [["Tunnel"], ["Tunnel"]]
    assert [found(client, q="nothing") for client in (browser, as_user(ann))] == [[], []]
