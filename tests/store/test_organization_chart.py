"""Manager, colleagues and reports; only who consents is named (E8, U3)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from circle_world import Circles
from django.db import connection
from django.test.utils import CaptureQueriesContext

from postroom.store.models import User, Workspace
from postroom.store.read.organization_chart import organization_chart_of
from postroom.store.read.report_sight import oneself


@pytest.fixture
def circles(workspace: Workspace) -> Circles:
    return Circles(workspace)


def told(user: User) -> tuple[list[tuple[str, str]], int | None]:
    """Who is in the user's chart, and how many are not named."""
    chart = organization_chart_of(oneself(user))
    return [(place.relation, place.user.email.split("@")[0]) for place in chart.places], chart.not_named


def test_manager_colleagues_and_reports_by_name_E8(circles: Circles) -> None:
    circles.user("max@us.com", manager_email="ceo@us.com")
    circles.user("ceo@us.com")
    ann = circles.user("ann@us.com", manager_email="max@us.com")
    for colleague in ("zoe", "bea"):
        circles.user(f"{colleague}@us.com", manager_email="max@us.com")
    for report in ("yan", "cy"):
        circles.user(f"{report}@us.com", manager_email="ann@us.com")
    circles.user("beneath@us.com", manager_email="cy@us.com")
    assert told(ann) == (
        [("manager", "max"), ("colleague", "bea"), ("colleague", "zoe"), ("report", "cy"), ("report", "yan")],
        None,
    )


def test_five_who_do_not_consent_are_counted_fewer_are_not_and_nobody_is_named_E8(circles: Circles) -> None:
    circles.user("max@us.com", consents=False)
    ann = circles.user("ann@us.com", manager_email="max@us.com")
    circles.user("bea@us.com", manager_email="max@us.com", consents=False)
    circles.user("cy@us.com", manager_email="max@us.com")
    for name in ("dan", "eve"):
        circles.user(f"{name}@us.com", manager_email="ann@us.com", consents=False)
    assert told(ann) == ([("colleague", "cy")], None)
    circles.user("fay@us.com", manager_email="ann@us.com", consents=False)
    assert told(ann) == ([("colleague", "cy")], 5)


def test_an_alias_of_the_manager_is_the_manager_U3(circles: Circles) -> None:
    circles.user("max@us.com", aliases=("m.muster@us.com",))
    ann = circles.user("ann@us.com", manager_email="m.muster@us.com", aliases=("annie@us.com",))
    circles.user("bea@us.com", manager_email="max@us.com")
    circles.user("cy@us.com", manager_email="annie@us.com")
    assert told(ann) == ([("manager", "max"), ("colleague", "bea"), ("report", "cy")], None)


def test_two_who_manage_each_other_are_named_once_U3(circles: Circles) -> None:
    ann = circles.user("ann@us.com", manager_email="bea@us.com")
    bea = circles.user("bea@us.com", manager_email="ann@us.com")
    assert (told(ann), told(bea)) == (([("manager", "bea")], None), ([("manager", "ann")], None))


def test_who_is_their_own_manager_has_none_U3(circles: Circles) -> None:
    ceo = circles.user("ceo@us.com", manager_email="ceo@us.com")
    ann = circles.user("ann@us.com", manager_email="ceo@us.com")
    circles.user("bea@us.com", manager_email="ceo@us.com")
    assert told(ceo) == ([("report", "ann"), ("report", "bea")], None)
    assert told(ann) == ([("manager", "ceo"), ("colleague", "bea")], None)


def test_without_a_manager_nobody_is_a_colleague_U3(circles: Circles) -> None:
    ann = circles.user("ann@us.com")
    circles.user("bea@us.com")
    lost = circles.user("cy@us.com", manager_email="nobody@us.com")
    circles.user("dan@us.com", manager_email="nobody@us.com")
    assert (told(ann), told(lost)) == (([], None), ([], None))


def test_who_is_disabled_is_in_no_chart(circles: Circles) -> None:
    ann = circles.user("ann@us.com", manager_email="max@us.com")
    circles.user("max@us.com", disabled_at=datetime(2026, 1, 2, tzinfo=UTC))
    circles.user("bea@us.com", manager_email="max@us.com")
    assert told(ann) == ([("colleague", "bea")], None)


def test_a_chart_has_a_hundred_at_most_in_few_questions_E8(circles: Circles) -> None:
    circles.user("max@us.com")
    ann = circles.user("ann@us.com", manager_email="max@us.com")
    for number in range(70):
        circles.user(f"c{number:02}@us.com", manager_email="max@us.com", consents=number % 7 > 0)
        circles.user(f"r{number:02}@us.com", manager_email="ann@us.com")
    with CaptureQueriesContext(connection) as asked:
        places, not_named = told(ann)
    colleagues = [f"c{number:02}" for number in range(70) if number % 7][:29]
    assert places == [
        ("manager", "max"),
        *(("colleague", name) for name in colleagues),
        *(("report", f"r{number:02}") for number in range(70)),
    ]
    assert (len(places), not_named, len(asked)) == (100, 10, 3)


def test_who_does_not_consent_takes_nobodys_place_E8(circles: Circles) -> None:
    circles.user("max@us.com")
    ann = circles.user("ann@us.com", manager_email="max@us.com")
    for number in range(120):
        circles.user(f"c{number:03}@us.com", manager_email="max@us.com", consents=number >= 110)
    for name in ("x", "y", "z"):
        circles.user(f"{name}@us.com", manager_email="ann@us.com")
    colleagues = [("colleague", f"c{number}") for number in range(110, 120)]
    reports = [("report", "x"), ("report", "y"), ("report", "z")]
    assert told(ann) == ([("manager", "max"), *colleagues, *reports], 110)


def test_another_workspace_is_in_no_chart_W3(circles: Circles) -> None:
    theirs = Circles(Workspace.objects.create(name="Them", sealed_hash_key=circles.workspace.sealed_hash_key))
    theirs.user("max@us.com")
    theirs.user("bea@us.com", manager_email="max@us.com")
    ann = circles.user("ann@us.com", manager_email="max@us.com")
    assert told(ann) == ([], None)
