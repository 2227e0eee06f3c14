"""What is missing at Google for reading all mailboxes, with the names that its consoles use (M2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from postroom.core.trouble import ProviderError
from postroom.providers.gmail.sign_in import SCOPE
from postroom.providers.port import Missing

_KEY: Final = (
    "service_account",
    "This is not the key of a service account that Google knows. In the Google Cloud console, under IAM & Admin, "
    "Service Accounts, Keys, add a key of the type JSON, and give the whole file.",
)


_DELEGATION: Final = (
    "delegation",
    "The service account may not act for your users. In the Google Admin console, under Security, Access and data "
    "control, API controls, Manage domain-wide delegation, add the client ID {client} with the scope {scope}. It may "
    "take some minutes to count, at most a day.",
)
_MEANS: Final[Mapping[str, tuple[str, str]]] = {
    "key_unreadable": _KEY,
    "grant_refused": _KEY,
    "client_refused": _KEY,
    "client_not_allowed": _DELEGATION,
    "scope_missing": _DELEGATION,
    "grant_not_allowed": (
        "policy",
        "Your company does not let this application in. In the Google Admin console, under Security, Access and data "
        "control, API controls, Manage app access, trust the client ID {client}.",
    ),
    "api_disabled": (
        "gmail_api",
        "The Gmail API is not enabled. In the Google Cloud console, under APIs & Services, Library, enable it in the "
        "project {project}.",
    ),
    "no_mailbox": (
        "mailbox",
        "Google has no mailbox for {address}. Give the primary address of a user with Gmail switched on.",
    ),
}
_OTHERWISE: Final = (
    "refused",
    "Google does not let the service account read the mailbox of {address}. Look through its project, its key and "
    "the domain-wide delegation of the client ID {client}.",
)


def missing(error: ProviderError, key: Mapping[str, Any], address: str) -> Missing:
    """What stands in the way, by how Google refused to open the mailbox of ``address`` with this key."""
    what, says = _MEANS.get(error.code, _OTHERWISE)
    client = key.get("client_id") or "of the service account"
    project = key.get("project_id") or "of the service account"
    told = says.format(client=client, project=project, scope=SCOPE, address=address)
    return Missing(what, f"{told} Google says: {error.told}" if error.told else told)
