"""Teams give nobody away: none below five, and no two that are told differ by one to four people (E11)."""

from __future__ import annotations

from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from postroom.core.teams import LEAST, Team, below, told_among


def team(name: str, *members: int, kind: str = "manager") -> Team:
    return Team(kind, name, frozenset(members))


def gives_somebody_away(one: Team, other: Team) -> bool:
    """Whether so few are in one of them alone that the two figures together are about them."""
    alone = (len(one.members - other.members), len(other.members - one.members))
    return any(0 < few < LEAST for few in alone)


def assert_tells_nobody(told: list[Team]) -> int:
    """Attack every pair; says how many pairs."""
    assert [team for team in told if len(team.members) < LEAST] == []
    pairs = list(combinations(told, 2))
    assert [(one, other) for one, other in pairs if gives_somebody_away(one, other)] == []
    return len(pairs)


def a_company(random: Random) -> list[Team]:
    """Managers over several levels, departments across them, and who of all consents."""
    people = random.randrange(20, 400)
    managers = {user: random.randrange(max(1, user // random.choice((1, 2, 8)))) for user in range(1, people)}
    counted = {user for user in range(people) if random.random() < random.choice((0.3, 0.9))}
    teams = [Team("manager", f"m{m}", users & counted) for m, users in below(managers).items()]
    for number in range(random.randrange(1, 30)):
        some = set(random.sample(range(people), random.randrange(1, people)))
        teams.append(Team("department", f"d{number}", frozenset(some & counted)))
    return teams


def test_ten_thousand_pairs_of_told_teams_give_nobody_away_E11() -> None:
    random = Random(11)
    attacked = 0
    while attacked < 10_000:
        attacked += assert_tells_nobody(told_among(a_company(random)))


members = st.frozensets(st.integers(1, 16), max_size=16)
teams = st.lists(
    st.builds(
        Team, st.sampled_from(["manager", "department"]), st.text("ab", min_size=1, max_size=4), members
    ),
    max_size=12,
    unique_by=lambda team: (team.kind, team.name),
)


@given(teams, st.randoms(use_true_random=False))
def test_what_is_told_does_not_depend_on_order_nor_on_asking_twice_E11(
    some: list[Team], random: Random
) -> None:
    told = told_among(some)
    assert_tells_nobody(told)
    shuffled = [*some, *some[:3]]
    random.shuffle(shuffled)
    assert told_among(shuffled) == told


@given(teams)
def test_a_team_is_only_not_told_for_a_reason_E11(some: list[Team]) -> None:
    told = told_among(some)
    for team in set(some) - set(told):
        assert len(team.members) < LEAST or any(gives_somebody_away(team, other) for other in told)


def test_five_are_enough_and_four_are_too_few_E11() -> None:
    five, four = team("a", 1, 2, 3, 4, 5), team("b", 11, 12, 13, 14)
    assert told_among([five, four]) == [five]


def test_the_same_people_may_be_told_twice_E11() -> None:
    same = [team("a", 1, 2, 3, 4, 5), team("Sales", 1, 2, 3, 4, 5, kind="department")]
    assert told_among(same) == same


def test_managers_come_before_departments_and_larger_before_smaller_E11() -> None:
    all_of, most = team("a", *range(9)), team("b", *range(8))
    department = team("A", *range(10), kind="department")
    assert told_among([most, department, all_of]) == [all_of]
    assert told_among([most, department]) == [most]


def test_everybody_below_over_all_levels_E11() -> None:
    assert below({2: 1, 3: 1, 4: 2, 5: 4}) == {
        1: frozenset({2, 3, 4, 5}),
        2: frozenset({4, 5}),
        4: frozenset({5}),
    }


def test_a_loop_of_managers_ends_and_nobody_is_below_themself_E11() -> None:
    assert below({1: 2, 2: 3, 3: 1, 4: 3, 9: 9}) == {
        1: frozenset({2, 3, 4}),
        2: frozenset({1, 3, 4}),
        3: frozenset({1, 2, 4}),
        9: frozenset(),
    }


@given(st.dictionaries(st.integers(1, 12), st.integers(1, 12)))
def test_below_is_whose_line_of_managers_leads_there_E11(managers: dict[int, int]) -> None:
    def leads_to(user: int, manager: int) -> bool:
        seen: set[int] = set()
        while user in managers and user not in seen:
            seen.add(user)
            user = managers[user]
            if user == manager:
                return True
        return False

    assert below(managers) == {
        manager: frozenset(user for user in managers if user != manager and leads_to(user, manager))
        for manager in set(managers.values())
    }
