"""Putting a message together from its copies (F4)."""

from __future__ import annotations

import pytest
from small_world import K1, NOON, PERSON_K1, S1, S2, L, U, X, sealed, the_company

from postroom.core.case import SealedCopy, judged
from postroom.core.customer import CopyFacts, SealedParticipant
from postroom.core.mailbox import NOT_SELECTED

DAY = 86_400


def copy(
    label_role: str = "inbox",
    owner: str = S1,
    people: tuple[tuple[str, str], ...] = (("from", K1), ("to", S1)),
    other_reading: tuple[tuple[str, str], ...] | None = None,
    received_at: int | None = NOON,
    met_at: int = NOON,
    starts_at: int | None = None,
) -> SealedCopy:
    second = None if other_reading is None else [(role, sealed(a)) for role, a in other_reading]
    return SealedCopy(
        label_role,
        sealed(owner),
        [(role, sealed(a)) for role, a in people],
        second,
        received_at,
        met_at,
        starts_at=starts_at,
    )


def test_the_union_names_each_address_once_a_role_F4() -> None:
    case = judged(
        [
            copy("spam", S1, (("from", K1), ("to", S1), ("bcc", S2))),
            copy("inbox", S2, (("from", K1), ("to", S1), ("cc", S1))),
        ],
        NOON,
        False,
    )
    assert case.participants == (
        SealedParticipant("from", sealed(K1), True),
        SealedParticipant("to", sealed(S1), True),
        SealedParticipant("cc", sealed(S1), True),
        SealedParticipant("bcc", sealed(S2), False),
    )
    assert case.copies == (CopyFacts("spam", sealed(S1)), CopyFacts("inbox", sealed(S2)))
    assert (case.at, case.alternative, case.deleted) == (NOON, None, False)


def test_a_bcc_seen_only_in_sent_withdraws_the_engagement_F4() -> None:
    world = the_company()
    received = copy("inbox", S2, (("from", S1), ("to", K1), ("cc", S2)))
    sent = copy("sent", S1, (("from", S1), ("to", K1), ("cc", S2), ("bcc", X)))
    assert world.decide(judged([received], NOON, False)).reason == "imported"
    assert world.decide(judged([received, sent], NOON, False)).reason == "blocked"
    assert world.decide(judged([sent, received], NOON, False)).reason == "blocked"


def test_the_earliest_receipt_and_meeting_give_the_time_F4() -> None:
    one = copy(received_at=NOON + DAY, met_at=NOON + 3 * DAY)
    two = copy(received_at=NOON, met_at=NOON + 9 * DAY)
    silent = copy(received_at=None, met_at=NOON + 2 * DAY)
    assert [
        judged(copies, None, False).at for copies in ([one, two], [two, one], [one, silent], [silent])
    ] == [
        NOON,
        NOON,
        NOON + DAY,
        NOON + 2 * DAY,
    ]


def test_the_second_reading_of_one_copy_stands_beside_the_only_one_of_another_C0() -> None:
    odd = copy("inbox", S1, (("from", K1), ("to", S1)), other_reading=(("from", U), ("to", S1)))
    plain = copy("inbox", S2, (("from", K1), ("to", S1)))
    case = judged([odd, plain], NOON, False)
    senders = sorted((sealed(U), sealed(K1)), key=lambda s: s.address)
    assert case.alternative == (
        *(SealedParticipant("from", s) for s in senders),
        SealedParticipant("to", sealed(S1)),
    )
    assert the_company().decide(case).reason == "ambiguous"


def test_a_second_reading_that_names_nobody_is_a_reading_C0() -> None:
    world = the_company()
    case = judged([copy(other_reading=())], NOON, False)
    assert (case.alternative, world.decide(case).reason) == ((), "ambiguous")


def test_one_copy_in_the_inbox_brings_in_what_also_lies_in_spam_C1() -> None:
    world = the_company()
    decision = world.decide(judged([copy("spam", S2), copy("inbox", S1)], NOON, False))
    assert (decision.reason, decision.persons) == ("imported", (PERSON_K1,))


def test_a_blocked_recipient_of_a_draft_blocks_the_mail_that_was_sent_F4() -> None:
    world = the_company()
    sent = copy("sent", S1, (("from", S1), ("to", K1)))
    draft = copy("drafts", S1, (("from", S1), ("to", K1), ("cc", L)))
    assert world.decide(judged([sent, draft], NOON, False)).reason == "blocked"


@pytest.mark.parametrize(
    ("starts_at", "received_at", "why"),
    [
        (None, NOON, ""),
        (NOON, NOON, ""),
        (NOON + 1, NOON, "before_selection"),
        (NOON, NOON - 1, "before_selection"),
        (NOT_SELECTED, NOON, "label_not_selected"),
        (NOT_SELECTED, None, "label_not_selected"),
    ],
)
def test_what_was_received_before_its_label_was_selected_stays_out_C2_M15(
    starts_at: int | None, received_at: int | None, why: str
) -> None:
    case = judged([copy(starts_at=starts_at, received_at=received_at)], NOON)
    assert case.copies == (CopyFacts("inbox", sealed(S1), not_selected=why),)
    assert the_company().decide(case).reason == (why or "imported")


def test_when_it_was_received_decides_and_not_its_date_C2() -> None:
    """A mail that was long on its way comes in; one that was dated ahead does not."""
    late = copy(starts_at=NOON, received_at=NOON + DAY)
    assert the_company().decide(judged([late], NOON - DAY)).reason == "imported"
    ahead = copy(starts_at=NOON, received_at=NOON - 1)
    assert the_company().decide(judged([ahead], NOON + DAY)).reason == "before_selection"


def test_a_copy_whose_receipt_nobody_tells_is_as_old_as_the_mail_C2() -> None:
    silent = copy(starts_at=NOON, received_at=None, met_at=NOON + DAY)
    assert [the_company().decide(judged([silent], date)).reason for date in (NOON - 1, NOON)] == [
        "before_selection",
        "imported",
    ]


def test_each_copy_is_asked_by_its_own_receipt_C2_F4() -> None:
    mine = copy("inbox", S1, starts_at=NOON, received_at=NOON - 1)
    theirs = copy("inbox", S2, starts_at=NOON, received_at=NOON + 1)
    case = judged([mine, theirs], NOON - DAY)
    assert [c.not_selected for c in case.copies] == ["before_selection", ""]
    assert the_company().decide(case).reason == "imported"
    assert the_company().decide(judged([theirs, mine], NOON - DAY)).reason == "imported"
