"""What is missing at Microsoft for reading all mailboxes, with the names that its admin centers use (M2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from postroom.core.trouble import ProviderError
from postroom.providers.port import Missing

_AT_SIGN_IN: Final[Mapping[str, tuple[str, str]]] = {
    "tenant_unknown": (
        "tenant",
        "There is no such directory. Take the Directory (tenant) ID from the Overview of the app registration "
        "in the Microsoft Entra admin center.",
    ),
    "client_unknown": (
        "client",
        "The directory does not know this application. Compare the Application (client) ID and the Directory "
        "(tenant) ID with the Overview of the app registration in the Microsoft Entra admin center.",
    ),
    "client_disabled": (
        "client",
        "The application is disabled. In the Microsoft Entra admin center, under Enterprise applications, "
        "Properties, set Enabled for users to sign-in to Yes.",
    ),
    "client_secret_wrong": (
        "client_secret",
        "The client secret is wrong. Under Certificates & secrets of the app registration make a new one, and "
        "copy its Value, not its Secret ID.",
    ),
    "client_secret_expired": (
        "client_secret",
        "The client secret has expired. Make a new one under Certificates & secrets of the app registration.",
    ),
    "consent_missing": (
        "consent",
        "No administrator has consented. Under API permissions of the app registration press Grant admin consent.",
    ),
}
_OTHERWISE: Final = (
    "sign_in",
    "Microsoft Entra does not let the application in. Look through the app registration in the Microsoft Entra "
    "admin center: tenant, client ID and client secret.",
)
_PERMISSION: Final = (
    "The application may not read this mailbox. Under API permissions of the app registration add Microsoft Graph, "
    "Application permissions, Mail.Read, and press Grant admin consent. Or give Application Mail.Read by RBAC for "
    "Applications in Exchange Online PowerShell: then the mailbox has to be in the management scope, which takes up "
    "to two hours to count."
)


def missing_at_sign_in(error: ProviderError) -> Missing:
    """What stands in the way of signing in as the application."""
    what, says = _AT_SIGN_IN.get(error.code, _OTHERWISE)
    return Missing(what, _with(says, error))


def no_permission(error: ProviderError) -> Missing:
    """The application has no permission that says it may read mail."""
    return Missing("permission", _with(_PERMISSION, error))


def out_of_scope(error: ProviderError, address: str) -> Missing:
    """The application has the permission, and yet may not read this mailbox."""
    says = (
        f"Mail.Read is given, and an application access policy keeps {address} out. In Exchange Online PowerShell, "
        "Test-ApplicationAccessPolicy shows which; add the mailbox to the policy's group, or remove the policy."
    )
    return Missing("scope", _with(says, error))


def no_mailbox(error: ProviderError, address: str) -> Missing:
    """There is nothing to read at the address that was tried."""
    says = (
        f"Exchange Online has no mailbox for {address}. Try with the address of somebody who has one; a user without "
        "a licence has none."
    )
    return Missing("mailbox", _with(says, error))


def _with(says: str, error: ProviderError) -> str:
    """With Microsoft's own words, up to their first line: the rest are numbers for its support."""
    told = error.told.strip().splitlines()
    return f"{says} Microsoft says: {told[0]}" if told else says
