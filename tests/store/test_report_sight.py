"""Whose reports somebody sees: their own, with report_team those below them, with report_all everybody's (E11)."""

from __future__ import annotations

import pytest
from mail_world import ACTOR, the_company

from postroom.actions.add_users import add_users
from postroom.actions.set_consent import set_consent
from postroom.store.models import Consent, User, Workspace
from postroom.store.read.report_sight import (
    Onlooker,
    Subject,
    oneself,
    subject_at,
    subject_numbered,
    users_below,
    users_seen_by,
)
from postroom.store.read.teams import teams_seen_by

LINES = {
    "ceo": "",
    "cto": "ceo",
    "dev1": "cto",
    "dev2": "cto",
    "intern": "dev1",
    "cfo": "ceo",
    "clerk": "the.cfo",
    "lone": "nobody",
}
"""User → manager; the chief financial officer has the alias ``the.cfo``."""


@pytest.fixture
def office(db: None) -> Workspace:
    """A company with the managers of ``LINES``."""
    made = the_company()
    records = [
        {"email": f"{name}@us.com", "manager_email": f"{manager}@us.com" if manager else None}
        | ({"aliases": ["the.cfo@us.com"]} if name == "cfo" else {})
        for name, manager in LINES.items()
    ]
    add_users(made, records, actor=ACTOR)
    return made


def user(workspace: Workspace, name: str) -> User:
    return User.objects.get(workspace=workspace, email=f"{name}@us.com")


def onlooker(workspace: Workspace, name: str | None, *permissions: str) -> Onlooker:
    """``None``: an API token."""
    who = user(workspace, name) if name else None
    return Onlooker(workspace, frozenset(permissions), who, f"{name}@us.com" if name else "token")


def names(users: object) -> list[str]:
    return sorted(found.email.split("@")[0] for found in users)  # type: ignore[attr-defined]


EVERYBODY = sorted([*LINES, "s1", "s2"])


@pytest.mark.parametrize(
    ("name", "permissions", "seen"),
    [
        ("dev1", (), ["dev1"]),
        ("ceo", (), ["ceo"]),
        ("ceo", ("report_own", "admin_access"), ["ceo"]),
        ("ceo", ("report_team",), ["ceo", "cfo", "clerk", "cto", "dev1", "dev2", "intern"]),
        ("cto", ("report_team",), ["cto", "dev1", "dev2", "intern"]),
        ("cfo", ("report_team",), ["cfo", "clerk"]),
        ("intern", ("report_team",), ["intern"]),
        ("lone", ("report_team",), ["lone"]),
        ("intern", ("report_all",), EVERYBODY),
        (None, (), []),
        (None, ("report_team",), []),
        (None, ("report_all",), EVERYBODY),
    ],
)
def test_who_sees_whose_report_E11(
    office: Workspace, name: str | None, permissions: tuple[str, ...], seen: list[str]
) -> None:
    looking = onlooker(office, name, *permissions)
    assert names(users_seen_by(looking)) == seen
    everybody = list(User.objects.filter(workspace=office))
    for found in (
        [subject_at(looking, someone.email) for someone in everybody],
        [subject_numbered(looking, someone.pk) for someone in everybody],
    ):
        assert names(subject.user for subject in found if subject) == seen
        assert names(subject.user for subject in found if subject and subject.is_self) == (
            [name] if name else []
        )


def test_somebody_is_found_by_an_alias_too_E11(office: Workspace) -> None:
    cfo = user(office, "cfo")
    assert subject_at(onlooker(office, "ceo", "report_team"), "the.cfo@us.com") == Subject(cfo, is_self=False)
    assert subject_at(onlooker(office, "cfo"), "the.cfo@us.com") == oneself(cfo) == Subject(cfo, is_self=True)
    assert subject_at(onlooker(office, "cto", "report_team"), "the.cfo@us.com") is None


@pytest.mark.parametrize("permissions", [(), ("report_team",), ("report_all",)])
def test_nobody_of_another_workspace_is_seen_W3(office: Workspace, permissions: tuple[str, ...]) -> None:
    other = the_company()
    add_users(
        other,
        [{"email": "ceo@us.com"}, {"email": "spy@us.com", "manager_email": "ceo@us.com"}],
        actor=ACTOR,
    )
    looking = onlooker(office, "ceo", *permissions)
    assert "spy" not in names(users_seen_by(looking))
    assert subject_at(looking, "spy@us.com") is None
    assert [subject_numbered(looking, found.pk) for found in User.objects.filter(workspace=other)] == [
        None
    ] * 4
    assert subject_numbered(looking, 0) is None
    assert names(User.objects.filter(pk__in=users_below(user(other, "ceo")))) == ["spy"]


def test_a_loop_of_managers_ends_E11(office: Workspace) -> None:
    User.objects.filter(pk=user(office, "ceo").pk).update(manager_email="intern@us.com")
    User.objects.filter(pk=user(office, "lone").pk).update(manager_email="lone@us.com")
    below = names(User.objects.filter(pk__in=users_below(user(office, "cto"))))
    assert below == ["ceo", "cfo", "clerk", "dev1", "dev2", "intern"]
    assert names(users_seen_by(onlooker(office, "lone", "report_team"))) == ["lone"]


def test_who_is_below_follows_the_alias_until_it_is_another_s_E11(office: Workspace) -> None:
    add_users(office, [{"email": "cfo@us.com", "aliases": []}], actor=ACTOR)
    assert users_below(user(office, "cfo")) == set()
    add_users(office, [{"email": "cto@us.com", "aliases": ["the.cfo@us.com"]}], actor=ACTOR)
    assert names(User.objects.filter(pk__in=users_below(user(office, "cto")))) == [
        "clerk",
        "dev1",
        "dev2",
        "intern",
    ]


MANAGERS = {"ceo", "cto", "dev1", "cfo"}


@pytest.mark.parametrize(
    ("name", "permissions", "seen"),
    [
        ("ceo", (), set()),
        ("ceo", ("report_team",), MANAGERS),
        ("cto", ("report_team",), {"cto", "dev1"}),
        ("intern", ("report_team",), set()),
        ("intern", ("report_all",), MANAGERS | {"Sales"}),
        (None, ("report_all",), MANAGERS | {"Sales"}),
        (None, ("report_team",), set()),
    ],
)
def test_who_may_ask_for_which_team_E11(
    office: Workspace, name: str | None, permissions: tuple[str, ...], seen: set[str]
) -> None:
    User.objects.filter(workspace=office, email="clerk@us.com").update(department="Sales")
    teams = teams_seen_by(onlooker(office, name, *permissions))
    assert {team.split("@")[0] for _, team in teams.seen} == seen
    assert {team.name.split("@")[0] for team in teams.all} == MANAGERS | {"Sales"}


def test_in_a_team_are_those_who_consent_and_are_not_disabled_E11(office: Workspace) -> None:
    consenting = User.objects.filter(workspace=office).exclude(email="dev2@us.com")
    set_consent(office, [(user, True) for user in consenting], actor=ACTOR, how="api")
    User.objects.filter(workspace=office, email="intern@us.com").update(disabled_at="2026-02-01T00:00:00Z")
    seen = teams_seen_by(onlooker(office, "ceo", "report_team"))
    teams = {team.name: seen.members_of(team) for team in seen.all}
    assert names(User.objects.filter(pk__in=teams["ceo@us.com"])) == ["cfo", "clerk", "cto", "dev1"]
    assert names(User.objects.filter(pk__in=teams["cfo@us.com"])) == ["clerk"]


def test_who_agreed_to_a_text_that_does_not_tell_of_teams_is_in_none_P2_E11(office: Workspace) -> None:
    clerk, cto = user(office, "clerk"), user(office, "cto")
    set_consent(office, [(clerk, True), (cto, True)], actor=ACTOR, how="api")
    Consent.objects.filter(user=clerk).update(text_version=1)

    def in_ceos_team() -> list[str]:
        teams = teams_seen_by(onlooker(office, "ceo", "report_team"))
        [members] = [teams.members_of(team) for team in teams.all if team.name == "ceo@us.com"]
        return names(User.objects.filter(pk__in=members))

    assert in_ceos_team() == ["cto"]
    set_consent(office, [(clerk, True)], actor=clerk.email, how="own page", has_read=True)
    assert in_ceos_team() == ["clerk", "cto"]
