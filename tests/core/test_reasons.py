"""Every reason can be met, and the policy's order is the specification's."""

from __future__ import annotations

from small_world import K1, S1, S2, L, U, copy_in, mail, read_twice, the_company

from postroom.core.customer import AMBIGUOUS, RULES
from postroom.core.reasons import OUTCOMES, REASONS


def test_the_rules_stand_in_the_order_of_the_specification() -> None:
    assert [(rule.number, rule.name) for rule in (AMBIGUOUS, *RULES)] == [
        ("C0", "ambiguous"),
        ("C1", "place"),
        ("C2", "selection"),
        ("K4", "crawling_depth"),
        ("C3", "blocked"),
        ("C4", "internal"),
        ("C7", "unknown"),
        ("C8", "no_customer"),
        ("C10", "deleted"),
    ]


def test_every_reason_of_the_customer_lens_is_met() -> None:
    world = the_company()
    world.person(7, "late@elsewhere.org", since=9_000_000)
    mails = {
        "imported": mail(K1, [S1]),
        "ambiguous": read_twice(mail(K1, [S1]), mail(U, [S1])),
        "draft": mail(S1, [K1], copies=[copy_in("drafts")]),
        "spam": mail(K1, [S1], copies=[copy_in("spam")]),
        "trash": mail(K1, [S1], copies=[copy_in("trash")]),
        "label_not_selected": mail(
            K1, [S1], copies=[copy_in("inbox")._replace(not_selected="label_not_selected")]
        ),
        "before_selection": mail(
            K1, [S1], copies=[copy_in("inbox")._replace(not_selected="before_selection")]
        ),
        "before_crawling_depth": mail(K1, [S1], copies=[copy_in("inbox")._replace(is_too_early=True)]),
        "blocked": mail(L, [S1]),
        "internal": mail(S1, [S2]),
        "unknown_sender": mail(U, [S1]),
        "unknown_recipients": mail(S1, [U]),
        "no_customer": mail(S1, [S2, U]),
        "before_person": mail("late@elsewhere.org", [S1]),
        "deleted": mail(K1, [S1])._replace(deleted=True),
        "taken_back": mail(K1, [S1], copies=[]),
    }
    decisions = {name: world.decide(judged) for name, judged in mails.items()}
    assert {name: decision.reason for name, decision in decisions.items()} == {name: name for name in mails}
    assert {name: decision.outcome for name, decision in decisions.items()} == {
        name: REASONS[name].outcome for name in mails
    }
    # What could not be read or fetched at all never comes to a decision; the others are the people lens's.
    assert set(REASONS) - set(mails) == {
        "unparsable",
        "gone",
        "user_disabled",
        "no_consent",
        "counted",
        "held_too_long",
        "forgotten",
    }


def test_every_reason_names_its_rule_and_outcome() -> None:
    assert {reason.name: (reason.rule, reason.outcome) for reason in REASONS.values()} == {
        "imported": ("", "import"),
        "ambiguous": ("C0", "hold"),
        "draft": ("C1", "skip"),
        "spam": ("C1", "skip"),
        "trash": ("C1", "skip"),
        "label_not_selected": ("C2", "skip"),
        "before_selection": ("C2", "skip"),
        "before_crawling_depth": ("K4", "skip"),
        "user_disabled": ("P11", "skip"),
        "no_consent": ("P11", "hold"),
        "counted": ("P11", "import"),
        "held_too_long": ("P8", "skip"),
        "forgotten": ("P7", "skip"),
        "taken_back": ("K7", "skip"),
        "blocked": ("C3", "skip"),
        "internal": ("C4", "skip"),
        "unknown_sender": ("C7", "skip"),
        "unknown_recipients": ("C7", "skip"),
        "no_customer": ("C8", "skip"),
        "before_person": ("C9", "skip"),
        "deleted": ("C10", "skip"),
        "unparsable": ("L6", "set_aside"),
        "gone": ("", "gone"),
    }
    assert OUTCOMES == ("import", "hold", "skip", "set_aside")


def test_every_reason_completes_a_sentence() -> None:
    for name, reason in REASONS.items():
        assert (name, reason.says[0].islower(), reason.says[-1]) == (name, True, ".")
        assert reason.change == "" or (reason.change[0].isupper() and reason.change[-1] == ".")
