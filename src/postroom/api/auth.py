"""Who calls: an API token or a user with a session, under the same permissions (R3), or a source (K1)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from ninja.utils import check_csrf

from postroom.actions.access_tokens import PREFIX, access_token_of_secret
from postroom.actions.create_token import token_of_secret
from postroom.api.access import ANY, MAILBOX, UPLOAD, USER
from postroom.api.errors import Problem
from postroom.core.permissions import permissions_of_scopes
from postroom.store.models import Source, User, Workspace
from postroom.store.passing_file import PassingFile

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, in which workspace, and what they may do."""

    workspace: Workspace
    permissions: frozenset[str]
    actor: str
    """As the audit names them: an e-mail address, ``token:NAME`` or ``source:NAME``."""
    key: tuple[str, int]
    """What their calls are counted by."""
    user: User | None = None
    """``None`` is a token: it has no mailbox of its own."""
    source: Source | None = None
    """Whose access token it is, if it is one."""

    @property
    def identity(self) -> str:
        """What their ``Idempotency-Key`` belongs to: of a source whichever of its tokens was sent."""
        kind, number = ("source", self.source.pk) if self.source else self.key
        return f"{kind}:{number}"

    @property
    def viewer(self) -> int | None:
        """Who looks, where somebody's mail is shown only to them (R4)."""
        return self.user.pk if self.user else None


class Call(HttpRequest):
    """A call that passed the door."""

    caller: Caller
    file: PassingFile
    """The body of a call whose body may be too large for memory."""


def caller_of(request: HttpRequest, permission: str) -> Caller:
    """Who makes a call that needs this permission.

    Raises ``Problem``: the same 401 whatever is wrong with the token.
    """
    header = request.headers.get("Authorization")
    is_upload = permission == UPLOAD
    caller = _of_session(request, is_checked=not is_upload) if header is None else _of_token(header)
    if caller is None:
        detail = "Send the access token of a source." if is_upload else ""
        raise Problem("unauthorized", headers={"WWW-Authenticate": "Bearer"}, detail=detail)
    return caller


def _of_token(header: str) -> Caller | None:
    scheme, _, secret = header.partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer":
        return None
    return _of_source(secret) if secret.startswith(PREFIX) else _of_api_token(secret)


def _of_api_token(secret: str) -> Caller | None:
    token = token_of_secret(secret)
    if token is None:
        return None
    permissions = permissions_of_scopes(token.scopes) | {ANY}
    if "admin_access" in permissions:
        permissions |= {MAILBOX}
    return Caller(token.workspace, permissions, f"token:{token.name}", ("token", token.pk))


def _of_source(secret: str) -> Caller | None:
    token = access_token_of_secret(secret)
    if token is None:
        return None
    source = token.source
    return Caller(
        source.workspace,
        frozenset({UPLOAD}),
        f"source:{source.name}",
        ("access token", token.pk),
        source=source,
    )


def _of_session(request: HttpRequest, *, is_checked: bool) -> Caller | None:
    """``is_checked``: a change has to come from a page of ours."""
    user: User | None = getattr(request, "me", None)
    if user is None:
        return None
    if is_checked and request.method not in SAFE_METHODS and check_csrf(request) is not None:
        raise Problem("csrf_failed")
    permissions: frozenset[str] = getattr(request, "permissions", frozenset())
    if permissions & {"admin_access", "email_sync"}:
        permissions |= {MAILBOX}
    return Caller(user.workspace, permissions | {ANY, USER}, user.email, ("user", user.pk), user)
