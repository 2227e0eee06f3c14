"""What an administrator says of a mail system: read field by field, every mistake named beside its field.

Of each kind of source some fields are secret; which of them are set may be told, what they say never. Must not store.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from postroom.actions.record import Reader, Record, flag, text
from postroom.actions.rejection import Rejected
from postroom.actions.typed import a_label, typed_address
from postroom.core.trouble import CannotEver
from postroom.providers.oauth import signed_assertion

SECURITIES: Final = ("tls", "starttls", "none")
PORTS: Final = {"tls": 993, "starttls": 143, "none": 143}
"""Where a mail server is asked when nobody says."""
LEAST_UNITS, MOST_UNITS = 600, 1_000_000
_TENANT: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HOST_NAME: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?")
_IP: Final = re.compile(r"[0-9a-f:.]*:[0-9a-f:.]*")
_NOT_TYPED: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class Parts(NamedTuple):
    """What is set of a source, or of a user's own connection."""

    settings: dict[str, Any]
    secret: dict[str, str]


def secret_text(value: Any) -> str:
    """Read a password or a client's secret: as it is typed, spaces too."""
    if not isinstance(value, str):
        raise Rejected("wrong_type")
    if _NOT_TYPED.search(value):
        raise Rejected("text_invalid")
    if len(value) > 1000:
        raise Rejected("too_long")
    return value


def host_name(value: Any) -> str:
    """Read a host's name or number, in its compared form."""
    host = text(253)(value).lower().strip("[]")
    if not host:
        return ""
    if _IP.fullmatch(host):
        return host
    try:
        host = a_label(host)
    except ValueError:
        raise Rejected("host_invalid") from None
    if not _HOST_NAME.fullmatch(host):
        raise Rejected("host_invalid")
    return host.rstrip(".")


def port_number(value: Any) -> int:
    """Read a port."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 65_536:
        raise Rejected("port_invalid")
    return value


def security_name(value: Any) -> str:
    """Read how a connection is secured."""
    if value not in SECURITIES:
        raise Rejected("security_unknown")
    return str(value)


def _tenant(value: Any) -> str:
    tenant = text(36)(value).lower()
    # "common" and its like let in whoever has any account at Microsoft.
    if tenant and not _TENANT.fullmatch(tenant):
        raise Rejected("tenant_invalid")
    return tenant


def _units(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not LEAST_UNITS <= value <= MOST_UNITS:
        raise Rejected("units_invalid")
    return value


def _separator(value: Any) -> str:
    separator = text(5)(value)
    if " " in separator or "@" in separator:
        raise Rejected("separator_invalid")
    return separator


def _service_account(value: Any) -> str:
    """Read the JSON key of a service account; it is tried by signing with it."""
    if not isinstance(value, str):
        raise Rejected("wrong_type")
    if not value.strip():
        return ""
    try:
        key = json.loads(value)
        if not isinstance(key, dict) or key.get("type") != "service_account":
            raise Rejected("service_account_invalid")
        signed_assertion(key, "https://oauth2.googleapis.com/token", "nobody", "none")
    except (ValueError, RecursionError, CannotEver):
        raise Rejected("service_account_invalid") from None
    return json.dumps(key)


def _address(value: Any) -> str:
    return typed_address(value) if value != "" else ""


_FIELDS: Final[Mapping[str, Mapping[str, Reader[Any]]]] = {
    "google": {
        "client_id": text(200),
        "client_secret": secret_text,
        "service_account": _service_account,
        "admin": _address,
        "units_per_minute": _units,
    },
    "microsoft": {"tenant": _tenant, "client_id": text(200), "client_secret": secret_text},
    "imap": {
        "host": host_name,
        "port": port_number,
        "security": security_name,
        "allow_plain": flag,
        "master_user": text(200),
        "master_password": secret_text,
        "separator": _separator,
    },
}
SECRETS: Final[Mapping[str, tuple[str, ...]]] = {
    "google": ("client_secret", "service_account"),
    "microsoft": ("client_secret",),
    "imap": ("master_user", "master_password", "separator"),
}
"""The fields of each kind that are encrypted, and never shown."""
_SENT_TO: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "microsoft": ("client_secret", ("tenant",)),
    "imap": ("master_password", ("host", "port", "security")),
}
"""The secret that is good for one place alone, and the fields that say where, and how, it is sent there."""


def fields_of(kind: str) -> tuple[str, ...]:
    """The fields that a source of this kind has."""
    return tuple(_FIELDS[kind])


def changed(kind: str, record: Record, before: Parts) -> Parts:
    """What is set once the record is in force: what it does not name stays, null or an empty text takes it out.

    Raises ``Rejected``, also where what goes together is not whole.
    """
    after = Parts(dict(before.settings), dict(before.secret))
    for name, reader in _FIELDS[kind].items():
        if name in record:
            part: dict[str, Any] = after.secret if name in SECRETS[kind] else after.settings
            value = record.read(name, reader, None)
            part.pop(name, None)
            if value is not None and value != "":
                part[name] = value
    _check_whole(kind, after)
    after = _filled(kind, after)
    _check_sent_elsewhere(kind, record, before, after)
    return after


def has_central_secret(kind: str, parts: Parts) -> bool:
    """Whether all mailboxes can be tried with what is set (M2)."""
    if kind == "google":
        return "service_account" in parts.secret
    if kind == "microsoft":
        return "client_secret" in parts.secret
    return "master_password" in parts.secret


def has_client(kind: str, parts: Parts) -> bool:
    """Whether users can connect their own mailbox by signing in at the provider."""
    return kind in ("google", "microsoft") and "client_secret" in parts.secret


def plain_is_allowed(security: str, source: Mapping[str, Any]) -> None:
    """Refuse to read without encryption where an administrator did not allow it for the source."""
    if security == "none" and not source.get("allow_plain"):
        raise Rejected("plain_not_allowed", "security")


def _check_whole(kind: str, parts: Parts) -> None:
    if kind == "imap":
        _together(parts, ("master_user", "master_password"), "master_incomplete")
        if "master_user" in parts.secret and "host" not in parts.settings:
            raise Rejected("master_incomplete", "host")
        plain_is_allowed(parts.settings.get("security", ""), parts.settings)
    else:
        tenant = ("tenant",) if kind == "microsoft" else ()
        _together(parts, (*tenant, "client_id", "client_secret"), "client_incomplete")


def _check_sent_elsewhere(kind: str, record: Record, before: Parts, after: Parts) -> None:
    """Refuse to send a stored secret to another place: whoever names that place has to know the secret."""
    name, places = _SENT_TO.get(kind, ("", ()))
    is_elsewhere = any(before.settings.get(place) != after.settings.get(place) for place in places)
    if is_elsewhere and name in before.secret and name not in record:
        raise Rejected("secret_again", name)


def _together(parts: Parts, names: tuple[str, ...], reason: str) -> None:
    there = parts.settings.keys() | parts.secret.keys()
    missing = [name for name in names if name not in there]
    if missing and len(missing) < len(names):
        raise Rejected(reason, missing[0])


def _filled(kind: str, parts: Parts) -> Parts:
    """With what goes without saying."""
    if kind != "imap":
        return parts
    settings = parts.settings
    if "host" in settings:
        settings.setdefault("security", "tls")
        settings.setdefault("port", PORTS[settings["security"]])
    return parts
