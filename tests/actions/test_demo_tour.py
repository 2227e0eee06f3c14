"""The tour of a demo workspace: found by names when asked, in few queries, without what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mail_world import ACTOR, LONG_AGO, Imports, account, mail, taken
from mailbox_rows import a_mailbox

from postroom.actions.accept_items import accept
from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_organization import add_organization
from postroom.actions.add_persons import add_persons
from postroom.actions.add_users import add_users
from postroom.actions.change_account import change_account, delete_account
from postroom.actions.change_person import delete_person
from postroom.actions.create_source import create_source
from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.demo_tour import TourStop, demo_tour
from postroom.actions.process_uploads import process_some
from postroom.actions.set_consent import set_consent
from postroom.actions.set_visibility import set_visibility
from postroom.core.consent import OWN_PAGE
from postroom.demo import company
from postroom.store.models import Account, Engagement, Mailbox, Person, SetAside, User, Workspace
from postroom.store.write.workspaces import create_workspace_row
from postroom.web.access import PAGES

KATE, TIM = "kate.ashby@demo-company.example", "tim@demo-company.example"
GRETA = "greta@alder-bakeries.example"
ALL = [
    "account",
    "engagement",
    "person",
    "explain",
    "decisions",
    "decisions-of",
    "set-aside",
    "engagements",
    "my-data",
    "account",
]


@pytest.fixture
def demo(db: None, tmp_path: Path) -> Iterator[Workspace]:
    """A small workspace with what the tour looks for."""
    made = create_workspace_row("A demo", b"the key of a workspace of tests.")
    taken(add_organization(made, ["demo-company.example"], actor=ACTOR))
    taken(
        add_users(made, [{"email": KATE, "name": "Kate Ashby"}, {"email": TIM, "name": "Tim"}], actor=ACTOR)
    )
    names = {company.ALDER: "alder-bakeries", company.COPPERFIELD: "copperfield", company.DUNMORE: "dunmore"}
    taken(add_accounts(made, [account(n, f"{d}.example") for n, d in names.items()], actor=ACTOR))
    change_account(made, _account(made, company.DUNMORE), {"owner": KATE}, actor=ACTOR)
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
        importing(mail(GRETA, [TIM], id="of-tim", at=1_789_000_000), user=TIM)
    set_visibility(user(made, KATE), "subject")
    yield made


def user(workspace: Workspace, email: str) -> User:
    return User.objects.get(workspace=workspace, email=email)


def _account(workspace: Workspace, name: str) -> int:
    return Account.objects.get(workspace=workspace, name=name, closed_in=None).pk


def tour(workspace: Workspace, email: str = TIM) -> list[TourStop]:
    return demo_tour(workspace, user(workspace, email))


def pages(workspace: Workspace, email: str = TIM) -> list[str]:
    return [stop.page for stop in tour(workspace, email)]


def other_workspace() -> Workspace:
    other = create_workspace_row("Another", b"the key of another one of tests!")
    taken(add_users(other, [{"email": TIM, "name": "Tim"}], actor=ACTOR))
    return other


def stop_at(workspace: Workspace, page: str, email: str = TIM) -> TourStop:
    return next(stop for stop in tour(workspace, email) if stop.page == page)


def shown_mail(workspace: Workspace, email: str = TIM) -> str:
    """The Message-ID of the one mail that the tour leads to."""
    pk = stop_at(workspace, "engagement", email).kwargs["engagement_id"]
    return Engagement.objects.get(pk=pk).rfc_message_id


def test_the_stops_lead_to_what_they_tell_of(demo: Workspace) -> None:
    stops = tour(demo)
    assert [stop.page for stop in stops] == ALL
    newest = Engagement.objects.get(workspace=demo, rfc_message_id="of-tim").pk
    assert [dict(stop.kwargs) for stop in stops] == [
        {"account_id": _account(demo, company.ALDER)},
        {"engagement_id": newest},
        {"person_id": Person.objects.get(name="Dana Osei").pk},
        {},
        {},
        {"reason": "ambiguous"},
        {},
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
    User.objects.filter(email=TIM).update(role="Administrator", manager_email=KATE)
    set_consent(demo, [(user(demo, TIM), True)], actor=TIM, how=OWN_PAGE)
    a_mailbox(user(demo, TIM))
    stops = tour(demo)
    assert len(stops) == len(ALL) + 6
    for stop in stops:
        assert (3 < len(stop.title) < 50, 60 < len(stop.text) < 260, stop.text[-1]) == (True, True, ".")
        assert [value for value in (*stop.kwargs.values(), *stop.query.values()) if "@" in str(value)] == []
        assert all(address in stop.text for address in stop.tries)


def test_every_stop_leads_to_a_page_that_there_is(demo: Workspace) -> None:
    assert {stop.page for stop in tour(demo)} <= PAGES.keys()


def test_it_takes_few_queries(demo: Workspace, django_assert_num_queries: Any) -> None:
    tim = user(demo, TIM)
    with django_assert_num_queries(9):
        demo_tour(demo, tim)


def test_what_is_gone_is_left_out(demo: Workspace) -> None:
    delete_account(demo, _account(demo, company.COPPERFIELD), actor=ACTOR)
    assert pages(demo) == [page for page in ALL if page != "engagements"]
    delete_person(demo, Person.objects.get(name="Dana Osei").pk, actor=ACTOR)
    SetAside.objects.all().delete()
    left = ["account", "engagement", "explain", "decisions", "decisions-of", "my-data"]
    assert pages(demo) == [*left, "account"]
    set_visibility(user(demo, KATE), "everything")
    assert pages(demo) == left
    delete_account(demo, _account(demo, company.ALDER), actor=ACTOR)
    assert pages(demo) == left[2:]


def test_a_deleted_engagement_gives_its_place_to_the_one_before(demo: Workspace) -> None:
    newest = Engagement.objects.get(workspace=demo, rfc_message_id="newest").pk
    delete_engagement(demo, newest, actor=ACTOR)
    assert shown_mail(demo, KATE) == "first"


def test_the_one_mail_is_the_newest_that_the_viewer_sees_whole_R4(demo: Workspace) -> None:
    assert (shown_mail(demo, TIM), shown_mail(demo, KATE)) == ("of-tim", "newest")
    set_visibility(user(demo, KATE), "everything")
    assert shown_mail(demo, TIM) == "newest"


def test_without_a_mail_to_see_whole_the_stop_is_left_out_R4(demo: Workspace) -> None:
    own = Engagement.objects.get(workspace=demo, rfc_message_id="of-tim").pk
    delete_engagement(demo, own, actor=ACTOR)
    assert pages(demo) == [page for page in ALL if page != "engagement"]


def test_nobody_is_told_of_what_they_keep_to_themselves_R4(demo: Workspace) -> None:
    assert tour(demo, TIM)[-1].title == "Kate Ashby lets others see less"
    assert pages(demo, KATE) == ALL[:-1]


def test_another_workspace_has_a_tour_of_its_own_W3(demo: Workspace) -> None:
    assert pages(other_workspace()) == ["explain", "decisions", "my-data"]


def test_a_day_of_a_chat_is_shown_the_newest_C20(demo: Workspace) -> None:
    source, _ = create_source(demo, "Chat bridge", ["customer"], None, actor=ACTOR)
    message = {"chat_id": "c1", "chat_type": "direct", "author": GRETA, "members": [KATE], "text": "Hello"}
    sent = [{**message, "id": str(n), "date": f"2026-11-1{n}T10:00:00Z"} for n in (1, 2)]
    assert [answer["status"] for answer in accept(source, "chat", sent)] == ["queued", "queued"]
    assert process_some(demo.pk) == 2
    assert [stop.title for stop in tour(demo, KATE)][:3] == [
        "The timeline of Alder Bakeries",
        "One mail, and why it is here",
        "A day of a chat",
    ]
    newest = Engagement.objects.filter(kind="chat").order_by("-at")[0]
    stop = tour(demo, KATE)[2]
    assert dict(stop.kwargs) == {"engagement_id": newest.pk}
    assert "on the timeline of Alder Bakeries" in stop.text
    delete_engagement(demo, newest.pk, actor=ACTOR)
    [before] = Engagement.objects.filter(kind="chat")
    assert dict(tour(demo, TIM)[2].kwargs) == {"engagement_id": before.pk}
    assert tour(other_workspace(), TIM)[0].title == "Why was my mail not synced?"


def test_mailboxes_have_a_stop_and_ones_own_another_M14(demo: Workspace) -> None:
    box = a_mailbox(user(demo, KATE))
    of_all = ["mailboxes", "default-labels"]
    assert [page for page in pages(demo, KATE) if page not in ALL] == [*of_all, "profile-email"]
    assert [page for page in pages(demo, TIM) if page not in ALL] == of_all
    Mailbox.objects.filter(pk=box.pk).update(connected_at=None)
    assert pages(demo, KATE) == ALL[:-1]


def test_who_collects_is_led_to_their_report_and_circle_P7_E11(demo: Workspace) -> None:
    kate = user(demo, KATE)
    assert set_consent(demo, [(kate, True)], actor=KATE, how=OWN_PAGE) == [True]
    assert [page for page in pages(demo, KATE) if page not in ALL] == ["report", "circle"]
    assert [dict(stop_at(demo, page, KATE).kwargs) for page in ("report", "circle")] == [
        {"user_id": kate.pk}
    ] * 2
    assert pages(demo, TIM) == ALL
    set_consent(demo, [(user(demo, KATE), False)], actor=KATE, how=OWN_PAGE)
    assert pages(demo, KATE) == ALL[:-1]


@pytest.mark.parametrize(
    ("role", "stops"), [("Administrator", ["report-teams"]), ("Manager", ["report-teams"]), ("Member", [])]
)
def test_teams_have_a_stop_for_whom_they_are_told_to_E11(
    demo: Workspace, role: str, stops: list[str]
) -> None:
    User.objects.filter(workspace=demo, email=TIM).update(role=role)
    assert pages(demo) == ALL
    taken(add_users(demo, [{"email": KATE, "manager_email": TIM}], actor=ACTOR))
    assert [page for page in pages(demo) if page not in ALL] == stops
