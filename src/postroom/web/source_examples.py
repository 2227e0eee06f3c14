"""Calls of the upload API to copy: a line for the shell, and a program in Python that needs nothing else."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest

from postroom.actions.upload_command import SENDER, VARIABLE, first_id, upload_command
from postroom.core.clock_text import moment_text

_PROGRAM: Final = """\
import json{import_os}
import urllib.request

mail = {{
    "id": "{id}",
    "user": {user},
    "date": "{date}",
    "folder": "inbox",
    "from": {{"email": {sender}}},
    "to": [{{"email": {user}}}],
    "subject": "The first mail",
}}
call = urllib.request.Request(
    {address},
    json.dumps({{"messages": [mail]}}).encode(),
    {{
        "Authorization": {token},
        "Content-Type": "application/json",
    }},
)
with urllib.request.urlopen(call) as answer:
    print(answer.read().decode())
"""


class Examples(NamedTuple):
    """The same upload twice."""

    curl: str
    python: str


def server_of(request: HttpRequest) -> str:
    """The address by which this page was asked for, like ``https://host``: programs may call there too."""
    scheme = "https" if settings.IS_BEHIND_PROXY else request.scheme
    return f"{scheme}://{request.get_host()}"


def examples(server: str, secret: str | None, user: str, now: datetime) -> Examples:
    """The upload of a made-up mail of ``user``; without a ``secret`` it is read from the environment."""
    program = _PROGRAM.format(
        import_os="" if secret else "\nimport os",
        id=first_id(int(now.timestamp())),
        user=_quoted(user),
        date=moment_text(now),
        sender=_quoted(SENDER),
        address=_quoted(f"{server}/api/v1/mail-messages"),
        token=_quoted(f"Bearer {secret}") if secret else '"Bearer " + os.environ["POSTROOM_TOKEN"]',
    )
    return Examples(upload_command(server, secret or VARIABLE, user, now), program)


def _quoted(text: str) -> str:
    """A text as Python writes it."""
    return json.dumps(text, ensure_ascii=False)
