"""Putting a message together from its copies (F4)."""

from __future__ import annotations

from small_world import K1, NOON, PERSON_K1, S1, S2, L, U, X, sealed, the_company

from postroom.core.case import SealedCopy, judged
from postroom.core.customer import CopyFacts, SealedParticipant

DAY = 86_400


def copy(
    label_role: str = "inbox",
    owner: str = S1,
    people: tuple[tuple[str, str], ...] = (("from", K1), ("to", S1)),
    other_reading: tuple[tuple[str, str], ...] | None = None,
    received_at: int | None = NOON,
    met_at: int = NOON,
) -> SealedCopy:
    second = None if other_reading is None else [(role, sealed(a)) for role, a in other_reading]
    return SealedCopy(
        label_role, sealed(owner), [(role, sealed(a)) for role, a in people], second, received_at, met_at
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
