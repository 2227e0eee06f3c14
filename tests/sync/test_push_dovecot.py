"""Default synced labels on Dovecot, with a worker and the pages, as the stories 3, 4 and 9 tell it (M5-M11, R1, R2)."""

from __future__ import annotations

import html
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from dovecot import Dovecot
from mail_world import ACTOR, S1, S2, the_company
from sound import hello, mails, subjects
from stories import Story
from story_posts import DovecotPost, ImapBox

from postroom.actions import watch_mailbox
from postroom.actions.add_users import add_users
from postroom.actions.connect_all import check_central, connect_all
from postroom.config import config
from postroom.core.job_kinds import APPLY_LABELS, UNDO_LABELS
from postroom.reader import ReaderPool
from postroom.store.models import Copy, Job, Label, Listing, Login, Mailbox, Message, User
from postroom.worker import watching
from postroom.worker.runner import run_forever

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("committed")]

S3, S4, BOSS = "s3@us.com", "s4@us.com", ACTOR
EMAIL, EMAIL_SYNC, DEFAULT_LABELS = (
    "/profile/email",
    "/settings/email-sync",
    "/settings/email-sync/default-labels",
)
API = "/api/v1/default-synced-labels"
MOST_SECONDS = 60
"""What is selected syncs within a minute: nothing is waited for longer."""


class Office:
    """The company with its mail at Dovecot, everybody at their browser, and what is asked of the mailboxes."""

    def __init__(self, server: Dovecot, pool: ReaderPool) -> None:
        self.story = Story(the_company(), DovecotPost(server), pool)
        self.server = server
        self.boxes: dict[str, ImapBox] = {}
        self._asked: dict[str, Path] = {}
        for email, role in ((S1, "Member"), (S2, "Member"), (S3, "Viewer"), (BOSS, "Administrator")):
            self.add(email, role)

    def add(self, email: str, role: str) -> None:
        """Somebody of the company who signs in, with a mailbox; not the boss, who has none."""
        add_users(self.story.workspace, [{"email": email, "role": role}], actor=BOSS)
        login = Login.objects.create(email=email)
        User.objects.filter(workspace=self.story.workspace, email=email).update(login=login)
        if email != BOSS:
            box = self.story.new_box(email)
            assert isinstance(box, ImapBox)
            self.boxes[email] = box
            self._asked[email] = self.server.listen_in(box.address)

    def browser(self, email: str) -> Client:
        """Theirs, signed in."""
        browser = Client(raise_request_exception=False)
        browser.force_login(Login.objects.get(email=email))
        return browser

    def mailbox(self, email: str) -> Mailbox:
        return Mailbox.objects.select_related("user").get(user__email=email)

    def deliver(self, email: str, number: int, *labels: str, ago: int = 0) -> None:
        """A mail of a customer, received so many seconds ago, in one of somebody's labels, or in several."""
        at = int(time.time()) - ago
        for name in labels:
            self.boxes[email].deliver(name, hello(number, at=at), at)

    def connect_all(self) -> dict[str, str]:
        """Centralized Connect, as the admin does it; returns what became of whom, once their labels are known."""
        self.story.set_up(**self.story.post.central)
        address = self.boxes[S1].address
        assert check_central(self.story.workspace, "imap", address) == []
        job = connect_all(self.story.workspace, "imap", address, actor=BOSS)
        until(lambda: Job.objects.get(pk=job.pk).state == "done")
        until(lambda: not Mailbox.objects.filter(looked_at=None).exists())
        return {one["user"]: one["status"] for one in Job.objects.get(pk=job.pk).results}

    def look_now(self, *emails: str) -> None:
        """Somebody asks for a look on the Email tab, which is made."""
        for email in emails:
            before = self.mailbox(email).fence
            assert self.browser(email).post(f"{EMAIL}/look").status_code == 302
            until(lambda email=email, before=before: self.mailbox(email).fence > before)
            until(lambda email=email: self.mailbox(email).leased_until is None)

    def apply(self, **boxes: str) -> Job:
        """Tick, and click on Apply to all users; the job once it has ended."""
        query = "&".join(f"{role}={boxes.get(role, 'off')}" for role in ("inbox", "sent"))
        press(self.browser(BOSS), f"{DEFAULT_LABELS}?{query}", **boxes)
        return self.ended(APPLY_LABELS)

    def undo(self, click: Job) -> Job:
        """Undo it on its page."""
        press(self.browser(BOSS), f"/jobs/{click.pk}/undo")
        return self.ended(UNDO_LABELS)

    def ended(self, kind: str) -> Job:
        until(lambda: Job.objects.filter(kind=kind).latest("pk").state == "done")
        return Job.objects.filter(kind=kind).latest("pk")

    def choose(self, email: str, *names: str) -> None:
        """Somebody saves the form with these labels ticked."""
        labels = {label.path[-1]: label.pk for label in self.mailbox(email).labels.all()}
        sent = {"shown": list(labels.values()), "selected": [labels[name] for name in names]}
        assert self.browser(email).post(f"{EMAIL}/labels", sent).status_code == 302

    def tab(self, email: str) -> tuple[list[str], bool]:
        """The labels that are ticked on somebody's Email tab, and whether it notes that sync is enabled for them."""
        page = self.browser(email).get(EMAIL).content.decode()
        ticked = re.findall(r'name="selected"[^>]*? checked[^>]*><span>([^<]+?)\s*<', page)
        return sorted(ticked), "Sync is enabled for you" in page

    def asked(self, email: str, since: float = 0.0) -> list[tuple[str, str]]:
        """What the product asked of this mailbox since then: the label that was open, and the command."""
        found = []
        for file in self._asked[email].glob("*.in"):
            label = ""
            for line in file.read_text(errors="replace").splitlines():
                said = re.fullmatch(r"(\d+\.\d+) P\d+ ((?:UID )?[A-Z]+)(.*)", line)
                if said is None:
                    continue
                if said[2] == "EXAMINE":
                    [label] = re.findall(r'^ "?([^"]+?)"?(?: \(.*)?$', said[3])
                if float(said[1]) >= since:
                    found.append((label, said[2]))
        return found


@pytest.fixture
def office(
    committed: None, the_dovecot: Dovecot, company_pool: ReaderPool, monkeypatch: pytest.MonkeyPatch
) -> Office:
    monkeypatch.setenv("SSL_CERT_FILE", the_dovecot.ca_file)
    monkeypatch.setattr(config(), "allowed_private_hosts", "localhost")
    # A worker in a hurry: it asks as often whether something is to be watched as it asks for all else.
    monkeypatch.setattr(watching, "LOOK_EVERY_SECONDS", 1.0)
    monkeypatch.setattr(watch_mailbox, "WAIT_SECONDS", 3.0)
    monkeypatch.setattr(watch_mailbox, "HINTS_EVERY", 1.0)
    return Office(the_dovecot, company_pool)


@pytest.fixture
def worker(office: Office) -> Iterator[None]:
    """A worker, as a process of its own, until the test ends; it ends well when it is asked to."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            run_forever()
            os._exit(0)
        except BaseException:
            os._exit(1)
    try:
        yield
    finally:
        os.kill(child, signal.SIGTERM)
        ended = os.waitpid(child, 0)[1]
    assert os.waitstatus_to_exitcode(ended) == 0


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    ends_at = time.monotonic() + MOST_SECONDS
    while not holds():
        assert time.monotonic() < ends_at, "|".join(subjects())
        time.sleep(0.05)


def press(browser: Client, address: str, **typed: str) -> Any:
    """Open a page, and send its form with what it holds and this."""
    page = browser.get(address)
    assert page.status_code == 200
    kept = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
    sent = {name: html.unescape(value) for name, value in kept} | typed
    answer = browser.post(address.partition("?")[0], sent, follow=True)
    assert answer.status_code == 200
    return answer


def selected() -> dict[str, list[str]]:
    """By user the labels that sync."""
    found: dict[str, list[str]] = {
        email: [] for email in Mailbox.objects.values_list("user__email", flat=True)
    }
    for email, path in Label.objects.filter(selected_at__isnull=False).values_list(
        "mailbox__user__email", "path"
    ):
        found[email].append(path[-1])
    return {email: sorted(names) for email, names in found.items()}


@pytest.mark.usefixtures("worker")
def test_story_3_connected_nothing_syncs_applied_it_does_and_who_comes_later_waits_for_the_next_click(
    office: Office,
) -> None:
    assert office.connect_all() == {S1: "connected", S2: "connected", S3: "connected", BOSS: "no_mailbox"}
    connected_at = time.time()
    for number, email in enumerate((S1, S2, S3), 1):
        office.deliver(email, number, "inbox", ago=5)
    office.look_now(S1, S2)
    assert selected() == {S1: [], S2: [], S3: []}
    assert (Listing.objects.count(), Message.objects.count()) == (0, 0)
    assert office.asked(S1, connected_at) != []
    assert {label for email in (S1, S2, S3) for label, _ in office.asked(email, connected_at)} == {""}

    click = office.apply(inbox="on", sent="on")
    assert click.counts == {"changed": 3, "unchanged": 0, "skipped": 1, "failed": 0}
    assert selected() == {email: ["INBOX", "Sent"] for email in (S1, S2, S3)}
    assert office.tab(S1) == office.tab(S2) == (["INBOX", "Sent"], True)
    # Who has no Email tab is reached all the same (R2).
    assert office.browser(S3).get(EMAIL).status_code == 403
    for number, email in enumerate((S1, S2, S3), 1):
        office.deliver(email, 10 + number, "Sent")
        office.deliver(email, 20 + number, "inbox")
    came_in = mails(11, 12, 13, 21, 22, 23)
    until(lambda: subjects() == came_in)

    office.add(S4, "Member")
    assert office.connect_all() == {S4: "connected", BOSS: "no_mailbox"}
    office.deliver(S4, 31, "inbox", ago=5)
    office.look_now(S4)
    assert (office.tab(S4), selected()[S4], subjects()) == (([], False), [], came_in)
    assert office.apply(inbox="on", sent="on").counts == {
        "changed": 1,
        "unchanged": 3,
        "skipped": 1,
        "failed": 0,
    }
    assert office.tab(S4) == (["INBOX", "Sent"], True)
    office.deliver(S4, 32, "Sent")
    office.deliver(S4, 33, "inbox")
    until(lambda: subjects() == sorted([*came_in, *mails(32, 33)]))


@pytest.mark.usefixtures("worker")
def test_story_4_inbox_is_off_and_asked_nothing_more_project_x_syncs_and_undoing_brings_the_gap_in(
    office: Office,
) -> None:
    office.boxes[S1].place("Project X")
    office.connect_all()
    office.choose(S1, "INBOX", "Project X")
    assert office.tab(S1) == (["INBOX", "Project X"], False)
    office.deliver(S1, 1, "inbox")
    office.deliver(S1, 2, "Project X")
    until(lambda: subjects() == mails(1, 2))

    until(lambda: office.mailbox(S1).leased_until is None)
    click = office.apply()
    since = time.time()
    assert click.counts == {"changed": 1, "unchanged": 2, "skipped": 1, "failed": 0}
    assert office.tab(S1) == (["Project X"], False)
    office.deliver(S1, 3, "inbox")
    office.deliver(S1, 4, "Project X")
    office.deliver(S1, 5, "inbox", "Project X")
    until(lambda: subjects() == mails(1, 2, 4, 5))
    assert Copy.objects.filter(message__engagement__subject="Mail 5").count() == 1
    office.look_now(S1)
    asked = set(office.asked(S1, since))
    assert {label for label, command in asked if command in ("EXAMINE", "UID SEARCH", "UID FETCH")} == {
        "Project X"
    }
    assert {("Project X", "EXAMINE"), ("Project X", "UID FETCH")} <= asked

    undone = office.undo(click)
    assert undone.counts == {"changed": 1, "unchanged": 0, "skipped": 0, "failed": 0}
    assert office.tab(S1) == (["INBOX", "Project X"], False)
    until(lambda: subjects() == mails(1, 2, 3, 4, 5))
    office.deliver(S1, 6, "inbox")
    until(lambda: subjects() == mails(1, 2, 3, 4, 5, 6))
    assert selected() == {S1: ["INBOX", "Project X"], S2: [], S3: []}


def test_story_9_settings_are_for_admin_access_and_the_tab_for_email_sync_R1_R2(office: Office) -> None:
    member, viewer, boss = (office.browser(email) for email in (S1, S3, BOSS))
    menus = [
        set(re.findall(r'href="([^"]+)"', one.get("/").content.decode())) for one in (boss, member, viewer)
    ]
    assert [(EMAIL_SYNC in menu, EMAIL in menu) for menu in menus] == [
        (True, True),
        (False, True),
        (False, False),
    ]
    wanted = {"inbox": True, "sent": True}
    for browser in (member, viewer):
        assert [browser.get(path).status_code for path in (EMAIL_SYNC, DEFAULT_LABELS, API)] == [
            403,
            403,
            403,
        ]
        assert browser.post(DEFAULT_LABELS, {"inbox": "on", "shown_for": "Inbox"}).status_code == 403
        for act in ("preview", "apply"):
            assert browser.post(f"{API}/{act}", wanted, "application/json").status_code == 403
    assert [one.get(API).status_code for one in (boss, member, viewer)] == [200, 403, 403]
    assert [one.get(EMAIL).status_code for one in (boss, member, viewer)] == [200, 200, 403]
    assert viewer.post(f"{EMAIL}/labels", {}).status_code == 403
    assert not Job.objects.exists()
