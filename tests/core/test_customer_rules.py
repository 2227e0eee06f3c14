"""Each rule of the customer lens, and what it does beside its neighbours."""

from __future__ import annotations

import pytest
from small_world import (
    ACME,
    BETA,
    EARLY,
    K1,
    K2,
    LATE,
    NOON,
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
    participants,
    read_twice,
    sealed,
    the_company,
    tokens,
)

from postroom.core.customer import CopyFacts, Finding
from postroom.core.directory import NEVER

# --- C0: malformed headers with two readings ---


def test_two_readings_decided_alike_are_decided_C0() -> None:
    decision = the_company().decide(read_twice(mail(K1, [S1]), mail(K1, [S2])))
    assert (decision.outcome, decision.reason, decision.persons) == ("import", "imported", (PERSON_K1,))


def test_two_readings_skipped_for_different_reasons_keep_the_first_reason_C0() -> None:
    decision = the_company().decide(read_twice(mail(U, [S1]), mail(L, [S1])))
    assert (decision.outcome, decision.reason) == ("skip", "unknown_sender")


def test_one_reading_imported_and_one_not_is_held_C0() -> None:
    decision = the_company().decide(read_twice(mail(K1, [S1]), mail(U, [S1])))
    assert (decision.outcome, decision.reason, decision.persons, decision.creates, decision.asked_before) == (
        "hold",
        "ambiguous",
        (),
        (),
        (),
    )
    assert [finding.reason for finding in decision.findings] == ["ambiguous", "imported", "unknown_sender"]


def test_a_blocked_address_in_the_second_reading_holds_C0() -> None:
    decision = the_company().decide(read_twice(mail(K1, [S1]), mail(K1, [S1, L])))
    assert (decision.outcome, decision.reason) == ("hold", "ambiguous")
    assert [finding.reason for finding in decision.findings] == ["ambiguous", "imported", "blocked"]


def test_both_imported_but_on_different_persons_is_held_C0() -> None:
    decision = the_company().decide(read_twice(mail(K1, [S1]), mail(K2, [S1])))
    assert (decision.outcome, decision.reason) == ("hold", "ambiguous")


def test_both_imported_but_creating_different_persons_is_held_C0() -> None:
    decision = the_company().decide(read_twice(mail(N, [S1]), mail("newer@acme.com", [S1])))
    assert (decision.outcome, decision.reason, decision.creates) == ("hold", "ambiguous", ())


def test_a_malformed_mail_in_spam_is_spam_in_both_readings_C0_C1() -> None:
    judged = read_twice(mail(K1, [S1], copies=[copy_in("spam")]), mail(U, [S1]))
    decision = the_company().decide(judged)
    assert (decision.outcome, decision.reason) == ("skip", "spam")


# --- C1: the place, asked per copy ---


@pytest.mark.parametrize(
    ("roles", "reason"),
    [
        (["drafts"], "draft"),
        (["spam"], "spam"),
        (["trash"], "trash"),
        (["trash", "spam"], "spam"),
        (["spam", "drafts", "trash"], "draft"),
        (["spam", "spam"], "spam"),
        (["spam", "inbox"], "imported"),
        (["trash", "archive"], "imported"),
        (["drafts", "sent"], "imported"),
        (["spam", ""], "imported"),
        (["all"], "imported"),
        (["inbox", "inbox"], "imported"),
    ],
)
def test_one_copy_elsewhere_suffices_C1(roles: list[str], reason: str) -> None:
    decision = the_company().decide(mail(K1, [S1], copies=[copy_in(role) for role in roles]))
    assert decision.reason == reason


def test_a_blocked_mail_in_spam_is_spam_because_the_place_is_asked_first_C1_C3() -> None:
    assert the_company().decide(mail(L, [S1], copies=[copy_in("spam")])).reason == "spam"


def test_who_is_seen_only_in_a_draft_is_not_created_C1_C11() -> None:
    judged = mail(S1, [K1], copies=[copy_in("sent"), copy_in("drafts")])
    judged = judged._replace(participants=judged.participants + participants("", [], [N], passing=False))
    decision = the_company().decide(judged)
    assert (decision.reason, decision.persons, decision.creates) == ("imported", (PERSON_K1,), ())


def test_who_is_seen_in_a_draft_and_in_another_role_elsewhere_is_created_C1_C11() -> None:
    judged = mail(S1, [N], copies=[copy_in("sent"), copy_in("drafts")])
    judged = judged._replace(participants=judged.participants + participants("", bcc=[N], passing=False))
    decision = the_company().decide(judged)
    assert (decision.reason, created(decision)) == ("imported", tokens(N))


def test_a_blocked_address_seen_only_in_the_trash_blocks_F4() -> None:
    judged = mail(S1, [K1], copies=[copy_in("sent"), copy_in("trash")])
    judged = judged._replace(participants=judged.participants + participants("", bcc=[X], passing=False))
    assert the_company().decide(judged).reason == "blocked"


# --- C3, C16: the blocklist ---


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("y@bad.net", "blocked"),
        ("y@sub.bad.net", "unknown_sender"),
        ("y@notbad.net", "unknown_sender"),
        ("y@wide.net", "blocked"),
        ("y@a.b.wide.net", "blocked"),
        ("y@notwide.net", "unknown_sender"),
        ("one@half.net", "blocked"),
        ("two@half.net", "unknown_sender"),
        ("ONE@HALF.NET", "blocked"),
    ],
)
def test_blocked_by_address_by_domain_and_below_it_where_the_entry_says_so_C3(
    address: str, reason: str
) -> None:
    world = the_company()
    world.block_domain("bad.net")
    world.block_domain("wide.net", subdomains=True)
    world.block_address("one@half.net")
    assert world.decide(mail(address, [S1])).reason == reason


def test_the_address_entry_is_named_before_the_domain_entry_C3() -> None:
    world = the_company()
    entry = world.block_address("x@rival.com", 777)
    (finding,) = world.decide(mail(X, [S1])).findings
    assert finding.entry == entry


def test_a_blocked_user_is_blocked_though_inside_C3_C4() -> None:
    world = the_company()
    world.block_address(S2)
    assert world.decide(mail(S1, [S2])).reason == "blocked"


# --- C4: internal ---


def test_internal_needs_every_recipient_inside_C4() -> None:
    world = the_company()
    assert world.decide(mail(S1, [S2], ["team@us.com"], ["x@us.com"])).reason == "internal"
    assert world.decide(mail(S1, [S2], ["team@us.com"], [K1])).reason == "imported"


def test_a_mail_to_oneself_without_recipients_is_internal_by_its_owner_C4() -> None:
    assert the_company().decide(mail(S1)).reason == "internal"


def test_an_excluded_contractor_on_our_domain_is_outside_C4_D2() -> None:
    world = the_company()
    world.excluded("contractor@us.com")
    assert world.decide(mail("contractor@us.com", [S1])).reason == "unknown_sender"


def test_a_person_inside_never_matches_D2() -> None:
    world = the_company()
    world.internal(K1)
    decision = world.decide(mail(K1, [S1]))
    assert (decision.reason, decision.persons) == ("internal", ())


# --- C7: unknown sender, unknown recipients ---


def test_a_mail_without_a_sender_has_an_unknown_sender_C7() -> None:
    decision = the_company().decide(mail("", [S1]))
    assert (decision.reason, decision.findings) == ("unknown_sender", (Finding("unknown_sender"),))


@pytest.mark.parametrize(
    ("senders", "reason"),
    [
        ([S1, K1], "imported"),
        ([K1, U], "unknown_sender"),
        ([U, K1], "unknown_sender"),
        ([S1, U], "unknown_sender"),
        ([S1, S2], "unknown_recipients"),
    ],
)
def test_of_several_senders_each_must_be_known_C7(senders: list[str], reason: str) -> None:
    recipients = [U] if reason == "unknown_recipients" else [S2]
    assert the_company().decide(mail(senders, recipients)).reason == reason


def test_all_recipients_unknown_is_a_reason_though_the_sender_is_a_customer_C7() -> None:
    assert the_company().decide(mail(K1, [U, "v@nowhere.org"])).reason == "unknown_recipients"


def test_nobody_named_and_no_owner_is_unknown_recipients_C7() -> None:
    assert the_company().decide(mail(K1, copies=[copy_in("inbox", None)])).reason == "unknown_recipients"


def test_the_owner_stands_in_only_where_nobody_is_named() -> None:
    assert the_company().decide(mail(K1, [U], copies=[copy_in("inbox", S1)])).reason == "unknown_recipients"


def test_every_owner_is_a_recipient_where_nobody_is_named() -> None:
    world = the_company()
    world.block_address(S2)
    copies = [copy_in("inbox", S1), copy_in("inbox", S2)]
    (finding,) = world.decide(mail(K1, copies=copies)).findings
    assert (finding.reason, finding.role, finding.party) == (
        "blocked",
        "owner",
        world.directory.party(sealed(S2)),
    )


# --- C8, C9: nobody a customer; too early ---


def test_colleagues_and_strangers_are_no_customers_C8() -> None:
    decision = the_company().decide(mail(S1, [S2, U]))
    assert (decision.reason, decision.findings) == ("no_customer", (Finding("no_customer"),))


@pytest.mark.parametrize(
    ("at", "reason"), [(LATE - 1, "before_person"), (LATE, "imported"), (LATE + 1, "imported")]
)
def test_a_person_counts_from_known_since_on_C9(at: int, reason: str) -> None:
    world = the_company()
    world.person(7, "late@elsewhere.org", LATE)
    assert world.decide(mail("late@elsewhere.org", [S1], at=at)).reason == reason


@pytest.mark.parametrize(("at", "reason"), [(LATE - 1, "before_person"), (LATE, "imported")])
def test_a_domain_counts_from_known_since_on_C9(at: int, reason: str) -> None:
    world = the_company()
    world.account(30, "late.org", LATE)
    assert world.decide(mail("anybody@late.org", [S1], at=at)).reason == reason


def test_before_person_is_said_instead_of_unknown_recipients_C9() -> None:
    world = the_company()
    world.person(7, "late@elsewhere.org", LATE)
    decision = world.decide(mail(S1, ["late@elsewhere.org"]))
    assert (decision.outcome, decision.reason, decision.findings) == (
        "skip",
        "before_person",
        (Finding("before_person", "to", world.directory.party(sealed("late@elsewhere.org"))),),
    )


def test_before_person_is_said_instead_of_no_customer_C9() -> None:
    world = the_company()
    world.person(7, "late@elsewhere.org", LATE)
    assert world.decide(mail(S1, [S2, "late@elsewhere.org"])).reason == "before_person"


def test_before_person_is_not_said_where_today_would_not_let_it_in_either_C9() -> None:
    world = the_company()
    world.person(7, "late@elsewhere.org", LATE)
    decision = world.decide(mail(U, [S1, "late@elsewhere.org"]))
    assert decision.reason == "unknown_sender"


def test_before_person_is_not_said_of_blocked_or_internal_mail_C9() -> None:
    world = the_company()
    world.person(7, "late@elsewhere.org", LATE)
    assert world.decide(mail("late@elsewhere.org", [S1, L])).reason == "blocked"
    assert world.decide(mail(S1, [S2])).reason == "internal"


def test_a_person_known_later_is_filed_on_where_the_domain_was_known_C9_C11() -> None:
    world = the_company()
    world.person(7, N, LATE)
    decision = world.decide(mail(N, [S1]))
    assert (decision.reason, decision.persons, decision.creates) == ("imported", (7,), ())


def test_a_recipient_known_later_is_not_filed_on_C9_C14() -> None:
    world = the_company()
    world.person(7, "late@elsewhere.org", LATE)
    assert world.decide(mail(K1, [S1, "late@elsewhere.org"])).persons == (PERSON_K1,)


# --- C10: deleted by hand ---


def test_what_was_deleted_by_hand_does_not_come_back_C10() -> None:
    decision = the_company().decide(mail(K1, [S1])._replace(deleted=True))
    assert (decision.outcome, decision.reason, decision.persons, decision.asked_before) == (
        "skip",
        "deleted",
        (),
        (
            "ambiguous",
            "place",
            "selection",
            "crawling_depth",
            "blocked",
            "internal",
            "unknown",
            "no_customer",
        ),
    )


def test_deleted_is_asked_last_C10() -> None:
    assert the_company().decide(mail(L, [S1])._replace(deleted=True)).reason == "blocked"
    assert the_company().decide(mail(U, [S1])._replace(deleted=True)).reason == "unknown_sender"


def test_a_deleted_mail_creates_nobody_C10_C11() -> None:
    assert the_company().decide(mail(N, [S1])._replace(deleted=True)).creates == ()


# --- K4, K7, C20: uploads ---


def test_a_copy_older_than_the_depth_of_its_source_keeps_the_mail_out_K4() -> None:
    decision = the_company().decide(mail(K1, [S1], copies=[CopyFacts("inbox", sealed(S1), True)]))
    assert (decision.outcome, decision.reason, decision.asked_before) == (
        "skip",
        "before_crawling_depth",
        ("ambiguous", "place", "selection"),
    )


def test_one_copy_that_is_young_enough_suffices_K4_F4() -> None:
    copies = [CopyFacts("inbox", sealed(S1), True), CopyFacts("inbox", sealed(S2), False)]
    assert the_company().decide(mail(K1, [S1], copies=copies)).reason == "imported"


def test_a_copy_in_spam_and_one_too_old_are_kept_out_by_the_depth_F4() -> None:
    copies = [CopyFacts("spam", sealed(S1), False), CopyFacts("inbox", sealed(S2), True)]
    assert the_company().decide(mail(K1, [S1], copies=copies)).reason == "before_crawling_depth"


# --- C2: the selection of labels, asked per copy ---

UNSELECTED = CopyFacts("inbox", sealed(S1), not_selected="label_not_selected")
EARLIER = CopyFacts("inbox", sealed(S2), not_selected="before_selection")
TOO_EARLY = CopyFacts("inbox", sealed(S1), True)
PASSING, IN_TRASH = copy_in("archive", S2), copy_in("trash")


@pytest.mark.parametrize(
    ("copies", "reason"),
    [
        ([UNSELECTED], "label_not_selected"),
        ([EARLIER], "before_selection"),
        ([UNSELECTED, EARLIER], "before_selection"),
        ([EARLIER, UNSELECTED], "before_selection"),
        ([UNSELECTED, IN_TRASH], "label_not_selected"),
        ([IN_TRASH, EARLIER], "before_selection"),
        ([IN_TRASH._replace(not_selected="label_not_selected")], "trash"),
        ([EARLIER, PASSING], "imported"),
        ([UNSELECTED, EARLIER, IN_TRASH, PASSING], "imported"),
        ([UNSELECTED._replace(is_too_early=True)], "label_not_selected"),
        ([UNSELECTED, TOO_EARLY], "before_crawling_depth"),
        ([TOO_EARLY, EARLIER, IN_TRASH], "before_crawling_depth"),
        ([UNSELECTED, TOO_EARLY, PASSING], "imported"),
        # Each rule about a copy is passed by another copy, and none by one copy.
        ([IN_TRASH, UNSELECTED, TOO_EARLY], "before_crawling_depth"),
    ],
)
def test_one_copy_of_a_selected_label_suffices_C2_F4(copies: list[CopyFacts], reason: str) -> None:
    assert the_company().decide(mail(K1, [S1], copies=copies)).reason == reason


def test_the_selection_is_asked_after_the_place_and_before_everything_else_C2() -> None:
    decision = the_company().decide(mail(L, [S1], copies=[UNSELECTED]))
    assert (decision.outcome, decision.reason, decision.asked_before, decision.findings) == (
        "skip",
        "label_not_selected",
        ("ambiguous", "place"),
        (Finding("label_not_selected"),),
    )


def test_a_mail_from_before_the_selection_creates_nobody_C2_C11() -> None:
    assert the_company().decide(mail(N, [S1], copies=[EARLIER])).creates == ()


def test_whose_copies_are_all_taken_back_is_kept_out_without_a_question_K7() -> None:
    decision = the_company().decide(mail(K1, [S1], copies=[]))
    assert (decision.outcome, decision.reason, decision.asked_before) == ("skip", "taken_back", ())


@pytest.mark.parametrize(
    ("author", "members", "reason"),
    [
        (K1, [S1], "imported"),
        (S1, [K1], "imported"),
        (S1, [K1, K2, S2], "imported"),
        (S1, [N, S2], "imported"),
        (S1, [S2], "internal"),
        (S1, [K1, U], "unknown_recipients"),
        (K1, [S1, U], "unknown_recipients"),
        (U, [S1, K1], "unknown_sender"),
        (S1, [K1, L], "blocked"),
    ],
)
def test_any_unknown_member_drops_a_chat_message_C20(author: str, members: list[str], reason: str) -> None:
    chat = mail(author, members)
    chat = chat._replace(
        kind="chat",
        participants=tuple(
            p._replace(role="author" if p.role == "from" else "member") for p in chat.participants
        ),
    )
    assert the_company().decide(chat).reason == reason


# --- C11, C14, C15: who it is filed on ---


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("john@wide.com", "imported"),
        ("john@eu.wide.com", "imported"),
        ("john@a.b.wide.com", "imported"),
        ("john@notwide.com", "unknown_sender"),
        ("john@acme.com", "imported"),
        ("john@eu.acme.com", "unknown_sender"),
        ("john@acme.co", "unknown_sender"),
        ("john@acme.com.br", "unknown_sender"),
    ],
)
def test_created_under_exactly_the_domain_or_below_it_where_the_entry_says_so_C11(
    address: str, reason: str
) -> None:
    world = the_company()
    world.account(30, "wide.com", subdomains=True)
    decision = world.decide(mail(address, [S1]))
    assert (decision.reason, created(decision)) == (reason, tokens(address) if reason == "imported" else [])


@pytest.mark.parametrize(
    ("at", "reason"), [(EARLY - 1, "before_person"), (NOON, "imported"), (LATE, "imported")]
)
def test_a_nearer_domain_added_later_keeps_out_nothing_that_came_in_before_C9_C11(
    at: int, reason: str
) -> None:
    world = the_company()
    world.account(30, "wide.com", EARLY, subdomains=True)
    world.account(31, "eu.wide.com", LATE)
    assert world.decide(mail("john@eu.wide.com", [S1], at=at)).reason == reason


def test_a_blocked_address_is_not_created_C11() -> None:
    world = the_company()
    assert world.directory.party(sealed(L)).creatable_since == NEVER
    assert world.decide(mail(K1, [L])).creates == ()


def test_everybody_who_can_be_is_created_sorted_by_token_C11() -> None:
    decision = the_company().decide(mail(N, [S1, "b@beta.io", U], ["c@acme.com"]))
    assert (decision.persons, created(decision)) == ((), tokens(N, "b@beta.io", "c@acme.com"))


def test_created_once_however_often_named_C11() -> None:
    decision = the_company().decide(mail(N, [N, S1], [N]))
    assert created(decision) == tokens(N)


def test_nobody_inside_is_created_under_an_account_domain_C11_D2() -> None:
    world = the_company()
    world.internal("consultant@acme.com")
    assert world.decide(mail(K1, ["consultant@acme.com"])).creates == ()


def test_several_persons_with_one_address_are_all_associated_C14() -> None:
    world = the_company()
    world.person(99, K1)
    world.person(98, K1)
    assert world.decide(mail(K1, [S1])).persons == (98, 99, PERSON_K1)


def test_of_several_persons_with_one_address_those_known_then_are_associated_C14_C9() -> None:
    world = the_company()
    world.person(99, K1, LATE)
    assert world.decide(mail(K1, [S1])).persons == (PERSON_K1,)
    assert world.decide(mail(K1, [S1], at=LATE)).persons == (99, PERSON_K1)


def test_a_person_with_two_addresses_is_associated_once_C14() -> None:
    world = the_company()
    world.person(PERSON_K1, "kay@private.org")
    assert world.decide(mail(K1, ["kay@private.org", S1])).persons == (PERSON_K1,)


def test_a_person_without_an_account_is_known_C15() -> None:
    world = the_company()
    world.person(7, U)
    decision = world.decide(mail(U, [S1]))
    assert (decision.reason, decision.persons, decision.creates) == ("imported", (7,), ())


def test_customers_among_themselves_are_imported_C7_C8() -> None:
    assert the_company().decide(mail(K1, [K2])).persons == (PERSON_K1, PERSON_K2)


def test_a_domain_of_two_accounts_links_the_created_person_to_both_A3() -> None:
    world = the_company()
    world.account(BETA, "acme.com")
    (party,) = world.decide(mail(N, [S1])).creates
    assert [domain.account for domain in party.domains] == [ACME, BETA]


def test_the_time_of_the_mail_decides_not_the_order_of_entries_C9() -> None:
    world = the_company()
    world.account(30, "two.org", LATE)
    world.account(31, "two.org", EARLY)
    assert world.decide(mail("a@two.org", [S1])).reason == "imported"
