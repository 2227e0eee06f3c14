"""The addresses of the pages. What each needs stands in ``access.PAGES``."""

from __future__ import annotations

from django.urls import path

from postroom.web.access import NAMESPACE
from postroom.web.pages import (
    account_add,
    account_edit,
    accounts,
    blocklist,
    decisions,
    engagement,
    explain,
    invitation,
    jobs,
    organization,
    overview,
    person_edit,
    persons,
    reconsider,
    security,
    security_second_factor,
    set_aside,
    sign_in,
    sign_in_provider,
)

app_name = NAMESPACE

urlpatterns = [
    path("", overview.show, name="overview"),
    path("overview/tour", overview.tour, name="overview-tour"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/code", sign_in.code, name="sign-in-code"),
    path("sign-in/with/<slug:provider>", sign_in_provider.leave, name="sign-in-provider"),
    path("sign-in/from/<slug:provider>", sign_in_provider.come_back, name="sign-in-back"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("workspaces", sign_in.workspaces, name="workspaces"),
    path("invitation/<str:secret>", invitation.invitation, name="invitation"),
    path("security", security.show, name="security"),
    path("security/password", security.password, name="security-password"),
    path("security/sessions", security.sessions, name="security-sessions"),
    path("security/confirm", security.confirm, name="security-confirm"),
    path("security/second-factor", security_second_factor.set_up, name="security-second-factor"),
    path("security/second-factor/off", security_second_factor.take_off, name="security-second-factor-off"),
    path("security/recovery-codes", security_second_factor.recovery_codes, name="security-recovery-codes"),
    path("accounts", accounts.list_accounts, name="accounts"),
    path("accounts/add", account_add.add, name="account-add"),
    path("accounts/add-many", account_add.add_many, name="account-add-many"),
    path("accounts/<int:account_id>", accounts.account, name="account"),
    path("accounts/<int:account_id>/edit", account_edit.edit, name="account-edit"),
    path("accounts/<int:account_id>/ignore", account_edit.ignore, name="account-ignore"),
    path("accounts/<int:account_id>/delete", account_edit.delete, name="account-delete"),
    path("persons", persons.list_persons, name="persons"),
    path("persons/add", persons.add, name="person-add"),
    path("persons/<int:person_id>", accounts.person, name="person"),
    path("persons/<int:person_id>/edit", person_edit.edit, name="person-edit"),
    path(
        "persons/<int:person_id>/default-account", person_edit.choose_default, name="person-default-account"
    ),
    path("persons/<int:person_id>/delete", person_edit.delete, name="person-delete"),
    path("engagements/<int:engagement_id>", engagement.show, name="engagement"),
    path("engagements/<int:engagement_id>/mail", engagement.mail, name="engagement-mail"),
    path("engagements/<int:engagement_id>/delete", engagement.delete, name="engagement-delete"),
    path("decisions", decisions.show, name="decisions"),
    path("decisions/reconsider", reconsider.reconsider, name="decisions-reconsider"),
    path("decisions/<slug:reason>", decisions.show, name="decisions-of"),
    path("decisions/<int:decision_id>/release", decisions.release, name="decision-release"),
    path("set-aside/<int:row_id>/retry", set_aside.retry, name="set-aside-retry"),
    path("set-aside/retry", set_aside.retry_all, name="set-aside-retry-all"),
    path("set-aside", set_aside.show, name="set-aside"),
    path("jobs", jobs.list_jobs, name="jobs"),
    path("jobs/<int:job_id>", jobs.show, name="job"),
    path("jobs/<int:job_id>/retry", jobs.retry, name="job-retry"),
    path("explain", explain.show, name="explain"),
    path("settings/blocklist", blocklist.show, name="blocklist"),
    path("settings/blocklist/<int:entry_id>", blocklist.change, name="blocklist-change"),
    path("settings/blocklist/<int:entry_id>/remove", blocklist.remove, name="blocklist-remove"),
    path("settings/organization", organization.show, name="organization"),
    path(
        "settings/organization/domains/<int:entry_id>",
        organization.subdomains,
        name="organization-subdomains",
    ),
    path(
        "settings/organization/domains/<int:entry_id>/remove",
        organization.remove_domain,
        name="organization-remove-domain",
    ),
    path(
        "settings/organization/addresses/<int:entry_id>/remove",
        organization.remove_address,
        name="organization-remove-address",
    ),
]
