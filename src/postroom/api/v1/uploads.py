"""The upload API: what the programs of a source call, with its access token (K1 to K11)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import ValidationError

from postroom.actions import accept_items as actions
from postroom.actions.accept_mbox import mbox_answers
from postroom.actions.accept_statistics import accept_statistics
from postroom.actions.foresee import foresee
from postroom.actions.item_answer import REJECTED, ItemAnswer
from postroom.actions.rejection import NotFound, Rejected
from postroom.api import bodies_upload as bodies
from postroom.api import schemas_upload as schemas
from postroom.api.access import JSON, MAX_ITEMS, MBOX, RFC822, ROUTES
from postroom.api.auth import Call
from postroom.api.errors import Problem, malformed_json, wrong_field
from postroom.api.examples import ACTIVITIES, CHATS, FOLDERS, MAILS, RAW_MAIL, REACTIONS, in_document
from postroom.api.strict_json import read_json
from postroom.api.v1.sent import at_most
from postroom.api.wrong_form import MISSING
from postroom.core.upload import ACTIVITY, CHAT, MAIL, REACTION
from postroom.store.models import Source
from postroom.store.read.organization import organization_domains
from postroom.store.read.uploads import failure_share, upload_counts

router = Router(tags=["Uploads"])

DryRun = Annotated[
    bool, Query(False, description="Answer the same, with each lens's decision; store nothing.")
]
Reconsider = Annotated[
    bool,
    Query(
        False,
        description="Have what is there unchanged decided again by the lenses that did not let it in: it is `queued`.",
    ),
]
Owner = Annotated[
    str | None, Query(None, max_length=1000, description="Of a whole mail or an mbox: the user's address.")
]
Folder = Annotated[
    str, Query("", max_length=1000, description="Of a whole mail or an mbox: as `folder` of a mail.")
]
OwnId = Annotated[
    str | None,
    Query(None, max_length=1000, description="Of a whole mail: its id; else it is known by what it says."),
]
ItemId = Annotated[str, Path(max_length=1000, description="The program's own id; it may hold slashes.")]
_WHOLE: Final = {"type": "string", "format": "binary"}


@router.get("settings", response=schemas.Settings, operation_id="getSettings", summary="Get settings")
def get_settings(request: Call) -> Any:
    """What a connector has to know before it uploads. Needs the access token of a source."""
    source = _source(request)
    depth = source.crawling_depth
    return {
        "crawling_depth": depth.isoformat() if depth else None,
        "organization_domains": [entry.domain for entry in organization_domains(source.workspace)],
        "max_items": MAX_ITEMS,
        "max_bytes": ROUTES["mail-messages"]["POST"].max_bytes,
    }


@router.post(
    "mail-messages",
    response=schemas.UploadAnswer,
    operation_id="addMailMessages",
    summary="Add mail messages",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": bodies.AddMailMessages.model_json_schema(), "example": MAILS.sent},
                RFC822: {"schema": _WHOLE, "example": RAW_MAIL},
                MBOX: {"schema": _WHOLE},
            },
        },
        "responses": in_document(MAILS)["responses"],
    },
)
def add_mail_messages(
    request: Call,
    user: Owner = None,
    folder: Folder = "",
    id: OwnId = None,
    dry_run: DryRun = False,
    reconsider: Reconsider = False,
) -> Any:
    """Take in mails: up to 1,000 in JSON, one whole `message/rfc822`, or an `application/mbox` of any size.

    `user`, `folder` and `id` are for the last two alone. Needs the access token of a source.
    """
    source = _source(request)
    if request.content_type == JSON:
        for name, value in (("user", user), ("folder", folder), ("id", id)):
            if value:
                raise Problem("invalid", name, detail="In JSON each message says this itself.")
        return _accepted(request, MAIL, _mails_of(request.body), dry_run, reconsider)
    if not user:
        raise Problem("invalid", "user", detail=MISSING)

    def take(mails: list[tuple[str, bytes]]) -> Sequence[ItemAnswer]:
        if dry_run:
            records = actions.raw_records(source, user, folder, mails)
            return foresee(source, MAIL, records, reconsider=reconsider)
        return actions.accept_raw_mails(source, user, folder, mails, reconsider=reconsider)

    if request.content_type == RFC822:
        return _answer(take([(id or "", request.body)]))
    if id:
        raise Problem("invalid", "id", detail="The mails of an mbox are known by what they say.")
    return _answer_to_mbox(mbox_answers(request.file, take))


def _mails_of(body: bytes) -> Sequence[Any]:
    try:
        return bodies.AddMailMessages.model_validate(read_json(body)).messages
    except ValidationError as error:
        raise wrong_field(error.errors()[0]) from None
    except ValueError as error:
        raise malformed_json(error) from None


@router.post(
    "chat-messages",
    response=schemas.UploadAnswer,
    operation_id="addChatMessages",
    summary="Add chat messages",
    openapi_extra=in_document(CHATS),
)
def add_chat_messages(
    request: Call, sent: bodies.AddChatMessages, dry_run: DryRun = False, reconsider: Reconsider = False
) -> Any:
    """Take in chat messages: the author sent them, the members received them. Needs the access token of a source."""
    return _accepted(request, CHAT, sent.messages, dry_run, reconsider)


@router.post(
    "chat-reactions",
    response=schemas.UploadAnswer,
    operation_id="addChatReactions",
    summary="Add chat reactions",
    openapi_extra=in_document(REACTIONS),
)
def add_chat_reactions(
    request: Call, sent: bodies.AddChatReactions, dry_run: DryRun = False, reconsider: Reconsider = False
) -> Any:
    """Take in reactions to chat messages. Needs the access token of a source."""
    return _accepted(request, REACTION, sent.reactions, dry_run, reconsider)


@router.post(
    "activities",
    response=schemas.UploadAnswer,
    operation_id="addActivities",
    summary="Add activities",
    openapi_extra=in_document(ACTIVITIES),
)
def add_activities(
    request: Call, sent: bodies.AddActivities, dry_run: DryRun = False, reconsider: Reconsider = False
) -> Any:
    """Take in calls, meetings, tasks and comments. Needs the access token of a source."""
    return _accepted(request, ACTIVITY, sent.activities, dry_run, reconsider)


@router.post(
    "mail-folder-statistics",
    response=schemas.UploadAnswer,
    operation_id="addMailFolderStatistics",
    summary="Add mail folder statistics",
    openapi_extra=in_document(FOLDERS),
)
def add_statistics(request: Call, sent: bodies.AddFolderStatistics) -> Any:
    """Say what lies in mail folders: shown on the source, never counted. Needs the access token of a source.

    `updated`: it is said for the first time, or otherwise than before; `duplicate`: the same was said before.
    """
    return _answer(accept_statistics(_source(request), at_most(sent.statistics)))


@router.get("uploads", response=schemas.Uploads, operation_id="getUploads", summary="Count uploads")
def get_uploads(request: Call) -> Any:
    """What this source uploaded, and how much of it failed lately. Needs the access token of a source."""
    source = _source(request)
    lately = failure_share(source)
    return {
        "counts": upload_counts(source),
        "failure_share": lately.share,
        "failed": lately.failed,
        "items": lately.items,
        "is_alarmed": lately.is_alarm,
    }


@router.delete(
    "mail-messages/{path:id}",
    response={204: None},
    operation_id="deleteMailMessage",
    summary="Take back a mail message",
)
def delete_mail(request: Call, id: ItemId, user: Annotated[str, Query(max_length=1000)]) -> Any:
    """Take back a mail of this source from the mailbox of `user`. Needs the access token of a source."""
    _take_back(request, MAIL, id, user)


@router.delete(
    "chat-messages/{path:id}",
    response={204: None},
    operation_id="deleteChatMessage",
    summary="Take back a chat message",
)
def delete_chat(request: Call, id: ItemId) -> Any:
    """Take back a chat message of this source. Needs the access token of a source."""
    _take_back(request, CHAT, id)


@router.delete(
    "chat-reactions/{path:id}",
    response={204: None},
    operation_id="deleteChatReaction",
    summary="Take back a chat reaction",
)
def delete_reaction(request: Call, id: ItemId) -> Any:
    """Take back a reaction of this source. Needs the access token of a source."""
    _take_back(request, REACTION, id)


@router.delete(
    "activities/{path:id}",
    response={204: None},
    operation_id="deleteActivity",
    summary="Take back an activity",
)
def delete_activity(request: Call, id: ItemId) -> Any:
    """Take back an activity of this source. Needs the access token of a source."""
    _take_back(request, ACTIVITY, id)


def _source(request: Call) -> Source:
    """Whose access token was sent: the door lets nobody else in."""
    source = request.caller.source
    if source is None:
        raise Problem("forbidden")
    return source


def _accepted(
    request: Call, kind: str, records: Sequence[Any], dry_run: bool, reconsider: bool = False
) -> HttpResponse:
    take = foresee if dry_run else actions.accept
    return _answer(take(_source(request), kind, at_most(records), reconsider=reconsider))


def _take_back(request: Call, kind: str, id_: str, user: str | None = None) -> None:
    try:
        is_taken_back = actions.delete_item(_source(request), kind, id_, user)
    except Rejected as refusal:
        raise Rejected(refusal.reason, "user") from None
    if not is_taken_back:
        raise NotFound


def _answer(results: Sequence[ItemAnswer]) -> HttpResponse:
    # Written as it is: checking a thousand answers against their shape takes as long as accepting them.
    rejected = sum(result["status"] == REJECTED for result in results)
    return _written({"accepted": len(results) - rejected, "rejected": rejected, "results": results})


def _answer_to_mbox(results: Iterable[ItemAnswer]) -> HttpResponse:
    """List what was rejected alone where there are too many answers to list."""
    listed: list[ItemAnswer] = []
    rejected: list[ItemAnswer] = []
    count = refused = 0
    for result in results:
        count += 1
        if count <= MAX_ITEMS:
            listed.append(result)
        if result["status"] == REJECTED:
            refused += 1
            if len(rejected) < MAX_ITEMS:
                rejected.append(result)
    shown = listed if count <= MAX_ITEMS else rejected
    return _written(
        {"accepted": count - refused, "rejected": refused, "results": shown, "not_listed": count - len(shown)}
    )


def _written(answer: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(answer), content_type="application/json; charset=utf-8")
