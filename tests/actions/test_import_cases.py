"""The cases of the specification, section 7, as files on the disk: what becomes of each mail, to the last row."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from mail_world import (
    K1,
    K2,
    S1,
    S2,
    Imports,
    L,
    N,
    U,
    X,
    decision_of,
    mail,
    persons_in_force,
    timeline,
)

from postroom.store.models import Copy, Engagement, Message, PersonAddress, Workspace

IMPORTED = ("import", "imported")
ACME, BETA = "Acme", "Beta"


class Case(NamedTuple):
    """A mail as it stands in S1's file, and what it comes to."""

    number: int
    raw: bytes
    decision: tuple[str, str]
    persons: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    created: tuple[str, ...] = ()
    users: tuple[str, ...] = (S1,)
    label: str = "inbox"
    direction: str = "in"


SENT = {"label": "sent", "direction": "out"}
CASES = (
    Case(1, mail(K1, [S1]), IMPORTED, ("K One",), (ACME,)),
    Case(2, mail(S1, [K1]), IMPORTED, ("K One",), (ACME,), **SENT),
    Case(3, mail(S1, [S2]), ("skip", "internal"), label="sent"),
    Case(4, mail(S1, [S2, K1]), IMPORTED, ("K One",), (ACME,), (), (S1, S2), **SENT),
    Case(5, mail(S1, [U]), ("skip", "unknown_recipients"), label="sent"),
    Case(6, mail(S1, [U, K1]), IMPORTED, ("K One",), (ACME,), **SENT),
    Case(7, mail(U, [S1]), ("skip", "unknown_sender")),
    Case(8, mail(U, [S1, K1]), ("skip", "unknown_sender")),
    Case(9, mail(f"New Man <{N}>", [S1]), IMPORTED, ("New Man",), (ACME,), (N,)),
    Case(10, mail(S1, [f"New Man <{N}>"]), IMPORTED, ("New Man",), (ACME,), (N,), **SENT),
    Case(11, mail(S1, [S2, U]), ("skip", "no_customer"), label="sent"),
    Case(12, mail(K1, [S1, L]), ("skip", "blocked")),
    Case(13, mail(L, [S1]), ("skip", "blocked")),
    Case(14, mail(S1, [K1], bcc=[X]), ("skip", "blocked"), label="sent"),
    Case(15, mail(U, [N, S1]), ("skip", "unknown_sender")),
    Case(16, mail(K1, [K2, S1]), IMPORTED, ("K One", "K Two"), (ACME, BETA)),
    Case(17, mail("john@ACME.COM", [S1]), IMPORTED, ("John",), (ACME,), ("john@acme.com",)),
    Case(18, mail("j@eu.acme.com", [S1]), ("skip", "unknown_sender")),
    Case(19, mail(S1, [K1]), ("skip", "draft"), label="drafts"),
    Case(20, mail(K1, [S1]), ("skip", "spam"), label="spam"),
    Case(21, mail(K1, ["undisclosed-recipients:;"]), IMPORTED, ("K One",), (ACME,)),
    Case(22, mail(S1, ["team@us.com", K1]), IMPORTED, ("K One",), (ACME,), **SENT),
)
KNOWN_BEFORE = [K1, K2]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"case_{case.number}")
def test_case_of_section_7(case: Case, company: Workspace, importing: Imports) -> None:
    summary = importing(case.raw, label=case.label)

    outcome, reason = case.decision
    assert summary.as_json() == {
        "messages": 1,
        "new_messages": 1,
        "new_copies": 1,
        "outcomes": {"customer": {outcome: {reason: 1}}},
        "problems": [],
    }
    assert decision_of(company) == case.decision
    shown = [
        (
            [name for _, name in engagement["persons"]],
            [name for _, name in engagement["accounts"]],
            engagement["users"],
            engagement["direction"],
        )
        for engagement in timeline(company)
    ]
    expected = (list(case.persons), list(case.accounts), list(case.users), case.direction)
    assert shown == ([expected] if case.decision == IMPORTED else [])
    # Whoever was ever recorded: a dropped mail leaves nobody behind.
    recorded = PersonAddress.objects.filter(workspace=company).order_by("pk")
    assert list(recorded.values_list("address", flat=True)) == [*KNOWN_BEFORE, *case.created]


def test_created_person_is_on_the_account_of_the_domain_C11(company: Workspace, importing: Imports) -> None:
    importing(mail(N, [S1]))

    assert persons_in_force(company)[-1] == {
        "name": "New",
        "named": ("address", None),
        "emails": [N],
        "accounts": [ACME],
        "default": ACME,
    }


def test_case_23_one_engagement_with_both_users(company: Workspace, importing: Imports) -> None:
    raw = mail(K1, [S1, S2])

    first = importing(raw, user=S1)
    second = importing(raw, user=S2)

    assert (first.new_messages, first.new_copies) == (1, 1)
    assert (second.new_messages, second.new_copies) == (0, 1)
    (engagement,) = timeline(company)
    assert engagement["users"] == [S1, S2]
    assert (Message.objects.count(), Copy.objects.count(), Engagement.objects.count()) == (1, 2, 1)


def test_all_cases_in_one_import_count_each_outcome_once(company: Workspace, importing: Imports) -> None:
    mails = [
        case.raw.replace(b"one@us.com", f"{case.number}@us.com".encode())
        for case in CASES
        if case.label in ("inbox", "sent")
    ]
    summary = importing(*mails)

    assert summary.messages == len(mails) == 20
    assert summary.as_json()["outcomes"] == {
        "customer": {
            "import": {"imported": 10},
            "skip": {
                "blocked": 3,
                "internal": 1,
                "no_customer": 1,
                "unknown_recipients": 1,
                "unknown_sender": 4,
            },
        }
    }
    assert len(persons_in_force(company)) == 4
