"""Explain shows the ledger by number, and what stands on the blocklist, only to who may see the rules (R3)."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from mail_world import ACTOR, K1, S1, Imports, L, U, mail, taken

from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.explain import explain
from postroom.store.models import BlocklistEntry, Engagement, Message, Workspace

as_viewer = partial(explain, sees_rules=False)
as_admin = partial(explain, sees_rules=True)


@pytest.fixture
def blocked(company: Workspace, importing: Imports) -> bytes:
    """A mail kept out for its Bcc, by an entry with a note."""
    taken(add_blocklist(company, [{"value": L, "note": "Their lawyers: secret deal"}], actor=ACTOR))
    raw = mail(K1, [S1, U], bcc=[L], id="1@x")
    importing(raw)
    return raw


def evidence(answer: dict[str, Any]) -> tuple[Any, ...]:
    """What the only finding of the only message shows, and what would change it."""
    (message,) = answer["messages"]
    (found,) = message["customer"]["evidence"]
    return found["address"], found["entry"], found["says"], message["customer"]["would_change"]


SEALED = (
    None,
    None,
    "a recipient (Bcc) (an outside address that is kept sealed): an entry of the blocklist",
    ["Remove the blocklist entry.", "Then import its file or send it again, and choose to reconsider."],
)


def test_the_ledger_by_number_is_for_who_sees_the_rules_R3(company: Workspace, blocked: bytes) -> None:
    number = Message.objects.get().pk

    for asked in (number, number + 1):
        with pytest.raises(PermissionDenied, match="manage_rules"):
            as_viewer(company, message=asked)
    assert [m["id"] for m in as_admin(company, message=number)["messages"]] == [number]


@pytest.mark.parametrize("question", [{"message_id": "1@x"}, {"address": K1}, {"address": U}])
def test_an_entry_is_sealed_like_the_address_it_keeps_out_R3(
    company: Workspace, blocked: bytes, question: dict[str, Any]
) -> None:
    answer = as_viewer(company, **question)

    assert evidence(answer) == SEALED
    assert "lawyer" not in json.dumps(answer)
    assert evidence(as_admin(company, **question))[1]["note"] == "Their lawyers: secret deal"


@pytest.mark.parametrize("way", ["address", "raw"])
def test_who_has_the_blocked_address_in_hand_sees_the_value_and_no_note_R3(
    company: Workspace, blocked: bytes, way: str
) -> None:
    entry = BlocklistEntry.objects.get(value=L, closed_in=None).pk

    answer = as_viewer(company, **({"address": L} if way == "address" else {"raw": blocked}))  # type: ignore[arg-type]

    assert evidence(answer) == (
        L,
        {"id": entry, "value": L, "note": None},
        f"a recipient (Bcc) {L}: blocklist entry {L}",
        [
            f"Remove the blocklist entry {L}.",
            "Then import its file or send it again, and choose to reconsider.",
        ],
    )
    assert "secret deal" not in json.dumps(answer)


def test_note_on_an_address_is_for_who_sees_the_rules_R3(company: Workspace, blocked: bytes) -> None:
    told = [ask(company, address=L)["address"]["why_not"][0]["says"] for ask in (as_viewer, as_admin)]

    assert told == [
        f"{L} is kept out by the blocklist entry {L}.",
        f"{L} is kept out by the blocklist entry {L} (Their lawyers: secret deal).",
    ]


def test_what_came_before_an_engagement_is_sealed_too_R3(company: Workspace, importing: Imports) -> None:
    importing(mail(S1, [K1], bcc=[L], id="1@x"))
    entry = BlocklistEntry.objects.get(value=L)
    BlocklistEntry.objects.filter(pk=entry.pk).update(closed_in=2**31, note="secret deal")
    from postroom.store.write.revision import next_revision

    next_revision(company, ACTOR, "test")
    importing(mail(S1, [K1], bcc=[L], id="1@x"), reconsider=True)

    answer = as_viewer(company, engagement=Engagement.objects.get().pk)

    (earlier,) = answer["messages"][0]["earlier"]
    assert (earlier["reason"], earlier["evidence"][0]["entry"]) == ("blocked", None)
    assert "secret deal" not in json.dumps(answer)
