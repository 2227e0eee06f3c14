"""Makes a workspace of many mailboxes, in a process of its own: ``python -m bench.default_labels_rows USERS [mails]``.

Every mailbox has ``LABELS`` labels. Users differ as they do in a company: some chose Inbox themselves, some sync both,
some have another label alone, a few have no Sent label, no mailbox, or are disabled.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from bench.default_labels_mails import list_mails

WORKSPACE, ADMIN = "Bench", "u0@us.com"
NOW = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
LABELS = 30
OFTEN_READ = 40
"""Listed mails of a label that synced once: what a push that selects it again has to look through."""
_ROLES = ("inbox", "sent", "drafts", "spam", "trash", "archive")
_AT_ONCE = 500


def main() -> None:
    """Make the workspace with so many users."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "postroom.settings"
    import django

    django.setup()
    from django.db import connection

    from postroom.actions.create_workspace import create_workspace
    from postroom.store.models import Login, User
    from postroom.store.upgrade import upgrade

    upgrade()
    with connection.cursor() as cursor:
        for pragma in ("synchronous=OFF", "cache_size=-200000", "foreign_keys=OFF"):
            cursor.execute(f"PRAGMA {pragma}")
    workspace = create_workspace(WORKSPACE, ADMIN).workspace
    admin = User.objects.get(workspace=workspace, email=ADMIN)
    admin.login, _ = Login.objects.get_or_create(email=ADMIN)
    admin.save()
    count = int(sys.argv[1])
    for begin in range(0, count, _AT_ONCE):
        _write(workspace, range(begin, min(begin + _AT_ONCE, count)))
    if "mails" in sys.argv[2:]:
        list_mails(workspace)


def _write(workspace: Any, numbers: range) -> None:
    from django.db import transaction

    with transaction.atomic():
        users = _write_users(workspace, numbers)
        boxes = _write_mailboxes(workspace, users)
        _write_labels(boxes, users)


def _write_users(workspace: Any, numbers: range) -> dict[int, int]:
    """Write the users of these numbers but for 0, the administrator, who is there; answers the id of each number."""
    from postroom.store.models import User

    User.objects.bulk_create(
        User(
            workspace=workspace,
            email=_email(number),
            name=f"User {number}",
            disabled_at=datetime.now(UTC) if number % 50 == 49 else None,
        )
        for number in numbers
        if number
    )
    emails = [_email(number) for number in numbers]
    ids = dict(User.objects.filter(workspace=workspace, email__in=emails).values_list("email", "pk"))
    return {number: ids[_email(number)] for number in numbers}


def _write_mailboxes(workspace: Any, users: Mapping[int, int]) -> list[Any]:
    from postroom.store.models import Mailbox, Source

    source, _ = Source.objects.get_or_create(
        workspace=workspace,
        kind="memory",
        defaults={"name": "Mail", "crawling_depth": date(2025, 11, 1), "created_by": ADMIN},
    )
    return Mailbox.objects.bulk_create(
        Mailbox(
            workspace=workspace,
            user_id=user,
            source=source,
            address=_email(number),
            is_central=True,
            connected_at=datetime.now(UTC),
            connected_by=ADMIN,
            labels_at=NOW,
            look_at=NOW,
        )
        for number, user in users.items()
        if number % 20 != 19
    )


def _write_labels(boxes: Iterable[Any], users: Mapping[int, int]) -> None:
    from postroom.store.models import Label, Listing

    numbers = {user: number for number, user in users.items()}
    labels = Label.objects.bulk_create(
        [label for box in boxes for label in labels_of(box.pk, numbers[box.user_id])], batch_size=1_000
    )
    Listing.objects.bulk_create(
        Listing(label_id=label.pk, ref=f"1:{number}", received_at=NOW - number)
        for label in labels
        if label.origin and label.selected_at is None
        for number in range(OFTEN_READ)
    )


def _email(number: int) -> str:
    return f"u{number}@us.com"


def labels_of(mailbox: int, number: int) -> list[Any]:
    """The labels of the mailbox of the user of this number."""
    from postroom.store.models import Label

    kind = number % 5
    chosen: dict[str, Any] = {"origin": "user", "chosen_by": _email(number), "chosen_at": NOW}
    syncs = {"selected_at": NOW, "starts_at": NOW}
    states: dict[str, dict[str, Any]] = {
        0: {},
        1: {"inbox": chosen | syncs},
        2: {"inbox": chosen | syncs | {"origin": "admin"}, "sent": chosen | syncs | {"origin": "admin"}},
        3: {"Label 7": chosen | syncs, "inbox": chosen},
        4: {"sent": chosen | syncs},
    }[kind]
    names = [role for role in _ROLES if not (role == "sent" and number % 50 == 7)]
    names += [f"Label {place}" for place in range(LABELS - len(names))]
    return [
        Label(
            mailbox_id=mailbox,
            ref=name,
            path=[name],
            role=name if name in _ROLES else "",
            total=100,
            **states.get(name, {}),
        )
        for name in names
    ]


if __name__ == "__main__":
    main()
