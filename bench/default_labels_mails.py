"""Mail that some of the mailboxes of ``bench.default_labels_rows`` have listed: what undoing must not go through.

By SQL alone, as there are hundreds of thousands: each a copy that was let in, and its listing in a label that syncs.
"""

from __future__ import annotations

from typing import Any

MAILBOXES = 100
"""Those of the first users: a push meets dozens of them in one batch."""
MAILS = 5_000
"""Of each, received since its label began; those of all mailboxes came in turns."""
_LABELS = (
    "store_label l JOIN store_mailbox m ON m.id = l.mailbox_id "
    "WHERE l.role = 'inbox' AND l.starts_at < l.selected_at"
)
_COPIES = (
    "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < %s), "
    f"own AS (SELECT m.user_id, l.starts_at FROM {_LABELS}) "
    "INSERT INTO store_copy (message_id, fingerprint, source, lenses, starts_at, user_id, label, label_role, "
    "participants, received_at, met_at, defects, is_shown) SELECT %s, randomblob(16), 'memory', 1, starts_at, user_id, "
    "'INBOX', 'inbox', zeroblob(400), starts_at + n, starts_at + n, '', 0 FROM counted CROSS JOIN own"
)
_LISTINGS = (
    f"WITH own AS MATERIALIZED (SELECT l.id, m.user_id FROM {_LABELS}) "
    "INSERT INTO store_listing (label_id, ref, received_at, copy_id, is_due) "
    "SELECT own.id, 'mail:' || c.id, c.received_at, c.id, 0 FROM store_copy c CROSS JOIN own ON own.user_id = c.user_id"
)


def list_mails(workspace: Any) -> None:
    """Let the Inbox of the first mailboxes in which it syncs have begun earlier, with mail since."""
    from django.db import connection, transaction
    from django.db.models import F

    from postroom.store.models import Label, Message

    syncing = Label.objects.filter(mailbox__workspace=workspace, role="inbox", selected_at__isnull=False)
    some = list(syncing.order_by("pk").values_list("pk", flat=True)[:MAILBOXES])
    with transaction.atomic(), connection.cursor() as cursor:
        message = Message.objects.create(
            workspace=workspace, identity=bytes(16), reference_tokens=b"", at=0, flags=""
        )
        Label.objects.filter(pk__in=some).update(starts_at=F("selected_at") - MAILS)
        cursor.execute(_COPIES, [MAILS, message.pk])
        cursor.execute(_LISTINGS)
