"""What somebody typed is an address, a Message-ID or a name: chosen in one place."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from mail_world import K1, S1, Imports, U, mail

from postroom.actions import explain as explain_module
from postroom.actions.explain_text import explain_text
from postroom.actions.rejection import Rejected
from postroom.store.models import Workspace

ask = partial(explain_text, sees_rules=True)


def ids(answer: dict[str, Any]) -> list[int]:
    return [message["id"] for message in answer["messages"]]


@pytest.mark.parametrize("question", ["1/2@x", "<1/2@x>", " <1/2@x> ", U, f"U <{U}>", f"<{U}>", "a@b@x"])
def test_every_way_to_write_it_finds_the_message(
    company: Workspace, importing: Imports, question: str
) -> None:
    importing(mail(U, [S1], id="a@b@x" if "a@b" in question else "1/2@x"))

    assert len(ids(ask(company, question))) == 1


def test_an_address_is_tried_before_a_message_id_of_the_same_text_and_in_brackets_after(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(U, [S1], id="1@x"), mail(S1, [K1], id=U))

    assert [ask(company, U)["address"]["address"], ask(company, f"<{U}>")["address"]] == [U, None]


@pytest.mark.parametrize(
    ("question", "address"),
    [(K1, K1), (f"<{K1}>", K1), ("new@nowhere.org", "new@nowhere.org"), ("<new@nowhere.org>", None)],
)
def test_in_brackets_only_an_address_that_is_known_is_one(
    company: Workspace, question: str, address: str | None
) -> None:
    answer = ask(company, question)

    assert (answer["messages"], answer["address"] and answer["address"]["address"]) == ([], address)


@pytest.mark.parametrize(
    ("question", "reason"),
    [(" ", "value_required"), ("<>", "value_required"), ("a@b@", "not_an_address"), ("x\0y", "text_invalid")],
)
def test_what_is_nothing_of_them_is_rejected(company: Workspace, question: str, reason: str) -> None:
    with pytest.raises(Rejected) as refusal:
        ask(company, question)
    assert refusal.value.reason == reason


def test_a_name_is_a_name(company: Workspace) -> None:
    assert ask(company, "k one")["address"]["persons"][0]["emails"] == [K1]


@pytest.mark.parametrize(("met", "more"), [(2, False), (3, True)])
def test_an_answer_says_whether_there_are_further_messages(
    company: Workspace, importing: Imports, monkeypatch: pytest.MonkeyPatch, met: int, more: bool
) -> None:
    monkeypatch.setattr(explain_module, "MAX_MESSAGES", 2)
    importing(*(mail(U, [S1], id=f"{n}@x") for n in range(met)))

    answer = ask(company, U)

    assert (len(answer["messages"]), answer["more"]) == (2, more)
