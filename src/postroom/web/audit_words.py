"""What an entry of the audit log says to a person: what was done, and what it was before and after.

Must not query. An act that is new is told by its keys as they are called, so nothing is needed here for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, TypeGuard

from postroom.actions.mailbox_source import NAMES
from postroom.core.audit import ACTS, APPLIED, CIRCLE_SEEN, MAILBOX_CONNECTED, REPORT_SEEN
from postroom.core.labels import DEFAULT_ROLES
from postroom.store.models import AuditEntry
from postroom.web.mailbox_states import MODES, day
from postroom.web.mailbox_states import ROLES as LABEL_ROLES
from postroom.web.permission_words import TITLES as PERMISSIONS
from postroom.web.tags import titled

ALIKE: Final = frozenset({APPLIED, MAILBOX_CONNECTED})
"""Acts that come to the same for everybody to whom one job did them."""
_TITLES: Final = {"source": "Through", "mode": "Kept", "permissions": "May"}
"""Keys of ``before`` and ``after`` that are not called what they are."""
_VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "source": {**NAMES, "memory": "the demo"},
    "mode": {name: title for name, (title, _) in MODES.items()},
    "permissions": PERMISSIONS,
}
_OWN: Final = {REPORT_SEEN: "your employee report", CIRCLE_SEEN: "your collaboration circle"}
"""Acts that are a look at something of a user → what it is called to that user."""
_OF_PROGRAM: Final = "token:"
_ALWAYS: Final = frozenset({"role", "source"})
"""Keys that are told unchanged, too: else nobody knew of what."""
_LABEL: Final = ("label", "label_role", "selected", "mail_from")
"""Keys of a choice of one label."""


def act_in_words(act: str) -> str:
    """What was done, without who did it: a sentence's end."""
    return ACTS.get(act, titled(act))


def act_to_you(entry: AuditEntry) -> str:
    """The same as whom it concerns reads it: ``took your employee report as a file``."""
    if entry.act not in _OWN:
        return act_in_words(entry.act)
    own = _OWN[entry.act]
    return f"took {own} as a file" if "file" in (entry.after or {}) else f"looked at {own}"


def actor_in_words(actor: str, makers: Mapping[str, str]) -> str:
    """Who did it: ``API token “CRM”, made by boss@us.com``. ``makers``: name of an API token → who made it."""
    if not actor.startswith(_OF_PROGRAM):
        return actor
    name = actor.removeprefix(_OF_PROGRAM)
    made = f", made by {actor_in_words(makers[name], {})}" if name in makers else ""
    return f"API token “{name}”{made}"


def tokens_named(actors: Iterable[str]) -> set[str]:
    """The names of the API tokens among these actors."""
    return {actor.removeprefix(_OF_PROGRAM) for actor in actors if actor.startswith(_OF_PROGRAM)}


def labels_named(entries: Iterable[AuditEntry]) -> set[int]:
    """The ids of the labels that these entries are about."""
    return {entry.after["label"] for entry in entries if _is_of_label(entry.after)}


def changes_in_words(before: Any, after: Any, labels: Mapping[int, list[str]]) -> list[str]:
    """What it was before and after, piece by piece: ``Inbox: off → on``. ``labels``: names, where they may be told."""
    if not isinstance(before, dict) and not isinstance(after, dict):
        return [] if before is after is None else [_told("", "", before, after)]
    was, now = before or {}, after or {}
    if "start" in now:
        return _report(now)
    if "communities" in now:
        return ["The communities"]
    said = [_label(was, now, labels)] if _is_of_label(now) else []
    keys = {**was, **now}
    # PostgreSQL keeps keys in an order of its own.
    for key in sorted(keys, key=lambda key: DEFAULT_ROLES.index(key) if key in DEFAULT_ROLES else -1):
        if key not in _LABEL and (was.get(key) != now.get(key) or key in _ALWAYS):
            said.append(_told(_TITLES.get(key, titled(key)), key, was.get(key), now.get(key)))
    return said


def _report(seen: Mapping[str, Any]) -> list[str]:
    """The team, if it was of one, the weeks, and the kind of file that was taken."""
    team = [f"{titled(seen['team'])} {seen['name']}"] if "team" in seen else []
    first, last = (date.fromisoformat(seen[name]) for name in ("start", "end"))
    file = [f"taken as a {seen['file'].upper()} file"] if "file" in seen else []
    return [*team, f"{first:%-d %B %Y} to {last:%-d %B %Y}", *file]


def _is_of_label(state: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(state, dict) and "label" in state


def _label(was: Mapping[str, Any], now: Mapping[str, Any], labels: Mapping[int, list[str]]) -> str:
    """A label that was selected, deselected, or goes further back."""
    role = LABEL_ROLES.get(now["label_role"], "").capitalize()
    name = role or " / ".join(labels.get(now["label"], ())) or "A label of their own"
    if not now["selected"]:
        return f"{name}: on → off"
    since = f"mail from {_day(now['mail_from'])}"
    if was.get("selected"):
        return f"{name}: {since} on, before from {_day(was['mail_from'])}"
    return f"{name}: off → on, {since}"


def _day(text: str | None) -> str:
    return day(int(datetime.fromisoformat(text).timestamp()) if text else None)


def _told(title: str, key: str, was: Any, now: Any) -> str:
    """One thing that changed; where it was not there before, or is no more, what it is or was."""
    if was is None or now is None or was == now:
        value = was if now is None else now
        is_count = isinstance(value, int) and not isinstance(value, bool)
        return f"{title}{':' if is_count else ''} {_value(key, value)}".strip()
    return f"{title}: {_value(key, was)} → {_value(key, now)}".removeprefix(": ")


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(_value(key, each) for each in value) or "nothing"
    return _VALUES.get(key, {}).get(str(value), str(value))
