"""The menu: only what one may open. Must not decide who may open what (see ``access``)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from postroom.core.job_kinds import KINDS
from postroom.web.access import PAGES, may_open


class Entry(NamedTuple):
    """An entry of the menu. ``pages`` are those below it: on them it is marked as the current one."""

    page: str
    title: str
    icon: str
    pages: tuple[str, ...]
    section: str = ""
    """The heading that it stands under; entries of a heading stand together."""
    for_whom: frozenset[str] = frozenset()
    """Permissions of which one is needed for there being much to see; none: it is there for whoever may open it."""


OF_JOBS: Final = frozenset(kind.permission for kind in KINDS.values())
SETUP: Final = Entry("setup", "Setup", "setup", ("setup",))
MENU: Final = (
    Entry("overview", "Overview", "overview", ("overview",)),
    Entry(
        "accounts",
        "Accounts",
        "account",
        (
            "accounts",
            "account",
            "account-add",
            "account-add-many",
            "account-edit",
            "account-ignore",
            "account-delete",
            "account-earlier",
        ),
    ),
    Entry(
        "persons",
        "Persons",
        "person",
        ("persons", "person", "person-add", "person-edit", "person-delete", "person-earlier"),
    ),
    Entry("engagements", "Engagements", "mail", ("engagements", "engagement", "engagement-delete")),
    Entry(
        "reports",
        "Reports",
        "report",
        ("reports", "report", "report-metric", "circle", "report-teams", "report-team", "communities"),
    ),
    Entry("explain", "Explain", "explain", ("explain",)),
    Entry(
        "decisions",
        "Decisions",
        "decision",
        ("decisions", "decisions-of", "decisions-reconsider"),
    ),
    Entry("set-aside", "Set aside", "set-aside", ("set-aside",)),
    Entry("jobs", "Jobs", "work", ("jobs", "job", "job-cancel", "job-undo"), for_whom=OF_JOBS),
    Entry(
        "organization",
        "Organization",
        "organization",
        (
            "organization",
            "organization-subdomains",
            "organization-remove-domain",
            "organization-remove-address",
        ),
        section="Settings",
    ),
    Entry(
        "users",
        "Users",
        "users",
        (
            "users",
            "user-add",
            "user-add-many",
            "user-add-many-look",
            "user",
            "user-edit",
            "user-disable",
            "user-invite",
            "user-collect",
        ),
        section="Settings",
    ),
    Entry("roles", "Roles", "role", ("roles", "role-add", "role-change", "role-delete"), section="Settings"),
    Entry("collecting", "Collecting data", "collecting", ("collecting",), section="Settings"),
    Entry(
        "email-sync",
        "Email sync",
        "email-sync",
        (
            "email-sync",
            "default-labels",
            "default-labels-users",
            "email-sync-set-up",
            "email-sync-central",
            "email-sync-central-off",
        ),
        section="Settings",
    ),
    Entry("mailboxes", "Mailboxes", "mailbox", ("mailboxes", "mailbox", "mailbox-label"), section="Settings"),
    Entry(
        "sources",
        "Manage sources",
        "source",
        (
            "sources",
            "source-add",
            "source",
            "source-change",
            "source-folders",
            "source-rotate",
            "source-revoke",
        ),
        section="Settings",
    ),
    Entry(
        "blocklist",
        "Blocklist",
        "stop",
        ("blocklist", "blocklist-change", "blocklist-remove", "blocklist-earlier"),
        section="Settings",
    ),
    Entry(
        "api-tokens",
        "API tokens",
        "key",
        ("api-tokens", "api-token-add", "api-token-revoke"),
        section="Settings",
    ),
    Entry("audit", "Audit", "audit", ("audit",), section="Settings"),
)


def _menu(request: HttpRequest) -> tuple[Entry, ...]:
    """All entries: Setup is the first until it is done, then the first of the settings."""
    if not getattr(request, "is_set_up", True):
        return (SETUP, *MENU)
    first = next(place for place, entry in enumerate(MENU) if entry.section)
    return (*MENU[:first], SETUP._replace(section=MENU[first].section), *MENU[first:])


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The menu entries that the user may open, the one that one is in (or none), the page's name, and ``may``.

    ``may`` holds the names of all pages that may be opened.
    """
    here = request.resolver_match.url_name if request.resolver_match else None
    menu = [
        {
            "title": entry.title,
            "icon": entry.icon,
            "address": reverse(f"web:{entry.page}"),
            "is_here": here == entry.page,
            "is_above": here != entry.page and here in entry.pages,
            "section": entry.section,
        }
        for entry in _menu(request)
        if may_open(entry.page, request) and _is_for(entry, request)
    ]
    return {
        "menu": menu,
        "menu_here": next((entry["title"] for entry in menu if entry["is_here"] or entry["is_above"]), ""),
        "here": here,
        "may": {page.replace("-", "_") for page in PAGES if may_open(page, request)},
        "me": getattr(request, "me", None),
    }


def _is_for(entry: Entry, request: HttpRequest) -> bool:
    permissions: frozenset[str] = getattr(request, "permissions", frozenset())
    return not entry.for_whom or bool(entry.for_whom & permissions)
