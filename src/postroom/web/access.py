"""Which permission opens which page: one table, asked before every page (R1-R3).

Must not know what pages show.
"""

from __future__ import annotations

from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from postroom.store.models import User, Workspace

ANYONE: Final = "anyone"
"""Also without signing in."""
SIGNED_IN: Final = "signed in"
"""Whoever signed in, also before a workspace is chosen."""
USER: Final = "user"
"""Every user of the workspace, whatever the role."""

PAGES: Final = {
    "sign-in": ANYONE,
    "sign-in-code": ANYONE,
    "sign-in-provider": ANYONE,
    "sign-in-back": ANYONE,
    "sign-out": ANYONE,
    "invitation": ANYONE,
    "workspaces": SIGNED_IN,
    "security": SIGNED_IN,
    "security-password": SIGNED_IN,
    "security-sessions": SIGNED_IN,
    "security-confirm": SIGNED_IN,
    "security-second-factor": SIGNED_IN,
    "security-second-factor-off": SIGNED_IN,
    "security-recovery-codes": SIGNED_IN,
    "overview": USER,
    "overview-tour": USER,
    "setup": "admin_access",
    "setup-source": "manage_sources",
    "setup-first-mail": "manage_sources",
    "decisions": "manage_rules",
    "decisions-of": "manage_rules",
    "decision-release": "manage_rules",
    "decisions-reconsider": "manage_rules",
    # What a job is about says who may see it: ``core.job_kinds``.
    "jobs": USER,
    "job": USER,
    "job-cancel": USER,
    "job-retry": USER,
    "job-undo": USER,
    "accounts": "view_engagements",
    "account-add": "manage_rules",
    "account-add-many": "manage_rules",
    "account": "view_engagements",
    "account-edit": "manage_rules",
    "account-ignore": "manage_rules",
    "account-delete": "manage_rules",
    "account-earlier": "manage_rules",
    "persons": "view_engagements",
    "person-add": "manage_rules",
    "person": "view_engagements",
    "person-edit": "manage_rules",
    "person-default-account": "manage_rules",
    "person-earlier": "manage_rules",
    "person-delete": "manage_rules",
    "engagements": "view_engagements",
    "engagement": "view_engagements",
    "engagement-narrow": "view_engagements",
    "my-mail": "view_engagements",
    "profile-email": "email_sync",
    "profile-email-labels": "email_sync",
    "profile-email-deleted": "email_sync",
    "profile-email-mode": "email_sync",
    "profile-email-look": "email_sync",
    "profile-email-imap": "email_sync",
    "profile-email-connect": "email_sync",
    "profile-email-back": "email_sync",
    "profile-email-disconnect": "email_sync",
    "my-data": USER,
    "my-data-consent": USER,
    "my-data-export": USER,
    "my-data-audit": USER,
    "my-data-forget": USER,
    # Whose report one sees, and of which team: ``store.read.report_sight``.
    "reports": USER,
    "report-foreseen": USER,
    "report-teams": USER,
    "report-team": USER,
    "report-team-export": USER,
    "report": USER,
    "report-metric": USER,
    "report-export": USER,
    "communities": "report_all",
    "communities-export": "report_all",
    "circle": USER,
    "circle-export": USER,
    "engagement-mail": "view_engagements",
    "engagement-delete": "delete_engagements",
    "explain": "view_engagements",
    "set-aside": "manage_rules",
    "set-aside-retry": "manage_rules",
    "set-aside-retry-all": "manage_rules",
    "blocklist": "manage_rules",
    "blocklist-change": "manage_rules",
    "blocklist-remove": "manage_rules",
    "blocklist-earlier": "manage_rules",
    "collecting": "admin_access",
    "email-sync": "admin_access",
    "email-sync-mode": "admin_access",
    "default-labels": "admin_access",
    "default-labels-users": "admin_access",
    "default-labels-push": "admin_access",
    "default-labels-future": "admin_access",
    "email-sync-set-up": "admin_access",
    "email-sync-central": "admin_access",
    "email-sync-central-off": "admin_access",
    "mailboxes": "admin_access",
    "mailbox": "admin_access",
    "mailbox-label": "admin_access",
    "mailbox-look": "admin_access",
    "sources": "manage_sources",
    "source-add": "manage_sources",
    "source": "manage_sources",
    "source-change": "manage_sources",
    "source-folders": "manage_sources",
    "source-rotate": "manage_sources",
    "source-revoke": "manage_sources",
    "source-retry": "manage_sources",
    "source-retry-all": "manage_sources",
    "organization": "admin_access",
    "organization-subdomains": "admin_access",
    "organization-remove-domain": "admin_access",
    "organization-remove-address": "admin_access",
    "users": "manage_users",
    "user-add": "manage_users",
    "user-add-many": "manage_users",
    "user-add-many-look": "manage_users",
    "users-template": "manage_users",
    "users-csv": "manage_users",
    "user": "manage_users",
    "user-edit": "manage_users",
    "user-disable": "manage_users",
    "user-invite": "manage_users",
    "user-collect": "manage_users",
    "roles": "admin_access",
    "role-add": "admin_access",
    "role-change": "admin_access",
    "role-delete": "admin_access",
    "api-tokens": "admin_access",
    "api-token-add": "admin_access",
    "api-token-revoke": "admin_access",
    "audit": "view_audit",
}
"""Page → the permission that opens it. A page without an entry opens to nobody."""

NAMESPACE: Final = "web"


class PageRequest(HttpRequest):
    """What a page gets once it may be opened (see ``security.CurrentUser``)."""

    me: User
    """Who asks."""
    workspace: Workspace
    permissions: frozenset[str]
    is_set_up: bool
    """Whether all steps of the set-up are done in the workspace."""
    has_choice: bool
    """Whether whoever signed in is a user of several workspaces."""


def may_open(page: str, request: HttpRequest) -> bool:
    """Whether whoever asks may open this page."""
    needed = PAGES.get(page)
    if needed == ANYONE:
        return True
    if needed == SIGNED_IN:
        return request.user.is_authenticated
    if getattr(request, "me", None) is None:
        return False
    permissions: frozenset[str] = getattr(request, "permissions", frozenset())
    return needed == USER or needed in permissions


def refusal(request: HttpRequest) -> HttpResponse | None:
    """Say no where this page is not for whoever asks; ``None``: it is. Raises ``PermissionDenied``."""
    match = request.resolver_match
    if match is None or match.namespace != NAMESPACE:
        return None
    if may_open(match.url_name or "", request):
        return None
    if not request.user.is_authenticated:
        return _ask_to_sign_in(request)
    if getattr(request, "me", None) is None:
        return redirect("web:workspaces")
    raise PermissionDenied(PAGES.get(match.url_name or "", ""))


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a person to the sign-in page and back; a fragment's request is told so by htmx's own header."""
    back = {"next": request.get_full_path()} if request.method == "GET" and request.path != "/" else {}
    address = reverse("web:sign-in") + (f"?{urlencode(back)}" if back else "")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": reverse("web:sign-in")})
    return HttpResponseRedirect303(address)


class HttpResponseRedirect303(HttpResponseRedirectBase):
    """See other: the browser asks for the next page by GET, whatever it did before."""

    status_code = 303
