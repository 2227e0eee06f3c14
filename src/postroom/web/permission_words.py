"""Permissions as switches on a page: in sections, each with a title and what to know before it is turned on.

What a permission opens stands in ``core.permissions``. Must not decide who may do what.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from postroom.core.permissions import ADMIN_SCOPE, PERMISSIONS

TITLES: Final = {
    "admin_access": "Admin access",
    "email_sync": "Email sync",
    "manage_users": "Manage users",
    "manage_sources": "Manage sources",
    "manage_rules": "Manage rules",
    "view_engagements": "View engagements",
    "delete_engagements": "Delete engagements",
    "report_team": "Team reports",
    "report_all": "All reports",
    "view_audit": "View the audit log",
}
"""What each permission is called."""

SECTIONS: Final = {
    "Customers": ("view_engagements", "delete_engagements", "manage_rules"),
    "One's own mailbox": ("email_sync",),
    "Reports": ("report_team", "report_all"),
    "Administration": ("manage_users", "manage_sources", "view_audit", "admin_access"),
}
"""The order in which they stand on a page."""

_SAYS: Final = {
    "admin_access": "Whoever has it can make roles, and so come to every other permission too.",
    "email_sync": "It keeps nobody's mailbox from what an administrator selects for all users.",
    "manage_users": "Roles up to Manager can be given, and those that go no further than one's own.",
    "view_engagements": "What the owner of a mailbox hides stays hidden, whatever the role.",
    "delete_engagements": "What is deleted is gone for everybody, and does not come back.",
    "view_audit": "It tells who changed what, and who looked at content and reports.",
    "report_team": "Everybody sees their own report without it. Whose report is looked at sees so in their audit.",
    "report_all": "Also of who leads nobody. Whose report is looked at sees so in their audit.",
}
"""What to know beside what it opens."""


class Switch(NamedTuple):
    """A permission on a form."""

    name: str
    title: str
    opens: str
    says: str
    is_on: bool


def switches(on: Collection[str], without: Collection[str] = ()) -> list[tuple[str, list[Switch]]]:
    """All permissions but those ``without``, by section, turned on where they are among ``on``."""
    offered = {
        section: [name for name in names if name not in without] for section, names in SECTIONS.items()
    }
    return [
        (section, [_switch(name, name in on) for name in names])
        for section, names in offered.items()
        if names
    ]


def _switch(name: str, is_on: bool) -> Switch:
    return Switch(name, TITLES[name], PERMISSIONS[name], _SAYS.get(name, ""), is_on)


def titles(names: Collection[str]) -> list[str]:
    """What these permissions or scopes are called, in the order of the sections; all of them are one."""
    if ADMIN_SCOPE in names or PERMISSIONS.keys() <= set(names):
        return ["Everything"]
    return [TITLES[name] for section in SECTIONS.values() for name in section if name in names]
