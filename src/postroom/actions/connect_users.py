"""Connect the mailboxes of all users with the one secret of a source, one user after the other, as a background job.

May be interrupted anywhere and goes on from there. What was found of each user stands in the job's results.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from postroom.actions.connect_mailbox import own_addresses, start_over_elsewhere
from postroom.actions.mailbox_access import secret_of_source, settings_for, spender
from postroom.core import audit as acts
from postroom.core.trouble import ProviderError, SignInAgain, TryLater
from postroom.providers.port import Access, Missing
from postroom.providers.registry import provider_of
from postroom.store.models import Job, Mailbox, Source, User
from postroom.store.read import mailbox_sources as read
from postroom.store.read.users import addresses_of, user_with_address
from postroom.store.write import audit, jobs
from postroom.store.write import mailbox_sources as write
from postroom.store.write.pushes import hold_mailboxes
from postroom.store.write.turn import take_turn

STATUSES: Final = ("connected", "unchanged", "no_mailbox", "own_connection", "failed")
_BATCH: Final = 100
"""Users in one step, at most: at its end they are connected, and it is noted how far it is."""
_NOTE_EVERY_SECONDS: Final = 5
"""So long a step lasts where each user has to be tried; what a killed worker tried then is tried again."""
_RENEW_EVERY: Final = 1_000
"""Addresses listed between two signs of life."""
_TRIES: Final = 4
"""So often a user is tried whom the provider cannot be asked about just now; then the next one's turn comes."""
_NO_SUCH_USER: Final = frozenset({"no_mailbox", "not_authorized", "cut_off"})
"""With these a server answers who may open mailboxes and asks for one that is not there; Dovecot with either of the
last two: it refuses to act for such a user, or hangs up."""
_REST: Final = timedelta(seconds=30)


class Fate(NamedTuple):
    """What became of a user: one of ``STATUSES``, and of a failed one why."""

    status: str
    reason: str = ""
    address: str = ""
    """Where to connect: the address that has a mailbox."""


class _Off(Exception):
    """Centralized Connect was switched off meanwhile."""


def run_connect_all(job: Job) -> None:
    """Connect whom the job was asked for: ``source`` by id; all users, or ``only`` one by id.

    ``checked`` is the address with which it is tried first whether mailboxes can be read at all.
    """
    source = read.mailbox_sources(job.workspace).filter(pk=job.asked["source"], is_central=True).first()
    if source is None:
        jobs.end(job)
        return
    try:
        _Connecting(job, source).run()
    except _Off:
        jobs.end(job)
    except TryLater as error:
        if job.tries + 1 >= _TRIES:
            jobs.end(job, error.code)
        else:
            jobs.put_back(job, timedelta(seconds=error.after_seconds or _REST.total_seconds()))
    except ProviderError as error:
        jobs.end(job, error.code)


class _Connecting:
    """One run of the job."""

    def __init__(self, job: Job, source: Source) -> None:
        self.job, self.source = job, source
        self.provider = provider_of(source.kind)
        self.settings = settings_for(source, {})
        self.secret = secret_of_source(source)
        self.listed: frozenset[str] | None = None

    def run(self) -> None:
        self._begin()
        missing = self._missing()
        if missing:
            jobs.end(self.job, ", ".join(each.what for each in missing))
            return
        if "only" not in self.job.asked:
            self.listed = self._all_addresses()
        while self._take_some():
            pass
        jobs.end(self.job)

    def _missing(self) -> Sequence[Missing]:
        """What is missing for reading mailboxes at all, as far as there is somebody to try it with."""
        if self._checked() is None:
            return []
        return self.provider.check(self.settings, self.secret, self.job.asked["checked"])

    def _checked(self) -> User | None:
        """The user with whose mailbox it is checked; ``None``: there is none, or no more."""
        address = self.job.asked.get("checked")
        return user_with_address(self.job.workspace, address) if address else None

    def _begin(self) -> None:
        self.job.counts = dict.fromkeys(STATUSES, 0) | self.job.counts
        if not self.job.progress:
            ids = list(self._users().values_list("pk", flat=True))
            self.job.progress = {"after": 0, "until": max(ids, default=0), "total": len(ids)}
            jobs.note_progress(self.job)

    def _users(self) -> QuerySet[User]:
        users = read.enabled_users(self.job.workspace)
        return users.filter(pk=self.job.asked["only"]) if "only" in self.job.asked else users

    def _all_addresses(self) -> frozenset[str] | None:
        """The addresses that have a mailbox; ``None`` where the provider cannot list them."""
        listing = self.provider.addresses(self.settings, self.secret, self.settings.get("admin", ""))
        if listing is None:
            return None
        found: set[str] = set()
        for count, address in enumerate(listing, 1):
            found.add(address)
            if count % _RENEW_EVERY == 0:
                jobs.note_progress(self.job)
        return frozenset(found)

    def _take_some(self) -> bool:
        """Go on with the next users; says whether there were any. Raises ``TryLater`` once those before are kept."""
        after, until = self.job.progress["after"], self.job.progress["until"]
        users = list(self._users().filter(pk__gt=after, pk__lte=until)[:_BATCH])
        fates, later = self._fates(users)
        if fates:
            self._keep([user for user in users if user.pk in fates], fates)
        if later:
            raise later
        return bool(users)

    def _keep(self, users: list[User], fates: Mapping[int, Fate]) -> None:
        """Connect them, and note how far it is."""
        with transaction.atomic():
            take_turn(self.job.workspace)
            if not read.is_central(self.source.pk):
                raise _Off
            hold_mailboxes([user.pk for user in users])
            now_there = read.mailboxes_of(users)
            came_of = [
                (user, self._connected(user, now_there.get(user.pk), fates[user.pk])) for user in users
            ]
            for user, fate in came_of:
                self._note(user, fate)
            after = {"source": self.source.kind}
            connected = [(user.pk, None, after) for user, fate in came_of if fate.status == "connected"]
            audit.note_of_users(self.job, acts.MAILBOX_CONNECTED, connected)
            self.job.progress["after"] = users[-1].pk
            jobs.note_progress(self.job)

    def _fates(self, users: list[User]) -> tuple[dict[int, Fate], TryLater | None]:
        """Find out about them, one after the other, until it is time to note how far it is, or for waiting.

        What takes the provider's time is done before the turn is taken.
        """
        there = read.mailboxes_of(users)
        addresses = {id_: [entry.address for entry in of] for id_, of in addresses_of(users).items()}
        fates: dict[int, Fate] = {}
        ends_at = time.monotonic() + _NOTE_EVERY_SECONDS
        for user in users:
            try:
                fates[user.pk] = self._fate(user, there.get(user.pk), addresses[user.pk])
            except TryLater as error:
                return fates, error
            self.job.tries = 0
            if time.monotonic() >= ends_at:
                break
        return fates, None

    def _fate(self, user: User, mailbox: Mailbox | None, addresses: list[str]) -> Fate:
        settled = _settled(mailbox, addresses)
        if settled is not None:
            return settled
        if mailbox is not None and mailbox.connected_at is not None:
            found = self._found(user, addresses)
            return found if found.status == "connected" else Fate("failed", "not_your_address")
        if mailbox is not None:
            # Bound to its address for good: another one would be another mailbox (M14).
            if mailbox.address not in addresses:
                return Fate("failed", "not_your_address")
            addresses = [mailbox.address]
        return self._found(user, addresses)

    def _found(self, user: User, addresses: list[str]) -> Fate:
        """Which of these addresses has a mailbox."""
        if self.listed is not None:
            found = next((address for address in addresses if address in self.listed), "")
            return Fate("connected", address=found) if found else Fate("no_mailbox")
        return self._tried(user, addresses)

    def _tried(self, user: User, addresses: list[str]) -> Fate:
        """Find the mailbox by opening it."""
        failed = Fate("no_mailbox")
        for address in addresses:
            try:
                with self.provider.open(self._access(user, address)):
                    return Fate("connected", address=address)
            except SignInAgain:
                # The secret is good: it was checked. So nobody of this name has a mailbox.
                continue
            except TryLater as error:
                failed = self._fate_of_waiting(error)
            except ProviderError as error:
                failed = _fate_of(error)
        return failed

    def _fate_of_waiting(self, error: TryLater) -> Fate:
        """What to make of a mailbox that cannot be asked just now. Raises it again where waiting may help."""
        if error.after_seconds is None and self._is_well():
            return _fate_of(error)
        if self.job.tries + 1 < _TRIES:
            raise error
        return Fate("failed", error.code)

    def _is_well(self) -> bool:
        """Whether the mailbox that it was checked with opens at this very moment."""
        checked = self._checked()
        if checked is None:
            return False
        try:
            with self.provider.open(self._access(checked, self.job.asked["checked"])):
                return True
        except ProviderError:
            return False

    def _access(self, user: User, address: str) -> Access:
        spend = spender(f"user {user.pk}", f"source {self.source.pk}")
        return Access(address, self.settings, self.secret, is_central=True, spend=spend)

    def _connected(self, user: User, mailbox: Mailbox | None, fate: Fate) -> Fate:
        """Connect, unless the user did so by themselves meanwhile; within the turn."""
        if fate.status != "connected":
            return fate
        settled = _settled(mailbox, own_addresses(user))
        if settled is not None:
            return settled
        bound = write.bind(
            user,
            self.source,
            fate.address,
            self.job.actor,
            settings={},
            sealed_secret=None,
            is_central=True,
            now=timezone.now(),
        )
        start_over_elsewhere(mailbox, bound)
        if mailbox is not None and mailbox.address != bound.address:
            write.start_over(Mailbox.objects.filter(pk=bound.pk))
        return fate

    def _note(self, user: User, fate: Fate) -> None:
        self.job.counts[fate.status] += 1
        if fate.status != "unchanged":
            self.job.results.append(_told(user, fate))


def _fate_of(error: ProviderError) -> Fate:
    """What an error says of one user, where others' mailboxes can be read."""
    return Fate("no_mailbox") if error.code in _NO_SUCH_USER else Fate("failed", error.code)


def _settled(mailbox: Mailbox | None, addresses: list[str]) -> Fate | None:
    """What there is to say where the mailbox is connected already, to one of the user's ``addresses`` where by us."""
    if mailbox is None or mailbox.connected_at is None:
        return None
    if not mailbox.is_central:
        return Fate("own_connection")
    return Fate("unchanged") if mailbox.address in addresses else None


def _told(user: User, fate: Fate) -> Mapping[str, str | None]:
    return {"user": user.email, "status": fate.status, "reason": fate.reason or None}
