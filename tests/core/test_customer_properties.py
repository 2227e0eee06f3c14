"""What holds of every mail: the verdict is pure, blind to order, and the book's (F4, L4, section 7)."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from small_world import (
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
    World,
    X,
    created,
    sealed,
    the_company,
)

from postroom.core.case import SealedCopy, judged
from postroom.core.customer import Decision, Judged, decide
from postroom.core.mailbox import NOT_SELECTED
from postroom.core.seal import SealedAddress

# --- A small company, in clear, as a person would write it down ---

LATE_PERSON, LATE_DOMAIN, CONTRACTOR = "late@elsewhere.org", "a@late.org", "contractor@us.com"
BLOCKED = {L, X}
INSIDE = {S1, S2, "team@us.com"}
PERSONS = {K1: {(PERSON_K1, EARLY), (99, LATE)}, K2: {(PERSON_K2, EARLY)}, LATE_PERSON: {(7, LATE)}}
DOMAINS = {"acme.com": EARLY, "beta.io": EARLY, "late.org": LATE}
EVERYBODY = sorted({*BLOCKED, *INSIDE, *PERSONS, N, U, LATE_DOMAIN, CONTRACTOR, "b@beta.io", "v@nowhere.org"})
ADDRESS_OF = {sealed(address).address: address for address in EVERYBODY}


def the_world() -> World:
    world = the_company()
    world.person(99, K1, LATE)
    world.person(7, LATE_PERSON, LATE)
    world.account(30, "late.org", LATE)
    world.excluded(CONTRACTOR)
    return world


WORLD = the_world()


class ClearCopy(NamedTuple):
    """One copy of a mail, as it would be met."""

    label_role: str
    owner: str
    people: tuple[tuple[str, str], ...]
    """Roles and addresses."""
    received: int = 0
    """Seconds after the mail's time."""
    starts_at: int | None = None
    """Since when its label is selected, Unix seconds; ``None``: it is in no mailbox."""


class ClearMail(NamedTuple):
    """A mail as its copies show it."""

    at: int
    copies: tuple[ClearCopy, ...]
    deleted: bool


addresses = st.sampled_from(EVERYBODY)
recipients = st.tuples(st.sampled_from(["to", "cc", "bcc"]), addresses)
senders = st.lists(addresses.map(lambda address: ("from", address)), min_size=0, max_size=2)
places = st.sampled_from(["inbox", "inbox", "sent", "archive", "", "all", "drafts", "spam", "trash"])
selections = st.sampled_from([None, None, EARLY, NOON, LATE, NOT_SELECTED])


@st.composite
def mails(draw: st.DrawFn) -> ClearMail:
    """Mails whose copies share their sender and most recipients, as copies do."""
    shared = tuple(draw(senders)) + tuple(draw(st.lists(recipients, max_size=4)))
    copies = draw(
        st.lists(
            st.builds(
                lambda place, owner, more, received, starts_at: ClearCopy(
                    place, owner, shared + tuple(more), received, starts_at
                ),
                places,
                st.sampled_from([S1, S2]),
                st.lists(recipients, max_size=1),
                st.sampled_from([0, 0, 60]),
                selections,
            ),
            min_size=1,
            max_size=3,
        )
    )
    return ClearMail(
        draw(st.sampled_from([EARLY - 1, NOON, LATE])), tuple(copies), draw(st.integers(0, 9)) == 0
    )


def seal_copy(copy: ClearCopy, at: int) -> SealedCopy:
    return SealedCopy(
        copy.label_role,
        sealed(copy.owner),
        tuple((role, sealed(address)) for role, address in copy.people),
        None,
        at + copy.received,
        at,
        starts_at=copy.starts_at,
    )


def case_of(mail: ClearMail) -> Judged:
    return judged([seal_copy(copy, mail.at) for copy in mail.copies], mail.at, mail.deleted)


def verdict(decision: Decision) -> tuple[object, ...]:
    return decision.outcome, decision.reason, decision.persons, created(decision), decision.asked_before


# --- The book: section 7 in clear text, as plainly as can be ---


def by_the_book(mail: ClearMail) -> tuple[str, set[int], set[str]]:
    """The reason, the persons, and who is created."""
    passing = [copy for copy in mail.copies if copy.label_role not in ("drafts", "spam", "trash")]
    people = {pair for copy in mail.copies for pair in copy.people}
    seen_passing = {address for copy in passing for _, address in copy.people}
    owners = {copy.owner for copy in mail.copies}
    froms = {address for role, address in people if role == "from"}
    others = {address for role, address in people if role != "from"} or owners
    seen_passing |= owners

    def persons(address: str, at: int) -> set[int]:
        return {person for person, since in PERSONS.get(address, ()) if since <= at}

    def creatable(address: str, at: int) -> bool:
        since = DOMAINS.get(address.partition("@")[2])
        allowed = address not in INSIDE | BLOCKED and address in seen_passing
        return allowed and since is not None and since <= at

    def customer(address: str, at: int) -> bool:
        return bool(persons(address, at)) or creatable(address, at)

    def refused(at: int) -> str | None:
        if not froms or not all(a in INSIDE or customer(a, at) for a in froms):
            return "unknown_sender"
        if not any(a in INSIDE or customer(a, at) for a in others):
            return "unknown_recipients"
        return None if any(customer(a, at) for a in froms | others) else "no_customer"

    if not passing:
        roles = {copy.label_role for copy in mail.copies}
        return ("draft" if "drafts" in roles else "spam" if "spam" in roles else "trash"), set(), set()
    if not any(copy.starts_at is None or mail.at + copy.received >= copy.starts_at for copy in passing):
        never = all(copy.starts_at == NOT_SELECTED for copy in passing)
        return ("label_not_selected" if never else "before_selection"), set(), set()
    if (froms | others) & BLOCKED:
        return "blocked", set(), set()
    if froms and froms | others <= INSIDE:
        return "internal", set(), set()
    then = refused(mail.at)
    if then is not None:
        return ("before_person" if refused(10 * LATE) is None else then), set(), set()
    if mail.deleted:
        return "deleted", set(), set()
    filed, new = set(), set()
    for address in froms | others:
        filed |= persons(address, mail.at)
        if not persons(address, mail.at) and creatable(address, mail.at):
            if address in PERSONS:
                filed |= {person for person, _ in PERSONS[address]}
            else:
                new.add(address)
    return "imported", filed, new


@given(mails())
def test_every_mail_is_decided_by_the_book(mail: ClearMail) -> None:
    decision = WORLD.decide(case_of(mail))
    reason, persons, creates = by_the_book(mail)
    assert (decision.reason, set(decision.persons), {ADDRESS_OF[token] for token in created(decision)}) == (
        reason,
        persons,
        creates,
    )


# --- Purity and order ---


@given(mails())
def test_deciding_is_a_pure_function_L4(mail: ClearMail) -> None:
    case = case_of(mail)
    first = WORLD.decide(case)
    assert (WORLD.decide(case), the_world().decide(case), case) == (first, first, case_of(mail))


@given(mails(), st.randoms(use_true_random=False))
def test_the_order_of_copies_and_participants_does_not_matter_F4(mail: ClearMail, random: Random) -> None:
    shuffled = [
        copy._replace(people=tuple(random.sample(copy.people, len(copy.people)))) for copy in mail.copies
    ]
    random.shuffle(shuffled)
    other = mail._replace(copies=tuple(shuffled))
    assert verdict(WORLD.decide(case_of(other))) == verdict(WORLD.decide(case_of(mail)))


@given(mails(), st.data())
def test_a_copy_met_again_changes_nothing_F4(mail: ClearMail, data: st.DataObject) -> None:
    again = mail._replace(copies=(*mail.copies, data.draw(st.sampled_from(mail.copies))))
    assert WORLD.decide(case_of(again)) == WORLD.decide(case_of(mail))


@given(mails(), st.data())
def test_participants_split_over_copies_of_one_place_are_judged_together_F4(
    mail: ClearMail, data: st.DataObject
) -> None:
    whole = mail.copies[0]._replace(label_role="archive", received=0)
    cut = data.draw(st.integers(0, len(whole.people)))
    halves = (whole._replace(people=whole.people[:cut]), whole._replace(people=whole.people[cut:]))
    assert WORLD.decide(case_of(mail._replace(copies=halves))) == WORLD.decide(
        case_of(mail._replace(copies=(whole,)))
    )


def read_back(clear: SealedAddress) -> SealedAddress:
    """The same tokens as they come out of a store: other objects, the same bytes."""
    return SealedAddress(
        bytes(bytearray(clear.address)),
        bytes(bytearray(clear.domain)),
        tuple(bytes(bytearray(parent)) for parent in clear.parents),
    )


@given(mails())
def test_a_sealed_envelope_is_decided_like_the_readable_one_L1(mail: ClearMail) -> None:
    case = case_of(mail)
    stored = case._replace(
        participants=tuple(p._replace(sealed=read_back(p.sealed)) for p in case.participants)
    )
    assert decide(stored, the_world().directory) == WORLD.decide(case)


@given(mails())
def test_the_spelling_of_addresses_does_not_matter_D2(mail: ClearMail) -> None:
    shouted = mail._replace(
        copies=tuple(
            copy._replace(people=tuple((role, f" {address.upper()} ") for role, address in copy.people))
            for copy in mail.copies
        )
    )
    assert WORLD.decide(case_of(shouted)) == WORLD.decide(case_of(mail))


# --- What one change does ---


@given(mails(), st.sampled_from(sorted(BLOCKED)), st.sampled_from(["to", "cc", "bcc"]))
def test_one_blocked_recipient_more_blocks_whatever_passes_the_place_C3(
    mail: ClearMail, blocked: str, role: str
) -> None:
    copies = (mail.copies[0]._replace(people=(*mail.copies[0].people, (role, blocked))), *mail.copies[1:])
    before, after = WORLD.decide(case_of(mail)), WORLD.decide(case_of(mail._replace(copies=copies)))
    stays_out_by_place = before.reason in (
        "draft",
        "spam",
        "trash",
        "label_not_selected",
        "before_selection",
    )
    assert after.reason == (before.reason if stays_out_by_place else "blocked")
    assert (after.persons, after.creates) == ((), ())


@given(mails(), mails())
def test_two_readings_are_decided_as_one_or_held_C0(mail: ClearMail, other: ClearMail) -> None:
    case, second = case_of(mail), case_of(other)
    first = WORLD.decide(case)
    as_read_otherwise = WORLD.decide(case._replace(participants=second.participants))
    both = WORLD.decide(case._replace(alternative=second.participants))
    alike = (first.outcome, first.persons, created(first)) == (
        as_read_otherwise.outcome,
        as_read_otherwise.persons,
        created(as_read_otherwise),
    )
    assert both == first if alike else (both.outcome, both.reason) == ("hold", "ambiguous")


@given(mails())
def test_what_comes_in_early_comes_in_later_too_C9(mail: ClearMail) -> None:
    early = WORLD.decide(case_of(mail._replace(at=NOON)))
    late = WORLD.decide(case_of(mail._replace(at=LATE)))
    if early.outcome == "import":
        assert (late.outcome, set(early.persons) <= set(late.persons)) == ("import", True)


@given(mails())
def test_only_an_import_files_or_creates_C11(mail: ClearMail) -> None:
    decision = WORLD.decide(case_of(mail))
    if decision.outcome != "import":
        assert (decision.persons, decision.creates) == ((), ())
    else:
        assert decision.persons or decision.creates
