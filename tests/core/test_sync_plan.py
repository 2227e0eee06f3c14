"""The plan of a look: new mail first, windows that meet everything once and end, labels found again (M12, M13)."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from postroom.core import sync
from postroom.core.sync import DAY, Found, KnownLabel, LabelState, Step

NOW = 1_750_000_000
TRAITS = ("", "1", "2", "3", "4")
PROBLEMS = ("", "starts_over", "protocol", "not_allowed", "try_later", "emptied", "believed")

times = st.integers(NOW - 4_000 * DAY, NOW)


@st.composite
def labels(draw: st.DrawFn, id_: int) -> LabelState:
    """A selected label at any point of its sync."""
    wanted = draw(times)
    begun = draw(st.none() | st.integers(wanted, NOW))
    walked = None if begun is None else draw(st.none() | st.integers(wanted, begun + sync.AHEAD))
    return LabelState(
        id_,
        draw(st.sampled_from(["", "inbox", "sent"])),
        wanted,
        begun,
        walked,
        draw(st.none() | times),
        draw(st.none() | times),
        draw(st.sampled_from(PROBLEMS)),
        draw(st.integers(NOW - 2 * DAY, NOW)),
    )


some_labels = st.integers(0, 5).flatmap(lambda n: st.tuples(*(labels(id_) for id_ in range(n))))


# Following


@given(some_labels)
def test_every_label_that_does_not_rest_is_followed_once_the_inbox_first_M13(
    states: tuple[LabelState, ...],
) -> None:
    steps = sync.follow_steps(states, NOW)
    assert {step.what for step in steps} <= {"follow"}
    followed = [step.label for step in steps]
    assert sorted(followed) == [state.id for state in states if sync.is_followed(state, NOW)]
    roles = {state.id: state.role for state in states}
    assert sorted(followed, key=lambda id_: roles[id_] != "inbox") == followed


@given(labels(1), st.integers(0, 3 * DAY))
def test_a_label_rests_for_a_day_or_ten_minutes_and_no_longer(state: LabelState, later: int) -> None:
    since = later + NOW - (state.problem_at or 0)
    rests = state.problem in ("starts_over", "protocol", "not_allowed") and since < DAY
    rests = rests or (state.problem == "try_later" and since < 600)
    assert sync.is_followed(state, NOW + later) is not rests


# Walking


@given(some_labels, st.integers(1, 400 * DAY))
def test_only_labels_that_were_followed_are_walked_and_the_newest_window_first_M13(
    states: tuple[LabelState, ...], span: int
) -> None:
    step = sync.next_walk(states, span, now=NOW)
    open_ends = {
        state.id: state.begun_at + sync.AHEAD if state.walked_to is None else state.walked_to
        for state in states
        if state.begun_at is not None
        and sync.is_followed(state, NOW)
        and (state.walked_to is None or state.walked_to > state.wanted_from)
    }
    assert (step is None) is (not open_ends)
    if step is not None:
        assert step.until == open_ends[step.label] == max(open_ends.values())


@given(
    st.integers(0, 3_000 * DAY),
    st.integers(1, 400 * DAY),
    st.lists(st.integers(0, 2 * sync.FEW), max_size=100),
)
def test_windows_meet_all_since_then_once_and_end_M13(back: int, span: int, met: list[int]) -> None:
    state = LabelState(1, "inbox", NOW - back, NOW, None)
    edge = NOW + sync.AHEAD
    counts = iter(met)
    for _ in range(10_000):
        step = sync.next_walk([state], span, now=NOW)
        if step is None:
            break
        assert step.until == edge and step.since < step.until
        state, edge = state._replace(walked_to=step.since), step.since
        span = sync.longer(span, next(counts, 0))
    assert edge == state.wanted_from
    assert sync.next_walk([state], span, now=NOW) is None


@given(st.integers(1, 3_000 * DAY), st.integers(1, 1_000 * DAY))
def test_what_is_wanted_earlier_is_walked_from_where_it_ended_P9(back: int, more: int) -> None:
    done = LabelState(1, "inbox", NOW - back, NOW, NOW - back)
    assert sync.next_walk([done], now=NOW) is None
    earlier = done._replace(wanted_from=NOW - back - more)
    step = sync.next_walk([earlier], now=NOW)
    assert step is not None and step.until == NOW - back
    later = done._replace(wanted_from=NOW - back + 1)
    assert sync.next_walk([later], now=NOW) is None


@given(st.integers(0, NOW), st.none() | st.integers(0, NOW), st.booleans())
def test_mail_is_wanted_since_the_selection_and_for_who_is_counted_since_the_depth_M15_P9(
    starts_at: int, depth_at: int | None, counts: bool
) -> None:
    since = sync.wanted_from(starts_at, depth_at, counts)
    assert since == (min(starts_at, depth_at or 0) if counts else starts_at)


# Comparing


@given(some_labels, st.integers(1, 400 * DAY))
def test_only_what_was_walked_to_its_end_is_compared_once_a_day_L5(
    states: tuple[LabelState, ...], span: int
) -> None:
    step = sync.next_verify(states, span, now=NOW)
    due = {
        state.id
        for state in states
        if sync.is_followed(state, NOW)
        and state.walked_to is not None
        and state.walked_to <= state.wanted_from
        and (
            state.verified_at is None
            or state.verified_to is not None
            or NOW - state.verified_at >= sync.VERIFY_EVERY
        )
    }
    assert (step is None) is (not due)
    if step is not None:
        assert step.label in due
        under_way = {state.id for state in states if state.id in due and state.verified_to is not None}
        assert not under_way or step.label in under_way


@given(st.integers(0, 3_000 * DAY), st.integers(1, 400 * DAY), st.integers(0, 2 * sync.FEW))
def test_a_comparison_covers_all_since_then_and_ends_L5(back: int, span: int, met: int) -> None:
    state = LabelState(1, "inbox", NOW - back, NOW, NOW - back)
    edge = NOW + sync.AHEAD
    for _ in range(10_000):
        step = sync.next_verify([state], span, now=NOW)
        assert step is not None and step.until == edge and step.since < step.until
        edge = step.since
        if step.since <= state.wanted_from:
            break
        state, span = state._replace(verified_to=step.since), sync.longer(span, met)
    assert edge == state.wanted_from
    assert sync.next_verify([state._replace(verified_to=None, verified_at=NOW)], span, now=NOW) is None


# What is not believed


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_sudden_is_more_than_a_fifth_and_fifty_at_least(known: int, lacking: int) -> None:
    assert sync.is_sudden(known, lacking) is (lacking >= 50 and 5 * lacking > known)


@given(st.lists(st.integers(NOW - 3 * DAY, NOW), max_size=20))
def test_cursors_lost_are_counted_for_a_day(lost: list[int]) -> None:
    late = sync.of_late(lost, NOW)
    assert late[-1] == NOW
    assert late[:-1] == [at for at in lost if at > NOW - DAY]


# Labels


@dataclass(slots=True)
class _Folders:
    """Labels of a server whose refs are names, with a trait each that stays; changed as people change them."""

    by_name: dict[str, str] = field(default_factory=dict)

    def found(self) -> list[Found]:
        return [Found(name, (name,), "", True, 0, trait) for name, trait in self.by_name.items()]


def known_of(found: list[Found]) -> list[KnownLabel]:
    """The same labels as they are remembered, numbered from 1."""
    return [KnownLabel(number, *one, False) for number, one in enumerate(found, 1)]


def after(known: list[KnownLabel], plan: sync.Reconciled) -> dict[str, int]:
    """By ref the ids that are there after the plan was followed; new ones from 1001."""
    refs = {label.id: label.ref for label in known if not label.is_gone}
    refs |= {id_: found.ref for id_, found in plan.changed.items()}
    refs |= {1001 + n: found.ref for n, found in enumerate(plan.new)}
    for id_ in plan.gone:
        del refs[id_]
    assert len(set(refs.values())) == len(refs)
    return {ref: id_ for id_, ref in refs.items()}


names = st.sampled_from("ABCDEF")
found_labels = st.dictionaries(names, st.sampled_from(TRAITS), max_size=6).map(lambda d: _Folders(d).found())


@given(found_labels, found_labels, st.sets(st.integers(1, 6)))
def test_what_is_remembered_becomes_what_there_is_whatever_was_before_M12(
    before: list[Found], found: list[Found], gone: set[int]
) -> None:
    known = [label._replace(is_gone=label.id in gone) for label in known_of(before)]
    plan = sync.reconcile(known, found)
    refs = after(known, plan)
    assert set(refs) == {one.ref for one in found}
    again = [KnownLabel(refs[one.ref], *one, False) for one in found]
    assert sync.reconcile(again, found) == sync.Reconciled([], {}, [])


@given(found_labels)
def test_labels_that_stayed_keep_their_ids_and_change_nothing(found: list[Found]) -> None:
    assert sync.reconcile(known_of(found), found) == sync.Reconciled([], {}, [])


@given(st.permutations("ABCDEF"), st.permutations("ABCDEFGHIJ"), st.integers(0, 6))
def test_a_renamed_label_keeps_its_id_also_where_another_takes_its_name_M12(
    old: list[str], new: list[str], stay: int
) -> None:
    """Every label has a trait of its own; some keep their names, some get new ones, which others may have had."""
    before = _Folders({name: str(number) for number, name in enumerate(old)})
    kept = dict(list(before.by_name.items())[:stay])
    free = [name for name in new if name not in kept]
    renamed = {free.pop(): trait for name, trait in before.by_name.items() if name not in kept}
    found = _Folders(kept | renamed).found()
    known = known_of(before.found())
    if not set(renamed) - set(old) and renamed:
        return  # They only changed places among themselves: that looks as if all of them began anew.
    refs = after(known, sync.reconcile(known, found))
    traits = {label.id: label.trait for label in known}
    cycles = _in_cycles(before.by_name, kept | renamed)
    for one in found:
        if one.ref not in cycles:
            assert traits[refs[one.ref]] == one.trait


def _in_cycles(before: dict[str, str], now: dict[str, str]) -> set[str]:
    """The names that labels changed among themselves, in a ring."""
    to = {before_name: next(n for n, t in now.items() if t == trait) for before_name, trait in before.items()}
    ring = set()
    for name in to:
        at, seen = to[name], {name}
        while at in to and at not in seen:
            seen.add(at)
            at = to[at]
        if at == name:
            ring |= seen
    return ring


def test_a_label_made_anew_under_the_name_of_another_is_that_label_beginning_anew() -> None:
    known = known_of(_Folders({"A": "1", "B": "2"}).found())
    plan = sync.reconcile(known, _Folders({"A": "3", "B": "2"}).found())
    assert (plan.new, dict(plan.changed), plan.gone) == ([], {1: Found("A", ("A",), "", True, 0, "3")}, [])


def test_traits_that_several_share_say_nothing() -> None:
    known = known_of(_Folders({"A": "1", "B": "1"}).found())
    plan = sync.reconcile(known, _Folders({"C": "1", "D": "1"}).found())
    assert ([one.ref for one in plan.new], dict(plan.changed), plan.gone) == (["C", "D"], {}, [1, 2])


def test_a_trait_that_a_label_has_that_stayed_says_nothing_of_another_M12() -> None:
    """On a server that gives all folders the same, a new folder is not the one that was deleted."""
    known = known_of(_Folders({"INBOX": "1", "Project X": "1"}).found())
    plan = sync.reconcile(known, _Folders({"INBOX": "1", "Doctor": "1"}).found())
    assert ([one.ref for one in plan.new], dict(plan.changed), plan.gone) == (["Doctor"], {}, [2])


def test_a_trait_that_was_that_of_a_label_long_gone_too_says_nothing_M12() -> None:
    old, deleted = known_of(_Folders({"A": "1", "B": "1"}).found())
    plan = sync.reconcile([old._replace(is_gone=True), deleted], _Folders({"C": "1"}).found())
    assert ([one.ref for one in plan.new], dict(plan.changed), plan.gone) == (["C"], {}, [2])


def test_a_label_that_came_back_is_the_one_it_was() -> None:
    [label] = known_of(_Folders({"A": "1"}).found())
    plan = sync.reconcile([label._replace(is_gone=True)], _Folders({"A": "1"}).found())
    assert (plan.new, list(plan.changed), plan.gone) == ([], [1], [])


def test_new_mail_is_asked_for_before_anybody_walks_M13() -> None:
    """A label that nobody followed yet has no window."""
    assert sync.next_walk([LabelState(1, "inbox", 0, None, None)], now=NOW) is None
    assert sync.next_walk([LabelState(1, "inbox", NOW, NOW, None)], now=NOW) == Step(
        "walk", 1, NOW, NOW + sync.AHEAD
    )
