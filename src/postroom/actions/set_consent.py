"""Switch *Collect passive data* on or off for users, and record who said so, when and how (P2).

What is held needs nothing done: being held is waiting while this is off (P4). Erases nothing; that is ``forget``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from postroom.actions.rejection import NotFound, Rejected
from postroom.core.consent import TEXT_VERSION
from postroom.core.job_kinds import RELEASE
from postroom.store.models import Consent, User, Workspace
from postroom.store.read.consent import agreeing_to_older, with_decisions_held
from postroom.store.write import consent as write
from postroom.store.write import jobs
from postroom.store.write.turn import take_turn


def check_switch(user: User, is_given: bool) -> None:
    """Raise ``Rejected`` where the user's switch cannot be set so: of who is disabled nothing is collected (U4)."""
    if is_given and user.disabled_at is not None:
        raise Rejected("user_disabled", "collect_passive_data")


def check_text(version: int | None) -> None:
    """Raise ``Rejected`` unless the text of now was read, by its number of ``core.consent.TEXTS``."""
    if version is None:
        raise Rejected("field_required", "text_version")
    if version != TEXT_VERSION:
        raise Rejected("consent_text_changed", "text_version")


def set_consent(
    workspace: Workspace,
    wanted: Sequence[tuple[User, bool]],
    *,
    actor: str,
    how: str,
    has_read: bool = False,
) -> list[bool]:
    """Set the users' switches, in order, and say of each whether that changed it; ``how``: of ``core.consent.WAYS``.

    All or nothing: raises ``Rejected`` where one of them cannot be set (see ``check_switch``), ``NotFound`` for a
    user of another workspace. What is set already leaves no record; but where the users themselves were shown the
    text of now (``has_read``), their yes to an older one becomes one to it. Sets the users' ``collects_since`` too.
    """
    now = timezone.now()
    with transaction.atomic():
        # Nothing is judged meanwhile, so nothing is counted by what was said before once this has ended.
        take_turn(workspace)
        locked = write.lock_users(workspace, (user.pk for user, _ in wanted))
        older = agreeing_to_older(locked) if has_read else set()
        changes, records = [], []
        for user, is_given in wanted:
            known = locked.get(user.pk)
            if known is None:
                raise NotFound
            check_switch(known, is_given)
            is_switched = (known.collects_since is not None) != is_given
            changes.append(is_switched or (is_given and known.pk in older))
            if is_switched:
                known.collects_since = now if is_given else None
            if changes[-1]:
                records.append(
                    Consent(
                        user=known,
                        is_given=is_given,
                        at=now,
                        actor=actor[:320],
                        how=how,
                        text_version=TEXT_VERSION,
                    )
                )
        write.store_consents([locked[id_] for id_ in {record.user_id for record in records}], records)
        _ask_to_release(workspace, {r.user_id for r in records if r.user.collects_since}, actor)
    for user, _ in wanted:
        user.collects_since = locked[user.pk].collects_since
    return changes


def _ask_to_release(workspace: Workspace, users: Iterable[int], actor: str) -> None:
    """Have decided again what was imported and held. What was uploaded needs no asking."""
    for user in with_decisions_held(users):
        jobs.ask_for(workspace, RELEASE, {"user": user}, actor)
