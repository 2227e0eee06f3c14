"""The shapes of roles and API tokens, of what goes in and of what comes out."""

from __future__ import annotations

from ninja import Schema
from pydantic import Field

from postroom.api.bodies import Sent
from postroom.api.schemas import Time
from postroom.core.permissions import ADMIN_SCOPE, OF_NOBODY, PERMISSIONS

_NAMES = ", ".join(f"`{name}`" for name in PERMISSIONS)
_OF_NOBODY = f"{' and '.join(f'`{name}`' for name in OF_NOBODY)} open nothing to a token, as it is nobody."


class CreateRole(Sent):
    """A role to create."""

    name: str = Field(
        description="As users are given it; not yet taken, in capitals or not.", examples=["Support"]
    )
    permissions: list[str] = Field(
        [], description=f"Those that are on, of {_NAMES}.", examples=[["view_engagements", "manage_rules"]]
    )


class ChangeRole(Sent):
    """What to change of a role; what is not given stays."""

    name: str | None = Field(None, description="Its users have it on under this name.")
    permissions: list[str] | None = Field(None, description="All that are on.")


class Role(Schema):
    """A role."""

    id: int | None = Field(description="None of a built-in role, which stays as it is.")
    name: str
    built_in: bool
    permissions: list[str]
    users: int = Field(description="How many users have it, disabled ones included.")
    created_at: Time | None
    updated_at: Time | None


class Roles(Schema):
    """A page of roles."""

    items: list[Role]
    next_cursor: str | None


class CreateApiToken(Sent):
    """An API token to create."""

    name: str = Field(
        description="What it is for; stands as `token:NAME` beside what it changes.",
        examples=["directory sync"],
    )
    scopes: list[str] = Field(
        description=f"Permissions, or `{ADMIN_SCOPE}` for all of them: {_NAMES}. {_OF_NOBODY}",
        examples=[["manage_users"]],
    )


class ApiToken(Schema):
    """An API token, without its secret."""

    id: int
    name: str
    scopes: list[str]
    created_at: Time
    created_by: str
    last_used_at: Time | None = Field(description="Kept to the minute.")
    revoked_at: Time | None
    revoked_by: str | None


class CreatedApiToken(ApiToken):
    """A new API token, with its secret."""

    token: str = Field(description="The secret; shown only now.")


class ApiTokens(Schema):
    """A page of API tokens."""

    items: list[ApiToken]
    next_cursor: str | None
