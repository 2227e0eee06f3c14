"""Update user settings: Collect passive data, time zone and locale of many users at once (P2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

from django.utils import timezone

from postroom.actions.answer import RecordAnswer, RecordFate, answers, judge_each
from postroom.actions.record import Record, flag
from postroom.actions.rejection import Rejected
from postroom.actions.set_consent import check_switch, set_consent
from postroom.actions.typed import typed_address
from postroom.actions.user_attributes import ATTRIBUTES, email_of
from postroom.store.models import User, Workspace
from postroom.store.read.users import users_by_address
from postroom.store.write import rollups
from postroom.store.write.directory import directory_change

PLAIN: Final = ("time_zone", "locale")
FIELDS: Final = ("email", "collect_passive_data", *PLAIN)


def update_user_settings(
    workspace: Workspace, records: Sequence[Any], *, actor: str, how: str
) -> list[RecordAnswer]:
    """Change the settings of a user for each record, found by e-mail address or alias.

    What is not given stays, null clears: a cleared *Collect passive data* is off. Each real change of it is recorded
    with ``actor`` and ``how`` (see ``core.consent.WAYS``); of several records on one user the last counts.
    """
    with directory_change(workspace, actor, "update user settings") as change:
        call = _UpdateUserSettings(users_by_address(workspace, _mentioned(records)))
        outcomes = judge_each(records, call.judge)
        change.update(list(call.updated.values()), [*PLAIN, "updated_at"])
        rollups.note_outdated()
        set_consent(workspace, list(call.wanted.values()), actor=actor, how=how)
    return answers(outcomes)


class _UpdateUserSettings:
    """One call: the users as they will be, and which of them changed."""

    def __init__(self, known: dict[str, User]) -> None:
        self.known = known
        self.updated: dict[int, User] = {}
        self.wanted: dict[int, tuple[User, bool]] = {}
        """By user, whether Collect passive data is to be on."""

    def judge(self, sent: Any, outcome: RecordFate) -> str:
        record = Record(sent, FIELDS)
        user = self._user(record, outcome)
        values = {
            name: record.read(name, ATTRIBUTES[name].read, ATTRIBUTES[name].cleared)
            for name in PLAIN
            if name in record
        }
        wanted = record.read("collect_passive_data", flag, False)
        is_switched = "collect_passive_data" in record and wanted != self._collects(user)
        if is_switched:
            check_switch(user, wanted)
            self.wanted[user.pk] = (user, wanted)
        differing = {name: value for name, value in values.items() if getattr(user, name) != value}
        if differing:
            for name, value in {**differing, "updated_at": timezone.now()}.items():
                setattr(user, name, value)
            self.updated[user.pk] = user
        return "updated" if is_switched or differing else "unchanged"

    def _user(self, record: Record, outcome: RecordFate) -> User:
        email = record.read("email", email_of, "")
        if not email:
            raise Rejected("email_required", "email")
        outcome.id = email
        user = self.known.get(email)
        if user is None:
            raise Rejected("user_unknown", "email")
        outcome.id = user.email
        return user

    def _collects(self, user: User) -> bool:
        """Whether it is on, after the records before."""
        return self.wanted[user.pk][1] if user.pk in self.wanted else user.collects_since is not None


def _mentioned(records: Iterable[Any]) -> Iterator[str]:
    for record in records:
        if isinstance(record, dict):
            with suppress(Rejected):
                yield typed_address(record.get("email"))
