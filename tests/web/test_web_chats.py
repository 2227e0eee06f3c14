"""A day of a chat, a call and a meeting on their pages (A4, C20)."""

from __future__ import annotations

from typing import Any

from django.test import Client
from shelf import Shelf, text_of

from postroom.actions.accept_items import accept, delete_item
from postroom.actions.create_source import create_source
from postroom.actions.process_uploads import process_some
from postroom.store.models import Engagement, Source

S1, KIM = "s1@us.com", "kim@acme.com"


def uploaded(shelf: Shelf, kind: str, *records: dict[str, Any]) -> Engagement:
    """What these records become."""
    source, _ = create_source(shelf.workspace, "Connector", lenses=["customer"], actor=S1)
    assert {a["status"] for a in accept(source, kind, list(records))} == {"queued"}
    process_some(shelf.workspace.pk)
    return Engagement.objects.get()


def chat(id: str, author: str, to: str, minute: int, text: str) -> dict[str, Any]:
    """A chat message of a Friday."""
    record = {
        "id": id,
        "chat_id": "c",
        "chat_type": "direct",
        "author": author,
        "members": [to],
        "text": text,
    }
    return record | {"date": f"2026-01-09T12:{minute:02}:00Z"}


def test_a_day_of_a_chat_reads_as_one_C20(shelf: Shelf, browser: Client) -> None:
    engagement = uploaded(
        shelf,
        "chat",
        chat("2", S1, KIM, 5, "It is.\n<b>Really</b>"),
        chat("1", KIM, S1, 0, "Is it ready?"),
    )
    page = browser.get(f"/engagements/{engagement.pk}")
    said = text_of(page)
    assert "<h1>Chat</h1>" in page.content.decode()
    assert "9 Jan 2026, 12:00 · one day of a chat (UTC)" in said
    assert "Where it was met Uploaded by Connector 2 messages ·" in said
    heads = page.content.decode().partition('<dl class="mail-heads">')[2].partition("</dl>")[0]
    assert (heads.count(S1), heads.count(KIM), "<dt>With</dt>" in heads) == (1, 1, False)
    assert said.count("Decided") == 1 and "Before:" not in said
    assert "Kim Key 12:00 Is it ready?" in said
    assert "Sam One 12:05 It is. <b>Really</b>" in said
    assert said.index("Is it ready?") < said.index("It is.")
    assert "Chat Is it ready?" in text_of(browser.get(f"/accounts/{shelf.account}"))


def test_days_of_a_chat_are_not_called_mails_A4(shelf: Shelf, browser: Client) -> None:
    records = [chat("1", KIM, S1, 0, "Is it ready?"), chat("2", S1, KIM, 5, "It is.")]
    records[1]["date"] = "2026-01-10T12:00:00Z"
    source, _ = create_source(shelf.workspace, "Connector", lenses=["customer"], actor=S1)
    accept(source, "chat", records)
    process_some(shelf.workspace.pk)
    page = browser.get(f"/accounts/{shelf.account}")
    assert "Unfold the chat of 2 days" in text_of(page)
    assert 'title="The 2 days of this chat"' in page.content.decode()


def test_a_day_tells_what_is_in_force_and_whom_its_lines_came_through_K7(
    shelf: Shelf, browser: Client
) -> None:
    first, second, third = (chat(str(n), KIM, S1, n, f"Line {n}") for n in (1, 2, 3))
    engagement = uploaded(shelf, "chat", first, second)
    source = Source.objects.get()
    other, _ = create_source(shelf.workspace, "Other", lenses=["customer"], actor=S1)
    accept(other, "chat", [third | {"chat_id": "c"}])
    delete_item(source, "chat", "1", None)
    accept(source, "chat", [first])
    process_some(shelf.workspace.pk)
    said = text_of(browser.get(f"/engagements/{engagement.pk}"))
    assert "Where it was met Uploaded by Connector 2 messages ·" in said
    assert said.count("Decided") == 1 and "Taken back" not in said


def test_a_meeting_is_headed_by_what_it_is_A4(shelf: Shelf, browser: Client) -> None:
    meeting = {"id": "m", "type": "meeting", "user": S1, "participants": [KIM], "subject": "Plans"}
    meeting |= {"start": "2026-01-09T12:00:00Z", "end": "2026-01-09T12:45:00Z"}
    engagement = uploaded(shelf, "activity", meeting)
    page = browser.get(f"/engagements/{engagement.pk}")
    assert "<h1>Meeting: Plans</h1>" in page.content.decode()
    assert "Held by s1@us.com With kim@acme.com" in text_of(page)
    assert "Meeting: Plans" in text_of(browser.get(f"/accounts/{shelf.account}"))
