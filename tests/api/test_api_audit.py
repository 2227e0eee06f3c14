"""The audit log over the API: narrowed, a page at a time, for who may see it; and for everybody their own (S5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from mailbox_rows import NOW, a_label, a_mailbox

from postroom.actions.add_users import add_users
from postroom.actions.create_workspace import create_workspace
from postroom.core.audit import APPLIED, APPLY_ASKED, ROLE_GIVEN
from postroom.store.models import AuditEntry, Job, User, Workspace

BOSS, ANN, BEN = "boss@us.com", "ann@us.com", "ben@us.com"


class Log:
    """Six entries: a push asked for and done to Ann and Ben, and a role given each day, each a day after the last."""

    def __init__(self, workspace: Workspace) -> None:
        add_users(workspace, [{"email": ANN, "aliases": ["a.lee@us.com"]}, {"email": BEN}], actor=BOSS)
        self.workspace = workspace
        self.ann, self.ben = (User.objects.get(workspace=workspace, email=email) for email in (ANN, BEN))
        self.job = Job.objects.create(workspace=workspace, kind="apply_default_labels", actor=BOSS)
        states = {"inbox": False, "sent": None}, {"inbox": True, "sent": None}
        roles = {"role": "Member"}, {"role": "Viewer"}
        self.ids = [
            self._entry(0, APPLY_ASKED, BOSS, None, self.job, None, {"inbox": True, "sent": False}),
            self._entry(1, APPLIED, BOSS, self.ann, self.job, *states),
            self._entry(2, APPLIED, BOSS, self.ben, self.job, *states),
            self._entry(3, ROLE_GIVEN, "token:HR", self.ann, None, *roles),
            self._entry(4, ROLE_GIVEN, "command line", self.ben, None, *roles),
        ]

    def _entry(
        self, day: int, act: str, actor: str, user: User | None, job: Job | None, before: Any, after: Any
    ) -> int:
        at = datetime.fromtimestamp(NOW, UTC) + timedelta(days=day)
        told = {"at": at, "act": act, "actor": actor, "user": user, "job": job}
        return AuditEntry.objects.create(workspace=self.workspace, before=before, after=after, **told).pk

    def listed(self, client: Any, query: str = "") -> list[int]:
        """Which entries are answered, by their place."""
        return [self.ids.index(entry["id"]) for entry in client.get(query)["items"]]


@pytest.fixture
def log(workspace: Workspace) -> Log:
    return Log(workspace)


@pytest.fixture
def auditor(workspace: Workspace, token_for: Callable[..., Any]) -> Any:
    """A program that may see the log and nothing else."""
    return token_for(workspace, "view_audit")


def test_an_entry_is_told_whole_S5(auditor: Any, log: Log) -> None:
    newest, *_, oldest = auditor.get("audit")["items"]
    assert newest == {
        "id": log.ids[4],
        "at": "2026-11-25T12:00:00Z",
        "act": "role_given",
        "actor": "command line",
        "user": BEN,
        "job": None,
        "before": {"role": "Member"},
        "after": {"role": "Viewer"},
    }
    assert oldest == {
        "id": log.ids[0],
        "at": "2026-11-21T12:00:00Z",
        "act": "default_labels_asked",
        "actor": BOSS,
        "user": None,
        "job": log.job.pk,
        "before": None,
        "after": {"inbox": True, "sent": False},
    }


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("", [4, 3, 2, 1, 0]),
        ("?act=role_given", [4, 3]),
        ("?actor=TOKEN", [3]),
        ("?actor=nobody", []),
        ("?user=ann@us.com", [3, 1]),
        ("?user=A.Lee@us.com", [3, 1]),
        ("?user=us.com", []),
        ("?since=2026-11-23T12:00:00Z", [4, 3, 2]),
        ("?until=2026-11-23T12:00:00Z", [1, 0]),
        ("?job={job}", [2, 1, 0]),
        ("?job={job}&act=default_labels_applied&user=ben@us.com", [2]),
        ("?job=9223372036854775807", []),
    ],
)
def test_the_log_is_narrowed_S5(auditor: Any, log: Log, query: str, places: list[int]) -> None:
    assert log.listed(auditor, "audit" + query.format(job=log.job.pk)) == places


def test_the_log_is_answered_a_page_at_a_time(auditor: Any, log: Log) -> None:
    first = auditor.get("audit?limit=2")
    second = auditor.get(f"audit?limit=2&cursor={first['next_cursor']}")
    last = auditor.get(f"audit?limit=2&cursor={second['next_cursor']}")
    got = [[log.ids.index(entry["id"]) for entry in page["items"]] for page in (first, second, last)]
    assert (got, last["next_cursor"]) == ([[4, 3], [2, 1], [0]], None)


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("act=coffee_made", "act_unknown", "act"),
        ("since=yesterday", "time_invalid", "since"),
        ("actor=%00", "text_invalid", "actor"),
        ("job=x", "invalid", "job"),
        ("job=0", "invalid", "job"),
    ],
)
def test_a_filter_of_the_wrong_form_is_named(auditor: Any, query: str, code: str, field: str) -> None:
    problem = auditor.answer(422, "GET", f"audit?{query}")
    assert (problem["code"], problem["field"]) == (code, field)


def test_the_log_of_another_workspace_and_its_job_are_not_there_W3(auditor: Any, log: Log) -> None:
    theirs = Log(create_workspace("Them", "boss@them.com").workspace)
    assert log.listed(auditor, "audit") == [4, 3, 2, 1, 0]
    assert auditor.get(f"audit?job={theirs.job.pk}")["items"] == []


def test_what_the_program_does_is_told_with_the_name_of_its_token_S5(
    api: Any, auditor: Any, workspace: Workspace
) -> None:
    add_users(workspace, [{"email": ANN}], actor=BOSS)
    mailbox = a_mailbox(User.objects.get(email=ANN))
    label = a_label(mailbox, "k1@acme.com")
    api.answer(200, "PUT", f"mailboxes/{mailbox.pk}/labels/{label.pk}", {"selected": True})
    api.answer(200, "PATCH", f"mailboxes/{mailbox.pk}", {"mode": "subject"})
    response = auditor.call("GET", "audit")
    told = [(entry["act"], entry["actor"], entry["user"]) for entry in response.json()["items"]]
    assert told == [("mailbox_mode_set", "token:test", ANN), ("label_chosen", "token:test", ANN)]
    assert b"acme" not in response.content


def test_everybody_reads_what_concerns_themselves_whatever_their_role_S5(
    log: Log, session_of: Callable[..., Any], auditor: Any
) -> None:
    User.objects.filter(pk=log.ann.pk).update(role="Nobody")
    ann, ben = session_of(log.ann), session_of(log.ben)
    assert log.listed(ann, "my-data/audit") == [3, 1]
    assert log.listed(ben, "my-data/audit") == [4, 2]
    first = ann.get("my-data/audit?limit=1")
    assert log.listed(ann, f"my-data/audit?limit=1&cursor={first['next_cursor']}") == [1]
    assert ann.answer(403, "GET", "audit")["code"] == "forbidden"
    assert ann.answer(422, "GET", f"my-data/audit?user={BEN}")["field"] == "user"
    assert auditor.answer(403, "GET", "my-data/audit")["code"] == "no_user"
