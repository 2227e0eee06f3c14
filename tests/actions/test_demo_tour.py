"""The tour of a demo workspace: found by names when asked, in few queries, without what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mail_world import ACTOR, LONG_AGO, Imports, account, mail, taken

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_organization import add_organization
from postroom.actions.add_persons import add_persons
from postroom.actions.add_users import add_users
from postroom.actions.change_account import change_account, delete_account
from postroom.actions.change_person import delete_person
from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.demo_tour import TourStop, demo_tour
from postroom.actions.set_visibility import set_visibility
from postroom.demo import company
from postroom.store.models import Account, Engagement, Person, SetAside, User, Workspace
from postroom.store.write.workspaces import create_workspace_row
from postroom.web.access import PAGES

KATE, GRETA = "kate.ashby@demo-company.example", "greta@alder-bakeries.example"
ALL = [
    "account",
    "engagement",
    "person",
    "explain",
    "decisions",
    "decisions-of",
    "set-aside",
    "engagements",
    "account",
]


@pytest.fixture
def demo(db: None, tmp_path: Path) -> Iterator[Workspace]:
    """A small workspace with what the tour looks for."""
    made = create_workspace_row("A demo", b"the key of a workspace of tests.")
    taken(add_organization(made, ["demo-company.example"], actor=ACTOR))
    taken(add_users(made, [{"email": KATE, "name": "Kate Ashby"}], actor=ACTOR))
    names = {company.ALDER: "alder-bakeries", company.COPPERFIELD: "copperfield", company.DUNMORE: "dunmore"}
    taken(add_accounts(made, [account(n, f"{d}.example") for n, d in names.items()], actor=ACTOR))
    kate = User.objects.get(workspace=made)
    change_account(made, _account(made, company.DUNMORE), {"owner": KATE}, actor=ACTOR)
    set_visibility(kate, "subject")
    dana = {"name": "Dana Osei", "emails": ["dana.osei@copperfield.example"], "known_since": LONG_AGO}
    taken(add_persons(made, [{**dana, "accounts": [company.COPPERFIELD, company.ALDER]}], actor=ACTOR))
    with Imports(made, tmp_path) as importing:
        importing(
            mail(GRETA, [KATE], id="first", at=1_790_000_000),
            mail(GRETA, [KATE], id="newest", at=1_791_000_000),
            mail(KATE, [GRETA], id="out", at=1_792_000_000),
            mail(f"nobody@elsewhere.example <{GRETA}>", [KATE], id="two-readings"),
            b"\x00\x01\x02\x03 this file is no mail \xff\xfe\n",
            user=KATE,
        )
    yield made


def _account(workspace: Workspace, name: str) -> int:
    return Account.objects.get(workspace=workspace, name=name, closed_in=None).pk


def pages(workspace: Workspace) -> list[str]:
    return [stop.page for stop in demo_tour(workspace)]


def stop_at(workspace: Workspace, page: str) -> TourStop:
    return next(stop for stop in demo_tour(workspace) if stop.page == page)


def test_the_stops_lead_to_what_they_tell_of(demo: Workspace) -> None:
    stops = demo_tour(demo)
    assert [stop.page for stop in stops] == ALL
    newest = Engagement.objects.get(workspace=demo, rfc_message_id="newest").pk
    assert [dict(stop.kwargs) for stop in stops] == [
        {"account_id": _account(demo, company.ALDER)},
        {"engagement_id": newest},
        {"person_id": Person.objects.get(name="Dana Osei").pk},
        {},
        {},
        {"reason": "ambiguous"},
        {},
        {},
        {"account_id": _account(demo, company.DUNMORE)},
    ]
    assert dict(stop_at(demo, "engagements").query) == {
        "q": "invoice",
        "account": str(_account(demo, company.COPPERFIELD)),
    }
    assert stop_at(demo, "explain").tries == (
        "peter@amesroofing.example",
        "chad@coldpitch.example",
        "hugh.denning@elmstead.example",
    )


def test_every_stop_says_what_one_sees_and_no_address_is_in_a_query(demo: Workspace) -> None:
    for stop in demo_tour(demo):
        assert (3 < len(stop.title) < 50, 60 < len(stop.text) < 260, stop.text[-1]) == (True, True, ".")
        assert [value for value in (*stop.kwargs.values(), *stop.query.values()) if "@" in str(value)] == []
        assert all(address in stop.text for address in stop.tries)


def test_every_stop_leads_to_a_page_that_there_is(demo: Workspace) -> None:
    assert {stop.page for stop in demo_tour(demo)} <= PAGES.keys()


def test_it_takes_few_queries(demo: Workspace, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(6):
        demo_tour(demo)


def test_what_is_gone_is_left_out(demo: Workspace) -> None:
    delete_account(demo, _account(demo, company.COPPERFIELD), actor=ACTOR)
    assert pages(demo) == [page for page in ALL if page != "engagements"]
    delete_person(demo, Person.objects.get(name="Dana Osei").pk, actor=ACTOR)
    SetAside.objects.all().delete()
    assert pages(demo) == ["account", "engagement", "explain", "decisions", "decisions-of", "account"]
    set_visibility(User.objects.get(workspace=demo), "everything")
    assert pages(demo) == ["account", "engagement", "explain", "decisions", "decisions-of"]
    delete_account(demo, _account(demo, company.ALDER), actor=ACTOR)
    assert pages(demo) == ["explain", "decisions", "decisions-of"]


def test_a_deleted_engagement_gives_its_place_to_the_one_before(demo: Workspace) -> None:
    newest = Engagement.objects.get(workspace=demo, rfc_message_id="newest").pk
    first = Engagement.objects.get(workspace=demo, rfc_message_id="first").pk
    delete_engagement(demo, newest, actor=ACTOR)
    assert dict(stop_at(demo, "engagement").kwargs) == {"engagement_id": first}


def test_another_workspace_has_a_tour_of_its_own_W3(demo: Workspace) -> None:
    other = create_workspace_row("Another", b"the key of another one of tests!")
    assert pages(other) == ["explain", "decisions"]
