"""Pages of long threads and long texts stay below 100 kB, also where each mail has much to tell."""

from __future__ import annotations

import pytest
from django.test import Client
from shelf import ACTOR, Shelf, text_of
from timelines import at, token

from postroom.actions.add_persons import add_persons
from postroom.core.message import Content
from postroom.store.models import Engagement, EngagementPerson, EngagementUser

LONG_TEXTS = [
    "word " * 11_800,
    "a < b & c\n" * 5_900,
    "слово\n" * 9_800,
    "\n".join(["> quoted words", "> and more", "> of them", "Yes."] * 1_400),
]


def crowd(shelf: Shelf) -> None:
    """Give every mail a long subject and snippet, two persons and five of us."""
    Engagement.objects.update(subject="Re: " + "The plan of the bridge " * 5, snippet="A word & more " * 11)
    alex = {"name": "Alexandra Key-Lockwood", "emails": ["alexandra@acme.com"]}
    [person] = add_persons(shelf.workspace, [alex], actor=ACTOR)
    users = [shelf.user("Viewer", f"viewer{n}@us.com") for n in range(4)]
    for mail in Engagement.objects.all():
        EngagementPerson.objects.create(
            person_id=int(person["id"] or 0), engagement=mail, at=mail.at, direction=mail.direction
        )
        for user in users:
            EngagementUser.objects.create(engagement=mail, user=user)


@pytest.mark.parametrize("text", LONG_TEXTS, ids=["plain", "escaped", "not in ASCII", "quoting"])
def test_a_long_text_in_a_long_thread_stays_a_page(shelf: Shelf, browser: Client, text: str) -> None:
    first = shelf.engagement()
    mails = [first, *(shelf.engagement(Content("S", text, ""), answers=first) for _ in range(24))]
    crowd(shelf)
    page = browser.get(f"/engagements/{mails[12].pk}")
    around = page.context["thread"]
    assert [mail.pk for mail in around.earlier] == [mail.pk for mail in mails[2:12]]
    assert [mail.pk for mail in around.later] == [mail.pk for mail in mails[13:23]]
    assert ("2 earlier still" in text_of(page), "2 later still" in text_of(page)) == (True, True)
    assert len(page.content) < 100_000


def test_a_full_timeline_with_a_long_thread_unfolded_stays_a_page(shelf: Shelf, browser: Client) -> None:
    first = shelf.engagement()
    for _ in range(40):
        shelf.engagement(answers=first)
    for _ in range(29):
        shelf.engagement()
    crowd(shelf)
    page = browser.get(f"{at(shelf)}?thread={token(first)}")
    assert [len(row.unfolded) for row in page.context["rows"]] == [0] * 29 + [30]
    assert len(page.content) < 100_000
