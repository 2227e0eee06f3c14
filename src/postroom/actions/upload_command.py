"""A first upload as a line for the shell, spelled out to be copied: it works as it stands."""

from __future__ import annotations

import json
from datetime import datetime
from shlex import quote
from typing import Final

from postroom.core.clock_text import moment_text

VARIABLE: Final = "$POSTROOM_TOKEN"
"""Stands where a token would, once that is no longer known."""
SENDER: Final = "first.mail@customer.example"


def first_id(at: int) -> str:
    """The id of the made-up mail that is dated ``at``, Unix seconds: by it the mail is found again."""
    return f"first-{at}"


def upload_command(server: str, secret: str, user: str, now: datetime) -> str:
    """The upload of a made-up mail that this user received ``now``; ``server`` is like ``https://host``.

    ``secret`` is a source's access token, or ``VARIABLE``.
    """
    message = {
        "id": first_id(int(now.timestamp())),
        "user": user,
        "date": moment_text(now),
        "folder": "inbox",
        "from": {"email": SENDER},
        "to": [{"email": user}],
        "subject": "The first mail",
    }
    lines = (
        f"curl {quote(f'{server}/api/v1/mail-messages')}",
        f'-H "Authorization: Bearer {secret}"',
        "-H 'Content-Type: application/json'",
        f"-d {quote(json.dumps({'messages': [message]}))}",
    )
    return " \\\n  ".join(lines)
