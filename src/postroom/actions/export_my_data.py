"""Write out what Postroom keeps about one user, for that user, as one JSON document (S6).

Format: ``docs/reference/my-data.md``. It names no address of anybody outside, and of colleagues only those who
consented. Only the pieces of it are in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.utils import timezone

from postroom.actions.report_document import parts_of
from postroom.core.circle import TEN_THOUSAND
from postroom.core.clock_text import moment_text, rfc3339
from postroom.core.consent import TEXTS
from postroom.core.rollup import Pair
from postroom.core.weeks import date_of
from postroom.store.models import AuditEntry, Consent, Decision, User
from postroom.store.read.audit import entries_of
from postroom.store.read.consent import consents_of
from postroom.store.read.held import Held, failed_of, held_of, queued_of
from postroom.store.read.my_data import KeptInteraction, KeptWeek, decisions_of, interactions_of, weeks_of
from postroom.store.read.sign_in import sessions_of
from postroom.store.read.users import addresses_of

FORMAT: Final = "postroom.my_data"
VERSION: Final = 1
_PROFILE: Final = (
    "email",
    "name",
    "title",
    "department",
    "location",
    "manager_email",
    "employee_id",
    "employment_type",
    "time_zone",
    "locale",
    "role",
    "custom",
)


def export_my_data(user: User) -> Iterator[str]:
    """The document in pieces."""
    head: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": moment_text(timezone.now()),
        "workspace": user.workspace.name,
        "profile": _profile(user),
        "consent": _consent(user),
        "held": [held_in_words(held) for held in held_of(user)],
        "queued": queued_of(user),
        "failed": failed_of(user),
        "sign_ins": _sign_ins(user),
    }
    yield json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    yield from _list("audit", map(_audit, entries_of(user).iterator()))
    yield from _list("interactions", map(_interaction, interactions_of(user)))
    yield from _list("decisions", map(_decision, decisions_of(user)))
    yield from _list("weeks", map(_week, weeks_of(user)))
    yield "\n}\n"


def _list(name: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A list of the document, a line for each row."""
    yield f',\n "{name}": ['
    for position, row in enumerate(rows):
        yield (",\n  " if position else "\n  ") + json.dumps(row, ensure_ascii=False)
    yield "]"


def _profile(user: User) -> dict[str, Any]:
    return {
        **{name: getattr(user, name) for name in _PROFILE},
        "aliases": [entry.address for entry in addresses_of([user])[user.pk] if entry.is_alias],
        "hire_date": user.hire_date and user.hire_date.isoformat(),
        "termination_date": user.termination_date and user.termination_date.isoformat(),
        "created_at": moment_text(user.created_at),
    }


def _consent(user: User) -> dict[str, Any]:
    history = consents_of(user)
    return {
        "collect_passive_data": user.collects_since is not None,
        "since": moment_text(user.collects_since),
        "history": [said_in_words(said) for said in history],
        "texts": {str(number): TEXTS[number] for number in sorted({said.text_version for said in history})},
    }


def said_in_words(said: Consent) -> dict[str, Any]:
    """One record of consent, as programs read it."""
    return {
        "given": said.is_given,
        "at": moment_text(said.at),
        "by": said.actor,
        "how": said.how,
        "text_version": said.text_version,
    }


def held_in_words(held: Held) -> dict[str, Any]:
    """What is held of a kind, as programs read it."""
    return {**held._asdict(), "oldest": rfc3339(held.oldest), "newest": rfc3339(held.newest)}


def _sign_ins(user: User) -> list[dict[str, Any]]:
    sessions = sessions_of(user.login) if user.login else []
    return [
        {"began_at": moment_text(one.began_at), "way": one.way, "browser": one.browser} for one in sessions
    ]


def _audit(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": moment_text(entry.at),
        "act": entry.act,
        "by": entry.actor,
        "before": entry.before,
        "after": entry.after,
    }


def _interaction(kept: KeptInteraction) -> dict[str, Any]:
    row = kept.row
    outsiders = len(row.outsiders) // 16
    return {
        "kind": row.kind,
        "at": rfc3339(row.at),
        "sent": row.is_sent,
        "seconds": row.seconds,
        "automatic": row.is_automatic,
        "inside": row.is_inside,
        "outside": row.is_outside,
        "others": row.others,
        "colleagues": [{"email": email, "role": role} for email, role in kept.named],
        "outsiders": outsiders,
    }


def _decision(row: Decision) -> dict[str, Any]:
    return {
        "message": row.message_id,
        "kind": row.message.kind,
        "date": rfc3339(row.message.at),
        "outcome": row.outcome,
        "reason": row.reason,
        "decided_at": rfc3339(row.decided_at),
    }


def _week(week: KeptWeek) -> dict[str, Any]:
    return {
        "start": date_of(week.sunday).isoformat(),
        "end": date_of(week.sunday + 6).isoformat(),
        "figures": week.figures,
        "days": {block: [day._asdict() for day in days] for block, days in week.days.items()},
        "with": [_with(email, pair) for email, pair in week.named.items()],
        "not_named": week.not_named,
    }


def _with(email: str, pair: Pair) -> dict[str, Any]:
    strength = {name: getattr(pair, name) / TEN_THOUSAND for name in ("given", "got", "together")}
    return {"email": email, **strength, "last_at": rfc3339(pair.last_at), **parts_of(pair)}
