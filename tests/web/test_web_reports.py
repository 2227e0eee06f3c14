"""Reports: one's own first, then whose else one may see, and nothing that was counted of them (E11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from circle_world import Circles
from django.test import Client
from shelf import ACTOR, Shelf, a_shelf, another_workspace, text_of

from postroom.actions.add_users import add_users
from postroom.actions.create_role import create_role
from postroom.actions.find_communities import find_communities
from postroom.actions.set_consent import set_consent
from postroom.store.models import AuditEntry, User

AsUser = Callable[[User], Client]


def staff(shelf: Shelf, *addresses: str, manager: str = "", department: str = "") -> None:
    """Users of the workspace, below this manager and in this department."""
    attributes = {"manager_email": manager or None, "department": department or None}
    add_users(shelf.workspace, [{"email": address, **attributes} for address in addresses], actor=ACTOR)


def collecting(*addresses: str) -> None:
    for user in User.objects.filter(email__in=addresses):
        set_consent(user.workspace, [(user, True)], actor=user.email, how="own page")


def listed(client: Client, query: str = "") -> list[str]:
    """Whose reports the page lists, in order."""
    return [row.user.email for row in client.get(f"/reports{query}").context["rows"]]


def called(numbers: Iterable[int]) -> list[str]:
    return [f"u{number:02}@us.com" for number in numbers]


def test_everybody_comes_to_their_own_report_and_circle_first_E11(shelf: Shelf, as_user: AsUser) -> None:
    answer = as_user(shelf.user("Viewer")).get("/reports")
    assert "Yours Not collected" in text_of(answer)
    assert "Nothing is collected about you" in text_of(answer)
    assert (answer.context["rows"], answer.context["sees_others"]) == ([], False)
    assert "Of many together" not in text_of(answer)


def test_who_may_see_reports_of_others_reads_that_each_look_is_told_E11_S5(
    shelf: Shelf, as_user: AsUser
) -> None:
    text = text_of(as_user(shelf.user("Manager")).get("/reports"))
    assert "Looking at a report is written down, and its user sees who looked." in text
    assert "Your role has Team reports, and no user has you as manager." in text


def test_a_manager_sees_the_users_below_and_nobody_else_E11(shelf: Shelf, as_user: AsUser) -> None:
    staff(shelf, "lead@us.com", manager="m@us.com")
    staff(shelf, "below@us.com", manager="lead@us.com")
    staff(shelf, "beside@us.com")
    assert listed(as_user(shelf.user("Manager", "m@us.com"))) == ["below@us.com", "lead@us.com"]


def test_a_manager_without_team_reports_sees_nobody_R3(shelf: Shelf, as_user: AsUser) -> None:
    staff(shelf, "below@us.com", manager="m@us.com")
    assert listed(as_user(shelf.user("Member", "m@us.com"))) == []


def test_who_has_all_reports_sees_all_users_of_the_workspace_E11_W3(shelf: Shelf, as_user: AsUser) -> None:
    staff(a_shelf(another_workspace()), "theirs@us.com")
    create_role(shelf.workspace, {"name": "Council", "permissions": ["report_all"]}, actor=ACTOR)
    staff(shelf, "a@us.com")
    assert listed(as_user(shelf.user("Council", "c@us.com"))) == ["a@us.com", "s1@us.com"]


def test_the_list_says_who_collects_and_nothing_that_was_counted_E11(shelf: Shelf, browser: Client) -> None:
    staff(shelf, "a@us.com", manager="s1@us.com", department="Sales")
    collecting("a@us.com")
    text = text_of(browser.get("/reports"))
    assert "a@us.com Sales Sam One Since" in text
    assert "Sam One s1@us.com – – Not collected" in text
    assert not AuditEntry.objects.filter(act__in=("report_seen", "circle_seen")).exists()


def test_a_long_name_is_shortened_and_its_title_keeps_the_whole(shelf: Shelf, browser: Client) -> None:
    circles = Circles(shelf.workspace)
    circles.user("long@us.com", name="N" * 200, department="D" * 200, manager_email="long@us.com")
    page = browser.get("/reports").content.decode()
    assert f'<span title="{"N" * 200}">{"N" * 59}…</span></a>' in page
    assert f'<td data-title="Department"><span title="{"D" * 200}">{"D" * 39}…</span></td>' in page


def test_names_that_turn_text_around_turn_nothing_on_pages_of_reports(shelf: Shelf, browser: Client) -> None:
    circles = Circles(shelf.workspace)
    lead = circles.user("lead@us.com", name="Lea\u202edeL")
    team = [
        circles.user(
            f"p{number}@us.com",
            name=f"P{number}\u202eeeP",
            department="Sa\u202eles",
            manager_email=lead.email,
        )
        for number in range(6)
    ]
    for one in team:
        for other in team:
            circles.had(one, other, 2, 2, sent_mails=2) if one != other else None
    find_communities(shelf.workspace)
    own = f"/reports/{team[0].pk}"
    answers = [
        browser.get(path)
        for path in (
            "/reports",
            "/reports/teams",
            f"/reports/teams/manager?of={lead.pk}",
            "/reports/teams/department?of=Sa%E2%80%AEles",
            "/reports/communities",
            own,
            f"{own}/circle",
            f"{own}/metrics/sent_mails",
        )
    ]
    assert [answer.status_code for answer in answers] == [200] * 8
    hidden = '<input type="hidden" name="of" value="Sa\u202eles">'
    shown = [answer.content.decode().replace(hidden, "") for answer in answers]
    assert ["\u202e" in page for page in shown] == [False] * 8
    assert "Report of P0eeP" in text_of(answers[5])


def test_the_list_is_searched_and_narrowed_E11(shelf: Shelf, browser: Client) -> None:
    staff(shelf, "a@us.com", "b@us.com", department="Sales")
    collecting("a@us.com", "s1@us.com")
    found = {
        query: listed(browser, query)
        for query in ("?q=sales", "?q=sam", "?show=on", "?show=off", "?show=on&q=sales", "?q=nobody")
    }
    assert found == {
        "?q=sales": ["a@us.com", "b@us.com"],
        "?q=sam": ["s1@us.com"],
        "?show=on": ["a@us.com", "s1@us.com"],
        "?show=off": ["b@us.com"],
        "?show=on&q=sales": ["a@us.com"],
        "?q=nobody": [],
    }
    assert "Nobody found No user has “nobody” in the name" in text_of(browser.get("/reports?q=nobody"))
    assert browser.get("/reports?show=nonsense").status_code == 404


def test_a_long_list_goes_on_without_loss_or_repeat(shelf: Shelf, browser: Client) -> None:
    staff(shelf, *called(range(70)))
    pages, query = [], "?q=u"
    while query:
        answer = browser.get(f"/reports{query}")
        pages.append([row.user.email for row in answer.context["rows"]])
        more = answer.context["more"]
        query = f"?q=u&before={more}" if more else ""
    assert [len(page) for page in pages] == [30, 30, 11]
    assert [address for page in pages for address in page] == ["s1@us.com", *called(range(70))]


@pytest.mark.parametrize("rows", [1, 30])
def test_a_manager_asks_the_same_number_of_questions_of_a_full_list(
    shelf: Shelf, as_user: AsUser, django_assert_num_queries, rows: int
) -> None:
    staff(shelf, *called(range(rows)), manager="m@us.com")
    client = as_user(shelf.user("Manager", "m@us.com"))
    with django_assert_num_queries(6):
        assert len(listed(client)) == rows
