"""The demo's mailboxes: the same in every process, read like any other, one of each kind of state."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from threading import Thread
from typing import Any

import pytest
from mail_world import ACTOR, LONG_AGO, taken

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_organization import add_organization
from postroom.actions.add_users import add_users
from postroom.actions.demo_mailboxes import NAME, connect_demo_mailboxes
from postroom.actions.demo_server import ensure_server
from postroom.actions.mailbox_access import access_of
from postroom.actions.mailbox_secrets import sealed
from postroom.actions.sync_mailbox import look
from postroom.demo import company
from postroom.demo.colleagues import DOMAIN, USERS
from postroom.providers.memory import MASTER_PASSWORD, PROVIDER
from postroom.providers.port import Access
from postroom.store.models import Decision, Label, Listing, Mailbox, Source, User, Vanished, Workspace
from postroom.store.write.workspaces import create_workspace_row

NOW = 1_700_000_000
"""Long ago, so that no clock on which this runs is before it."""
HOUR, DAY = 3_600, 86_400
TOM = company.user_named("Tom Okafor").email

_READ = """
import json, sys, django
django.setup()
from test_demo_mailboxes import source_until, told
print(json.dumps(told(source_until(int(sys.argv[1]), int(sys.argv[2])))))
"""


def source_until(present: int, ends_at: int) -> Source:
    """A source of a demo, not stored."""
    return Source(kind="memory", name=NAME, settings={"present": present, "ends_at": ends_at})


def told(source: Source) -> dict[str, Any]:
    """What the source's server tells of Tom's mailbox: by label its cursor, refs and bytes."""
    access = Access(TOM, {"server": ensure_server(source)}, {"password": "password"})
    found: dict[str, Any] = {}
    with PROVIDER.open(access) as opened:
        for label in opened.labels():
            if label.is_selectable:
                refs = [one.ref for one in opened.list(label.ref, 0, 2**40).listed]
                raws = b"".join(whole.raw for whole in opened.wholes(label.ref, refs))
                cursor = dict(opened.changes(label.ref, None).cursor)
                found[label.ref] = [cursor, refs, sha256(raws).hexdigest()]
    return found


@pytest.fixture
def demo(transactional_db: None) -> Iterator[Workspace]:
    """A workspace with the demo's users, accounts and blocklist, and none of its mail."""
    made = create_workspace_row("A demo", b"the key of a workspace of tests.")
    taken(add_organization(made, [DOMAIN], actor=ACTOR))
    taken(add_users(made, [{"email": user.email, "name": user.name} for user in USERS], actor=ACTOR))
    accounts = [
        {"name": a.name, "domains": [{"domain": d, "known_since": LONG_AGO} for d in a.domains]}
        for a in company.ACCOUNTS
    ]
    taken(add_accounts(made, accounts, actor=ACTOR))
    taken(add_blocklist(made, [{"value": company.BLOCKED_DOMAIN}], actor=ACTOR))
    yield made


def mailbox(name: str) -> Mailbox:
    return Mailbox.objects.get(user__email=company.user_named(name).email)


def begun(demo: Workspace, present: int, seconds: int = 0) -> None:
    """The source of a demo whose mail ends so long after the present."""
    source = source_until(present, present + seconds)
    source.workspace, source.crawling_depth, source.created_by = demo, date(2020, 1, 1), ACTOR
    source.sealed_secret = sealed({"master_password": MASTER_PASSWORD})
    source.feeds_customer = source.is_central = True
    source.save()
    connect_demo_mailboxes(demo, present + 5)


def selected(name: str) -> list[tuple[str, str, int | None]]:
    labels = Label.objects.filter(mailbox=mailbox(name), selected_at__isnull=False).order_by("pk")
    return [("/".join(label.path), label.origin, label.starts_at) for label in labels]


def met(row: Mailbox) -> dict[str, int]:
    """By label how many mails are known to be in it and came to a copy."""
    labels = Label.objects.filter(mailbox=row, selected_at__isnull=False)
    return {label.ref: label.listings.filter(copy__isnull=False).count() for label in labels}


def at_the_server(row: Mailbox) -> dict[str, int]:
    """By label how many mails the server has."""
    there = told(Source.objects.get(pk=row.source_id))
    return {label: len(there[label][1]) for label in met(row)}


def reasons() -> Counter[str]:
    found = Decision.objects.filter(lens="customer", is_current=True)
    return Counter(found.values_list("reason", flat=True))


def test_another_process_finds_the_same_refs_cursors_and_bytes() -> None:
    present = NOW + 1
    before = told(source_until(present, present + HOUR))
    later = told(source_until(present, present + 3 * HOUR))
    assert before != later
    command = [sys.executable, "-c", _READ, str(present)]
    path = {"PYTHONPATH": os.pathsep.join(sys.path), "DJANGO_SETTINGS_MODULE": "postroom.settings"}
    known = {**os.environ, **path, "PYTHONHASHSEED": "1"}
    for ends_at, here in ((present + HOUR, before), (present + 3 * HOUR, later)):
        elsewhere = subprocess.run([*command, str(ends_at)], env=known, stdout=subprocess.PIPE, check=True)
        assert json.loads(elsewhere.stdout) == here


def test_several_threads_have_one_server_and_no_mail_twice() -> None:
    source = source_until(NOW + 2, NOW + 2 + HOUR)
    names: list[str] = []
    threads = [Thread(target=lambda: names.append(ensure_server(source))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refs = [ref for _, refs, _ in told(source).values() for ref in refs]
    assert (set(names), len(names), len(refs)) == ({f"demo {NOW + 2}"}, 8, len(set(refs)))


def test_mail_of_the_future_has_not_come_yet() -> None:
    ahead = 2**35
    assert all(not refs for _, refs, _ in told(source_until(ahead, ahead + HOUR)).values())


def test_users_are_connected_as_they_would_be_and_again_changes_nothing_M2_M4(demo: Workspace) -> None:
    now = int(time.time())
    connect_demo_mailboxes(demo, now)
    [source] = Source.objects.all()
    assert (source.name, source.kind, source.is_central) == ("Demo mail server", "memory", True)
    assert source.settings == {"present": now, "ends_at": now + 14 * DAY}
    assert {box.user.name: (box.is_central, box.trouble) for box in Mailbox.objects.all()} == {
        "Maya Lindqvist": (False, ""),
        "Tom Okafor": (False, ""),
        "Kate Ashby": (False, ""),
        "Elif Demir": (True, ""),
        "Oliver Stanton": (True, ""),
        "Greg Marlow": (False, ""),
    }
    assert selected("Maya Lindqvist") == [
        ("INBOX", "user", now - 7 * DAY),
        ("Sent", "user", now - 7 * DAY),
        ("Projects/Brightwater Clinics", "user", now - 7 * DAY),
    ]
    of_tom = ["INBOX", "Sent", "Drafts", "Spam", "Projects/Alder Bakeries"]
    assert selected("Tom Okafor") == [(path, "user", now - 14 * DAY) for path in of_tom]
    assert selected("Kate Ashby") == []
    assert selected("Elif Demir") == [("INBOX", "admin", now), ("Sent", "admin", now)]
    assert selected("Oliver Stanton") == [("INBOX", "admin", now)]
    before = list(Label.objects.order_by("pk").values("pk", "selected_at", "starts_at", "chosen_at"))
    connect_demo_mailboxes(demo, now + 60)
    assert list(Label.objects.order_by("pk").values("pk", "selected_at", "starts_at", "chosen_at")) == before
    assert (Source.objects.count(), Mailbox.objects.count(), Listing.objects.count()) == (1, 6, 0)


def test_what_came_before_is_met_and_what_comes_after_too_L5_M13(demo: Workspace) -> None:
    present = NOW + 10
    begun(demo, present)
    tom = mailbox("Tom Okafor")
    look(tom.pk)
    assert met(tom) == at_the_server(tom)
    before = reasons()
    Source.objects.update(settings={"present": present, "ends_at": present + 6 * HOUR})
    look(tom.pk)
    assert met(tom) == at_the_server(tom)
    assert before == {"imported": 16, "internal": 3, "unknown_sender": 3, "blocked": 2, "draft": 1}
    assert reasons() == {"imported": 56, "unknown_sender": 7, "internal": 5, "blocked": 4, "draft": 2}
    assert (mailbox("Tom Okafor").trouble, Vanished.objects.count()) == ("", 0)


def test_who_changed_the_password_has_to_sign_in_again_M14(demo: Workspace) -> None:
    begun(demo, NOW + 20)
    look(mailbox("Greg Marlow").pk)
    greg = mailbox("Greg Marlow")
    assert (greg.trouble, greg.trouble_code) == ("sign_in_again", "password_refused")


def test_only_sources_of_a_demo_have_its_server(demo: Workspace) -> None:
    source = Source.objects.create(
        workspace=demo, name="Ours", kind="memory", feeds_customer=True, created_by=ACTOR
    )
    box = Mailbox.objects.create(
        workspace=demo, user=User.objects.get(email=TOM), source=source, address=TOM, connected_by=TOM
    )
    assert access_of(box).settings == {}
