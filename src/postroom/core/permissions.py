"""What a user or an API token may do: permissions, and the built-in roles made of them (R1-R3)."""

from __future__ import annotations

from typing import Final

PERMISSIONS: Final = {
    "admin_access": "Settings: organization, roles, API tokens, collecting data, setup",
    "email_sync": "One's own mailbox pages",
    "manage_users": "Add, change and disable users",
    "manage_sources": "Sources and their access tokens",
    "manage_rules": "What decides which mail comes in: accounts, persons, blocklist, set aside",
    "view_engagements": "Accounts, persons, engagements and their content",
    "delete_engagements": "Delete engagements from a timeline",
    "report_team": "Reports and circles of the users below oneself, and of their teams",
    "report_all": "Reports and circles of all users, of all teams, and communities",
    "view_audit": "The audit log",
}
"""Each permission and what it opens."""

OF_NOBODY: Final = {
    "email_sync": "Nothing to a token: it has no mailbox",
    "report_team": "Nothing to a token: nobody is below it",
}
"""Each permission that opens nothing as a scope of an API token, as a token is nobody; and why."""

ADMIN_SCOPE: Final = "admin"
"""The scope of an API token that means every permission."""

ROLES: Final = {
    "Administrator": frozenset(PERMISSIONS),
    "Manager": frozenset({"email_sync", "view_engagements", "report_team"}),
    "Member": frozenset({"email_sync", "view_engagements"}),
    "Viewer": frozenset({"view_engagements"}),
}
"""The built-in roles."""


def permissions_of_scopes(scopes: list[str]) -> frozenset[str]:
    """The permissions an API token with these scopes has."""
    if ADMIN_SCOPE in scopes:
        return frozenset(PERMISSIONS)
    return frozenset(scopes) & PERMISSIONS.keys()


def may_give(touched: frozenset[str], held: frozenset[str]) -> bool:
    """Whether who holds the permissions ``held`` may give or take a role with these.

    Who has ``admin_access`` may; anybody else as far as Manager goes, and beyond it what they hold themselves.
    """
    return "admin_access" in held or touched - ROLES["Manager"] <= held
