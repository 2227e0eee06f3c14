"""Connect a user's own mailbox at Google or Microsoft with what they came back with from signing in there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from postroom.actions.connect_mailbox import connect_own
from postroom.actions.mailbox_access import secret_of_source
from postroom.actions.mailbox_settings import Parts
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.sign_in_providers import SignInProvider, vouched_by_google, vouched_by_microsoft
from postroom.config import config
from postroom.core.trouble import NotAllowed
from postroom.store.models import Mailbox, Source, User, Workspace
from postroom.store.read.mailbox_sources import mailbox_source_of


class Way(NamedTuple):
    """How a person is sent to a provider, and what they have to allow there."""

    provider: SignInProvider
    scope: str
    more: Mapping[str, str]
    """What this provider wants to be asked beside it."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a provider gave once the person allowed it."""

    refresh_token: str = field(repr=False)
    scope: str
    """What was allowed, as the provider says it; empty where it does not."""
    address: str
    """Whose mailbox, as far as the id token vouches for it; empty: it does not."""


_READING: Final = {"google": "gmail.readonly", "microsoft": "Mail.Read"}
"""The last part of the scope without which no mail can be read."""


def way_of(workspace: Workspace, kind: str) -> Way:
    """How mailboxes of this kind are connected. Raises ``NotFound``, and ``Rejected`` where no client is set up."""
    if kind not in _READING:
        raise NotFound
    source = mailbox_source_of(workspace, kind)
    secret = secret_of_source(source) if source else {}
    if source is None or "client_secret" not in secret:
        raise Rejected("way_not_set_up")
    return _google(source, secret) if kind == "google" else _microsoft(source, secret)


def connect_by_code(user: User, kind: str, granted: Granted, *, actor: str) -> Mailbox:
    """Connect the mailbox that this grant opens. Raises ``Rejected``, ``NotAllowed`` and what the provider raises."""
    source = mailbox_source_of(user.workspace, kind)
    if source is None:
        raise Rejected("way_not_set_up")
    if granted.scope and _READING[kind] not in {each.rpartition("/")[2] for each in granted.scope.split()}:
        raise NotAllowed("scope_missing")
    if not granted.refresh_token:
        raise NotAllowed("no_lasting_access")
    own = Parts({}, {"refresh_token": granted.refresh_token})
    return connect_own(user, source, own, granted.address, actor=actor)


def _google(source: Source, secret: Mapping[str, str]) -> Way:
    provider = SignInProvider(
        "google",
        "Google",
        config().google_login,
        source.settings["client_id"],
        secret["client_secret"],
        vouched_by_google,
    )
    # Without "consent" Google gives lasting access the first time alone.
    more = {"access_type": "offline", "prompt": "consent"}
    return Way(provider, "openid email https://www.googleapis.com/auth/gmail.readonly", more)


def _microsoft(source: Source, secret: Mapping[str, str]) -> Way:
    provider = SignInProvider(
        "microsoft",
        "Microsoft",
        f"{config().microsoft_login}/{source.settings['tenant']}/v2.0",
        source.settings["client_id"],
        secret["client_secret"],
        vouched_by_microsoft,
    )
    # Not "consent": where an administrator consented for all, users may not be able to.
    more = {"prompt": "select_account"}
    # By User.Read the mailbox itself says whose it is.
    graph = config().microsoft_graph
    return Way(provider, f"openid email profile offline_access {graph}/User.Read {graph}/Mail.Read", more)
