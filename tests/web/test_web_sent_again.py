"""What was uploaded is not asked for as a file: the pages name its source (F6, C13)."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from django.test import Client
from shelf import ACTOR, Shelf, text_of

from postroom.actions.accept_items import accept
from postroom.actions.add_persons import add_persons
from postroom.actions.create_source import create_source
from postroom.actions.process_uploads import process_some
from postroom.actions.set_consent import set_consent
from postroom.store.models import Engagement, Item, Job, Message, Source, User
from postroom.worker.runner import run_due

FAR = "una@far.example"
NAMED = "uploaded by Connector: its program sends {} again with ?reconsider=true"


def a_source(shelf: Shelf, *lenses: str, name: str = "Connector") -> Source:
    return create_source(shelf.workspace, name, lenses=list(lenses), actor=ACTOR)[0]


def a_mail(id: str = "1") -> dict[str, Any]:
    sent = {"id": id, "user": "s1@us.com", "folder": "Inbox", "date": "2026-01-10T12:00:00Z"}
    return sent | {"from": FAR, "to": ["s1@us.com"], "message_id": f"<{id}@far.example>"}


def a_chat(id: str = "1") -> dict[str, Any]:
    sent = {"id": id, "chat_id": "c", "chat_type": "direct", "author": FAR, "members": ["s1@us.com"]}
    return sent | {"date": "2026-01-10T12:00:00Z", "text": "Hello"}


def upload(source: Source, kind: str, *records: dict[str, Any], reconsider: bool = False) -> list[str]:
    answers = accept(source, kind, list(records), reconsider=reconsider)
    process_some(source.workspace_id)
    return [answer["status"] for answer in answers]


def know_una(shelf: Shelf, since: str | None = None) -> int:
    record = {"name": "Una", "emails": [FAR]} | ({"known_since": since} if since else {})
    [answer] = add_persons(shelf.workspace, [record], actor=ACTOR)
    assert isinstance(answer["id"], int)
    return answer["id"]


def work() -> None:
    while run_due():
        pass


def test_the_job_names_the_sources_and_not_a_command_F6(shelf: Shelf, browser: Client) -> None:
    source = a_source(shelf, "customer")
    upload(source, "mail", a_mail("1"), a_mail("2"))
    upload(source, "chat", a_chat())
    know_una(shelf, "2020-01-01")
    job = browser.post("/decisions/reconsider").headers["Location"]
    work()
    seen = text_of(browser.get(job))
    assert "To be sent again 3" in seen
    assert f"3 {NAMED.format('them')}" in seen
    assert "postroom import" not in seen and "PATH" not in seen


def test_of_both_ways_each_is_named_F6(shelf: Shelf, browser: Client) -> None:
    shelf.message(FAR, "s1@us.com", reason="unknown_sender")
    upload(a_source(shelf, "customer"), "mail", a_mail())
    know_una(shelf, "2020-01-01")
    job = browser.post("/decisions/reconsider").headers["Location"]
    work()
    seen = text_of(browser.get(job))
    assert "1 met in the mailbox of s1@us.com, label Inbox" in seen
    assert "postroom import PATH --workspace Us --user s1@us.com --label Inbox --reconsider" in seen
    assert f"1 {NAMED.format('it')}" in seen


def test_explain_says_how_what_was_uploaded_comes_in_L2(shelf: Shelf, browser: Client) -> None:
    upload(a_source(shelf, "customer"), "mail", a_mail())
    page = browser.get(f"/explain?message={Message.objects.get().pk}")
    [told] = page.context["answer"]["messages"]
    assert (told["commands"], told["is_uploaded"]) == ([], True)
    seen = text_of(page)
    assert "Then import its file or send it again, and choose to reconsider." in seen
    assert "It was uploaded: the program of its source sends it again with ?reconsider=true ." in seen


def test_earlier_uploads_are_offered_and_come_in_once_sent_again_C13(shelf: Shelf, browser: Client) -> None:
    source = a_source(shelf, "customer")
    upload(source, "mail", a_mail())
    upload(source, "chat", a_chat())
    una = know_una(shelf)
    browser.post(f"/persons/{una}/earlier", {"act": "look"})
    work()
    assert "2 earlier messages exist: import them?" in text_of(browser.get(f"/persons/{una}"))
    browser.post(f"/persons/{una}/earlier", {"act": "do"})
    work()
    seen = text_of(browser.get(f"/jobs/{Job.objects.get(kind='reconsider').pk}"))
    assert f"2 {NAMED.format('them')}" in seen
    assert upload(source, "mail", a_mail()) == ["duplicate"]
    assert upload(source, "mail", a_mail(), reconsider=True) == ["queued"]
    assert upload(source, "chat", a_chat(), reconsider=True) == ["queued"]
    assert Engagement.objects.count() == 2


@pytest.mark.parametrize("consents", [False, True])
def test_what_only_the_people_lens_sees_is_no_earlier_message_C13_F1(
    shelf: Shelf, browser: Client, consents: bool
) -> None:
    sam = User.objects.get(email="s1@us.com")
    if consents:
        set_consent(shelf.workspace, [(sam, True)], actor=ACTOR, how="api")
    source = a_source(shelf, "people")
    upload(source, "mail", a_mail())
    upload(source, "chat", a_chat())
    una = know_una(shelf)
    browser.post(f"/persons/{una}/earlier", {"act": "look"})
    work()
    assert "earlier message" not in text_of(browser.get(f"/persons/{una}")).replace(
        "earlier messages that", ""
    )


def test_a_set_aside_upload_names_its_source_and_no_file_L6(shelf: Shelf, browser: Client) -> None:
    source = a_source(shelf, "customer")
    raw = b64encode(b"\x00" * 50).decode()
    upload(source, "mail", {"id": "1", "user": "s1@us.com", "folder": "inbox", "raw": raw})
    shelf.set_aside()
    seen = text_of(browser.get("/set-aside"))
    assert seen.count("Uploaded by Connector") == 1
    assert seen.count(": uploaded by Connector") == 1
    assert "cur/1795290055.0063" in seen


def test_dropped_stands_only_where_something_was_dropped_P8(shelf: Shelf, browser: Client) -> None:
    source = a_source(shelf, "people")
    upload(source, "mail", a_mail())
    path = f"/settings/sources/{source.pk}"
    assert "Dropped" not in text_of(browser.get(path))
    Item.objects.update(state="dropped")
    page = browser.get(path)
    assert page.context["counts"] == [
        (
            "Mail",
            [
                ("Queued", 0),
                ("Held", 0),
                ("Processed", 0),
                ("Skipped", 0),
                ("Dropped", 1),
                ("Failed", 0),
            ],
        )
    ]
    assert "Dropped waited for longer than the workspace keeps what is held." in text_of(page)
