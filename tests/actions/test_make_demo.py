"""The demo workspace: made once, finished when cut short, and with every outcome in it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from postroom.actions.demo_tour import demo_tour
from postroom.actions.make_demo import MAIL_FOLDER, OTHERS, SIGN_IN_FILE, Demo, ensure_demo
from postroom.actions.show_report import show_circle, show_report
from postroom.actions.show_team import show_team
from postroom.actions.sign_in import sign_in
from postroom.config import config
from postroom.core.visibility import Visibility
from postroom.core.weeks import Period, today_in, weeks_until
from postroom.demo import company
from postroom.demo.colleagues import USERS
from postroom.demo.live import PROJECTS
from postroom.store.models import (
    Account,
    Copy,
    Decision,
    Engagement,
    Login,
    Mailbox,
    Message,
    Person,
    PushResult,
    RollUpDue,
    SetAside,
    User,
    Workspace,
)
from postroom.store.read.communities import last_search
from postroom.store.read.default_labels import clicks, names_of, not_reached
from postroom.store.read.report_sight import Onlooker, Subject, subject_at
from postroom.store.read.teams import teams_seen_by

NOW = 1_700_000_000
"""Long ago, so that no clock on which this runs is before it."""

EXPECTED = {
    "imported": 4234,
    "ambiguous": 1,
    "draft": 34,
    "spam": 114,
    "trash": 32,
    "blocked": 89,
    "internal": 1599,
    "unknown_sender": 415,
    "unknown_recipients": 36,
    "no_customer": 32,
    "before_person": 46,
}

EXPECTED_OF_PEOPLE = {"counted": 23245, "no_consent": 1851, "draft": 34, "spam": 114, "trash": 32}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clean_folder() -> Iterator[None]:
    yield
    for name in (MAIL_FOLDER, f".{MAIL_FOLDER}"):
        shutil.rmtree(config().data_dir / name, ignore_errors=True)
    (config().data_dir / SIGN_IN_FILE).unlink(missing_ok=True)


def reasons(lens: str = "customer") -> dict[str, int]:
    found = Decision.objects.filter(is_current=True, lens=lens)
    return dict(Counter(found.values_list("reason", flat=True)))


def everything(demo: Demo) -> tuple[object, ...]:
    demo.workspace.refresh_from_db()
    counted = (Message, Copy, Engagement, Person, Account, User, SetAside, Decision, Mailbox, PushResult)
    return demo.workspace.revision, *(model.objects.count() for model in counted), reasons()


def test_the_demo_is_made_once_with_every_reason_but_deleted_and_lets_four_sign_in(
    workspace: Workspace,
) -> None:
    """One long test, for the demo takes its time to be made."""
    elsewhere = workspace.revision
    demo = ensure_demo(NOW)
    assert (demo.is_new, demo.workspace.name, demo.workspace.is_demo) == (True, company.WORKSPACE, True)
    assert reasons() == EXPECTED
    assert reasons("people") == EXPECTED_OF_PEOPLE
    assert dict(Counter(Engagement.objects.values_list("kind", flat=True))) == {
        "mail": 3065,
        "chat": 188,
        "meeting": 310,
        "call": 326,
    }
    of_demo = User.objects.filter(workspace=demo.workspace)
    assert (of_demo.count(), SetAside.objects.count()) == (len(USERS), 1)
    _accounts_and_persons_are_as_the_tables_say()
    _two_users_show_less(demo.workspace)
    maya = of_demo.get(email="maya.lindqvist@demo-company.example")
    assert [stop.page for stop in demo_tour(demo.workspace, maya)] == [
        "account",
        "engagement",
        "engagement",
        "mailboxes",
        "default-labels",
        "profile-email",
        "person",
        "explain",
        "decisions",
        "decisions-of",
        "set-aside",
        "engagements",
        "my-data",
        "report",
        "circle",
        "report-teams",
        "account",
    ]
    assert Mailbox.objects.filter(workspace=demo.workspace).count() == 28
    _the_default_labels_were_applied(demo.workspace)
    _reports_are_there_and_say_what_people_do(demo.workspace)
    before = everything(demo)
    again = ensure_demo(NOW + 86_400)
    assert (again.is_new, again.sign_in, everything(again)) == (False, demo.sign_in, before)
    _the_password_signs_in(demo)
    demo.sign_in_file.unlink()
    lost = ensure_demo(NOW)
    assert (lost.password, lost.sign_in) == (
        None,
        "Sign in to Demo Company as maya.lindqvist@demo-company.example; for a new password: "
        'postroom user invite --workspace "Demo Company" maya.lindqvist@demo-company.example',
    )
    workspace.refresh_from_db()
    assert (workspace.revision, Message.objects.filter(workspace=workspace).count()) == (elsewhere, 0)


def _accounts_and_persons_are_as_the_tables_say() -> None:
    shown = {account.name: account.engagementaccount_set.exists() for account in Account.objects.all()}
    assert shown == {account.name: not account.is_ignored for account in company.ACCOUNTS}
    from_mail = Person.objects.filter(is_from_mail=True).values_list("name", flat=True)
    assert sorted(from_mail) == sorted(person.name for person in company.NEWCOMERS)
    dana = Person.objects.get(name=company.IN_TWO_ACCOUNTS)
    assert dana.default_account is not None
    assert (dana.default_account.name, dana.links.count()) == (company.COPPERFIELD, 2)


def _the_default_labels_were_applied(workspace: Workspace) -> None:
    [click] = clicks(workspace)
    assert click.counts == {"changed": 17, "unchanged": 2, "skipped": 20, "failed": 0}
    since = not_reached(click)
    live = {company.user_named(name).email for name in PROJECTS}
    assert {user.email for user in names_of(since.connected).values()} == live
    assert {user.name for user in names_of(since.joined).values()} == {"Theo Baxter", "Hana Kobayashi"}


def _reports_are_there_and_say_what_people_do(workspace: Workspace) -> None:
    """E1-E8, E11: on the first page, without a worker."""
    assert (RollUpDue.objects.exists(), last_search(workspace) is None) == (False, False)
    onlooker = Onlooker(workspace, frozenset({"report_all"}), None, "tests")
    period = weeks_until(today_in(ZoneInfo("Europe/London"), NOW), 4)
    assert _report(onlooker, "Maya Lindqvist", period) == {
        "received_mails": 41,
        "sent_mails": 28,
        "response_time": 5_760,
        "response_share": 39.0,
        "day_start": 33_553,
        "day_end": 60_089,
        "day_length": 25_902,
        "week_length": 20_557,
        "received_chats": 35,
        "sent_chats": 26,
        "received_reactions": 6,
        "sent_reactions": 5,
        "calls": 14,
        "meetings": 40,
    }
    assert show_report(onlooker, _subject(onlooker, "Viktor Hallas"), period).report is None
    circle = show_circle(onlooker, _subject(onlooker, "Maya Lindqvist"), period).circle
    assert circle is not None
    assert (len(circle.connections), circle.further, circle.not_named) == (19, 0, 10)
    teams = {
        (kind, name.partition("@")[0]): team.people
        for kind, name in teams_seen_by(onlooker).seen
        if (team := show_team(onlooker, kind, name, period))
    }
    assert teams == {
        ("manager", "edith.rowe"): 27,
        ("manager", "maya.lindqvist"): 8,
        ("manager", "viktor.hallas"): 6,
        ("manager", "tom.okafor"): 5,
        ("manager", "priya.nair"): None,
        ("manager", "sofia.brandt"): None,
        ("department", "Engineering"): 6,
        ("department", "Customers"): None,
        ("department", "Sales"): None,
        ("department", "Product"): None,
        ("department", "Office"): None,
        ("department", "Management"): None,
    }


def _subject(onlooker: Onlooker, name: str) -> Subject:
    subject = subject_at(onlooker, company.user_named(name).email)
    assert subject is not None
    return subject


def _report(onlooker: Onlooker, name: str, period: Period) -> dict[str, float | None]:
    report = show_report(onlooker, _subject(onlooker, name), period).report
    assert report is not None
    return {metric: value.value for metric, value in report.values["all"].items()}


def _two_users_show_less(workspace: Workspace) -> None:
    strict = User.objects.filter(workspace=workspace).exclude(visibility=Visibility.EVERYTHING)
    assert dict(strict.values_list("name", "visibility")) == {
        "Kate Ashby": Visibility.SUBJECT,
        "George Pratt": Visibility.EXISTENCE,
    }


def _the_password_signs_in(demo: Demo) -> None:
    assert demo.password is not None
    emails = [demo.email, *(other.email for other in OTHERS)]
    assert emails == [
        company.user_named(n).email for n in ("Maya Lindqvist", "Tom Okafor", "Kate Ashby", "Ben Hale")
    ]
    logins = [sign_in(email, demo.password, client="127.0.0.1") for email in emails]
    assert [login.email for login in logins if isinstance(login, Login)] == emails
    roles = [company.user_named(name).role for name in ("Tom Okafor", "Kate Ashby", "Ben Hale")]
    assert roles == ["Manager", "Member", "Viewer"]
    said = (
        f"Sign in as {demo.email} with {demo.password} (also in {demo.sign_in_file})\n"
        "With the same password one sees what others see:\n"
        "  tom.okafor@demo-company.example, Manager\n"
        "  kate.ashby@demo-company.example, Member, shows others only subjects\n"
        "  ben.hale@demo-company.example, Viewer"
    )
    assert demo.sign_in == said
    lines = demo.sign_in_file.read_text().splitlines()
    assert lines[:3] == [demo.email, demo.password, ""]
    assert lines[4:] == [line.strip() for line in said.splitlines()[2:]]
    assert oct(demo.sign_in_file.stat().st_mode & 0o777) == "0o600"


def test_what_was_cut_short_is_finished_also_where_an_earlier_version_began_it() -> None:
    class PowerCut(Exception):
        pass

    def cut(done: int, total: int) -> None:
        raise PowerCut

    with pytest.raises(PowerCut):
        ensure_demo(NOW, cut)
    assert 0 < Copy.objects.count() < 500
    (config().data_dir / MAIL_FOLDER / "routine.json").unlink()
    told: list[tuple[int, int]] = []
    demo = ensure_demo(NOW + 5, lambda done, total: told.append((done, total)))
    assert (demo.is_new, reasons()) == (False, EXPECTED)
    assert told[-1][0] == told[-1][1]
    assert not (config().data_dir / MAIL_FOLDER).exists()
