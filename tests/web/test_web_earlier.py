"""Earlier messages are offered after a change, with a count first, and both ways can be undone (C13)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from shelf import ACTOR, DAY, NOON, SINCE, Shelf, a_shelf, another_workspace, text_of

from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_persons import add_persons
from postroom.store.models import BlocklistEntry, Engagement, Job, Person, PersonAddress
from postroom.worker.runner import run_due

UNA = "una@far.example"


def work() -> None:
    """Do all that is due."""
    while run_due():
        pass


def three_that_stayed_out(shelf: Shelf) -> None:
    """Two that knowing Una would let in, one with a stranger too, and one that has nothing to do with her."""
    shelf.message(UNA, "s1@us.com", reason="unknown_sender")
    shelf.message("s1@us.com", UNA, reason="unknown_recipients")
    shelf.message("x@y.example", UNA, "s1@us.com", reason="unknown_sender")
    shelf.message("x@y.example", "s1@us.com", reason="unknown_sender")


def added(browser: Client) -> int:
    """Una, added on the page."""
    answer = browser.post("/persons/add", {"name": "Una", "emails": UNA})
    assert answer.status_code == 302
    return Person.objects.get(name="Una").pk


@pytest.fixture
def una(shelf: Shelf, browser: Client) -> int:
    """Una, whose earlier messages were counted."""
    three_that_stayed_out(shelf)
    person = added(browser)
    work()
    return person


def test_adding_a_person_counts_and_the_page_offers_C13(shelf: Shelf, browser: Client) -> None:
    three_that_stayed_out(shelf)
    path = f"/persons/{added(browser)}"

    assert "Looking for earlier messages that stayed out…" in text_of(browser.get(path))
    assert f'hx-get="{path}/earlier?note" hx-trigger="every 2s"' in browser.get(path).content.decode()
    assert "They are being counted" in text_of(browser.get(f"{path}/earlier"))
    work()
    said = "2 earlier messages exist: import them? See what follows"
    assert said in text_of(browser.get(path))
    note = browser.get(f"{path}/earlier?note", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in note and "hx-get" not in note and "2 earlier messages exist:" in note
    assert Engagement.objects.count() == 0


def test_the_page_says_what_follows_with_the_count_first_C13(shelf: Shelf, browser: Client, una: int) -> None:
    today = text_of(browser.get(f"/persons/{una}")).split("Known since ")[1][:11]
    assert text_of(browser.get(f"/persons/{una}/earlier")).split("Counted")[0] == (
        "Persons Una Earlier messages 2 earlier messages exist: import them? "
        f"una@far.example counts from 10 Jan 2026 , instead of {today} . "
        "They are decided again in the background. No text was kept, so each comes in when its file is "
        "imported or it is sent again , choosing to reconsider: the next page lists them, with the command for each "
        "mailbox and the sources that uploaded them. "
        "1 other with Una stays out all the same: 1 Unknown sender. "
        "It can be undone there: the days are set back. What came in meanwhile stays. "
        "Import 2 messages Leave them out Count again "
    )


def test_within_one_day_the_time_is_said_C13(shelf: Shelf, browser: Client, una: int) -> None:
    same_day = int(datetime(2026, 1, 10, 23, 30, tzinfo=UTC).timestamp())
    PersonAddress.objects.filter(person_id=una).update(known_since=same_day)
    browser.post(f"/persons/{una}/earlier", {"act": "look"})
    work()
    assert re.search(
        r"una@far\.example counts from 10 Jan 2026, \d\d:\d\d , instead of 10 Jan 2026, 23:30 \.",
        text_of(browser.get(f"/persons/{una}/earlier")),
    )


def test_who_has_nothing_yet_is_led_to_earlier_messages_C13(browser: Client, una: int) -> None:
    page = browser.get(f"/persons/{una}").content.decode()
    assert f'<a href="/persons/{una}/earlier">Earlier messages</a> may have stayed out.' in page


def test_importing_and_undoing_C13(shelf: Shelf, browser: Client, una: int) -> None:
    before = PersonAddress.objects.get(person=una).known_since
    answer = browser.post(f"/persons/{una}/earlier", {"act": "do"})
    work()

    job = Job.objects.get(kind="reconsider")
    assert answer["Location"] == f"/jobs/{job.pk}"
    assert PersonAddress.objects.get(person=una, closed_in=None).known_since == NOON + DAY
    seen = text_of(browser.get(f"/jobs/{job.pk}"))
    assert "2 earlier messages Done" in seen and "To be sent again 2" in seen
    assert "postroom import PATH --workspace Us --user s1@us.com --label Inbox --reconsider" in seen
    assert "2 earlier messages" not in text_of(browser.get(f"/persons/{una}"))

    undo = f"/jobs/{job.pk}/undo"
    assert f'href="{undo}"' in browser.get(f"/jobs/{job.pk}").content.decode()
    assert "Set back since when Una is known?" in text_of(browser.get(undo))
    assert "What came in meanwhile stays." in text_of(browser.get(undo))
    assert browser.post(undo)["Location"] == f"/persons/{una}"
    assert PersonAddress.objects.get(person=una, closed_in=None).known_since == before
    assert [browser.get(undo).status_code, browser.post(undo).status_code] == [404, 404]
    assert undo not in browser.get(f"/jobs/{job.pk}").content.decode()


def test_what_changed_since_the_count_is_not_imported_C13(shelf: Shelf, browser: Client, una: int) -> None:
    day = {"name": "Una", "address": UNA, f"since-{UNA}": "2026-01-11"}
    assert browser.post(f"/persons/{una}/edit", day).status_code == 302

    assert browser.post(f"/persons/{una}/earlier", {"act": "do"}, follow=True).status_code == 200
    assert Job.objects.filter(kind="reconsider").count() == 0
    assert PersonAddress.objects.get(person=una, closed_in=None).known_since == NOON + DAY + DAY // 2


def test_only_a_new_address_or_an_earlier_day_is_counted_C13(shelf: Shelf, browser: Client, una: int) -> None:
    def looks() -> int:
        return Job.objects.filter(kind="look_for_earlier").count()

    day = {"name": "Una B", "address": UNA}
    assert looks() == 1
    browser.post(f"/persons/{una}/edit", {**day, f"since-{UNA}": "2030-01-01"})
    assert looks() == 1
    browser.post(f"/persons/{una}/edit", {**day, f"since-{UNA}": "2025-01-01"})
    assert looks() == 2


def test_an_offer_is_made_for_a_day_and_found_later_by_who_looks_C13(
    shelf: Shelf, browser: Client, una: int
) -> None:
    job = Job.objects.get(kind="look_for_earlier")
    Job.objects.update(created_at=job.created_at - timedelta(days=2))
    assert "earlier messages exist" not in text_of(browser.get(f"/persons/{una}"))
    assert f'href="/persons/{una}/earlier"' in browser.get(f"/persons/{una}/edit").content.decode()
    assert "2 earlier messages exist" in text_of(browser.get(f"/persons/{una}/earlier"))


def test_who_does_not_manage_rules_sees_no_offer_R1(shelf: Shelf, una: int, as_user: Any) -> None:
    client = as_user(shelf.user("Member"))
    assert "earlier" not in text_of(client.get(f"/persons/{una}"))
    assert client.post(f"/persons/{una}/earlier", {"act": "do"}).status_code == 403


def test_nothing_found_says_why_and_can_be_counted_again_C13(shelf: Shelf, browser: Client) -> None:
    shelf.message("x@y.example", UNA, "s1@us.com", reason="unknown_sender")
    [person] = add_persons(shelf.workspace, [{"name": "Una", "emails": [UNA]}], actor=ACTOR)
    path = f"/persons/{person['id']}/earlier"
    assert (
        "What stayed out before Una was known? Being known now brings in no earlier mail by itself."
        in text_of(browser.get(path))
    )
    assert browser.post(path, {"act": "look"})["Location"] == path
    work()
    seen = text_of(browser.get(path))
    assert (
        "No earlier message would come in 1 with Una stays as it is: 1 Unknown sender. Back Count again"
        in seen
    )
    empty = f"/persons/{shelf.person}/earlier"
    assert "Looked: there are no such messages." in text_of(browser.post(empty, {"act": "look"}, follow=True))


def test_adding_an_account_offers_what_its_domain_would_let_in_C13(shelf: Shelf, browser: Client) -> None:
    three_that_stayed_out(shelf)
    answer = browser.post("/accounts/add", {"name": "Far", "domains": "far.example"})
    assert answer.status_code == 302
    path = answer["Location"]
    work()

    assert "2 earlier messages exist: import them?" in text_of(browser.get(path))
    seen = text_of(browser.get(f"{path}/earlier"))
    assert "Persons with these domains are created with that mail." in seen
    browser.post(f"{path}/earlier", {"act": "do"})
    assert "Known since 10 Jan 2026" in text_of(browser.get(path))


def blocked(shelf: Shelf, browser: Client) -> BlocklistEntry:
    """An entry, added on the page, with two engagements that are here."""
    shelf.engagement()
    shelf.engagement(direction="out")
    assert (
        browser.post(
            "/settings/blocklist", {"lines": "acme.com\nnobody@far.example", "force": "on"}
        ).status_code
        == 302
    )
    return BlocklistEntry.objects.get(value="acme.com")


def test_a_blocklist_entry_offers_to_remove_what_is_here_C13(shelf: Shelf, browser: Client) -> None:
    entry = blocked(shelf, browser)
    assert "Counting the engagements that acme.com would have kept out…" in text_of(
        browser.get("/settings/blocklist")
    )
    work()

    said = "2 engagements are here that acme.com would have kept out: remove them?"
    seen = text_of(browser.get("/settings/blocklist"))
    assert said in seen and "nobody@far.example would have" not in seen
    seen = text_of(browser.get(f"/settings/blocklist/{entry.pk}/earlier"))
    assert f"{said} They are erased with their texts, from every timeline and from search." in seen
    assert "Undoing takes the mails themselves: it removes the entry" in seen
    assert Engagement.objects.count() == 2

    answer = browser.post(f"/settings/blocklist/{entry.pk}/earlier", {"act": "do"})
    assert "Remove what the blocklist would have kept out" in text_of(browser.get(answer["Location"]))
    work()
    assert Engagement.objects.count() == 0
    assert "Removed 2" in text_of(browser.get(answer["Location"]))
    assert "engagements are here" not in text_of(browser.get("/settings/blocklist"))

    undo = f"{answer['Location']}/undo"
    assert "2 engagements were removed. They are decided again" in text_of(browser.get(undo))
    again = browser.post(undo)["Location"]
    work()
    assert "To be sent again 2" in text_of(browser.get(again))
    assert not BlocklistEntry.objects.filter(value="acme.com", closed_in=None).exists()
    assert browser.get(undo).status_code == 404


def test_a_foreign_job_is_not_undone_W3(shelf: Shelf, browser: Client) -> None:
    theirs = a_shelf(another_workspace())
    theirs.engagement()
    [entry] = add_blocklist(theirs.workspace, ["acme.com"], actor=ACTOR)
    asked = {"about": "blocklist", "id": entry["id"], "entries": [entry["id"]]}
    job = Job.objects.create(
        workspace=theirs.workspace,
        kind="remove_blocked",
        actor=ACTOR,
        state="done",
        asked=asked,
        counts={"removed": 1},
    )
    answers = [browser.post(f"/jobs/{number}/undo") for number in (job.pk, 999_999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert BlocklistEntry.objects.get(pk=entry["id"]).closed_in is None


def test_jobs_hold_no_address_C13_L1(shelf: Shelf, browser: Client, una: int) -> None:
    browser.post(f"/persons/{una}/earlier", {"act": "do"})
    blocked(shelf, browser)
    work()
    kept = json.dumps(list(Job.objects.values("asked", "counts", "results", "progress")))
    assert [text for text in ("una", "far.example", "acme.com", SINCE) if text in kept] == []
