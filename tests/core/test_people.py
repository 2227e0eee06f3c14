"""The people lens: what is counted for whom, in which block (P11, D2, D3)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from small_world import (
    BLOCKED_L,
    K1,
    K2,
    NOON,
    S1,
    S2,
    USER_S1,
    USER_S2,
    L,
    U,
    sealed,
    the_company,
)

from postroom.core.customer import Decision
from postroom.core.people import ASKED_BEFORE, RULES, Concern, Counted, Place, count, decide

UNSELECTED = Place("inbox", is_selected=False)
TEAM, CONTRACTOR, ALIAS = "team@us.com", "contractor@us.com", "s1.alias@us.com"


def concern(
    sender: str = K1,
    others: Sequence[str] = (S1,),
    *,
    user: int = USER_S1,
    kind: str = "mail",
    places: Sequence[Place] = (Place("inbox"),),
    **facts: bool,
) -> Concern:
    roles = {"chat": ("author", "member"), "reaction": ("reactor", "member")}.get(kind, ("from", "to"))
    if kind in ("call", "meeting"):
        roles = ("author", "member")
    people = [(roles[0], sealed(sender)), *((roles[1], sealed(a)) for a in others)]
    given = {"is_automatic": False, "is_disabled": False, "consents": True} | facts
    return Concern(user, kind, NOON, people, tuple(places), **given)


def verdict(of: Concern) -> Decision:
    return decide(of, the_company().directory)


def counted(of: Concern) -> Counted:
    return count(of, the_company().directory)


def test_the_rules_stand_in_the_order_of_the_specification_P11() -> None:
    assert [rule.name for rule in RULES] == [
        "place",
        "selection",
        "crawling_depth",
        "disabled",
        "blocked_people",
        "consent",
    ]


@pytest.mark.parametrize(
    ("of", "outcome", "reason", "asked"),
    [
        (concern(), "import", "counted", tuple(rule.name for rule in RULES)),
        (concern(places=[Place("drafts")]), "skip", "draft", ()),
        (concern(places=[Place("spam")]), "skip", "spam", ()),
        (concern(places=[Place("trash")]), "skip", "trash", ()),
        (concern(places=[UNSELECTED]), "skip", "label_not_selected", ("place",)),
        (concern(places=[Place("spam"), UNSELECTED]), "skip", "label_not_selected", ("place",)),
        (concern(places=[Place("inbox", NOON + 1)]), "skip", "before_crawling_depth", ("place", "selection")),
        (
            concern(places=[Place("spam"), Place("inbox", NOON + 1)]),
            "skip",
            "before_crawling_depth",
            ("place", "selection"),
        ),
        (
            concern(places=[UNSELECTED, Place("inbox", NOON + 1)]),
            "skip",
            "before_crawling_depth",
            ("place", "selection"),
        ),
        (concern(is_disabled=True), "skip", "user_disabled", ("place", "selection", "crawling_depth")),
        (concern(consents=False), "hold", "no_consent", tuple(rule.name for rule in RULES[:-1])),
        (concern(places=[]), "skip", "taken_back", ()),
    ],
)
def test_what_is_decided_for_a_user_P11(
    of: Concern, outcome: str, reason: str, asked: tuple[str, ...]
) -> None:
    decision = verdict(of)
    assert (decision.outcome, decision.reason, decision.asked_before) == (outcome, reason, asked)
    assert [finding.reason for finding in decision.findings] == [reason]


def test_the_first_rule_that_applies_decides_P11() -> None:
    everything = concern(places=[Place("spam")], is_disabled=True, consents=False)
    assert verdict(everything).reason == "spam"
    assert verdict(everything._replace(places=(UNSELECTED,))).reason == "label_not_selected"
    assert verdict(everything._replace(places=(Place("inbox", NOON + 1),))).reason == "before_crawling_depth"
    assert verdict(everything._replace(places=(Place("inbox", NOON),))).reason == "user_disabled"


def test_one_copy_that_passes_suffices_F4() -> None:
    assert verdict(concern(places=[Place("spam"), Place("inbox")])).reason == "counted"
    assert verdict(concern(places=[Place("inbox", NOON + 1), Place("inbox", NOON)])).reason == "counted"
    assert verdict(concern(places=[UNSELECTED, Place("inbox")])).reason == "counted"
    assert verdict(concern(places=[Place("inbox"), UNSELECTED, Place("trash")])).reason == "counted"


def test_the_blocklist_acts_here_only_by_entries_that_say_so_C16() -> None:
    world = the_company()
    of = concern(L, [S1])
    assert decide(of, world.directory).reason == "counted"
    world = the_company()
    world.directory.for_people.add(BLOCKED_L)
    decision = decide(of, world.directory)
    [finding] = decision.findings
    assert (decision.reason, finding.role, finding.entry) == ("blocked", "from", BLOCKED_L)


def test_a_domain_that_is_blocked_here_counts_beside_an_address_that_is_not_C16() -> None:
    world = the_company()
    world.directory.for_people.add(world.block_domain("acme.com"))
    decision = decide(concern(S1, [L], places=[Place("sent")]), world.directory)
    assert (decision.reason, decision.findings[0].entry) != ("blocked", BLOCKED_L)
    assert decision.reason == "blocked"


def test_a_received_mail_counts_by_its_sender_D3() -> None:
    assert counted(concern(S2, [S1, K1])) == Counted(
        False, True, False, 2, ((USER_S2, "from"),), (sealed(K1).address,)
    )
    from_outside = counted(concern(K1, [S1, S2]))
    assert (from_outside.is_sent, from_outside.is_inside, from_outside.is_outside) == (False, False, True)
    assert from_outside.colleagues == ((USER_S2, "to"),)


def test_a_sent_mail_to_both_sides_counts_in_both_blocks_D3() -> None:
    assert counted(concern(S1, [S2, K1, K2], places=[Place("sent")])) == Counted(
        True, True, True, 3, ((USER_S2, "to"),), tuple(sorted([sealed(K1).address, sealed(K2).address]))
    )
    assert counted(concern(S1, [S2]))[:3] == (True, True, False)
    assert counted(concern(S1, [K1]))[:3] == (True, False, True)
    assert counted(concern(S1, [S1]))[:4] == (True, False, False, 0)


def test_what_stands_in_sent_was_sent_whatever_address_it_names() -> None:
    assert counted(concern(TEAM, [K1], places=[Place("sent")])).is_sent is True
    assert counted(concern(TEAM, [K1], places=[Place("sent"), Place("inbox")])).is_sent is False


def test_who_is_inside_follows_the_stronger_entry_first_D2() -> None:
    world = the_company()
    world.excluded(CONTRACTOR)
    world.user(ALIAS, USER_S1)
    to_contractor = count(concern(ALIAS, [CONTRACTOR]), world.directory)
    assert to_contractor == Counted(True, False, True, 1, (), (sealed(CONTRACTOR).address,))
    world = the_company()
    world.internal(U)
    assert count(concern(U, [S1]), world.directory)[:4] == (False, True, False, 1)


def test_a_user_whose_address_is_excluded_is_themself_in_their_own_mail_D2() -> None:
    world = the_company()
    world.excluded(S1)
    sent = concern(S1, [S2, K1])
    assert count(sent, world.directory) == Counted(
        True, True, True, 2, ((USER_S2, "to"),), (sealed(K1).address,)
    )
    received = concern(S2, [S1, K1])
    assert count(received, world.directory)[:4] == (False, True, False, 2)
    of_colleague = count(sent._replace(user=USER_S2), world.directory)
    assert of_colleague == Counted(
        False, False, True, 2, (), tuple(sorted([sealed(S1).address, sealed(K1).address]))
    )


def test_somebody_with_several_addresses_is_one_colleague() -> None:
    world = the_company()
    world.user("s2.alias@us.com", USER_S2)
    both = count(concern(S1, [S2, "s2.alias@us.com"]), world.directory)
    assert (both.others, both.colleagues) == (1, ((USER_S2, "to"),))


def test_a_mail_without_a_sender_came_from_outside_D3() -> None:
    nobody = concern()._replace(participants=[("to", sealed(S1))])
    assert counted(nobody)[:3] == (False, False, True)


def test_a_chat_counts_for_its_author_as_sent_and_for_its_members_as_received() -> None:
    of_author = concern(S1, [S2, K1], kind="chat")
    assert counted(of_author)[:3] == (True, True, True)
    of_member = of_author._replace(user=USER_S2)
    assert counted(of_member)[:3] == (False, True, False)
    assert counted(of_member).colleagues == ((USER_S1, "author"),)


def test_a_meeting_counts_with_everybody_in_it() -> None:
    of_guest = concern(S1, [S2, K1], kind="meeting", user=USER_S2)
    assert counted(of_guest)[:4] == (False, True, True, 2)


def test_what_was_asked_before_is_the_table_up_to_the_rule() -> None:
    for position, rule in enumerate(RULES):
        assert ASKED_BEFORE[rule.name] == tuple(r.name for r in RULES[:position])


def test_who_was_in_bcc_counts_for_the_sender_alone_P10() -> None:
    people = [
        ("from", sealed(S1)),
        ("to", sealed(S2)),
        ("bcc", sealed(K1)),
        ("bcc", sealed(K2)),
        ("cc", sealed(U)),
        ("bcc", sealed(U)),
    ]
    mine = Concern(USER_S1, "mail", NOON, people, (Place("sent"),), False, False, True)
    theirs = Concern(USER_S2, "mail", NOON, people, (Place("inbox"),), False, False, True)
    assert (counted(mine).others, len(counted(mine).outsiders)) == (4, 3)
    assert (counted(theirs).others, len(counted(theirs).outsiders)) == (2, 1)
    assert (counted(theirs).is_inside, counted(theirs).colleagues) == (True, ((USER_S1, "from"),))


def test_who_got_it_in_bcc_counts_by_its_sender_P10() -> None:
    people = [("from", sealed(S1)), ("to", sealed(K1)), ("bcc", sealed(S2))]
    theirs = counted(Concern(USER_S2, "mail", NOON, people, (Place("inbox"),), False, False, True))
    assert (theirs.is_sent, theirs.others, theirs.is_inside, theirs.is_outside) == (False, 2, True, False)
