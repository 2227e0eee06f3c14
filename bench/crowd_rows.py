"""The rows of a large workspace's mails, as importing them would leave them: see ``crowd``."""

from __future__ import annotations

import json
from itertools import accumulate
from random import Random
from typing import Any

from django.db import transaction

from bench.crowd import COMMON, NOW, RARE, USERS, Mail, Size
from postroom.core.message import Content
from postroom.store.bodies import pack
from postroom.store.models import Workspace
from postroom.store.sealed import pack_participants
from postroom.store.secrets import seal_of
from postroom.store.write.rows import insert

_FINDINGS = '{"found":[],"asked":["place"]}'
_SKIPPED = ("internal", "unknown_sender", "unknown_recipients", "no_customer", "spam", "blocked")

Rows = dict[str, list[tuple[Any, ...]]]


class Writer:
    """Writes mails as the rows that importing them would leave."""

    def __init__(self, workspace: Workspace, users: list[int], size: Size, random: Random) -> None:
        self._workspace, self._users, self._random = workspace.pk, users, random
        seal = seal_of(workspace)
        self._names = [f"p{number}@d{number // 5}.example" for number in range(size.persons)]
        self._ours = [f"u{number}@us.com" for number in range(USERS)]
        self._sealed = {
            address: seal.sealed(address) for address in [*self._names, *self._ours, "x@y.example"]
        }
        words = ["".join(random.choices("abdeiklmnorstu", k=random.randrange(3, 9))) for _ in range(4_000)]
        weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
        self._texts = []
        for number in range(4_000):
            text = " ".join(random.choices(words, cum_weights=weights, k=60)) + (
                f" {COMMON}" if number % 5 else ""
            )
            self._texts.append((text, pack(Content("", text, ""))))
        rare = f"{self._texts[0][0]} {RARE}"
        self._rare = (rare, pack(Content("", rare, "")))
        self._every = max(size.engagements // 40, 1)
        self._engagement = 0

    def write(self, first: int, some: list[Mail]) -> None:
        """Write these, the messages numbered from ``first`` on."""
        rows: Rows = {name: [] for name in _TABLES}
        for number, mail in enumerate(some, first):
            self._put(number, mail, rows)
        with transaction.atomic():
            for name, columns in _TABLES.items():
                insert(name, columns, sorted(rows[name]))

    def _put(self, number: int, mail: Mail, rows: Rows) -> None:
        is_in, imported = number % 2 == 0, mail.account >= 0
        outside = [self._names[person] for person in mail.persons] or ["x@y.example"]
        ours = [self._ours[mail.owner]] + ([] if mail.other is None else [self._ours[mail.other]])
        people = [*outside, *ours] if is_in else [*ours, *outside]
        roles = [("from" if place == 0 else "to", address) for place, address in enumerate(people)]
        sealed = pack_participants([(role, self._sealed[address]) for role, address in roles])
        token = number.to_bytes(16)
        rows["store_message"].append(
            (number, self._workspace, token, token, b"", mail.at, mail.at, "", "mail", "", "")
        )
        owners = [mail.owner] if mail.other is None else [mail.owner, mail.other]
        for place, owner in enumerate(owners):
            rows["store_copy"].append(
                (2 * number + place, number, (2 * number + place).to_bytes(16), "import", self._users[owner])
                + (("Inbox", "inbox") if is_in else ("Sent", "sent"))
                + (sealed, mail.at, NOW, "", imported, 1)
            )
        for address in set(people):
            rows["store_mention"].append((self._sealed[address].address, number))
        outcome, reason = ("import", "imported") if imported else ("skip", _SKIPPED[number % len(_SKIPPED)])
        rows["store_decision"].append(
            (
                number,
                self._workspace,
                number,
                "customer",
                outcome,
                reason,
                _FINDINGS,
                1,
                1,
                2 * number + 1,
                NOW,
                True,
            )
        )
        if imported:
            self._engage(number, mail, roles, rows, "in" if is_in else "out", owners)

    def _engage(
        self, number: int, mail: Mail, roles: Any, rows: Rows, direction: str, owners: list[int]
    ) -> None:
        self._engagement += 1
        key, random = self._engagement, self._random
        text, packed = self._rare if key % self._every == 0 else random.choice(self._texts)
        subject = text[: random.randrange(15, 60)]
        thread, rfc_id = mail.thread.to_bytes(16), f"{number}@us.com"
        shown = json.dumps([{"role": role, "email": address, "name": ""} for role, address in roles])
        rows["store_engagement"].append(
            (
                key,
                self._workspace,
                number,
                "mail",
                mail.at,
                subject,
                text[:160],
                direction,
                thread,
                rfc_id,
                shown,
            )
        )
        for person in mail.persons:
            rows["store_engagementperson"].append((person + 1, mail.at, key, direction))
        rows["store_engagementaccount"].append((mail.account + 1, mail.at, key, direction))
        for owner in owners:
            rows["store_engagementuser"].append((key, self._users[owner]))
        rows["store_variant"].append((key, key, key.to_bytes(16), subject, packed, "", 3))
        rows["store_search"].append((key, subject, " ".join(address for _, address in roles), text))


_TABLES = {
    "store_message": "id, workspace_id, identity, message_id_token, reference_tokens, at, date, flags, kind, "
    "deleted_by, released_by",
    "store_copy": "id, message_id, fingerprint, source, user_id, label, label_role, participants, received_at, "
    "met_at, defects, is_shown, lenses",
    "store_mention": "address, message_id",
    "store_decision": "id, workspace_id, message_id, lens, outcome, reason, findings, policy, revision, last_copy, "
    "decided_at, is_current",
    "store_engagement": "id, workspace_id, message_id, kind, at, subject, snippet, direction, thread, "
    "rfc_message_id, participants",
    "store_engagementperson": "person_id, at, engagement_id, direction",
    "store_engagementaccount": "account_id, at, engagement_id, direction",
    "store_engagementuser": "engagement_id, user_id",
    "store_variant": "id, engagement_id, digest, subject, body, defects, kept",
    "store_search": "rowid, subject, people, text",
}
