"""Explain over the API: who sees what, and that the document describes every part of the answer (L2, R3)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from filled import Filled, fill

from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.explain import MAX_RAW_BYTES, explain
from postroom.api.application import api as application
from postroom.store.models import BlocklistEntry, Copy, Decision, Message, Variant, Workspace
from postroom.store.secrets import seal_of

LAWYER = "lawyer@acme0.com"


@pytest.fixture
def filled(workspace: Workspace) -> Filled:
    """A workspace with a message that an entry with a note keeps out."""
    filled = fill(workspace)
    add_blocklist(workspace, [{"value": LAWYER, "note": "secret deal"}], actor="command line")
    address = seal_of(workspace).address(LAWYER).hex()
    entry = BlocklistEntry.objects.get(value=LAWYER).pk
    found = f'{{"found":[{{"reason":"blocked","role":"bcc","address":"{address}","entry":{entry}}}],"asked":["place"]}}'
    Decision.objects.update(outcome="skip", reason="blocked", findings=found)
    Copy.objects.update(defects="bad_date")
    Variant.objects.update(defects="clipped")
    return filled


def test_a_message_by_its_number_needs_manage_rules_R3(
    workspace: Workspace, filled: Filled, token_for: Callable[..., Any]
) -> None:
    number = Message.objects.get().pk
    viewer = token_for(workspace, "view_engagements")
    both = token_for(workspace, "view_engagements", "manage_rules")

    for asked in (number, number + 1):
        problem = viewer.answer(403, "POST", "explain", {"message": asked})
        assert (problem["code"], "field" in problem) == ("forbidden", False)
    assert both.post("explain", {"message": number})["messages"][0]["id"] == number


def test_the_blocklist_shows_through_explain_only_to_manage_rules_R3(
    workspace: Workspace, filled: Filled, token_for: Callable[..., Any]
) -> None:
    asked = {"engagement": filled.engagement}
    viewer = token_for(workspace, "view_engagements").post("explain", asked)
    both = token_for(workspace, "view_engagements", "manage_rules").post("explain", asked)

    seen = [a["messages"][0]["customer"]["evidence"][0]["entry"] for a in (viewer, both)]
    entry = BlocklistEntry.objects.get(value=LAWYER).pk
    assert seen == [None, {"id": entry, "value": LAWYER, "note": "secret deal"}]
    assert LAWYER not in str(viewer)


RAW = "From: k@acme0.com\nMessage-ID: <new@acme0.com>\nSubject: Hello\n\nHello\n"


@pytest.mark.parametrize(
    "asked",
    [
        {"engagement": 0},
        {"address": "k@acme0.com"},
        {"address": LAWYER},
        {"address": "k0"},
        {"address": "nobody@else.example"},
        {"raw": RAW},
        {"raw": base64.b64encode(b"\0\0").decode()},
    ],
)
def test_the_document_describes_all_that_is_told(
    workspace: Workspace, filled: Filled, api: Any, asked: dict[str, Any]
) -> None:
    if "engagement" in asked:
        asked = {"engagement": filled.engagement}
    answer = api.post("explain", asked)

    given = dict(asked)
    if "raw" in given:
        given["raw"] = RAW.encode() if given["raw"] == RAW else b"\0\0"
    whole = explain(workspace, sees_rules=True, **given)
    for message in (*whole["messages"], *answer["messages"]):
        message["date"] = message["date"] and message["date"][:10]
    assert answer == whole


def test_no_part_of_the_answer_is_left_undescribed() -> None:
    schemas = application.get_openapi_schema()["components"]["schemas"]
    left = ["Explanation"]
    met: set[str] = set()
    while left:
        name = left.pop()
        met.add(name)
        text = str(schemas[name])
        assert "additionalProperties': True" not in text
        left += [other for other in schemas if f"/{other}'" in text and other not in met]
    assert sorted(met) == [
        "AskedBefore", "Defect", "Evidence", "ExplainedAddress", "ExplainedCopy", "ExplainedMessage",
        "ExplainedPerson", "Explanation", "FoundEntry", "Reference", "Verdict", "WhyNot",
    ]  # fmt: skip


def test_a_mail_that_is_too_large_is_refused_without_reading_it(api: Any) -> None:
    raw = base64.b64encode(b"a" * (MAX_RAW_BYTES + 1)).decode()
    assert api.answer(413, "POST", "explain", {"raw": raw})["code"] == "too_large"
