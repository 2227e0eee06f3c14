"""Explain by a mail never met says what an import of it would say; what was wrong with a mail is named."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from mail_world import ACTOR, K1, NOON, S1, Imports, decision_of, mail, taken
from test_import_cases import CASES, Case

from postroom.actions import explain as explain_module
from postroom.actions.add_persons import add_persons
from postroom.actions.explain_words import IN_A_MAILBOX
from postroom.actions.rejection import Rejected
from postroom.core.clock_text import rfc3339
from postroom.core.mail.defects import DEFECTS
from postroom.store.models import Message, Variant, Workspace

explain = partial(explain_module.explain, sees_rules=True)
LATE = "late@far.example"


def told(company: Workspace, raw: bytes) -> dict[str, Any]:
    """What is told of the mail."""
    (message,) = explain(company, raw=raw)["messages"]
    one: dict[str, Any] = message
    return one


def verdict(message: dict[str, Any]) -> tuple[str, str]:
    return message["customer"]["outcome"], message["customer"]["reason"]


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.label not in ("drafts", "spam")],
    ids=lambda case: f"case_{case.number}",
)
def test_a_mail_never_met_is_judged_as_an_import_would(case: Case, company: Workspace) -> None:
    message = told(company, case.raw)

    assert (message["met"], verdict(message)) == (False, case.decision)
    assert message["assumes"] == ([IN_A_MAILBOX] if case.number == 21 else [])


def test_a_mail_to_nobody_from_us_is_internal_as_in_the_import(
    company: Workspace, importing: Imports
) -> None:
    raw = mail(S1, [], id="1@x")
    before = told(company, raw)

    importing(raw)

    assert verdict(before) == decision_of(company) == ("skip", "internal")


def day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


FAR_AHEAD = int(datetime(2098, 1, 1, tzinfo=UTC).timestamp())
RECEIVED = "Received: from a.example by b.example; Mon, 02 Mar 2026 12:00:00 +0000"


@pytest.mark.parametrize(
    ("known_since", "at", "more", "reason"),
    [
        (time.time() - 3600, None, "", "imported"),
        (datetime(2050, 1, 1, tzinfo=UTC).timestamp(), FAR_AHEAD, "", "before_person"),
        (time.time() - 3600, FAR_AHEAD, "", "imported"),
        (NOON, FAR_AHEAD, RECEIVED, "imported"),
        (NOON + 1, FAR_AHEAD, RECEIVED, "before_person"),
        (NOON + 1, None, RECEIVED, "before_person"),
    ],
    # Names that do not change with the time: pytest-xdist compares them between its processes.
    ids=["now", "too-late-for-now", "far-ahead", "received", "received-before", "no-date"],
)
def test_without_a_plausible_date_the_time_of_receipt_counts_as_in_the_import(
    company: Workspace, importing: Imports, known_since: float, at: int | None, more: str, reason: str
) -> None:
    record = {"name": "Late", "emails": [LATE], "known_since": day(known_since)}
    taken(add_persons(company, [record], actor=ACTOR))
    raw = mail(LATE, [S1], id="1@x", at=at, more=more)
    before = told(company, raw)

    importing(raw)

    assert verdict(before)[1] == decision_of(company)[1] == reason
    if more:
        assert before["date"] == rfc3339(Message.objects.get().at) == "2026-03-02T12:00:00Z"


def test_a_mail_that_is_too_large_is_refused(company: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain_module, "MAX_RAW_BYTES", 10)

    with pytest.raises(Rejected) as refusal:
        explain(company, raw=b"From: a@b.c")
    assert refusal.value.reason == "too_large"


def test_what_was_wrong_with_the_copies_and_texts_is_named_L2(company: Workspace, importing: Imports) -> None:
    raw = mail(K1, [S1], id="1@x", at=None, more="Date: yesterday")
    before = told(company, raw)

    importing(raw)
    Variant.objects.update(defects="clipped missing_close")

    header = [{"name": "bad_date", "says": DEFECTS["bad_date"]}]
    text = [{"name": name, "says": DEFECTS[name]} for name in ("missing_close", "clipped")]
    assert before["defects"] == header
    assert told(company, raw)["defects"] == header + text
    assert DEFECTS["bad_date"].endswith("; the time of receipt counts.")


def test_of_a_mail_in_order_nothing_is_said_L2(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1], id="1@x"))

    assert explain(company, address=K1)["messages"][0]["defects"] == []
