"""The demo's default synced labels: applied weeks ago, to mailboxes of every state, and what happened since."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from mail_world import ACTOR, taken

from postroom.actions.add_organization import add_organization
from postroom.actions.add_users import add_users
from postroom.actions.default_labels import foresee_default_labels, why_no_undo
from postroom.actions.demo_push import click_in_demo, push_in_demo
from postroom.core.labels import Boxes
from postroom.demo import company
from postroom.demo.colleagues import DOMAIN, USERS
from postroom.demo.quiet import NEWCOMERS, QUIET
from postroom.store.models import AuditEntry, Job, Label, Mailbox, PushResult, User, Workspace
from postroom.store.read.default_labels import clicks, not_reached, results
from postroom.store.write.workspaces import create_workspace_row

DAY = 86_400
NOW = int(time.time())
PUSHED_AT = NOW - 17 * DAY


@pytest.fixture
def demo(transactional_db: None) -> Iterator[Workspace]:
    """A workspace with the demo's users, some of them added after the click."""
    made = create_workspace_row("A demo", b"the key of a workspace of tests.")
    taken(add_organization(made, [DOMAIN], actor=ACTOR))
    newcomers = {each.name for each in NEWCOMERS}
    everybody = [{"email": user.email, "name": user.name} for user in USERS]
    taken(add_users(made, [user for user in everybody if user["name"] not in newcomers], actor=ACTOR))
    click_in_demo(made, NOW)
    taken(add_users(made, [user for user in everybody if user["name"] in newcomers], actor=ACTOR))
    push_in_demo(made, NOW)
    yield made


def synced(name: str) -> dict[str, tuple[str, int | None]]:
    """By its path what syncs of the user's: who chose it, and since how many days it does."""
    found = Label.objects.filter(mailbox__user__name=name, selected_at__isnull=False).order_by("pk")
    return {label.path[-1]: (label.origin, (NOW - (label.selected_at or 0)) // DAY) for label in found}


def became(workspace: Workspace) -> dict[str, tuple[str, str, bool]]:
    """By name what became of who has a mailbox."""
    found = results(clicks(workspace)[0]).exclude(reason="no_mailbox")
    return {row.user.name: (row.status, row.reason, row.overrides) for row in found}


def ids(*names: str) -> list[int]:
    found = dict(User.objects.values_list("name", "pk"))
    return [found[name] for name in names]


def rows() -> list[Any]:
    return [
        list(model.objects.order_by("pk").values()) for model in (Mailbox, Label, PushResult, Job, AuditEntry)
    ]


def test_it_was_applied_weeks_ago_and_says_what_became_of_whom_M11(demo: Workspace) -> None:
    [click] = clicks(demo)
    assert (click.state, click.actor, click.created_at) == (
        "done",
        company.ADMIN.email,
        datetime.fromtimestamp(PUSHED_AT, UTC),
    )
    assert click.counts == {"changed": 17, "unchanged": 2, "skipped": 20, "failed": 0}
    unlike = {
        "Marta Ibáñez": ("unchanged", "", False),
        "Viktor Hallas": ("unchanged", "", False),
        "Ravi Menon": ("skipped", "no_such_label", False),
        "Sofia Brandt": ("changed", "", True),
    }
    assert became(demo) == {each.name: ("changed", "", False) for each in QUIET} | unlike
    at = set(AuditEntry.objects.filter(workspace=demo, job=click).values_list("at", flat=True))
    assert (at, AuditEntry.objects.filter(workspace=demo, job=click).count()) == ({click.created_at}, 18)


def test_what_syncs_says_who_chose_it_and_since_when_M7_M9(demo: Workspace) -> None:
    pushed = ("admin", 17)
    assert synced("Edith Rowe") == {"INBOX": pushed, "Sent": pushed}
    assert synced("Nils Aalto") == {"INBOX": pushed, "Sent": ("user", 40)}
    assert synced("Priya Nair") == {"INBOX": ("user", 40), "Sent": pushed, "Project Aurora": ("user", 40)}
    assert synced("Sofia Brandt") == {"INBOX": ("user", 40), "Sent": pushed}
    assert synced("Emil Strand") == {"INBOX": pushed}
    assert synced("Ravi Menon") == synced("Theo Baxter") == synced("Hana Kobayashi") == {}
    [june] = Mailbox.objects.filter(connected_at=None)
    assert (june.user.name, synced("June Tanner")) == (
        "June Tanner",
        {"INBOX": ("user", 40), "Sent": pushed},
    )


def test_two_came_since_and_it_can_be_undone_M8_M11(demo: Workspace) -> None:
    [click] = clicks(demo)
    assert not_reached(click) == (ids("Hana Kobayashi", "Theo Baxter"), [])
    assert why_no_undo(click) == ""
    again = foresee_default_labels(demo, Boxes(True, True), now=NOW)
    changes = sorted(fate.user for fate in again.changed)
    assert changes == sorted(ids("Emil Strand", "Theo Baxter", "Hana Kobayashi"))
    assert [fate.user for fate in again.overridden] == ids("Emil Strand")


def test_again_changes_nothing(demo: Workspace) -> None:
    before = rows()
    push_in_demo(demo, NOW + 60)
    assert rows() == before
