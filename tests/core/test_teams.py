"""Teams give nobody away: none below five, and no two that are told differ by one to four people (E11)."""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from postroom.core.teams import LEAST, Company, Team, below, teams_of


class Members(NamedTuple):
    """A team with those who are counted in it."""

    kind: str
    name: str
    people: frozenset[int]


def gives_somebody_away(one: Members, other: Members) -> bool:
    """Whether so few are in one of them alone that the two figures together are about them."""
    alone = (len(one.people - other.people), len(other.people - one.people))
    return any(0 < few < LEAST for few in alone)


def assert_tells_nobody(told: list[Members]) -> int:
    """Attack every pair; says how many pairs."""
    assert [team for team in told if len(team.people) < LEAST] == []
    pairs = list(combinations(told, 2))
    assert [(one, other) for one, other in pairs if gives_somebody_away(one, other)] == []
    return len(pairs)


def in_order(company: Company) -> list[Members]:
    """All teams, managers before departments, larger before smaller, then by name."""
    teams = [
        Members("manager", company.email[m], frozenset(below(company.managers, m) & company.counted))
        for m in set(company.managers.values())
    ]
    for name, users in company.departments.items():
        teams.append(Members("department", name, frozenset(users & company.counted)))
    return sorted(teams, key=lambda team: (team.kind != "manager", -len(team.people), team.name))


def told_of(company: Company) -> list[Members]:
    """The teams that are told, in their order."""
    told = {(team.kind, team.name) for team in teams_of(company) if team.is_told}
    return [team for team in in_order(company) if (team.kind, team.name) in told]


def told_one_after_the_other(company: Company) -> list[Members]:
    """The same, each team compared with all that are told before it."""
    told: list[Members] = []
    for team in in_order(company):
        if len(team.people) >= LEAST and not any(gives_somebody_away(team, other) for other in told):
            told.append(team)
    return told


def company_of(
    managers: dict[int, int], departments: dict[int, str], counted: set[int], order: Random | None = None
) -> Company:
    """A company of these lines; everybody is called after their number, or in a random order."""
    users = sorted(managers.keys() | set(managers.values()))
    names = [f"u{user:05}@us.com" for user in users]
    if order is not None:
        order.shuffle(names)
        managers = dict(order.sample(sorted(managers.items()), len(managers)))
    teams = {name: {u for u, of in departments.items() if of == name} for name in set(departments.values())}
    return Company(managers, teams, counted, dict(zip(users, names, strict=True)))


def a_company(random: Random) -> Company:
    """Managers over several levels, departments across them, and who of all consents."""
    people = random.randrange(20, 400)
    managers = {user: random.randrange(max(1, user // random.choice((1, 2, 8)))) for user in range(1, people)}
    counted = {user for user in range(people) if random.random() < random.choice((0.3, 0.9))}
    names = [f"d{number}" for number in range(random.randrange(1, 30))]
    departments = {user: random.choice(names) for user in range(people) if random.random() < 0.9}
    return company_of(managers, departments, counted)


def test_ten_thousand_pairs_of_told_teams_give_nobody_away_E11() -> None:
    random = Random(11)
    attacked = 0
    while attacked < 10_000:
        attacked += assert_tells_nobody(told_of(a_company(random)))


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """Lines that are long, broad and lead back in loops, and departments along them and across."""
    users = st.integers(0, 40)
    near = st.integers(1, 4)
    managers = {
        user: max(0, user - draw(near)) if draw(st.integers(0, 9)) else draw(users) for user in range(1, 41)
    }
    managers |= draw(st.dictionaries(users, users, max_size=4))
    departments = {user: f"d{draw(users) // 6 if draw(st.booleans()) else user // 8}" for user in range(41)}
    counted = set(range(41)) - draw(st.sets(users, max_size=draw(st.sampled_from((0, 4, 30)))))
    order = draw(st.randoms(use_true_random=False))
    return company_of({u: m for u, m in managers.items() if u != m}, departments, counted, order)


@given(companies())
def test_what_is_told_is_decided_in_one_order_however_it_is_read_E11(company: Company) -> None:
    told = told_of(company)
    assert_tells_nobody(told)
    assert told == told_one_after_the_other(company)
    assert {(team.kind, team.name): team.people for team in teams_of(company)} == {
        (team.kind, team.name): len(team.people) for team in in_order(company)
    }


def line(people: int) -> dict[int, int]:
    """Each the manager of the next."""
    return {user: user - 1 for user in range(1, people)}


def test_five_are_enough_and_four_are_too_few_E11() -> None:
    managers = dict.fromkeys(range(1, 6), 0) | dict.fromkeys(range(11, 15), 10)
    teams = teams_of(company_of(managers, {}, set(range(20))))
    assert teams == [
        Team("manager", "u00000@us.com", 5, is_told=True),
        Team("manager", "u00010@us.com", 4, is_told=False),
    ]
    assert [team.is_too_near for team in teams] == [False, False]


def test_the_same_people_may_be_told_twice_E11() -> None:
    managers = dict.fromkeys(range(1, 6), 0)
    teams = teams_of(company_of(managers, dict.fromkeys(managers, "Sales"), set(managers)))
    assert [(team.name, team.people, team.is_told) for team in teams] == [
        ("u00000@us.com", 5, True),
        ("Sales", 5, True),
    ]


def test_managers_come_before_departments_and_larger_before_smaller_E11() -> None:
    teams = teams_of(company_of(line(11), dict.fromkeys(range(11), "A"), set(range(11))))
    found = [(team.name, team.people, team.is_told) for team in teams if team.people >= LEAST]
    assert found == [
        ("u00000@us.com", 10, True),
        ("u00001@us.com", 9, False),
        ("u00002@us.com", 8, False),
        ("u00003@us.com", 7, False),
        ("u00004@us.com", 6, False),
        ("u00005@us.com", 5, True),
        ("A", 11, False),
    ]
    assert [team.is_too_near for team in teams if team.people >= LEAST] == [not told for *_, told in found]


def test_of_managers_above_each_other_the_first_by_name_is_told_E11() -> None:
    managers = {1: 2, 2: 1} | dict.fromkeys(range(3, 9), 1)
    told = [
        [team.name for team in told_of(company_of(managers, {}, counted))]
        for counted in (set(range(1, 9)), set(range(2, 9)), set(range(3, 9)))
    ]
    one, two = "u00001@us.com", "u00002@us.com"
    assert told == [[one], [one], [one, two]]


def test_a_line_of_three_thousand_managers_is_decided_on_E11() -> None:
    company = company_of(line(3_000), {user: f"d{user // 100}" for user in range(3_000)}, set(range(3_000)))
    told = [team.people for team in teams_of(company) if team.is_told]
    assert told == list(range(2_999, 4, -5))


def test_everybody_below_over_all_levels_E11() -> None:
    managers = {2: 1, 3: 1, 4: 2, 5: 4}
    assert [below(managers, user) for user in (1, 2, 4, 5)] == [{2, 3, 4, 5}, {4, 5}, {5}, set()]


def test_a_loop_of_managers_ends_and_nobody_is_below_themself_E11() -> None:
    managers = {1: 2, 2: 3, 3: 1, 4: 3, 9: 9}
    assert [below(managers, user) for user in (1, 2, 3, 9)] == [{2, 3, 4}, {1, 3, 4}, {1, 2, 4}, set()]


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

    for manager in range(1, 13):
        found = {user for user in managers if user != manager and leads_to(user, manager)}
        assert below(managers, manager) == found
