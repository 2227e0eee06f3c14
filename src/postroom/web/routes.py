"""The addresses of the pages. What each needs stands in ``access.PAGES``."""

from __future__ import annotations

from django.urls import path

from postroom.web.access import NAMESPACE
from postroom.web.pages import (
    accounts,
    decisions,
    engagement,
    explain,
    jobs,
    overview,
    reconsider,
    set_aside,
    sign_in,
)

app_name = NAMESPACE

urlpatterns = [
    path("", overview.show, name="overview"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("workspaces", sign_in.workspaces, name="workspaces"),
    path("invitation/<str:secret>", sign_in.invitation, name="invitation"),
    path("accounts", accounts.list_accounts, name="accounts"),
    path("accounts/<int:account_id>", accounts.account, name="account"),
    path("persons/<int:person_id>", accounts.person, name="person"),
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
]
