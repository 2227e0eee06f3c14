"""Which permission opens which route: one table, asked before every call (R1-R3).

A route without an entry opens to nobody. ``docs/reference/api.md`` shows this table; a test holds it true.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from postroom.actions.explain import MAX_RAW_BYTES

PUBLIC: Final = ""
"""Opens without a token: what describes the API itself."""
USER: Final = "user"
"""Opens to every user with a session, whatever the role, and to no token: it is about that user alone."""
ANY: Final = "any"
"""Opens to every user and API token; what it is about says what each sees and may do."""
MAILBOX: Final = "mailbox"
"""Opens to ``admin_access``, and to a user with ``email_sync`` for their own mailbox (R1, R2)."""
UPLOAD: Final = "upload"
"""Opens with the access token of a source, to which nothing else opens (K1)."""

_MIB: Final = 1024 * 1024
MAX_ITEMS: Final = 1_000
"""Records in one call (section 13)."""
_JSON: Final = 10 * _MIB
_RAW: Final = MAX_RAW_BYTES * 4 // 3 + _MIB
"""A mail in base64, and what stands around it."""
NO_LIMIT: Final = -1

JSON: Final = "application/json"
RFC822: Final = "message/rfc822"
MBOX: Final = "application/mbox"


class Access(NamedTuple):
    """The permission a call needs, and how large its JSON body may be; 0: it has none."""

    permission: str
    max_bytes: int = 0
    other_bodies: Mapping[str, int] = {}
    """Further media types, and how large such a body may be; of ``NO_LIMIT`` it is not kept in memory."""


ROUTES: Final[dict[str, dict[str, Access]]] = {
    "": {"GET": Access(PUBLIC)},
    "openapi.json": {"GET": Access(PUBLIC)},
    "docs": {"GET": Access(PUBLIC)},
    "docs.css": {"GET": Access(PUBLIC)},
    "docs.js": {"GET": Access(PUBLIC)},
    "organization": {"GET": Access("admin_access"), "POST": Access("admin_access", _JSON)},
    "organization/internal-addresses": {"POST": Access("admin_access", _JSON)},
    "organization/internal-addresses/{address}": {"DELETE": Access("admin_access")},
    "organization/excluded-addresses": {"POST": Access("admin_access", _JSON)},
    "organization/excluded-addresses/{address}": {"DELETE": Access("admin_access")},
    "organization/{domain}": {"DELETE": Access("admin_access")},
    "users": {"GET": Access("manage_users"), "POST": Access("manage_users", _JSON)},
    "users/settings": {"PATCH": Access("manage_users", _JSON)},
    "users/connected": {"GET": Access("manage_users")},
    "users/{email}/invitation": {"POST": Access("manage_users")},
    "users/{email}": {"GET": Access("manage_users"), "PATCH": Access("manage_users", _JSON)},
    "accounts": {"GET": Access("view_engagements"), "POST": Access("manage_rules", _JSON)},
    "accounts/{id}": {
        "GET": Access("view_engagements"),
        "PATCH": Access("manage_rules", _JSON),
        "DELETE": Access("manage_rules"),
    },
    "persons": {"GET": Access("view_engagements"), "POST": Access("manage_rules", _JSON)},
    "persons/{id}": {
        "GET": Access("view_engagements"),
        "PATCH": Access("manage_rules", _JSON),
        "DELETE": Access("manage_rules"),
    },
    "blocklist": {"GET": Access("manage_rules"), "POST": Access("manage_rules", _JSON)},
    "blocklist/{id}": {"DELETE": Access("manage_rules")},
    "engagements": {"GET": Access("view_engagements")},
    "engagements/{id}": {"GET": Access("view_engagements"), "DELETE": Access("delete_engagements")},
    "engagements/{id}/visibility": {"PUT": Access("view_engagements", _JSON)},
    "visibility": {"GET": Access("view_engagements"), "PUT": Access("view_engagements", _JSON)},
    "decisions": {"GET": Access("manage_rules")},
    "decisions/summary": {"GET": Access("manage_rules")},
    "decisions/reconsider": {"POST": Access("manage_rules", _JSON)},
    "decisions/release": {"POST": Access("manage_rules", _JSON)},
    "audit": {"GET": Access("view_audit")},
    "reports/metrics": {"GET": Access(ANY)},
    "reports/employee": {"GET": Access(ANY)},
    "reports/team": {"GET": Access(ANY)},
    "reports/circle": {"GET": Access(ANY)},
    "jobs": {"GET": Access(ANY)},
    "jobs/{id}": {"GET": Access(ANY)},
    "jobs/{id}/cancel": {"POST": Access(ANY)},
    "jobs/{id}/retry": {"POST": Access(ANY)},
    "jobs/{id}/undo": {"POST": Access(ANY)},
    "explain": {"POST": Access("view_engagements", _RAW)},
    "my-data": {"GET": Access(USER), "DELETE": Access(USER)},
    "my-data/consent": {"PUT": Access(USER, _JSON)},
    "my-data/export": {"GET": Access(USER)},
    "my-data/audit": {"GET": Access(USER)},
    "mailboxes": {"GET": Access(MAILBOX)},
    "mailboxes/{id}": {"GET": Access(MAILBOX), "PATCH": Access(MAILBOX, _JSON)},
    "mailboxes/{id}/labels": {"GET": Access(MAILBOX)},
    "mailboxes/{id}/labels/{label}": {"PUT": Access(MAILBOX, _JSON)},
    "mailbox-sources": {"GET": Access("admin_access")},
    "mailbox-sources/{kind}": {"GET": Access("admin_access"), "PATCH": Access("admin_access", _JSON)},
    "mailbox-sources/{kind}/check": {"POST": Access("admin_access", _JSON)},
    "mailbox-sources/{kind}/connect-all": {
        "POST": Access("admin_access", _JSON),
        "DELETE": Access("admin_access"),
    },
    "default-synced-labels": {"GET": Access("admin_access"), "PATCH": Access("admin_access", _JSON)},
    "default-synced-labels/preview": {"POST": Access("admin_access", _JSON)},
    "default-synced-labels/apply": {"POST": Access("admin_access", _JSON)},
    "sources": {"GET": Access("manage_sources"), "POST": Access("manage_sources", _JSON)},
    "sources/{id}": {"GET": Access("manage_sources"), "PATCH": Access("manage_sources", _JSON)},
    "sources/{id}/rotate": {"POST": Access("manage_sources", _JSON)},
    "sources/{id}/tokens": {"GET": Access("manage_sources")},
    "sources/{id}/tokens/{token_id}": {"DELETE": Access("manage_sources")},
    "roles": {"GET": Access("admin_access"), "POST": Access("admin_access", _JSON)},
    "roles/{id}": {
        "GET": Access("admin_access"),
        "PATCH": Access("admin_access", _JSON),
        "DELETE": Access("admin_access"),
    },
    "api-tokens": {"GET": Access("admin_access"), "POST": Access("admin_access", _JSON)},
    "api-tokens/{id}": {"DELETE": Access("admin_access")},
    "settings": {"GET": Access(UPLOAD)},
    "mail-messages": {"POST": Access(UPLOAD, _JSON, {RFC822: MAX_RAW_BYTES, MBOX: NO_LIMIT})},
    "mail-messages/{id}": {"DELETE": Access(UPLOAD)},
    "chat-messages": {"POST": Access(UPLOAD, _JSON)},
    "chat-messages/{id}": {"DELETE": Access(UPLOAD)},
    "chat-reactions": {"POST": Access(UPLOAD, _JSON)},
    "chat-reactions/{id}": {"DELETE": Access(UPLOAD)},
    "activities": {"POST": Access(UPLOAD, _JSON)},
    "activities/{id}": {"DELETE": Access(UPLOAD)},
    "mail-folder-statistics": {"POST": Access(UPLOAD, _JSON)},
    "uploads": {"GET": Access(UPLOAD)},
    "set-aside": {"GET": Access("manage_rules")},
    "set-aside/{id}/retry": {"POST": Access("manage_rules")},
}
"""Path below ``/api/v1/`` → method → what it needs."""

_NOT_KEPT: Final = frozenset(
    {
        # Change nothing when they are sent again.
        *("explain", "set-aside/{id}/retry", "mailbox-sources/{kind}/check", "default-synced-labels/preview"),
        *("sources", "sources/{id}/rotate", "api-tokens", "users/{email}/invitation"),  # answer with a secret
    }
)


def is_done_once(route: str, method: str) -> bool:
    """Whether the call honours an ``Idempotency-Key``: its answer is kept for a day (K7)."""
    return method == "POST" and route not in _NOT_KEPT
