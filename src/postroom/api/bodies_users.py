"""The shapes of what goes in about users beside Add users, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, WithJsonSchema

_NULLABLE_TEXT = ["string", "null"]

SettingsRecord = Annotated[
    Any,
    WithJsonSchema(
        {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {
                        "email": {"type": "string", "description": "The address or an alias of a user."},
                        "collect_passive_data": {
                            "type": ["boolean", "null"],
                            "description": "Whether messages are processed for report and circle; null: off.",
                        },
                        "time_zone": {"type": _NULLABLE_TEXT, "description": "Such as Europe/Berlin."},
                        "locale": {"type": _NULLABLE_TEXT, "description": "Such as en-GB."},
                    },
                    "additionalProperties": False,
                },
                {"description": "Anything else is answered with `rejected` and a reason."},
            ]
        }
    ),
]


class UpdateUserSettings(Schema):
    """Users whose settings are to change."""

    model_config = ConfigDict(extra="forbid", strict=True)

    users: list[SettingsRecord]


class ChangeUser(Schema):
    """What is to change of a user; attributes are changed by Add users."""

    model_config = ConfigDict(extra="forbid", strict=True)

    disabled: bool = Field(
        None,  # type: ignore[assignment]
        description="True: no sign-in, and Collect passive data goes off. False: may sign in again.",
    )
