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
from postroom.actions.explain_mail import Assumed
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
    assert [a["rule"] for a in verdict["asked_before"]] == ["C0", "C1", "C2", "K4", "C3", "C4"]
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
        "Then import its file or send it again, and choose to reconsider.",
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
    assert {k: before["customer"][k] for k in ("evidence", "asked_before")} == {
        k: told["customer"][k] for k in ("evidence", "asked_before")
    }
    assert [m["customer"]["headline"] for m in (before, told)] == [
        f"It would stay out: nobody knows {U}",
        f"It stayed out: nobody knows {U}",
    ]
    add = f"Add a person with the address {U}, or an account with the domain nowhere.org, known since 2026-03-02 "
    assert [m["customer"]["would_change"] for m in (before, told)] == [
        [add + "or earlier.", "Then import its file or send it."],
        [add + "or earlier.", "Then import its file or send it again, and choose to reconsider."],
    ]


@pytest.mark.parametrize("is_met", [False, True], ids=["never met", "met"])
def test_who_has_the_mail_is_told_whom_nobody_knows_L2(
    company: Workspace, importing: Imports, is_met: bool
) -> None:
    unknown = mail(S1, [U], cc=[SECRET, U], id="1@x")
    no_customer = mail(S1, [S2, U], id="2@x")
    if is_met:
        importing(unknown, no_customer, label="sent")

    told = [the_only(explain(company, raw=raw))["customer"] for raw in (unknown, no_customer)]

    assert [[(e["role"], e["address"]) for e in verdict["evidence"]] for verdict in told] == [
        [("to", U), ("cc", SECRET)],
        [("to", U)],
    ]
    out = "It stayed out" if is_met else "It would stay out"
    assert [verdict["headline"] for verdict in told] == [
        f"{out}: nobody knows {U}, {SECRET}",
        f"{out}: no customer is in it; nobody knows {U}",
    ]
    assert told[0]["would_change"][0] == (
        f"Add a person with one of {U}, {SECRET}, or an account with one of the domains nowhere.org, "
        f"{SECRET.partition('@')[2]}, known since 2026-03-02 or earlier."
    )


def test_who_asks_by_address_or_number_is_told_of_that_address_only_L2(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(S1, [U, SECRET], id="1@x"), label="sent")
    (by_address,) = the_only(explain(company, address=U))["customer"]["evidence"]
    (by_id,) = the_only(explain(company, message_id="1@x"))["customer"]["evidence"]
    assert (by_address["address"], by_id["address"]) == (U, None)
    assert the_only(explain(company, message_id="1@x"))["customer"]["headline"] == (
        "It stayed out: nobody knows any recipient"
    )


def test_what_would_be_decided_today_is_told_where_it_differs_L2(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(U, [S1], id="1@x"), mail(K1, [S1], id="2@x"))
    assert [the_only(explain(company, message_id=f"{n}@x"))["today"] for n in (1, 2)] == [None, None]
    taken(add_persons(company, [{"name": "U", "emails": [U], "known_since": LONG_AGO}], actor=ACTOR))
    taken(add_blocklist(company, ["acme.com"], actor=ACTOR))

    told = [the_only(explain(company, message_id=f"{n}@x")) for n in (1, 2)]

    assert [(m["customer"]["reason"], m["today"]["reason"], m["today"]["headline"]) for m in told] == [
        ("unknown_sender", "imported", f"It would come in: {U} is known"),
        ("imported", "blocked", f"It would stay out: the blocklist keeps out {K1}"),
    ]
    assert [m["today"]["decided_at"] for m in told] == [None, None]


@pytest.mark.parametrize(
    ("user", "label", "reason", "says"),
    [
        ("", "spam", "spam", "It is taken to lie under the label spam in the mailbox of one of us."),
        (
            "",
            "Project X",
            "imported",
            "It is taken to lie under the label Project X in the mailbox of one of us.",
        ),
        (S1, "", "imported", f"It is taken to lie in the mailbox of {S1}."),
        (S2, "Drafts", "draft", f"It is taken to lie under the label Drafts in the mailbox of {S2}."),
    ],
)
def test_where_a_mail_never_met_is_taken_to_lie_can_be_said_L2(
    company: Workspace, user: str, label: str, reason: str, says: str
) -> None:
    told = the_only(explain(company, raw=mail(K1, [], id="1@x"), assumed=Assumed(user, label)))
    assert (told["met"], told["customer"]["reason"], told["assumes"]) == (False, reason, [says])


def test_a_mailbox_that_nobody_has_is_refused(company: Workspace) -> None:
    with pytest.raises(Rejected) as refusal:
        explain(company, raw=mail(K1, [S1]), assumed=Assumed("nobody@us.com"))
    assert (refusal.value.reason, refusal.value.field) == ("user_unknown", "user")


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
        "C2",
        "K4",
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
