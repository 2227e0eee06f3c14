"""The company of the cases with its mail at a mail system of each kind, and what people do by the product's actions.

Times are those of a clock that the story moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from django.db import connection
from dovecot import Dovecot, dovecot
from fake_graph import fake_graph
from gmail_emulate import Emulate, emulate, listening
from gmail_shim import Shim
from mail_world import ACTOR, KEY, NOON, S1, the_company
from pymap_server import Pymap, pymap
from story_posts import Box, DovecotPost, GmailPost, GraphPost, MemoryPost, Post, PymapPost

from postroom.actions.add_users import add_users
from postroom.actions.choose_labels import choose_labels
from postroom.actions.connect_all import check_central, connect_all
from postroom.actions.mailbox_reading import Met
from postroom.actions.mailbox_source import set_up_source
from postroom.actions.sync_mailbox import look
from postroom.actions.work import claim_job, do_claimed
from postroom.config import config
from postroom.core.labels import USER
from postroom.providers import oauth, registry
from postroom.providers.memory import memory_server
from postroom.reader import ReaderPool
from postroom.store.models import Job, Label, Mailbox, Source, User, Workspace
from postroom.store.read.users import addresses_of
from postroom.worker.duties import DUTIES

ROLES = ("inbox", "sent", "drafts", "spam", "trash")
_numbers = count(1)


@pytest.fixture(scope="session")
def the_dovecot() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def the_pymap() -> Iterator[Pymap]:
    with pymap() as server:
        yield server


@pytest.fixture(scope="session")
def the_emulate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulate]:
    with emulate(tmp_path_factory.mktemp("emulate")) as server:
        yield server


@pytest.fixture(scope="session")
def company_pool() -> Iterator[ReaderPool]:
    """Reading processes for every company with the usual key."""
    with ReaderPool(KEY, 1) as pool:
        yield pool


@contextmanager
def _memory(request: pytest.FixtureRequest, patch: pytest.MonkeyPatch, *, stay: bool) -> Iterator[MemoryPost]:
    patch.setitem(registry._WHERE, "imap", "postroom.providers.memory")  # type: ignore[index]
    name = f"story {next(_numbers)}"
    with memory_server(name, refs_stay_when_moved=stay) as server:
        yield MemoryPost(name, server)


@contextmanager
def _dovecot(request: pytest.FixtureRequest, patch: pytest.MonkeyPatch) -> Iterator[DovecotPost]:
    server: Dovecot = request.getfixturevalue("the_dovecot")
    patch.setenv("SSL_CERT_FILE", server.ca_file)
    patch.setattr(config(), "allowed_private_hosts", "localhost")
    yield DovecotPost(server)


@contextmanager
def _pymap(request: pytest.FixtureRequest, patch: pytest.MonkeyPatch) -> Iterator[PymapPost]:
    patch.setattr(config(), "allowed_private_hosts", "localhost")
    yield PymapPost(request.getfixturevalue("the_pymap"))


@contextmanager
def _gmail(request: pytest.FixtureRequest, patch: pytest.MonkeyPatch) -> Iterator[GmailPost]:
    server: Emulate = request.getfixturevalue("the_emulate")
    patch.setattr(oauth, "_kept", {})
    shim = Shim(server)
    with listening(shim) as address:
        patch.setattr(config(), "google_api", address)
        patch.setattr(config(), "google_directory", address)
        patch.setattr(config(), "google_token", f"{address}/token")
        yield GmailPost(server, shim)


@contextmanager
def _graph(request: pytest.FixtureRequest, patch: pytest.MonkeyPatch) -> Iterator[GraphPost]:
    patch.setattr(oauth, "_kept", {})
    with fake_graph() as fake:
        patch.setattr(config(), "microsoft_login", fake.address)
        patch.setattr(config(), "microsoft_graph", fake.address)
        yield GraphPost(fake)


_POSTS: dict[str, Callable[[pytest.FixtureRequest, pytest.MonkeyPatch], Any]] = {
    "memory like IMAP": lambda request, patch: _memory(request, patch, stay=False),
    "memory like Gmail": lambda request, patch: _memory(request, patch, stay=True),
    "Microsoft": _graph,
    "Dovecot": _dovecot,
    "pymap": _pymap,
    "Gmail": _gmail,
}
PLAIN = ("memory like IMAP", "memory like Gmail", "Microsoft")
"""Those that need no server of others."""
ALL_POSTS = [pytest.param(name, marks=() if name in PLAIN else pytest.mark.servers) for name in _POSTS]


@pytest.fixture(params=ALL_POSTS)
def post(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """A mail system of each kind."""
    with _POSTS[request.param](request, monkeypatch) as made:
        yield made


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """A database that is written for good. Needs ``available_apps``, so that PostgreSQL can empty it."""
    yield
    if connection.vendor == "sqlite":  # the search index is no model's table
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO store_search(store_search) VALUES ('delete-all')")


@pytest.fixture
def story(post: Post, company_pool: ReaderPool) -> Story:
    """The company at this mail system. Wants a database, as the test says."""
    return Story(the_company(), post, company_pool)


# The company


class Story:
    """The company of the cases, whose mail lies at one mail system, and a clock."""

    def __init__(self, workspace: Workspace, post: Post, pool: ReaderPool) -> None:
        self.workspace, self.post, self.pool = workspace, post, pool
        self.now = NOON - 600
        self.set_up(**post.own)

    def set_up(self, **fields: Any) -> Source:
        """Set up the source, beginning a year before the story."""
        source = set_up_source(self.workspace, self.post.kind, fields, actor=ACTOR)
        Source.objects.filter(pk=source.pk).update(
            crawling_depth="2025-03-02", settings=source.settings | self.post.where
        )
        return source

    def later(self, seconds: int) -> None:
        """Move the clock."""
        self.now += seconds

    def user(self, email: str = S1) -> User:
        return User.objects.select_related("workspace").get(workspace=self.workspace, email=email)

    def new_box(self, email: str = S1) -> Box:
        """A mailbox of this user, whose address is one of theirs now."""
        box = self.post.new_box()
        [entries] = addresses_of([self.user(email)]).values()
        aliases = [entry.address for entry in entries if entry.address != email]
        [answer] = add_users(
            self.workspace, [{"email": email, "aliases": [*aliases, box.address]}], actor=ACTOR
        )
        assert answer["status"] == "updated"
        return box

    def connect(self, box: Box, email: str = S1) -> Mailbox:
        """Connect a user's own mailbox, and look at its labels."""
        mailbox = self.post.connect(self.user(email), box)
        self.look(mailbox)
        return mailbox

    def connect_all(self, box: Box) -> Job:
        """Connect all by the one secret of the source, tried with this mailbox first."""
        self.set_up(**self.post.central)
        assert check_central(self.workspace, self.post.kind, box.address) == []
        connect_all(self.workspace, self.post.kind, box.address, actor=ACTOR)
        return self.run_job()

    def run_job(self) -> Job:
        """Do the job that is due, as the worker does."""
        job = claim_job()
        assert job is not None
        do_claimed(job, DUTIES[job.kind])
        job.refresh_from_db()
        return job

    def labels(self, mailbox: Mailbox, *names: str) -> list[Label]:
        """Its labels with these roles or names."""
        found = Label.objects.filter(mailbox=mailbox, gone_at=None).order_by("pk")
        return [label for label in found if label.role in names or label.path[-1] in names]

    def choose(self, mailbox: Mailbox, *names: str, days: int = 0, is_wanted: bool = True) -> list[Label]:
        """Select these labels, or deselect them; a second later than all before."""
        self.later(1)
        labels = self.labels(mailbox, *names)
        assert len(labels) == len(names), [label.path for label in labels]
        wanted = {label.pk: is_wanted for label in labels}
        choose_labels(
            mailbox,
            wanted,
            origin=USER,
            actor=mailbox.user.email,
            backfill_days=days if is_wanted else 0,
            now=self.now,
        )
        self.later(1)
        return labels

    def look(self, mailbox: Mailbox, **how: Any) -> Met:
        """Look into it now; nothing may go wrong."""
        met = look(mailbox.pk, clock=lambda: self.now, pool=self.pool, **how)
        mailbox.refresh_from_db()
        assert (mailbox.trouble, mailbox.trouble_code, met is not None) == ("", "", True)
        assert met is not None
        return met
