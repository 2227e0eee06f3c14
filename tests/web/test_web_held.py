"""What is held appears nowhere but as counts with two dates: on no page, by no route, in nobody's view (P3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from passive_world import Passive
from shelf import RICH, Shelf, text_of
from test_web_access import paths

from postroom.actions.accept_items import accept
from postroom.api.access import ROUTES
from postroom.store.models import Item, User, Waiting
from postroom.store.read.held import held_of

CANARY = "quetzal"
ANN = "ann@us.com"
RECORDS: dict[str, dict[str, Any]] = {
    "mail": {
        "id": f"{CANARY}-mail",
        "user": ANN,
        "folder": f"{CANARY} folder",
        "date": "2026-03-02T12:00:00Z",
        "from": {"email": f"{CANARY}@{CANARY}.example", "name": f"Mr {CANARY}"},
        "to": [{"email": ANN}],
        "message_id": f"<{CANARY}@{CANARY}.example>",
        "subject": f"The {CANARY} flies",
        "text": f"A {CANARY}.",
    },
    "chat": {
        "id": f"{CANARY}-chat",
        "chat_id": CANARY,
        "chat_type": "group",
        "author": ANN,
        "members": [f"{CANARY}@{CANARY}.example"],
        "date": "2026-03-02T12:00:00Z",
        "text": f"A {CANARY}.",
    },
    "reaction": {
        "id": f"{CANARY}-reaction",
        "message_id": CANARY,
        "chat_id": CANARY,
        "user": ANN,
        "message_author": f"{CANARY}@{CANARY}.example",
        "reaction": CANARY,
        "date": "2026-03-02T12:00:00Z",
    },
    "activity": {
        "id": f"{CANARY}-activity",
        "type": "meeting",
        "user": ANN,
        "participants": [f"{CANARY}@{CANARY}.example"],
        "start": "2026-03-02T12:00:00Z",
        "end": "2026-03-02T13:00:00Z",
        "subject": f"The {CANARY} flies",
    },
}


@pytest.fixture
def ann(shelf: Shelf) -> User:
    """Ann, an Administrator who signs in and has not consented; one item of each kind is held for her."""
    passive = Passive(shelf.workspace)
    user = shelf.user("Administrator", ANN)
    for kind, record in RECORDS.items():
        [answer] = accept(passive.source, kind, [record])
        assert (kind, answer["status"]) == (kind, "held")
    assert [(one.kind, one.items) for one in held_of(user)] == [(kind, 1) for kind in sorted(RECORDS)]
    return user


def body_of(answer: Any) -> bytes:
    content: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content


def test_no_page_shows_anything_of_what_is_held_P3(
    shelf: Shelf, ann: User, browser: Client, as_user: Callable[[User], Client]
) -> None:
    engagement = shelf.engagement(RICH)
    pages = paths(shelf, engagement.pk)
    source = Item.objects.filter(waiting__user=ann).values_list("source_id", flat=True)[0]
    more = [
        f"/settings/sources/{source}",
        "/decisions?user=ann@us.com",
        f"/explain?address={CANARY}@x.example",
    ]
    for client in (browser, as_user(ann)):
        shown = {path: body_of(client.get(path)).lower() for path in [*pages.values(), *more]}
        asked = {path for path in more if CANARY in path}
        assert {path for path, body in shown.items() if CANARY.encode() in body} - asked == set()


def test_explain_knows_nothing_of_what_is_held_P3(ann: User, browser: Client) -> None:
    for asked in (f"address={CANARY}@{CANARY}.example", f"message_id={CANARY}@{CANARY}.example"):
        one = browser.get(f"/explain?{asked}")
        other = browser.get(f"/explain?{asked.replace(CANARY, 'nobody0')}")
        assert text_of(one).lower().replace(CANARY, "nobody0") == text_of(other).lower()


def test_no_route_tells_anything_of_what_is_held_P3(
    shelf: Shelf, ann: User, as_user: Callable[[User], Client]
) -> None:
    client = as_user(ann)
    for route, methods in ROUTES.items():
        if "GET" in methods and "{" not in route:
            answer = client.get(f"/api/v1/{route}")
            assert (route, CANARY.encode() in body_of(answer).lower()) == (route, False)
    told = client.get("/api/v1/my-data").json()["held"]
    assert told == [
        {"kind": kind, "items": 1, "oldest": "2026-03-02T12:00:00Z", "newest": "2026-03-02T12:00:00Z"}
        for kind in sorted(RECORDS)
    ]


def test_what_is_held_is_nowhere_readable_in_the_rows_P8(ann: User) -> None:
    for row in [*Item.objects.values(), *Waiting.objects.values()]:
        assert CANARY.encode() not in b"".join(
            bytes(v) if isinstance(v, memoryview | bytes) else str(v).encode() for v in row.values()
        )
