"""Which role opens which page, and that one workspace never shows another's (R1-R3, W3)."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client, RequestFactory
from shelf import ACTOR, RICH, Shelf, a_shelf, another_workspace

from postroom.actions.add_organization import list_addresses
from postroom.actions.create_role import create_role
from postroom.core.permissions import PERMISSIONS, ROLES
from postroom.store.models import Account, ListedAddress, Narrowing, Person, User
from postroom.web.access import ANYONE, PAGES, SIGNED_IN, USER, may_open
from postroom.web.navigation import MENU, SETUP
from postroom.web.routes import urlpatterns

STATUS = {
    #                    Administrator Manager Member Viewer
    "sign-in": (302, 302, 302, 302),
    "sign-in-code": (302, 302, 302, 302),
    "sign-in-provider": (404, 404, 404, 404),
    "sign-in-back": (404, 404, 404, 404),
    "sign-out": (405, 405, 405, 405),
    "invitation": (404, 404, 404, 404),
    "workspaces": (200, 200, 200, 200),
    "security": (200, 200, 200, 200),
    "security-password": (405, 405, 405, 405),
    "security-sessions": (405, 405, 405, 405),
    "security-confirm": (200, 200, 200, 200),
    "security-second-factor": (302, 302, 302, 302),
    "security-second-factor-off": (302, 302, 302, 302),
    "security-recovery-codes": (302, 302, 302, 302),
    "overview": (200, 200, 200, 200),
    "overview-tour": (405, 405, 405, 405),
    "setup": (200, 403, 403, 403),
    "setup-source": (405, 403, 403, 403),
    "setup-first-mail": (405, 403, 403, 403),
    "decisions": (200, 403, 403, 403),
    "decisions-of": (200, 403, 403, 403),
    "decision-release": (405, 403, 403, 403),
    "decisions-reconsider": (200, 403, 403, 403),
    "jobs": (200, 200, 200, 200),
    "job": (200, 403, 403, 403),
    "job-cancel": (200, 403, 403, 403),
    "job-retry": (405, 405, 405, 405),
    "job-undo": (404, 403, 403, 403),
    "accounts": (200, 200, 200, 200),
    "account-add": (200, 403, 403, 403),
    "account-add-many": (200, 403, 403, 403),
    "account": (200, 200, 200, 200),
    "account-edit": (200, 403, 403, 403),
    "account-ignore": (200, 403, 403, 403),
    "account-delete": (200, 403, 403, 403),
    "account-earlier": (200, 403, 403, 403),
    "persons": (200, 200, 200, 200),
    "person-add": (200, 403, 403, 403),
    "person": (200, 200, 200, 200),
    "person-edit": (200, 403, 403, 403),
    "person-default-account": (405, 403, 403, 403),
    "person-delete": (200, 403, 403, 403),
    "person-earlier": (200, 403, 403, 403),
    "engagements": (200, 200, 200, 200),
    "engagement": (200, 200, 200, 200),
    "engagement-narrow": (405, 405, 405, 405),
    "my-mail": (200, 200, 200, 200),
    "profile-email": (200, 200, 200, 403),
    "profile-email-labels": (405, 405, 405, 403),
    "profile-email-deleted": (404, 404, 404, 403),
    "profile-email-mode": (405, 405, 405, 403),
    "profile-email-look": (405, 405, 405, 403),
    "profile-email-imap": (200, 200, 200, 403),
    "profile-email-connect": (302, 302, 302, 403),
    "profile-email-back": (400, 400, 400, 403),
    "profile-email-disconnect": (302, 302, 302, 403),
    "my-data": (200, 200, 200, 200),
    "my-data-consent": (405, 405, 405, 405),
    "my-data-export": (200, 200, 200, 200),
    "my-data-audit": (200, 200, 200, 200),
    "my-data-forget": (200, 200, 200, 200),
    "reports": (200, 200, 200, 200),
    "report-foreseen": (200, 200, 200, 200),
    "report-teams": (200, 200, 403, 403),
    "report-team": (404, 404, 403, 403),
    "report-team-export": (404, 404, 403, 403),
    "report": (200, 404, 404, 404),
    "report-metric": (200, 404, 404, 404),
    "report-export": (200, 404, 404, 404),
    "communities": (200, 403, 403, 403),
    "communities-export": (200, 403, 403, 403),
    "circle": (200, 404, 404, 404),
    "circle-export": (200, 404, 404, 404),
    "engagement-mail": (200, 200, 200, 200),
    "engagement-delete": (200, 403, 403, 403),
    "explain": (200, 200, 200, 200),
    "set-aside": (200, 403, 403, 403),
    "set-aside-retry": (405, 403, 403, 403),
    "set-aside-retry-all": (405, 403, 403, 403),
    "blocklist": (200, 403, 403, 403),
    "blocklist-change": (200, 403, 403, 403),
    "blocklist-remove": (200, 403, 403, 403),
    "blocklist-earlier": (200, 403, 403, 403),
    "collecting": (200, 403, 403, 403),
    "email-sync": (200, 403, 403, 403),
    "email-sync-mode": (405, 403, 403, 403),
    "default-labels": (200, 403, 403, 403),
    "default-labels-users": (404, 403, 403, 403),
    "default-labels-push": (302, 403, 403, 403),
    "default-labels-future": (405, 403, 403, 403),
    "email-sync-set-up": (200, 403, 403, 403),
    "email-sync-central": (302, 403, 403, 403),
    "email-sync-central-off": (302, 403, 403, 403),
    "mailboxes": (200, 403, 403, 403),
    "mailbox": (200, 403, 403, 403),
    "mailbox-label": (200, 403, 403, 403),
    "mailbox-look": (405, 403, 403, 403),
    "sources": (200, 403, 403, 403),
    "source-add": (200, 403, 403, 403),
    "source": (200, 403, 403, 403),
    "source-change": (200, 403, 403, 403),
    "source-folders": (200, 403, 403, 403),
    "source-rotate": (200, 403, 403, 403),
    "source-revoke": (200, 403, 403, 403),
    "source-retry": (405, 403, 403, 403),
    "source-retry-all": (405, 403, 403, 403),
    "organization": (200, 403, 403, 403),
    "organization-subdomains": (200, 403, 403, 403),
    "organization-remove-domain": (200, 403, 403, 403),
    "organization-remove-address": (200, 403, 403, 403),
    "users": (200, 403, 403, 403),
    "user-add": (200, 403, 403, 403),
    "user-add-many": (200, 403, 403, 403),
    "user-add-many-look": (404, 403, 403, 403),
    "users-template": (200, 403, 403, 403),
    "users-csv": (200, 403, 403, 403),
    "user": (200, 403, 403, 403),
    "user-edit": (200, 403, 403, 403),
    "user-disable": (200, 403, 403, 403),
    "user-invite": (200, 403, 403, 403),
    "user-collect": (200, 403, 403, 403),
    "roles": (200, 403, 403, 403),
    "role-add": (200, 403, 403, 403),
    "role-change": (200, 403, 403, 403),
    "role-delete": (200, 403, 403, 403),
    "api-tokens": (200, 403, 403, 403),
    "api-token-add": (200, 403, 403, 403),
    "api-token-revoke": (200, 403, 403, 403),
    "audit": (200, 403, 403, 403),
}
"""What each built-in role gets where it opens a page."""


def paths(shelf: Shelf, engagement: int) -> dict[str, str]:
    """An address of each page."""
    return {
        "sign-in": "/sign-in",
        "sign-in-code": "/sign-in/code",
        "sign-in-provider": "/sign-in/with/google",
        "sign-in-back": "/sign-in/from/google",
        "sign-out": "/sign-out",
        "invitation": "/invitation/secret",
        "workspaces": "/workspaces",
        "security": "/security",
        "security-password": "/security/password",
        "security-sessions": "/security/sessions",
        "security-confirm": "/security/confirm",
        "security-second-factor": "/security/second-factor",
        "security-second-factor-off": "/security/second-factor/off",
        "security-recovery-codes": "/security/recovery-codes",
        "overview": "/",
        "overview-tour": "/overview/tour",
        "setup": "/setup",
        "setup-source": "/setup/source",
        "setup-first-mail": "/setup/first-mail",
        "decisions": "/decisions",
        "decisions-of": "/decisions/internal",
        "decision-release": "/decisions/1/release",
        "decisions-reconsider": "/decisions/reconsider",
        "jobs": "/jobs",
        "job": f"/jobs/{shelf.job().pk}",
        "job-cancel": f"/jobs/{shelf.job().pk}/cancel",
        "job-retry": "/jobs/1/retry",
        "job-undo": f"/jobs/{shelf.job().pk}/undo",
        "accounts": "/accounts",
        "account-add": "/accounts/add",
        "account-add-many": "/accounts/add-many",
        "account": f"/accounts/{shelf.account}",
        "account-edit": f"/accounts/{shelf.account}/edit",
        "account-ignore": f"/accounts/{shelf.account}/ignore",
        "account-delete": f"/accounts/{shelf.account}/delete",
        "account-earlier": f"/accounts/{shelf.account}/earlier",
        "persons": "/persons",
        "person-add": "/persons/add",
        "person": f"/persons/{shelf.person}",
        "person-edit": f"/persons/{shelf.person}/edit",
        "person-default-account": f"/persons/{shelf.person}/default-account",
        "person-delete": f"/persons/{shelf.person}/delete",
        "person-earlier": f"/persons/{shelf.person}/earlier",
        "engagements": "/engagements",
        "engagement": f"/engagements/{engagement}",
        "engagement-narrow": f"/engagements/{engagement}/visibility",
        "my-mail": "/profile/mail",
        "profile-email": "/profile/email",
        "profile-email-labels": "/profile/email/labels",
        "profile-email-deleted": "/profile/email/labels/1/deleted",
        "profile-email-mode": "/profile/email/mode",
        "profile-email-look": "/profile/email/look",
        "profile-email-imap": "/profile/email/connect/imap",
        "profile-email-connect": "/profile/email/connect/google",
        "profile-email-back": "/profile/email/back",
        "profile-email-disconnect": "/profile/email/disconnect",
        "my-data": "/profile/data",
        "my-data-consent": "/profile/data/consent",
        "my-data-export": "/profile/data/export",
        "my-data-audit": "/profile/data/audit",
        "my-data-forget": "/profile/data/forget",
        "reports": "/reports",
        "report-foreseen": "/reports/foreseen",
        "report-teams": "/reports/teams",
        "report-team": f"/reports/teams/manager?of={shelf.listed['user']}",
        "report-team-export": f"/reports/teams/manager/export?of={shelf.listed['user']}",
        "report": f"/reports/{shelf.listed['user']}",
        "report-metric": f"/reports/{shelf.listed['user']}/metrics/sent_mails",
        "report-export": f"/reports/{shelf.listed['user']}/export",
        "communities": "/reports/communities",
        "communities-export": "/reports/communities/export",
        "circle": f"/reports/{shelf.listed['user']}/circle",
        "circle-export": f"/reports/{shelf.listed['user']}/circle/export",
        "engagement-mail": f"/engagements/{engagement}/mail",
        "engagement-delete": f"/engagements/{engagement}/delete",
        "explain": "/explain",
        "blocklist": "/settings/blocklist",
        "blocklist-change": f"/settings/blocklist/{shelf.listed['blocked']}",
        "blocklist-remove": f"/settings/blocklist/{shelf.listed['blocked']}/remove",
        "blocklist-earlier": f"/settings/blocklist/{shelf.listed['blocked']}/earlier",
        "collecting": "/settings/collecting",
        "email-sync": "/settings/email-sync",
        "email-sync-mode": "/settings/email-sync/mode",
        "default-labels": "/settings/email-sync/default-labels",
        "default-labels-users": "/settings/email-sync/default-labels/users",
        "default-labels-push": "/settings/email-sync/default-labels/push",
        "default-labels-future": "/settings/email-sync/default-labels/future",
        "email-sync-set-up": "/settings/email-sync/imap",
        "email-sync-central": "/settings/email-sync/imap/central",
        "email-sync-central-off": "/settings/email-sync/imap/central/off",
        "mailboxes": "/settings/mailboxes",
        "mailbox": f"/settings/mailboxes/{shelf.listed['mailbox']}",
        "mailbox-label": f"/settings/mailboxes/{shelf.listed['mailbox']}/labels/{shelf.listed['label']}",
        "mailbox-look": f"/settings/mailboxes/{shelf.listed['mailbox']}/look",
        "sources": "/settings/sources",
        "source-add": "/settings/sources/add",
        "source": f"/settings/sources/{shelf.listed['source']}",
        "source-change": f"/settings/sources/{shelf.listed['source']}/change",
        "source-folders": f"/settings/sources/{shelf.listed['source']}/folders",
        "source-rotate": f"/settings/sources/{shelf.listed['source']}/rotate",
        "source-revoke": (
            f"/settings/sources/{shelf.listed['source']}/tokens/{shelf.listed['access_token']}/revoke"
        ),
        "source-retry": f"/settings/sources/{shelf.listed['source']}/items/1/retry",
        "source-retry-all": f"/settings/sources/{shelf.listed['source']}/retry",
        "organization": "/settings/organization",
        "organization-subdomains": f"/settings/organization/domains/{shelf.listed['domain']}",
        "organization-remove-domain": f"/settings/organization/domains/{shelf.listed['domain']}/remove",
        "organization-remove-address": f"/settings/organization/addresses/{shelf.listed['address']}/remove",
        "users": "/settings/users",
        "user-add": "/settings/users/add",
        "user-add-many": "/settings/users/add-many",
        "user-add-many-look": "/settings/users/add-many/nothing",
        "users-template": "/settings/users/template.csv",
        "users-csv": "/settings/users/all.csv",
        "user": f"/settings/users/{shelf.listed['user']}",
        "user-edit": f"/settings/users/{shelf.listed['user']}/edit",
        "user-disable": f"/settings/users/{shelf.listed['user']}/disable",
        "user-invite": f"/settings/users/{shelf.listed['user']}/invite",
        "user-collect": f"/settings/users/{shelf.listed['user']}/collect",
        "roles": "/settings/roles",
        "role-add": "/settings/roles/add",
        "role-change": f"/settings/roles/{shelf.listed['role']}",
        "role-delete": f"/settings/roles/{shelf.listed['role']}/delete",
        "api-tokens": "/settings/api-tokens",
        "api-token-add": "/settings/api-tokens/add",
        "api-token-revoke": f"/settings/api-tokens/{shelf.listed['token']}/revoke",
        "audit": "/settings/audit",
        "set-aside": "/set-aside",
        "set-aside-retry": "/set-aside/1/retry",
        "set-aside-retry-all": "/set-aside/retry",
    }


def test_every_page_stands_in_the_table_and_nothing_else_does_R3() -> None:
    assert sorted(str(route.name) for route in urlpatterns) == sorted(PAGES) == sorted(STATUS)


def test_the_manual_says_which_permission_opens_which_page_R3() -> None:
    manual = (Path(__file__).parents[2] / "docs/reference/permissions.md").read_text()
    said = re.findall(r"^\| `(/[^`]*)` \| (?:`(\w+)`|([\w ]+)) \|$", manual, re.MULTILINE)
    routes = {
        f"/{route.pattern}".replace("int:", "")
        .replace("str:", "")
        .replace("slug:", "")
        .replace("path:", ""): PAGES[str(route.name)]
        for route in urlpatterns
    }
    assert {path: permission or words for path, permission, words in said} == routes


def test_the_table_names_permissions_that_exist() -> None:
    assert set(PAGES.values()) - PERMISSIONS.keys() == {ANYONE, SIGNED_IN, USER}


def test_a_page_without_an_entry_opens_to_nobody(admin: User) -> None:
    request = RequestFactory().get("/")
    request.me, request.permissions = admin, ROLES["Administrator"]  # type: ignore[attr-defined]
    assert may_open("a-new-page", request) is False


@pytest.mark.parametrize("role", ["Administrator", "Manager", "Member", "Viewer"])
def test_each_role_opens_what_it_should_R3(shelf: Shelf, as_user, role: str) -> None:
    engagement = shelf.engagement(RICH)
    shelf.message("kim@acme.com", "s1@us.com", reason="internal")
    client = as_user(shelf.user(role))
    column = list(ROLES).index(role)
    got = {page: client.get(path).status_code for page, path in paths(shelf, engagement.pk).items()}
    assert got == {page: row[column] for page, row in STATUS.items()}


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_without_a_permission_its_pages_are_closed_and_no_others_R1_R2(
    shelf: Shelf, as_user, permission: str
) -> None:
    """A role of the workspace's own that has all but one: the pages of that one are absent, and answer 403."""
    most = [name for name in PERMISSIONS if name != permission]
    create_role(shelf.workspace, {"name": "Most", "permissions": most}, actor=ACTOR)
    client = as_user(shelf.user("Most"))
    closed = {page for page, needed in PAGES.items() if needed == permission}
    there = paths(shelf, shelf.engagement(RICH).pk)
    got = {page for page, path in there.items() if client.get(path).status_code == 403}
    by_what_it_shows = {page for page, needed in PAGES.items() if needed == USER}
    assert got - by_what_it_shows == closed
    addresses = {entry["address"] for entry in client.get("/").context["menu"]}
    assert addresses == {there[entry.page] for entry in (*MENU, SETUP) if entry.page not in closed}


def test_who_is_not_signed_in_is_asked_to(shelf: Shelf) -> None:
    engagement = shelf.engagement()
    closed = {
        page: path
        for page, path in paths(shelf, engagement.pk).items()
        if PAGES[page] != ANYONE and path != "/"
    }
    got = {page: Client().get(path).headers.get("Location") for page, path in closed.items()}
    assert got == {page: f"/sign-in?next={quote(path, safe='')}" for page, path in closed.items()}


def test_the_overview_asks_to_sign_in_without_a_way_back(db: None) -> None:
    assert Client().get("/").headers["Location"] == "/sign-in"


def test_a_fragment_for_nobody_sends_the_whole_page_to_sign_in(shelf: Shelf) -> None:
    answer = Client().get(f"/accounts/{shelf.account}?before=1.1", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        (
            "Administrator",
            [
                "Setup",
                "Overview",
                "Accounts",
                "Persons",
                "Engagements",
                "Reports",
                "Explain",
                "Decisions",
                "Set aside",
                "Jobs",
                "Organization",
                "Users",
                "Roles",
                "Collecting data",
                "Email sync",
                "Mailboxes",
                "Manage sources",
                "Blocklist",
                "API tokens",
                "Audit",
            ],
        ),
        ("Viewer", ["Overview", "Accounts", "Persons", "Engagements", "Reports", "Explain"]),
    ],
)
def test_the_menu_shows_only_what_one_may_open_R1(
    shelf: Shelf, as_user, role: str, titles: list[str]
) -> None:
    menu = as_user(shelf.user(role)).get("/").context["menu"]
    assert [entry["title"] for entry in menu] == titles


def test_a_role_that_does_not_exist_opens_nothing_but_the_overview(shelf: Shelf, as_user) -> None:
    user = shelf.user("Viewer")
    User.objects.filter(pk=user.pk).update(role="Wizard")
    client = as_user(user)
    assert [client.get(path).status_code for path in ("/", "/accounts", "/explain")] == [200, 403, 403]


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(shelf: Shelf, as_user) -> None:
    user = shelf.user("Administrator")
    client = as_user(user)
    assert client.get("/decisions").status_code == 200
    User.objects.filter(pk=user.pk).update(role="Viewer")
    assert client.get("/decisions").status_code == 403


@pytest.mark.parametrize(
    "page",
    [
        "job",
        "job-cancel",
        "account",
        "person",
        "engagement",
        "engagement-mail",
        "engagement-delete",
        "account-edit",
        "account-ignore",
        "account-delete",
        "account-earlier",
        "person-edit",
        "person-delete",
        "person-earlier",
        "blocklist-change",
        "blocklist-remove",
        "blocklist-earlier",
        "mailbox",
        "mailbox-label",
        "source",
        "source-change",
        "source-folders",
        "source-rotate",
        "source-revoke",
        "organization-subdomains",
        "organization-remove-domain",
        "organization-remove-address",
        "role-change",
        "role-delete",
        "api-token-revoke",
        "report-team",
        "report-team-export",
        "report",
        "report-metric",
        "report-export",
        "circle",
        "circle-export",
    ],
)
def test_a_foreign_id_and_an_unknown_id_are_the_same_404_W3(shelf: Shelf, browser: Client, page: str) -> None:
    theirs = a_shelf(another_workspace())
    foreign = paths(theirs, theirs.engagement(RICH).pk)[page]
    theirs.account = theirs.person = 999_999_999
    theirs.listed = dict.fromkeys(theirs.listed, 999_999_999)
    unknown = {
        **paths(theirs, 999_999_999),
        "job": "/jobs/999999999",
        "job-cancel": "/jobs/999999999/cancel",
    }[page]
    answers = [browser.get(foreign), browser.get(unknown)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("what", ["message", "engagement"])
def test_explain_does_not_know_a_foreign_number_W3(shelf: Shelf, browser: Client, what: str) -> None:
    engagement = a_shelf(another_workspace()).engagement()
    number = {"message": engagement.message_id, "engagement": engagement.pk}[what]
    answers = [browser.get(f"/explain?{what}={number}"), browser.get(f"/explain?{what}=999999999")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_lists_show_nothing_of_another_workspace_W3(shelf: Shelf, browser: Client) -> None:
    theirs = a_shelf(another_workspace())
    theirs.engagement(RICH)
    theirs.set_aside()
    assert browser.get("/decisions").context["total"] == 0
    assert browser.get("/set-aside").context["rows"] == []
    assert browser.get("/").context["ledger"]["met"] == 0
    assert [row.account.pk for row in browser.get("/accounts").context["rows"]] == [shelf.account]
    assert browser.get("/engagements").context["rows"] == []


def test_narrowing_a_foreign_engagement_does_nothing_W3(shelf: Shelf, as_user) -> None:
    """Not even where it lies in the mailbox of a user of the same address."""
    theirs = a_shelf(another_workspace()).engagement()
    client = as_user(shelf.user("Member", "s1@us.com"))
    posted = client.post(f"/engagements/{theirs.pk}/visibility", {"visibility": "existence"})
    assert posted.status_code == 404
    assert not Narrowing.objects.exists()


def test_deleting_a_foreign_engagement_does_nothing_W3(shelf: Shelf, browser: Client) -> None:
    theirs = a_shelf(another_workspace()).engagement()
    assert browser.post(f"/engagements/{theirs.pk}/delete").status_code == 404
    theirs.refresh_from_db()


@pytest.mark.parametrize(
    "path", ["/persons?before={}", "/accounts?before={}", "/settings/organization?list=internal&before={}"]
)
def test_a_list_does_not_go_on_from_a_row_of_another_workspace_W3(
    shelf: Shelf, browser: Client, path: str
) -> None:
    theirs = a_shelf(another_workspace())
    Person.objects.filter(pk__in=(shelf.person, theirs.person)).update(name="Mona T")
    Person.objects.filter(pk=theirs.person).update(name="Mona Secret")
    Account.objects.filter(pk=theirs.account).update(name="A")
    list_addresses(theirs.workspace, "internal", ["a@x.example"], actor=ACTOR)
    list_addresses(shelf.workspace, "internal", ["b@x.example"], actor=ACTOR)
    foreign = {
        "persons": theirs.person,
        "accounts": theirs.account,
        "settings": ListedAddress.objects.get(workspace=theirs.workspace).pk,
    }[path.split("/")[1].split("?")[0]]
    headers = {"HX-Request": "true"}
    answers = [browser.get(path.format(pk), headers=headers).content for pk in (foreign, 999_999_999)]
    assert answers[0] == answers[1]
