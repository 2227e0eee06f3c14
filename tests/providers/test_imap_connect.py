"""Connecting at a real IMAP server: one's own mailbox by password, all of them by the master user (M2, M14, S4)."""

from __future__ import annotations

import pytest
from dovecot import MASTER, MASTER_PASSWORD, SEPARATOR, Dovecot, ImapUser

from postroom.actions.add_users import add_users
from postroom.actions.connect_all import check_central, connect_all
from postroom.actions.connect_by_password import connect_by_password
from postroom.actions.disconnect_mailbox import disconnect_mailbox
from postroom.actions.mailbox_access import access_of, provider_for
from postroom.actions.mailbox_source import set_up_source
from postroom.actions.work import claim_job, do_claimed
from postroom.config import config
from postroom.core.trouble import CannotEver, SignInAgain
from postroom.store.models import Job, Label, Mailbox, User, Workspace
from postroom.worker.duties import DUTIES

pytestmark = pytest.mark.servers
BOSS = "boss@us.com"
NOBODY = "nobody-here@us.example"


@pytest.fixture
def owner(
    workspace: Workspace, dovecot_server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> tuple[User, ImapUser]:
    """A user whose mailbox lies at the server, which the installation allows to be asked."""
    monkeypatch.setenv("SSL_CERT_FILE", dovecot_server.ca_file)
    monkeypatch.setattr(config(), "allowed_private_hosts", "localhost")
    theirs = dovecot_server.new_user()
    add_users(workspace, [{"email": theirs.address}, {"email": NOBODY}], actor=BOSS)
    return User.objects.select_related("workspace").get(email=theirs.address), theirs


def connect(user: User, theirs: ImapUser, **more: object) -> Mailbox:
    sent = {
        "host": "localhost",
        "port": theirs.tls_port,
        "security": "tls",
        "username": theirs.address,
        "password": theirs.password,
        **more,
    }
    mailbox = connect_by_password(user, sent, actor=user.email, client="10.0.0.1")
    assert isinstance(mailbox, Mailbox)
    return mailbox


def run() -> Job:
    job = claim_job()
    assert job is not None
    do_claimed(job, DUTIES[job.kind])
    job.refresh_from_db()
    return job


def roles_read(mailbox: Mailbox) -> set[str]:
    """The roles of the labels that are found where the mailbox is opened as it is connected now."""
    mailbox = Mailbox.objects.select_related("source").get(pk=mailbox.pk)
    with provider_for(mailbox).open(access_of(mailbox)) as opened:
        return {label.role for label in opened.labels()} - {""}


def test_ones_own_mailbox_is_connected_by_password_M2(owner: tuple[User, ImapUser]) -> None:
    mailbox = connect(*owner)

    assert (mailbox.address, mailbox.is_central) == (owner[1].address, False)
    assert roles_read(mailbox) == {"inbox", "sent", "drafts", "spam", "trash"}
    assert not Label.objects.filter(selected_at__isnull=False).exists()


def test_what_the_server_refuses_connects_nothing_M14_S4(
    owner: tuple[User, ImapUser], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SignInAgain) as wrong:
        connect(*owner, password="wrong")
    with pytest.raises(CannotEver) as another:
        connect(*owner, host="127.0.0.1")
    monkeypatch.setattr(config(), "allowed_private_hosts", "")
    with pytest.raises(CannotEver) as private:
        connect(*owner)

    assert [error.value.code for error in (wrong, another, private)] == [
        "password_refused",
        "host_refused",
        "host_refused",
    ]
    assert not Mailbox.objects.exists()


def test_the_master_user_connects_all_who_have_a_mailbox_M2(
    workspace: Workspace, owner: tuple[User, ImapUser]
) -> None:
    user, theirs = owner
    secret = {"master_user": MASTER, "master_password": MASTER_PASSWORD, "separator": SEPARATOR}
    set_up_source(workspace, "imap", {"host": "localhost", "port": theirs.tls_port, **secret}, actor=BOSS)
    assert check_central(workspace, "imap", theirs.address) == []

    connect_all(workspace, "imap", theirs.address, actor=BOSS)
    job = run()

    assert (job.state, job.problem) == ("done", "")
    assert job.results == [
        {"user": theirs.address, "status": "connected", "reason": None},
        {"user": NOBODY, "status": "no_mailbox", "reason": None},
    ]
    mailbox = Mailbox.objects.get()
    assert "inbox" in roles_read(mailbox)

    connect(user, theirs)
    assert (Mailbox.objects.get().is_central, "inbox" in roles_read(mailbox)) == (False, True)
    assert disconnect_mailbox(user, actor=user.email) is True
    assert run().results == [{"user": theirs.address, "status": "connected", "reason": None}]
    assert (Mailbox.objects.get().is_central, "inbox" in roles_read(mailbox)) == (True, True)


def test_a_wrong_master_password_is_said_once_and_of_nobody_M2(
    workspace: Workspace, owner: tuple[User, ImapUser]
) -> None:
    _, theirs = owner
    secret = {"master_user": MASTER, "master_password": "wrong", "separator": SEPARATOR}
    set_up_source(workspace, "imap", {"host": "localhost", "port": theirs.tls_port, **secret}, actor=BOSS)

    missing = check_central(workspace, "imap", theirs.address)
    connect_all(workspace, "imap", theirs.address, actor=BOSS)
    job = run()

    assert len(missing) == 1
    assert (job.state, job.problem, job.results) == ("failed", missing[0].what, [])
    assert not Mailbox.objects.exists()
