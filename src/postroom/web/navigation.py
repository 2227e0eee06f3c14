"""The menu: only what one may open. Must not decide who may open what (see ``access``)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from postroom.web.access import PAGES, may_open


class Entry(NamedTuple):
    """An entry of the menu. ``pages`` are those below it: on them it is marked as the current one."""

    page: str
    title: str
    icon: str
    pages: tuple[str, ...]


MENU: Final = (
    Entry("overview", "Overview", "overview", ("overview",)),
    Entry(
        "accounts",
        "Accounts",
        "account",
        ("accounts", "account", "person", "engagement", "engagement-delete"),
    ),
    Entry("explain", "Explain", "explain", ("explain",)),
    Entry("decisions", "Decisions", "decision", ("decisions", "decisions-of", "decisions-reconsider", "jobs", "job")),
    Entry("set-aside", "Set aside", "set-aside", ("set-aside",)),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The menu entries that the user may open, and ``may``: each page by name, whether it may be opened."""
    here = request.resolver_match.url_name if request.resolver_match else None
    return {
        "menu": [
            {
                "title": entry.title,
                "icon": entry.icon,
                "address": reverse(f"web:{entry.page}"),
                "is_here": here == entry.page,
                "is_above": here != entry.page and here in entry.pages,
            }
            for entry in MENU
            if may_open(entry.page, request)
        ],
        "may": {page.replace("-", "_") for page in PAGES if may_open(page, request)},
        "me": getattr(request, "me", None),
    }
