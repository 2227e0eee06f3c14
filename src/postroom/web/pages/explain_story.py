"""An answer of Explain made ready for its page: the links that go with it. Must not decide or look anything up."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.http import urlencode

from postroom.actions.explain import Answer
from postroom.actions.import_command import import_command
from postroom.actions.met_upload import SOURCE as UPLOADS
from postroom.actions.place import SOURCE as FILES
from postroom.core.reasons import HOLD, IMPORT, SKIP
from postroom.web.access import PageRequest, may_open
from postroom.web.pages.ways_to_change import Way, ways_to_change

SHOWN_AT_MOST: Final = 25
"""A page shows fewer messages than an answer may have: it stays small."""
OPEN_AT_MOST: Final = 2
"""So many messages are told in full at once; of more, each opens by itself."""


def story_of(request: PageRequest, answer: Answer) -> Answer:
    """The answer, with what may be done about each message and the address."""
    shown = answer["messages"][:SHOWN_AT_MOST]
    return answer | {
        "messages": [_message(request, message) for message in shown],
        "more": answer["more"] or len(shown) < len(answer["messages"]),
        "are_open": len(shown) <= OPEN_AT_MOST,
        "address": answer["address"] and _address(request, answer["address"]),
    }


def _message(request: PageRequest, message: dict[str, Any]) -> dict[str, Any]:
    verdict = message["customer"]
    if verdict is None:
        return message
    is_out = verdict["outcome"] in (HOLD, SKIP)
    # What kept it out was changed meanwhile: its text is all that is missing.
    is_changed = is_out and bool(message["today"]) and message["today"]["outcome"] == IMPORT
    may_come_in = is_changed or (is_out and bool(verdict["would_change"]))
    is_sent_again = may_come_in and not message["is_in_mailbox"]
    ways = _ways(request, verdict["reason"], [one["entry"] for one in verdict["evidence"]])
    return message | {
        "is_changed": is_changed,
        "ways": [] if is_changed else ways,
        "commands": _commands(request, message) if is_sent_again else [],
        "is_uploaded": is_sent_again and any(copy["source"] == UPLOADS for copy in message["copies"]),
        "reconsider": _reconsider(request, message) if is_out and verdict["reason"] != "deleted" else "",
    }


def _address(request: PageRequest, address: dict[str, Any]) -> dict[str, Any]:
    """The address, with each reason why not by its name, and from when on its mail may come in."""
    why_not = [why | {"ways": ways_to_change(why["reason"], request)} for why in address["why_not"]]
    since = [person["known_since"] for person in address["persons"]] + [address["domain_known_since"]]
    emails = [email for person in address["persons"] for email in person["emails"]]
    blocked = sum(why["reason"] == "blocked" for why in why_not)
    return address | {
        "why_not": why_not,
        "all_blocked": bool(emails) and blocked == len(emails),
        "why": {why["reason"]: why for why in why_not},
        # Written alike, so the earlier text is the earlier time.
        "known_from": min((at for at in since if at), default=None),
    }


def _ways(request: PageRequest, reason: str, entries: list[dict[str, Any] | None]) -> list[Way]:
    """The pages that change it; the blocklist narrowed to the entry that decided, where it may be seen."""
    value = next((entry["value"] for entry in entries if entry and entry["value"]), None)
    query = f"?{urlencode({'q': value})}" if value and reason == "blocked" else ""
    return [way._replace(address=way.address + query) for way in ways_to_change(reason, request)]


def _commands(request: PageRequest, message: dict[str, Any]) -> list[str]:
    """How its file is imported again, once for each mailbox and label it was met in."""
    if "manage_rules" not in request.permissions:
        return []
    files = [copy for copy in message["copies"] if copy["user"] and copy["label"] is not None]
    files = [copy for copy in files if copy["source"] == FILES]
    places = {(copy["user"], copy["label"]): None for copy in files}
    return [import_command(request.workspace, user, label, again=True) for user, label in places]


def _reconsider(request: PageRequest, message: dict[str, Any]) -> str:
    if message["id"] is None or not may_open("decisions-reconsider", request):
        return ""
    return f"{reverse('web:decisions-reconsider')}?{urlencode({'message': message['id']})}"
