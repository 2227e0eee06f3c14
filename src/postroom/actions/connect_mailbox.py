"""Connect a user's own mailbox: tried by opening it, and bound to an address that is the user's (M2, M14).

Nothing is selected by connecting (M3). A connection of one's own wins over Centralized Connect until it is ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from postroom.actions.mailbox_access import PATIENCE_OF_PAGES, secret_of_source, settings_for, spender
from postroom.actions.mailbox_secrets import sealed
from postroom.actions.mailbox_settings import Parts, has_central_secret
from postroom.actions.rejection import Rejected
from postroom.actions.typed import typed_address
from postroom.core import audit as acts
from postroom.core.trouble import NotAllowed, ProviderError
from postroom.providers.port import Access
from postroom.providers.registry import provider_of
from postroom.store.models import Mailbox, Source, User
from postroom.store.read.mailbox_sources import mailbox_of
from postroom.store.read.users import addresses_of
from postroom.store.write import audit
from postroom.store.write import mailbox_sources as write
from postroom.store.write.turn import take_turn


def connect_own(user: User, source: Source, own: Parts, told: str, *, actor: str) -> Mailbox:
    """Open the mailbox with what is the user's own, and connect it where it is theirs.

    ``told``: its address, by whoever proved it, where the provider does not say; empty: nobody did. Raises
    ``Rejected`` (``not_your_address``, ``another_mailbox``), ``NotAllowed`` (``address_unproved``) and what the
    provider raises.
    """
    given = dict(own.secret)
    access = Access(
        address=_address_of(user, told or user.email),
        settings={**settings_for(source, own.settings), **PATIENCE_OF_PAGES},
        secret={**_of_client(source), **own.secret},
        keep_secret=given.update,
        spend=spender(f"user {user.pk}", f"source {source.pk}"),
    )
    with provider_of(source.kind).open(access) as opened:
        proved = opened.address() or told
    if not proved:
        raise NotAllowed("address_unproved")
    address = _address_of(user, proved)
    known = {address, _other_name(user, source, address)}
    kept = {name: text for name, text in given.items() if name in own.secret}
    with transaction.atomic():
        take_turn(user.workspace)
        before = mailbox_of(user)
        _refuse_another(before, known, own.settings)
        mailbox = write.bind(
            user,
            source,
            address,
            actor,
            settings=own.settings,
            sealed_secret=sealed(kept),
            is_central=False,
            now=timezone.now(),
        )
        start_over_elsewhere(before, mailbox)
        after = {"source": source.kind}
        audit.note(user.workspace, acts.MAILBOX_CONNECTED, actor, user=user, after=after)
    return mailbox


def start_over_elsewhere(before: Mailbox | None, after: Mailbox) -> None:
    """Have the labels followed from anew where the mailbox is at another server now; within the turn."""
    if before is not None and _place(before) != _place(after):
        write.start_over(Mailbox.objects.filter(pk=after.pk))


def own_addresses(user: User) -> list[str]:
    """The user's addresses, the e-mail address first."""
    return [entry.address for entry in addresses_of([user])[user.pk]]


def _address_of(user: User, told: str) -> str:
    """The address where it is one of the user's. Raises ``Rejected``."""
    try:
        address = typed_address(told)
    except Rejected:
        raise Rejected("not_your_address") from None
    if address not in own_addresses(user):
        raise Rejected("not_your_address")
    return address


def _other_name(user: User, source: Source, address: str) -> str:
    """The address of the user's that the mailbox is bound to, where it is but another name of this one; else empty.

    Connecting all binds to whichever address of the user's has a mailbox. That it is the same one the provider itself
    says, asked with the one secret of the source.
    """
    before, secret = mailbox_of(user), secret_of_source(source)
    if before is None or before.source_id != source.pk or before.address not in own_addresses(user):
        return ""
    if before.address == address or not has_central_secret(source.kind, Parts(source.settings, secret)):
        return ""
    spend = spender(f"user {user.pk}", f"source {source.pk}")
    settings = {**settings_for(source, {}), **PATIENCE_OF_PAGES}
    access = Access(before.address, settings, secret, is_central=True, spend=spend)
    try:
        with provider_of(source.kind).open(access) as opened:
            return before.address if opened.address() == address else ""
    except ProviderError:
        return ""


def _refuse_another(before: Mailbox | None, known: set[str], settings: Mapping[str, Any]) -> None:
    """Refuse a mailbox that is not the one from before, by whose names it is ``known``: mail would be mixed (M14)."""
    if before is None:
        return
    if before.address not in known or _is_another_name(before.settings, settings):
        raise Rejected("another_mailbox")


def _is_another_name(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether these are two mailboxes of one server: there a mailbox is bound to its user name.

    An address in another case is the same name.
    """
    names = [str(each.get("username", "")) for each in (before, now)]
    first, second = (name.lower() if "@" in name else name for name in names)
    return bool(first and second) and before.get("host") == now.get("host") and first != second


def _place(mailbox: Mailbox) -> tuple[int, str]:
    own = {} if mailbox.is_central else mailbox.settings
    return mailbox.source_id, own.get("host") or mailbox.source.settings.get("host", "")


def _of_client(source: Source) -> dict[str, str]:
    secret = secret_of_source(source)
    return {"client_secret": secret["client_secret"]} if "client_secret" in secret else {}
