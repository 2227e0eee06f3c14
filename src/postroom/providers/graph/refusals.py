"""What an answer of Graph that is no success means: one of the five errors (M14).

By the code in the answer first, as one status stands for several things. Codes are compared without case.
"""

from __future__ import annotations

from typing import Final

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, SignInAgain, StartOver, TryLater
from postroom.providers.graph.answer import Answer

_CURSOR_LOST: Final = ("syncstate", "resyncrequired", "deltatoken", "resync")
"""Parts of the codes of a delta link that is no longer good: ``SyncStateNotFound``, ``resyncRequired``, …"""
_NO_MAILBOX: Final = frozenset(
    {
        "mailboxnotenabledforrestapi",
        "mailboxnotsupportedforrestapi",
        "errornonexistentmailbox",
        "errorinvaliduser",
        "request_resourcenotfound",
        "resourcenotfound",
        "mailboxnotfound",
    }
)
_BUSY: Final = frozenset(
    {
        "applicationthrottled",
        "mailboxconcurrency",
        "errorserverbusy",
        "errormailboxmoveinprogress",
        "errormailboxstoreunavailable",
        "errortimeoutexpired",
        "serviceunavailable",
        "errorinternalservertransienterror",
        "toomanyrequests",
    }
)
_NO_MAIL: Final = frozenset(
    {
        "errorcontentconversionfailed",
        "errorcorruptdata",
        "erroritemcorrupt",
        "errormimecontentconversionfailed",
        "errormimecontentinvalid",
        "errorunsupportedmimeconversion",
    }
)
"""What Exchange says, now and later, of an item that it cannot give as a mail."""
_NO_SUCH_THING: Final = frozenset({"errorinvalididmalformed", "erroritemnotfound", "errorfoldernotfound"})


def is_missing(answer: Answer) -> bool:
    """Say whether what was asked for is not there, while the mailbox is."""
    code = answer.error_code.lower()
    return code not in _NO_MAILBOX and (answer.status == 404 or code in _NO_SUCH_THING)


def is_not_given(answer: Answer) -> bool:
    """Say whether a refusal is about the one mail that was asked for, and neither throttling nor of the mailbox."""
    error = error_of(answer)
    return error.code == "unavailable" or (isinstance(error, CannotEver) and error.code == "protocol")


def is_throttled(answer: Answer) -> bool:
    """Say whether whoever asks is to wait; where the service only fails, it may be for the one thing asked for."""
    return answer.status == 429 or answer.error_code.lower() in _BUSY


def is_busy(answer: Answer) -> bool:
    """Say whether the same may be answered later: throttled, or the service is away."""
    code = answer.error_code.lower()
    return code in _BUSY or ((answer.status in (408, 429) or answer.status >= 500) and code not in _NO_MAIL)


def error_of(answer: Answer, *, is_of_label: bool = False) -> ProviderError:
    """The error that an answer stands for; ``is_of_label``: what is not there is the label that was asked about."""
    code, told = answer.error_code.lower(), answer.error_text
    if answer.status == 410 or any(part in code for part in _CURSOR_LOST):
        return StartOver("cursor_lost", told)
    if code in _NO_MAILBOX:
        return CannotEver("no_mailbox", told)
    if is_busy(answer):
        why = "throttled" if is_throttled(answer) else "unavailable"
        return TryLater(why, told, after_seconds=answer.retry_after)
    if answer.status == 401:
        return SignInAgain("token_refused", told)
    if answer.status == 403:
        return NotAllowed("access_denied", told)
    if is_of_label and is_missing(answer):
        return StartOver("label_gone", told)
    return CannotEver("protocol", told)
