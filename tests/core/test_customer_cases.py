"""The 23 cases of the specification: outcome, reason, persons, who is created, what was asked before."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from small_world import (
    ACME,
    BLOCKED_L,
    BLOCKED_RIVAL,
    K1,
    K2,
    PERSON_K1,
    PERSON_K2,
    S1,
    S2,
    L,
    N,
    U,
    X,
    copy_in,
    created,
    mail,
    sealed,
    the_company,
    tokens,
)

from postroom.core.customer import ASKED_BEFORE, RULES, Judged

ASKED_UP_TO = {
    "draft": ("ambiguous",),
    "spam": ("ambiguous",),
    "blocked": ("ambiguous", "place", "selection", "crawling_depth"),
    "internal": ("ambiguous", "place", "selection", "crawling_depth", "blocked"),
    "unknown_sender": ("ambiguous", "place", "selection", "crawling_depth", "blocked", "internal"),
    "unknown_recipients": ("ambiguous", "place", "selection", "crawling_depth", "blocked", "internal"),
    "no_customer": ("ambiguous", "place", "selection", "crawling_depth", "blocked", "internal", "unknown"),
    "imported": (
        "ambiguous",
        "place",
        "selection",
        "crawling_depth",
        "blocked",
        "internal",
        "unknown",
        "no_customer",
        "deleted",
    ),
}


class Case(NamedTuple):
    number: int
    mail: Judged
    reason: str
    persons: tuple[int, ...] = ()
    creates: tuple[str, ...] = ()


IN_SPAM = (copy_in("spam"),)
A_DRAFT = (copy_in("drafts"),)
SENT = (copy_in("sent"),)
OF_BOTH_USERS = (copy_in("inbox", S1), copy_in("inbox", S2))

CASES = (
    Case(1, mail(K1, [S1]), "imported", (PERSON_K1,)),
    Case(2, mail(S1, [K1], copies=SENT), "imported", (PERSON_K1,)),
    Case(3, mail(S1, [S2], copies=SENT), "internal"),
    Case(4, mail(S1, [S2], [K1], copies=SENT), "imported", (PERSON_K1,)),
    Case(5, mail(S1, [U], copies=SENT), "unknown_recipients"),
    Case(6, mail(S1, [U], [K1], copies=SENT), "imported", (PERSON_K1,)),
    Case(7, mail(U, [S1]), "unknown_sender"),
    Case(8, mail(U, [S1], [K1]), "unknown_sender"),
    Case(9, mail(N, [S1]), "imported", (), (N,)),
    Case(10, mail(S1, [N], copies=SENT), "imported", (), (N,)),
    Case(11, mail(S1, [S2], [U], copies=SENT), "no_customer"),
    Case(12, mail(K1, [S1], [L]), "blocked"),
    Case(13, mail(L, [S1]), "blocked"),
    Case(14, mail(S1, [K1], bcc=[X], copies=SENT), "blocked"),
    Case(15, mail(U, [N], [S1]), "unknown_sender"),
    Case(16, mail(K1, [K2], [S1]), "imported", (PERSON_K1, PERSON_K2)),
    Case(17, mail("john@ACME.COM", [S1]), "imported", (), ("john@acme.com",)),
    Case(18, mail("j@eu.acme.com", [S1]), "unknown_sender"),
    Case(19, mail(S1, [K1], copies=A_DRAFT), "draft"),
    Case(20, mail(K1, [S1], copies=IN_SPAM), "spam"),
    Case(21, mail(K1), "imported", (PERSON_K1,)),
    Case(22, mail(S1, ["team@us.com"], [K1], copies=SENT), "imported", (PERSON_K1,)),
    Case(23, mail(K1, [S1, S2], copies=OF_BOTH_USERS), "imported", (PERSON_K1,)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"case_{case.number}")
def test_case_of_the_specification(case: Case) -> None:
    decision = the_company().decide(case.mail)
    assert (
        decision.outcome,
        decision.reason,
        decision.persons,
        created(decision),
        decision.asked_before,
    ) == (
        "import" if case.reason == "imported" else "skip",
        case.reason,
        case.persons,
        tokens(*case.creates),
        ASKED_UP_TO[case.reason],
    )


def test_the_cases_are_all_there() -> None:
    assert [case.number for case in CASES] == list(range(1, 24))


@pytest.mark.parametrize(
    ("number", "role", "address", "entry"),
    [(12, "cc", L, BLOCKED_L), (13, "from", L, BLOCKED_L), (14, "bcc", X, BLOCKED_RIVAL)],
)
def test_blocked_names_the_role_the_party_and_the_entry_C3(
    number: int, role: str, address: str, entry: int
) -> None:
    (finding,) = the_company().decide(CASES[number - 1].mail).findings
    assert finding.party is not None
    assert (finding.reason, finding.role, finding.party.sealed, finding.entry) == (
        "blocked",
        role,
        sealed(address),
        entry,
    )


@pytest.mark.parametrize("number", [7, 8, 15, 18])
def test_unknown_sender_names_the_sender_C7(number: int) -> None:
    judged = CASES[number - 1].mail
    (finding,) = the_company().decide(judged).findings
    assert finding.party is not None
    assert (finding.reason, finding.role, finding.party.sealed) == (
        "unknown_sender",
        "from",
        judged.participants[0].sealed,
    )


@pytest.mark.parametrize("number", [9, 10])
def test_the_created_person_belongs_to_the_account_of_the_domain_C11(number: int) -> None:
    (party,) = the_company().decide(CASES[number - 1].mail).creates
    assert [domain.account for domain in party.domains] == [ACME]


def test_what_was_asked_before_is_the_table_up_to_the_rule() -> None:
    for position, rule in enumerate(RULES):
        assert ASKED_BEFORE[rule.name] == ("ambiguous", *(r.name for r in RULES[:position]))
