"""Add users: create and update many at once, each record for itself (U1, U2, U3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

from django.utils import timezone

from postroom.actions.answer import RecordAnswer, RecordFate, answers, judge_each
from postroom.actions.collecting_default import begin_collecting
from postroom.actions.record import Record
from postroom.actions.rejection import Rejected
from postroom.actions.typed import typed_address
from postroom.actions.user_attributes import ATTRIBUTES, FIELDS, aliases_of, email_of
from postroom.core import audit as acts
from postroom.core.permissions import PERMISSIONS, may_give
from postroom.store.models import User, UserAddress, Workspace
from postroom.store.read.roles import roles_of
from postroom.store.read.users import administrators
from postroom.store.rows import batched
from postroom.store.write import audit, rollups
from postroom.store.write.directory import DirectoryChange, directory_change

ALL_PERMISSIONS = frozenset(PERMISSIONS)
_NOTED: Final = {"manager_email": (acts.MANAGER_SET, "manager"), "role": (acts.ROLE_GIVEN, "role")}
"""Attributes whose change is in the audit log, as they open something to somebody: the act, and its key there."""


def add_users(
    workspace: Workspace,
    records: Sequence[Any],
    *,
    actor: str,
    granted_by: frozenset[str] = ALL_PERMISSIONS,
    dry_run: bool = False,
) -> list[RecordAnswer]:
    """Create or update a user for each record, found by e-mail address or alias.

    Attributes not given stay, null clears, ``aliases`` replaces the list. ``granted_by`` are the permissions
    of who asks: roles beyond what they may give (see ``may_give``) are neither given nor taken.
    New users begin with what the workspace chose for Collect passive data (P6). ``dry_run`` answers the same and
    stores nothing.
    """
    with directory_change(workspace, actor, "add users") as change:
        call = _AddUsers(change, granted_by)
        call.load(_mentioned(records))
        outcomes = judge_each(records, call.judge)
        if not dry_run:
            call.store()
            call.note_changes(actor)
    managed = [
        outcome
        for outcome, record in zip(outcomes, records, strict=True)
        if outcome.status != "rejected" and isinstance(record, dict) and record.get("manager_email")
    ]
    call.load_managers(managed)
    for outcome in managed:
        call.warn_of_manager(outcome)
    return answers(outcomes)


class _AddUsers:
    """One call: the users and addresses as they will be, and which of them changed."""

    def __init__(self, change: DirectoryChange, granted_by: frozenset[str]) -> None:
        self.change = change
        self.granted_by = granted_by
        self.entries: dict[str, UserAddress] = {}
        self.users: dict[int, User] = {}
        """One object a user, however many addresses lead to it."""
        self.roles = roles_of(change.workspace)
        self.administrators = {user.email for user in administrators(change.workspace)}
        self.created: list[User] = []
        self.updated: dict[int, User] = {}
        self.before: dict[int, dict[str, str]] = {}
        """What each user who was there had of ``_NOTED``, where it was changed."""
        self.opening: list[UserAddress] = []
        self.closing: list[UserAddress] = []

    def load(self, addresses: Iterable[str]) -> None:
        """Look up the users who have these addresses, with all their addresses."""
        in_force = UserAddress.objects.filter(workspace=self.change.workspace, closed_in=None)
        for some in batched(sorted(set(addresses) - self.entries.keys())):
            having = in_force.filter(address__in=some).values("user_id")
            for entry in in_force.filter(user_id__in=having).select_related("user"):
                if entry.address not in self.entries:
                    entry.user = self.users.setdefault(entry.user_id, entry.user)
                    self.entries[entry.address] = entry

    def load_managers(self, outcomes: Iterable[RecordFate]) -> None:
        """Look up the lines of managers above these users, a step at a time for all of them."""
        seen: set[str] = set()
        step = {self.entries[str(outcome.id)].user.manager_email for outcome in outcomes} - {""}
        while step:
            self.load(step)
            seen |= step
            found = [self.entries[address].user for address in step if address in self.entries]
            step = {user.manager_email for user in found} - seen - {""}

    def judge(self, sent: Any, outcome: RecordFate) -> str:
        record = Record(sent, FIELDS)
        email = record.read("email", email_of, "")
        if not email:
            raise Rejected("email_required", "email")
        outcome.id = email
        present = self.entries.get(email)
        user = present.user if present else User(workspace=self.change.workspace, email=email)
        outcome.id = user.email
        values = {
            name: record.read(name, attribute.read, attribute.cleared)
            for name, attribute in ATTRIBUTES.items()
            if name in record
        }
        aliases = self._aliases(record, user)
        self._check_role(user, values.get("role", user.role), is_new=present is None)
        return self._apply(user, values, aliases, is_new=present is None)

    def _aliases(self, record: Record, user: User) -> set[str] | None:
        if "aliases" not in record:
            return None
        aliases = set(record.read("aliases", aliases_of, list[str]())) - {user.email}
        for alias in aliases:
            holder = self.entries.get(alias)
            if holder is not None and holder.user is not user:
                raise Rejected("alias_taken", "aliases")
        return aliases

    def _check_role(self, user: User, role: str, *, is_new: bool) -> None:
        if role == user.role and not is_new:
            return
        if role not in self.roles:
            raise Rejected("role_unknown", "role")
        touched = self.roles[role] | (frozenset() if is_new else self.roles.get(user.role, frozenset()))
        # Else whoever may add users could make themselves, or unmake, an administrator.
        if not may_give(touched, self.granted_by):
            raise Rejected("role_not_allowed", "role")
        if "admin_access" not in self.roles[role] and self.administrators == {user.email}:
            raise Rejected("last_admin", "role")

    def _apply(self, user: User, values: dict[str, Any], aliases: set[str] | None, *, is_new: bool) -> str:
        differing = {name: value for name, value in values.items() if getattr(user, name) != value}
        if user.pk is not None:
            for name in _NOTED.keys() & differing.keys():
                self.before.setdefault(user.pk, {}).setdefault(name, getattr(user, name))
        for name, value in differing.items():
            setattr(user, name, value)
        if "admin_access" in self.roles.get(user.role, ()) and user.disabled_at is None:
            self.administrators.add(user.email)
        else:
            self.administrators.discard(user.email)
        if is_new:
            self.created.append(user)
            self._open(user, user.email, is_alias=False)
        changed_aliases = aliases is not None and self._set_aliases(user, aliases)
        if is_new:
            return "created"
        if differing and user.pk is not None:
            self.updated[user.pk] = user
        return "updated" if differing or changed_aliases else "unchanged"

    def _open(self, user: User, address: str, *, is_alias: bool) -> None:
        self.entries[address] = UserAddress(
            workspace=self.change.workspace,
            user=user,
            address=address,
            token=self.change.seal.address(address),
            is_alias=is_alias,
        )

    def _set_aliases(self, user: User, wanted: set[str]) -> bool:
        present = {a for a, entry in self.entries.items() if entry.user is user and entry.is_alias}
        for alias in present - wanted:
            entry = self.entries.pop(alias)
            if entry.pk is not None:
                self.closing.append(entry)
        for alias in sorted(wanted - present):
            self._open(user, alias, is_alias=True)
        return present != wanted

    def store(self) -> None:
        """Write what changed."""
        now = timezone.now()
        for user in self.updated.values():
            user.updated_at = now
        self.change.create(self.created)
        self.change.update(list(self.updated.values()), [*ATTRIBUTES, "updated_at"])
        self.change.close(self.closing)
        self.opening = [entry for entry in self.entries.values() if entry.pk is None]
        self.change.open(self.opening)
        if self.created:
            begin_collecting(self.change.workspace, self.created)
        rollups.note_outdated()

    def note_changes(self, actor: str) -> None:
        """Write down who has another role or manager now."""
        for pk, before in self.before.items():
            for name in sorted(before):
                self._note(actor, self.updated[pk], name, before[name], getattr(self.updated[pk], name))
        had = {entry.address: entry.user for entry in self.closing}
        # A new user's own address is nobody's alias: whoever names it as manager means them.
        has = {a.address: a.user for a in self.opening if a.is_alias or a.address in had}
        for user in self._led_from(had.keys() | has.keys()):
            was, now = (
                leads.email if (leads := of.get(user.manager_email)) and leads.pk != user.pk else ""
                for of in (had, has)
            )
            self._note(actor, user, "manager_email", was, now)

    def _note(self, actor: str, user: User, name: str, was: str, now: str) -> None:
        if was != now:
            act, key = _NOTED[name]
            told = ({key: was or None}, {key: now or None})
            audit.note(self.change.workspace, act, actor, user=user, before=told[0], after=told[1])

    def _led_from(self, addresses: Iterable[str]) -> Iterator[User]:
        """Those whose manager's address is one of these, and was before."""
        created = {user.pk for user in self.created}
        for some in batched(sorted(addresses)):
            led = User.objects.filter(workspace=self.change.workspace, manager_email__in=some)
            for user in led.order_by("email"):
                was = self.before.get(user.pk, {}).get("manager_email", user.manager_email)
                if user.pk not in created and was == user.manager_email:
                    yield user

    def warn_of_manager(self, outcome: RecordFate) -> None:
        """Warn where the user's manager is unknown, or the line of managers leads back."""
        user = self.entries[str(outcome.id)].user
        manager = self.entries.get(user.manager_email)
        if manager is None:
            outcome.warn("manager_unknown")
        seen: set[str] = set()
        while manager is not None and manager.user.email not in seen:
            if manager.user is user:
                outcome.warn("manager_loop")
                return
            seen.add(manager.user.email)
            manager = self.entries.get(manager.user.manager_email)


def _mentioned(records: Iterable[Any]) -> Iterator[str]:
    """The addresses that the records name, as far as they are any."""
    for record in records:
        if isinstance(record, dict):
            aliases = record.get("aliases")
            for said in (record.get("email"), *(aliases if isinstance(aliases, list) else ())):
                with suppress(Rejected):
                    yield typed_address(said)
