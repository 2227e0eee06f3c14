"""Explain: what happened to a mail, which rule decided, what would change it; nothing that was not brought (L2)."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from mail_world import (
    ACTOR,
    K1,
    LONG_AGO,
    NOON,
    S1,
    S2,
    Imports,
    L,
    N,
    U,
    mail,
    taken,
    the_company,
)

from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_persons import add_persons
from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.explain import explain as explain_to
from postroom.actions.rejection import Rejected
from postroom.store.models import Engagement, Message, Workspace

SECRET = "secret.partner@hidden.example"

explain = partial(explain_to, sees_rules=True)
"""As an administrator asks."""


def the_only(answer: dict[str, Any]) -> dict[str, Any]:
    """The one message of an answer."""
    (message,) = answer["messages"]
    told: dict[str, Any] = message
    return told


def why_not(answer: dict[str, Any]) -> list[str]:
    """The reasons why mail with an address does not come in."""
    return [why["reason"] for why in answer["address"]["why_not"]]


# The three answers to "why was my mail to John Doe not synced?"


def test_nobody_has_the_address_and_no_account_the_domain_L2(company: Workspace) -> None:
    answer = explain(company, address="John.Doe@Nowhere.org ")

    assert answer["messages"] == []
    assert answer["address"]["address"] == "john.doe@nowhere.org"
    assert (answer["address"]["known"], answer["address"]["person"]) == (False, None)
    assert answer["address"]["why_not"] == [
        {
            "reason": "no_person_and_no_account",
            "says": "No person has the address john.doe@nowhere.org, and no account has the domain nowhere.org.",
            "change": "Add a person with this address, or an account with the domain nowhere.org.",
            "entry": None,
        }
    ]


@pytest.mark.parametrize("question", ["john doe", "john.doe@nowhere.org"])
def test_the_person_has_no_address_L2(question: str, company: Workspace) -> None:
    taken(add_persons(company, [{"name": "John Doe"}], actor=ACTOR))

    answer = explain(company, address=question)

    assert "person_without_address" in why_not(answer)
    assert answer["address"]["known"] is False
    assert answer["address"]["why_not"][-1]["says"] == (
        "There is a person named John Doe, who has no e-mail address; names never match mail."
    )


def test_the_address_or_domain_is_blocked_L2(company: Workspace) -> None:
    taken(add_blocklist(company, [{"value": "acme.com", "note": "they sued us"}], actor=ACTOR))

    assert why_not(explain(company, address=L)) == ["blocked"]
    (why,) = explain(company, address=K1)["address"]["why_not"]
    assert why["says"] == "k1@acme.com is kept out by the blocklist entry acme.com (they sued us)."
    assert why["change"] == "Remove the blocklist entry acme.com."


def test_known_address_has_no_why_not_L2(company: Workspace) -> None:
    told = explain(company, address=K1)["address"]

    assert (told["known"], told["inside"], told["why_not"]) == (True, False, [])
    assert (told["person"]["name"], told["account"]["name"]) == ("K One", "Acme")
    assert told["persons"][0]["known_since"] == LONG_AGO
    creatable = explain(company, address=N)["address"]
    assert (creatable["known"], creatable["person"], creatable["account"]["name"]) == (True, None, "Acme")
    assert explain(company, address=S1)["address"]["inside"] is True


def test_name_of_a_person_with_an_address_L2(company: Workspace) -> None:
    told = explain(company, address="k one")["address"]

    assert told["account"]["name"] == "Acme"
    assert (told["known"], told["persons"][0]["emails"], told["why_not"]) == (True, [K1], [])
    assert why_not(explain(company, address="Nobody Atall")) == ["no_person"]


# What happened


def test_by_address_L2(company: Workspace, importing: Imports) -> None:
    importing(mail(S1, [U, SECRET], id="1@x"), label="sent")

    told = the_only(explain(company, address=f"U Somebody <{U.upper()}>"))

    assert (told["met"], told["message_id"], told["engagement"], told["roles"]) == (True, None, None, ["to"])
    assert [(c["source"], c["user"], c["label"]) for c in told["copies"]] == [("import", S1, "sent")]
    verdict = told["customer"]
    assert (verdict["outcome"], verdict["reason"], verdict["rule"]) == ("skip", "unknown_recipients", "C7")
    assert [a["rule"] for a in verdict["asked_before"]] == ["C0", "C1", "C3", "C4"]
    assert {a["answer"] for a in verdict["asked_before"]} == {"no"}
    assert verdict["would_change"] != []
    assert told["earlier"] == []


def test_sender_unknown_says_who_to_the_one_who_has_the_address_L2(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(U, [S1, SECRET], id="1@x"))

    (evidence,) = the_only(explain(company, address=U))["customer"]["evidence"]
    assert evidence == {
        "reason": "unknown_sender",
        "role": "from",
        "address": U,
        "entry": None,
        "says": f"the sender {U}",
    }
    assert the_only(explain(company, address=U))["customer"]["would_change"] == [
        "Add a person with the address u@nowhere.org, or an account with the domain nowhere.org, known since "
        "2026-03-02 or earlier.",
        "Then import its file again and choose to reconsider.",
    ]
    (sealed,) = the_only(explain(company, message_id="1@x"))["customer"]["evidence"]
    assert sealed["address"] is None
    assert sealed["says"] == "the sender (an outside address that is kept sealed)"


def test_nothing_is_told_that_the_asker_did_not_bring_L2(company: Workspace, importing: Imports) -> None:
    importing(
        mail(U, [S1, SECRET], id="1@x", subject="secret subject", text="secret text"),
        mail(S1, [SECRET, U], bcc=["x@rival.com"], id="2@x"),
        mail(f"Secret <{SECRET}>", [S1, U], id="3@x"),
        mail(U, [S1], id="4@x", more=f"From: {SECRET}"),
    )
    number = Message.objects.order_by("pk").first()
    assert number is not None
    answers = [
        explain(company, address=U),
        explain(company, address=S1),
        explain(company, message_id="<1@x>"),
        explain(company, message_id="3@x"),
        explain(company, message=number.pk),
    ]
    told = json.dumps(answers).casefold()
    assert [len(a["messages"]) for a in answers] == [4, 4, 1, 1, 1]
    assert "secret" not in told
    assert "x@rival.com" not in told


@pytest.mark.parametrize("message_id", ["1/2+a=@x", "<1/2+a=@x>", "  <1/2+a=@x> "])
def test_by_message_id_L2(message_id: str, company: Workspace, importing: Imports) -> None:
    importing(mail(U, [S1], id="1/2+a=@x"))

    told = the_only(explain(company, message_id=message_id))

    assert (told["message_id"], told["customer"]["reason"]) == ("1/2+a=@x", "unknown_sender")
    assert explain(company, message_id="other@x")["messages"] == []


def test_by_the_mail_itself_L2(company: Workspace, importing: Imports) -> None:
    raw = mail(U, [S1, SECRET], id="1@x")
    before = the_only(explain(company, raw=raw))
    assert (before["met"], before["message_id"]) == (False, "1@x")
    assert (before["customer"]["outcome"], before["customer"]["reason"]) == ("skip", "unknown_sender")
    assert Message.objects.count() == 0

    importing(raw)
    told = the_only(explain(company, raw=raw))

    assert (told["met"], told["customer"]["evidence"][0]["address"]) == (True, U)
    assert {k: before["customer"][k] for k in ("evidence", "asked_before", "would_change")} == {
        k: told["customer"][k] for k in ("evidence", "asked_before", "would_change")
    }


def test_by_a_mail_that_was_set_aside_L2_L6(company: Workspace, importing: Imports) -> None:
    before = the_only(explain(company, raw=b"\0\0\0"))
    assert (before["met"], before["customer"]["outcome"]) == (False, "set_aside")

    importing(b"\0\0\0", label="Project X")
    told = the_only(explain(company, raw=b"\0\0\0"))

    assert (told["met"], told["customer"]["reason"]) == (True, "unparsable")


def test_by_engagement_and_what_came_before_L2(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1], id="1@x"))
    engagement = Engagement.objects.get().pk

    told = the_only(explain(company, engagement=engagement))
    assert (told["engagement"], told["message_id"]) == (engagement, "1@x")
    assert (told["customer"]["outcome"], told["customer"]["would_change"]) == ("import", [])
    assert [a["rule"] for a in told["customer"]["asked_before"]] == [
        "C0",
        "C1",
        "C3",
        "C4",
        "C7",
        "C8",
        "C10",
    ]

    delete_engagement(company, engagement, actor=ACTOR)
    assert explain(company, engagement=engagement)["messages"] == []
    told = the_only(explain(company, address=K1))
    assert (told["customer"]["reason"], [e["reason"] for e in told["earlier"]]) == ("deleted", ["imported"])


def test_withdrawn_engagement_shows_its_history_F4_L2(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1], id="1@x"))
    importing(mail(K1, [S1], bcc=[L], id="1@x"), user=S2)

    told = the_only(explain(company, address=K1))

    assert told["engagement"] is None
    assert (told["customer"]["reason"], [e["reason"] for e in told["earlier"]]) == ("blocked", ["imported"])
    (evidence,) = told["customer"]["evidence"]
    assert evidence["entry"]["value"] == L
    assert evidence["role"] == "bcc"


def test_workspaces_never_see_each_other_W3(company: Workspace, importing: Imports) -> None:
    other = the_company(key=b"another key, of another workspace".ljust(32)[:32])
    raw = mail(K1, [S1], id="1@x")
    importing(raw, mail(U, [S1], id="2@x"))
    message = Message.objects.order_by("pk").first()
    assert message is not None

    assert explain(other, address=K1)["messages"] == explain(other, address=U)["messages"] == []
    assert explain(other, message_id="1@x")["messages"] == []
    assert explain(other, message=message.pk)["messages"] == []
    assert explain(other, engagement=Engagement.objects.get().pk)["messages"] == []
    assert the_only(explain(other, raw=raw))["met"] is False


def test_queries_do_not_grow_with_the_messages_L2(company: Workspace, importing: Imports) -> None:
    importing(mail(U, [S1], id="0@x"), mail(S1, [U, L], id="b0@x"))
    with CaptureQueriesContext(connection) as few:
        assert len(explain(company, address=U)["messages"]) == 2
    importing(*(mail(U, [S1, S2], id=f"{n}@x", at=NOON + n) for n in range(1, 30)))
    with CaptureQueriesContext(connection) as many:
        assert len(explain(company, address=U)["messages"]) == 31

    assert len(many) == len(few)


@pytest.mark.parametrize("question", [{}, {"address": " "}, {"address": "a@b@"}, {"message_id": "<>"}])
def test_questions_that_are_none_are_rejected(question: dict[str, str], company: Workspace) -> None:
    with pytest.raises(Rejected):
        explain(company, **question)  # type: ignore[arg-type]
