"""What is written down in the audit log: who did what to whom, and what it was before and after (S5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from mailbox_rows import NOW, a_label, a_mailbox, selected_at

from postroom.actions.add_users import add_users
from postroom.actions.change_role import change_role
from postroom.actions.choose_labels import choose_labels
from postroom.actions.connect_all import connect_all, disconnect_all
from postroom.actions.connect_by_password import connect_by_password
from postroom.actions.create_role import create_role
from postroom.actions.delete_role import delete_role
from postroom.actions.disable_user import disable_user, enable_user
from postroom.actions.disconnect_mailbox import disconnect_mailbox
from postroom.actions.mailbox_source import set_up_source
from postroom.actions.rejection import Rejected
from postroom.actions.set_mailbox_mode import set_mailbox_mode, set_strictest_mode
from postroom.actions.work import claim_job, do_claimed
from postroom.core.audit import ACTS
from postroom.providers import registry
from postroom.providers.memory import MemoryServer, memory_server
from postroom.store.models import AuditEntry, Mailbox, User, Workspace
from postroom.store.read.audit import AskedAudit, count_folded, folded
from postroom.worker.duties import DUTIES

BOSS, ANN, BEN = "boss@us.com", "ann@us.com", "ben@us.com"
DAY = 86_400


@pytest.fixture
def ann(workspace: Workspace) -> User:
    add_users(workspace, [{"email": ANN}, {"email": BEN}], actor=BOSS)
    return User.objects.select_related("workspace").get(email=ANN)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, workspace: Workspace) -> Iterator[MemoryServer]:
    """The workspace's mail server, with mailboxes of Ann and Ben, which opens to one secret too."""
    monkeypatch.setitem(registry._WHERE, "imap", "postroom.providers.memory")  # type: ignore[index]
    master = {"host": "imap.us.com", "master_user": "reader", "master_password": "master"}
    source = set_up_source(workspace, "imap", master, actor=BOSS)
    source.settings["server"] = "ours"
    source.save()
    with memory_server("ours") as made:
        for address in (ANN, BEN):
            made.add_user(address, password="an app password")
        yield made


def told() -> list[tuple[Any, ...]]:
    """The log: act, actor, whom it concerns, before, after; the oldest first."""
    found = AuditEntry.objects.order_by("pk")
    return list(found.values_list("act", "actor", "user__email", "before", "after"))


def test_the_names_of_acts_fit_and_their_sentences_end_one_S5() -> None:
    assert [act for act in ACTS if len(act) > AuditEntry._meta.get_field("act").max_length] == []
    assert [says for says in ACTS.values() if says[0].isupper() or says.endswith(".")] == []


def test_labels_that_an_admin_chooses_are_told_by_number_and_role_S5(ann: User) -> None:
    mailbox = a_mailbox(ann)
    inbox = a_label(mailbox, "INBOX", role="inbox")
    secret = a_label(mailbox, "k1@acme.com", **selected_at(NOW))
    wanted = {inbox.pk: True, secret.pk: False}
    for _ in range(2):
        choose_labels(mailbox, wanted, origin="admin", actor="token:script", now=NOW)
    choose_labels(mailbox, {inbox.pk: True}, origin="admin", actor=BOSS, backfill_days=30, now=NOW)
    off = {"selected": False, "mail_from": None}
    on = {"selected": True, "mail_from": "2026-11-21T12:00:00Z"}
    of_inbox = {"label": inbox.pk, "label_role": "inbox"}
    of_secret = {"label": secret.pk, "label_role": ""}
    assert told() == [
        ("label_chosen", "token:script", ANN, {**of_inbox, **off}, {**of_inbox, **on}),
        ("label_chosen", "token:script", ANN, {**of_secret, **on}, {**of_secret, **off}),
        (
            *("label_chosen", BOSS, ANN, {**of_inbox, **on}),
            {**of_inbox, "selected": True, "mail_from": "2026-10-22T12:00:00Z"},
        ),
    ]


def test_what_its_owner_chooses_and_what_is_refused_is_not_told_S5(ann: User) -> None:
    mailbox = a_mailbox(ann)
    inbox, holder = a_label(mailbox, "INBOX", role="inbox"), a_label(mailbox, "All", is_selectable=False)
    choose_labels(mailbox, {inbox.pk: True}, origin="user", actor=ANN, now=NOW)
    with pytest.raises(Rejected):
        choose_labels(mailbox, {inbox.pk: False, holder.pk: True}, origin="admin", actor=BOSS, now=NOW)
    assert told() == []


def test_a_mailbox_that_is_connected_and_disconnected_is_told_S5(ann: User, server: MemoryServer) -> None:
    sent = {"username": ANN, "password": "an app password"}
    connect_by_password(ann, sent, actor=ANN, client="127.0.0.1")
    disconnect_mailbox(ann, actor=ANN)
    assert told() == [
        ("mailbox_connected", ANN, ANN, None, {"source": "imap"}),
        ("mailbox_disconnected", ANN, ANN, {"source": "imap"}, None),
    ]


def test_centralized_connect_is_told_and_whom_it_connected_S5(ann: User, server: MemoryServer) -> None:
    workspace = ann.workspace
    for _ in range(2):
        job = connect_all(workspace, "imap", ANN, actor=BOSS)
        claimed = claim_job()
        assert claimed is not None
        do_claimed(claimed, DUTIES[claimed.kind])
    for _ in range(2):
        disconnect_all(workspace, "imap", actor="token:script")
    assert told() == [
        ("centralized_connect_on", BOSS, None, None, {"source": "imap"}),
        ("mailbox_connected", BOSS, ANN, None, {"source": "imap"}),
        ("mailbox_connected", BOSS, BEN, None, {"source": "imap"}),
        ("centralized_connect_off", "token:script", None, {"source": "imap", "mailboxes": 2}, None),
        ("mailbox_disconnected", "token:script", ANN, {"source": "imap"}, None),
        ("mailbox_disconnected", "token:script", BEN, {"source": "imap"}, None),
    ]
    at_once = list(AuditEntry.objects.order_by("pk").values_list("is_last_at_once", flat=True))
    assert at_once == [True, False, True, True, False, False]
    assert set(AuditEntry.objects.values_list("act", "job")) == {
        ("centralized_connect_on", job.pk - 1),
        ("mailbox_connected", job.pk - 1),
        ("centralized_connect_off", None),
        ("mailbox_disconnected", None),
    }
    of_all, of_act = AskedAudit(), AskedAudit(act="mailbox_disconnected")
    assert [row.act for row in folded(workspace, of_all)][:2] == [
        "centralized_connect_off",
        "mailbox_connected",
    ]
    assert [row.user.email for row in folded(workspace, of_act) if row.user] == [BEN, ANN]


def test_what_is_kept_is_told_of_one_mailbox_and_of_all_S5_S8(ann: User) -> None:
    a_mailbox(ann)
    mailbox = Mailbox.objects.get()
    for mode in ("subject", "subject"):
        set_mailbox_mode(mailbox, mode, is_owner=False, actor=BOSS)
    set_strictest_mode(ann.workspace, "metadata", actor=BOSS)
    set_strictest_mode(ann.workspace, "metadata", actor=BOSS)
    assert told() == [
        ("mailbox_mode_set", BOSS, ANN, {"mode": "full"}, {"mode": "subject"}),
        ("most_kept_set", BOSS, None, {"mode": "full"}, {"mode": "metadata"}),
    ]


def test_roles_are_told_and_who_gets_which_S5_R3(ann: User) -> None:
    workspace = ann.workspace
    made = {"role": "Support", "permissions": ["view_engagements"]}
    role = create_role(workspace, {"name": "Support", "permissions": ["view_engagements"]}, actor=BOSS)
    for _ in range(2):
        change_role(workspace, role.pk, {"name": "Care", "permissions": ["email_sync"]}, actor=BOSS)
    add_users(workspace, [{"email": ANN, "role": "Care"}], actor=BOSS, dry_run=True)
    add_users(workspace, [{"email": ANN, "role": "Viewer"}, {"email": ANN, "role": "Care"}], actor=BOSS)
    add_users(workspace, [{"email": ANN, "role": "Care"}, {"email": "new@us.com"}], actor=BOSS)
    delete_role(workspace, role.pk, instead="Viewer", actor=BOSS)
    care = {"role": "Care", "permissions": ["email_sync"]}
    assert told() == [
        ("role_made", BOSS, None, None, made),
        ("role_changed", BOSS, None, made, care),
        ("role_given", BOSS, ANN, {"role": "Member"}, {"role": "Care"}),
        ("role_deleted", BOSS, None, care, {"role": "Viewer", "users": 1}),
        ("role_given", BOSS, ANN, {"role": "Care"}, {"role": "Viewer"}),
    ]


def test_another_manager_is_told_to_whom_they_may_see_S5_E11(ann: User) -> None:
    workspace = ann.workspace
    add_users(workspace, [{"email": ANN, "manager_email": BOSS}], actor="token:HR", dry_run=True)
    for manager in (BOSS, BOSS, None):
        add_users(workspace, [{"email": ANN, "manager_email": manager}], actor="token:HR")
    add_users(workspace, [{"email": "new@us.com", "manager_email": BOSS}], actor="token:HR")
    assert told() == [
        ("manager_set", "token:HR", ANN, {"manager": None}, {"manager": BOSS}),
        ("manager_set", "token:HR", ANN, {"manager": BOSS}, {"manager": None}),
    ]


def test_a_manager_by_an_alias_is_told_as_one_by_the_address_S5_E11(ann: User) -> None:
    workspace = ann.workspace
    led = {"email": "led@us.com", "manager_email": "chief@us.com"}
    add_users(
        workspace, [{"email": BOSS}, led, {"email": ANN, "manager_email": "ann.lee@us.com"}], actor=BOSS
    )
    for aliases in (["chief@us.com"], ["chief@us.com", "b@us.com"], []):
        add_users(workspace, [{"email": BOSS, "aliases": aliases}], actor="token:HR", dry_run=True)
        add_users(workspace, [{"email": BOSS, "aliases": aliases}], actor="token:HR")
    add_users(workspace, [{"email": ANN, "aliases": ["chief@us.com", "ann.lee@us.com"]}], actor="token:HR")
    moved = [{"email": ANN, "aliases": []}, {"email": BOSS, "aliases": ["chief@us.com"]}]
    add_users(workspace, moved, actor="token:HR")
    add_users(workspace, [{"email": BOSS, "aliases": []}, {"email": "chief@us.com"}], actor="token:HR")
    add_users(workspace, [led | {"email": "new@us.com"}], actor="token:HR")
    assert [
        (act, actor, user, before, after) for act, actor, user, before, after in told() if user != ANN
    ] == [
        ("manager_set", "token:HR", "led@us.com", {"manager": None}, {"manager": BOSS}),
        ("manager_set", "token:HR", "led@us.com", {"manager": BOSS}, {"manager": None}),
        ("manager_set", "token:HR", "led@us.com", {"manager": None}, {"manager": ANN}),
        ("manager_set", "token:HR", "led@us.com", {"manager": ANN}, {"manager": BOSS}),
        ("manager_set", "token:HR", "led@us.com", {"manager": BOSS}, {"manager": "chief@us.com"}),
    ]
    assert [(before, after) for _, _, user, before, after in told() if user == ANN] == [
        ({"manager": None}, {"manager": "ann.lee@us.com"})
    ]


def test_who_is_disabled_and_enabled_is_told_once_each_S5_U4(ann: User) -> None:
    for _ in range(2):
        disable_user(ann.workspace, ANN, actor=BOSS)
    for _ in range(2):
        enable_user(ann.workspace, ANN, actor=BOSS)
    assert told() == [("user_disabled", BOSS, ANN, None, None), ("user_enabled", BOSS, ANN, None, None)]


def test_an_entry_outlives_whom_it_concerns_and_its_job_S5_S6(ann: User) -> None:
    job = ann.workspace.jobs.create(kind="connect_all", actor=BOSS)
    AuditEntry.objects.create(
        workspace=ann.workspace, at=job.created_at, actor=BOSS, act="mailbox_connected", user=ann, job=job
    )
    ann.delete()
    job.delete()
    assert told() == [("mailbox_connected", BOSS, None, None, None)]
    assert [row.job_id for row in AuditEntry.objects.all()] == [None]


def test_what_one_job_did_to_many_is_one_row_of_the_list_within_what_is_asked_S5(ann: User) -> None:
    """Each job and act stands where its last entry is; a day is told of what was done that day."""
    workspace, ben = ann.workspace, User.objects.get(email=BEN)
    first, second = (workspace.jobs.create(kind="connect_all", actor=BOSS) for _ in range(2))
    rows = [(first, "default_labels_asked", None), (first, "default_labels_applied", ann)]
    rows += [(None, "role_given", ann), (second, "default_labels_applied", ann)]
    rows += [(None, "role_given", ben), (first, "default_labels_applied", ben)]
    ids = [
        AuditEntry.objects.create(
            workspace=workspace,
            at=datetime.fromtimestamp(NOW + place * DAY, UTC),
            actor=BOSS,
            act=act,
            user=user,
            job=job,
        ).pk
        for place, (job, act, user) in enumerate(rows)
    ]

    def listed(**asked: Any) -> tuple[list[int], dict[tuple[int, str], int]]:
        narrowed = AskedAudit(**asked)
        found = list(folded(workspace, narrowed))
        return [ids.index(row.pk) for row in found], count_folded(found, narrowed)

    applied, asked = "default_labels_applied", "default_labels_asked"
    assert listed() == (
        [5, 4, 3, 2, 0],
        {(first.pk, applied): 2, (first.pk, asked): 1, (second.pk, applied): 1},
    )
    assert listed(act=applied) == ([5, 3], {(first.pk, applied): 2, (second.pk, applied): 1})
    assert listed(until=NOW + 2 * DAY) == ([1, 0], {(first.pk, applied): 1, (first.pk, asked): 1})
    assert listed(since=NOW + 2 * DAY) == ([5, 4, 3, 2], {(first.pk, applied): 1, (second.pk, applied): 1})
    assert listed(users=User.objects.filter(pk=ann.pk)) == ([3, 2, 1], {})
    assert listed(job=first.pk) == ([5, 1, 0], {})
    assert listed(actor="BOSS@") == listed()
    assert listed(actor="nobody") == ([], {})
