"""Our side of syncing, in a process of its own: ``prepare JSON`` makes the mailboxes, ``look`` looks into all."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from datetime import UTC, datetime
from typing import Any

KNOWN_SINCE = "1990-01-01"
BACK_DAYS = 10_000
NOW = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())


def main() -> None:
    """Do what is asked."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "postroom.settings"
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        _prepare(json.loads(sys.argv[2]))
    else:
        print(json.dumps(_look()))


def _prepare(asked: dict[str, Any]) -> None:
    """One source, central, with a mailbox for each address, in whose inbox and sent everything is wanted."""
    from postroom.actions.add_accounts import add_accounts
    from postroom.actions.add_organization import add_organization
    from postroom.actions.add_users import add_users
    from postroom.actions.create_workspace import create_workspace
    from postroom.actions.mailbox_secrets import sealed
    from postroom.store.models import Mailbox, Source, User
    from postroom.store.upgrade import upgrade

    upgrade()
    addresses = asked["addresses"]
    workspace = create_workspace(asked["workspace"], addresses[0]).workspace
    add_organization(workspace, [addresses[0].partition("@")[2]], actor="command line")
    for at in range(1, len(addresses), 500):
        add_users(
            workspace, [{"email": address} for address in addresses[at : at + 500]], actor="command line"
        )
    customer = {"name": "Customer", "domains": [{"domain": "customer.example", "known_since": KNOWN_SINCE}]}
    add_accounts(workspace, [customer], actor="command line")
    source = Source.objects.create(
        workspace=workspace,
        name="IMAP",
        kind="imap",
        feeds_customer=True,
        feeds_people=True,
        settings={"host": "localhost", "port": asked["port"], "security": "none", "allow_plain": True},
        sealed_secret=sealed(asked["secret"]),
        is_central=True,
        created_by="command line",
    )
    users = dict(User.objects.filter(workspace=workspace).values_list("email", "pk"))
    Mailbox.objects.bulk_create(
        Mailbox(
            workspace=workspace,
            user_id=users[address],
            source=source,
            address=address,
            is_central=True,
            connected_at=datetime.now(UTC),
            connected_by="command line",
        )
        for address in addresses
    )
    _look()
    _select()


def _select() -> None:
    from postroom.store.models import Label

    Label.objects.filter(role__in=("inbox", "sent")).update(
        selected_at=NOW, starts_at=NOW - BACK_DAYS * 86_400, origin="admin"
    )


def _look() -> dict[str, float]:
    """Look into every mailbox until there is no more to do."""
    from postroom.actions import sync_mailbox
    from postroom.providers.imap.mailbox import OpenImapMailbox
    from postroom.store.models import Engagement, Mailbox

    requests = 0
    end = OpenImapMailbox.__exit__

    def counted(self: OpenImapMailbox, *error: object) -> None:
        nonlocal requests
        requests += self.requests
        end(self, *error)

    OpenImapMailbox.__exit__ = counted  # type: ignore[method-assign]
    ids = list(Mailbox.objects.values_list("pk", flat=True))
    begun, cpu = time.perf_counter(), _cpu_seconds()
    for id_ in ids:
        sync_mailbox.look(id_, seconds=3_600)
    seconds = time.perf_counter() - begun
    if failed := Mailbox.objects.exclude(trouble="").values_list("trouble", "trouble_code").first():
        raise SystemExit(f"a mailbox is in trouble: {failed}")
    return {
        "seconds": seconds,
        "cpu_seconds": _cpu_seconds() - cpu,
        "requests": requests,
        "imported": Engagement.objects.count(),
    }


def _cpu_seconds() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


if __name__ == "__main__":
    main()
