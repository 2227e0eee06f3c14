"""Send an invitation by mail, where a mail server is set up (R5). Must not log whom it went to, or the link."""

from __future__ import annotations

import logging
from datetime import UTC
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import send_mail

from postroom.actions.invite import VALID_DAYS, MadeInvitation

_log = logging.getLogger(__name__)

_TEXT: Final = """\
Hello{name},

you were added to the workspace {workspace} of Postroom. Open this link to set a password and sign in:

{link}

It works once, until {until} UTC ({days} days). Whoever has it can sign in as you, so keep it to yourself.
If you did not expect this, you need do nothing.
"""


def can_mail() -> bool:
    """Whether a mail server is set up: POSTROOM_SMTP_URL."""
    return bool(settings.EMAIL_HOST)


def mail_invitation(made: MadeInvitation, link: str) -> bool:
    """Mail the link, with the server's address in it, to the user; ``False``: the mail server did not take it."""
    workspace = made.user.workspace.name
    text = _TEXT.format(
        name=f" {made.user.name}" if made.user.name else "",
        workspace=workspace,
        link=link,
        until=f"{made.expires_at.astimezone(UTC):%d %B %Y, %H:%M}",
        days=VALID_DAYS,
    )
    try:
        send_mail(f"Your invitation to {workspace}", text, None, [made.user.email])
    except (SMTPException, OSError) as error:
        _log.warning("An invitation could not be mailed: %s.", type(error).__name__)
        return False
    return True
