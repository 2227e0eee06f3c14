"""Chats in the customer lens: stricter than mail, and one engagement is one chat and day (C20)."""

from __future__ import annotations

from itertools import permutations

import pytest
from mail_world import K1, K2, NOON, S1, S2, U, found_by, replayed
from upload_world import a_source, chat_record, uploaded

from postroom.actions.accept_items import delete_item
from postroom.actions.delete_engagement import delete_engagement
from postroom.store.bodies import unpack
from postroom.store.models import ChatLine, Decision, Engagement, Person, Workspace

DAY = 86_400


def days() -> list[tuple[str, int, str, list[str], list[str], str]]:
    """Every engagement of a chat, by time and preview: kind, time, preview, persons, accounts, text."""
    found = [
        (
            e.kind,
            e.at - NOON,
            e.snippet,
            sorted(e.person_links.values_list("person__name", flat=True)),
            sorted(e.account_links.values_list("account__name", flat=True)),
            unpack(e.variants.get().body).text,
        )
        for e in Engagement.objects.all()
    ]
    return sorted(found)


def test_a_chat_and_day_is_one_engagement_C20(company: Workspace) -> None:
    source = a_source(company, "customer")
    uploaded(
        source,
        "chat",
        chat_record(K1, [S1], id="1", text="Is it ready?"),
        chat_record(S1, [K1], id="2", at=NOON + 60, text="It is."),
        chat_record(K1, [S1], id="3", at=NOON + DAY, text="Thank you"),
        chat_record(K1, [S1], id="4", chat="other", text="Elsewhere"),
    )
    assert days() == [
        ("chat", 0, "Elsewhere", ["K One"], ["Acme"], f"{K1}: Elsewhere"),
        ("chat", 0, "Is it ready?", ["K One"], ["Acme"], f"{K1}: Is it ready?\n{S1}: It is."),
        ("chat", DAY, "Thank you", ["K One"], ["Acme"], f"{K1}: Thank you"),
    ]
    assert Engagement.objects.values("thread").distinct().count() == 2
    assert ChatLine.objects.count() == 4


@pytest.mark.parametrize(
    ("author", "members", "reason"),
    [
        (K1, [S1], "imported"),
        (S1, [S2], "internal"),
        (S1, [K1, U], "unknown_recipients"),
        (U, [S1, K1], "unknown_sender"),
        (S1, [K1, "x@rival.com"], "blocked"),
    ],
)
def test_each_message_is_judged_with_its_own_members_C20(
    author: str, members: list[str], reason: str, company: Workspace
) -> None:
    source = a_source(company, "customer")
    uploaded(source, "chat", chat_record(author, members, id="1"), chat_record(K1, [S1], id="2", at=NOON + 1))
    reasons = Decision.objects.order_by("message__at").values_list("reason", flat=True)
    assert list(reasons) == [reason, "imported"]
    assert ChatLine.objects.count() == 1 + (reason == "imported")


def test_a_chat_creates_persons_as_mail_does_C11_C20(company: Workspace) -> None:
    uploaded(a_source(company, "customer"), "chat", chat_record("new@acme.com", [S1]))
    assert Person.objects.get(named_by="address").name == "New"
    assert days()[0][3:5] == (["New"], ["Acme"])


def test_the_order_of_arrival_changes_nothing_F4(company: Workspace) -> None:
    records = [
        chat_record(K1, [S1], id="1", at=NOON + 10, text="one"),
        chat_record(S1, [K1, K2], id="2", at=NOON + 20, text="two"),
        chat_record(S2, [K1], id="3", at=NOON, text="zero"),
    ]
    results = set()
    for number, order in enumerate(permutations(records)):
        source = a_source(company, "customer", name=f"S{number}")
        for record in order:
            uploaded(source, "chat", record)
        (engagement,) = Engagement.objects.all()
        people = sorted((p["role"], p["email"]) for p in engagement.participants)
        results.add((str(days()), engagement.direction, str(people)))
        for record in records:
            assert delete_item(source, "chat", record["id"], None) is True
        assert Engagement.objects.count() == 0
    assert results == {
        (
            str(
                [
                    (
                        "chat",
                        0,
                        "zero",
                        ["K One", "K Two"],
                        ["Acme", "Beta"],
                        f"{S2}: zero\n{K1}: one\n{S1}: two",
                    )
                ]
            ),
            "in",
            str(
                [
                    ("author", K1),
                    ("author", S1),
                    ("author", S2),
                    ("member", K1),
                    ("member", K2),
                    ("member", S1),
                ]
            ),
        )
    }


def test_a_message_that_changed_changes_its_line_K7(company: Workspace) -> None:
    source = a_source(company, "customer")
    uploaded(source, "chat", chat_record(K1, [S1], id="1"), chat_record(S1, [K1], id="2", at=NOON + 9))
    assert uploaded(source, "chat", chat_record(K1, [S1], id="1", text="Edited")) == [("updated", None)]
    assert [day[5] for day in days()] == [f"{K1}: Edited\n{S1}: Hi"]
    assert found_by(company, "edited") == [""]
    assert replayed(company).differences == []


def test_taking_a_message_back_takes_its_line_and_whom_it_alone_named_K7(company: Workspace) -> None:
    source = a_source(company, "customer")
    uploaded(
        source,
        "chat",
        chat_record(S1, [K1, K2], id="1", text="secret plan"),
        chat_record(K1, [S1], id="2", at=NOON + 60, text="later"),
    )
    assert found_by(company, "secret") == [""]
    delete_item(source, "chat", "1", None)
    assert days() == [("chat", 60, "later", ["K One"], ["Acme"], f"{K1}: later")]
    assert found_by(company, "secret") == []
    (engagement,) = Engagement.objects.all()
    assert sorted((p["role"], p["email"]) for p in engagement.participants) == [
        ("author", K1),
        ("member", S1),
    ]
    assert found_by(company, "k2@beta.io") == []
    assert found_by(company, "later") == [""]


def test_a_deleted_day_does_not_come_back_C17(company: Workspace) -> None:
    source = a_source(company, "customer")
    records = [chat_record(K1, [S1], id="1"), chat_record(S1, [K1], id="2", at=NOON + 60)]
    uploaded(source, "chat", *records)
    delete_engagement(company, Engagement.objects.get().pk, actor=S1)
    assert ChatLine.objects.count() == 0
    uploaded(a_source(company, "customer", name="again"), "chat", chat_record(K1, [S1], id="3", at=NOON + 90))
    assert [day[5] for day in days()] == [f"{K1}: Hi"]
    current = Decision.objects.filter(is_current=True).order_by("message__at")
    assert list(current.values_list("reason", flat=True)) == ["deleted", "deleted", "imported"]
    assert replayed(company).differences == []


def test_the_way_a_day_went_is_that_of_the_lines_that_are_left_F4(company: Workspace) -> None:
    source = a_source(company, "customer")
    uploaded(source, "chat", chat_record(S1, [K1], id="1"), chat_record(K2, [S1, K1], id="2", at=NOON + 60))
    assert Engagement.objects.get().direction == "in"
    delete_item(source, "chat", "2", None)
    engagement = Engagement.objects.get()
    assert (engagement.direction, set(engagement.person_links.values_list("direction", flat=True))) == (
        "out",
        {"out"},
    )


def test_a_line_that_changed_after_its_day_was_deleted_stays_away_C17(company: Workspace) -> None:
    source = a_source(company, "customer")
    uploaded(source, "chat", chat_record(K1, [S1], id="1"))
    delete_engagement(company, Engagement.objects.get().pk, actor=S1)
    assert uploaded(source, "chat", chat_record(K1, [S1], id="1", text="Edited")) == [("updated", None)]
    assert uploaded(source, "chat", chat_record(K1, [S1], id="1", text="Again")) == [("updated", None)]
    assert Engagement.objects.count() == 0
    assert replayed(company).differences == []
