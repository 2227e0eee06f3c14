"""The shapes of what comes out about users beside the users themselves, as the OpenAPI document describes them."""

from __future__ import annotations

from ninja import Schema
from pydantic import Field

from postroom.api.schemas import Time


class ConnectedUser(Schema):
    """A user with Collect passive data on."""

    email: str
    name: str
    since: Time = Field(description="Since when it is on.")


class ConnectedUsers(Schema):
    """All users with Collect passive data on, by address; none: an empty list."""

    users: list[ConnectedUser]


class Invitation(Schema):
    """An invitation link, told this once."""

    link: str = Field(description="Whoever opens it sets the user's password. Works once; earlier ones end.")
    expires_at: Time
    mailed: bool = Field(description="Whether it was mailed to the user too.")
