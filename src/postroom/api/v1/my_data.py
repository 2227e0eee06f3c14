"""Routes of one's own data: consent, what is kept, taking it along, having it forgotten (P2, P7). Sessions only."""

from __future__ import annotations

from typing import Any

from django.http import StreamingHttpResponse
from ninja import Router

from postroom.actions.export_my_data import export_my_data, held_in_words, said_in_words
from postroom.actions.forget import forget
from postroom.actions.set_consent import check_text, set_consent
from postroom.api import schemas, schemas_my_data
from postroom.api.auth import Call
from postroom.core.clock_text import moment_text, rfc3339
from postroom.core.consent import API, TEXT_VERSION, TEXTS
from postroom.store.models import User
from postroom.store.read.consent import agreed_text, consents_of
from postroom.store.read.held import failed_of, held_of, queued_of
from postroom.store.read.my_data import kept_of, origins_of, reasons_of

router = Router(tags=["My data"])


def _user(request: Call) -> User:
    user = request.caller.user
    assert user is not None  # the access table lets in nobody else
    return user


@router.get(
    "my-data", response=schemas_my_data.MyData, operation_id="getMyData", summary="Get one's own data"
)
def get_my_data(request: Call) -> Any:
    """What is collected about oneself: consent, counts of what is held and kept. Needs a session, and no permission."""
    user = _user(request)
    said = consents_of(user)
    return {
        "collect_passive_data": user.collects_since is not None,
        "since": moment_text(user.collects_since),
        "agreed_text_version": agreed_text(said),
        "text_version": TEXT_VERSION,
        "text": TEXTS[TEXT_VERSION],
        "history": [said_in_words(one) for one in said],
        "held": [held_in_words(held) for held in held_of(user)],
        "queued": queued_of(user),
        "failed": failed_of(user),
        "kept": [
            {**kept._asdict(), "first": rfc3339(kept.first), "last": rfc3339(kept.last)}
            for kept in kept_of(user)
        ],
        "decisions": dict(reasons_of(user)),
        "origins": [{**o._asdict(), "source": o.source or None} for o in origins_of(user)],
    }


@router.put(
    "my-data/consent", response={204: None}, operation_id="setMyConsent", summary="Set one's own consent"
)
def set_my_consent(request: Call, sent: schemas_my_data.SetOwnConsent) -> Any:
    """Switch *Collect passive data* off for oneself, or on, to the text that `GET /my-data` shows. Needs a session.

    Where it is on by an older text, a yes agrees to the text of now.
    """
    user = _user(request)
    if sent.collect_passive_data:
        check_text(sent.text_version)
    wanted = [(user, sent.collect_passive_data)]
    set_consent(user.workspace, wanted, actor=user.email, how=API, has_read=True)


@router.get(
    "my-data/export",
    response=schemas_my_data.MyExport,
    operation_id="exportMyData",
    summary="Export one's own data",
)
def export_mine(request: Call) -> Any:
    """All that is kept about oneself, as one document; nobody outside is named in it. Needs a session."""
    return StreamingHttpResponse(export_my_data(_user(request)), content_type="application/json")


@router.delete(
    "my-data",
    response={202: schemas.AskedJob},
    operation_id="forgetMyData",
    summary="Have one's own data forgotten",
)
def forget_mine(request: Call) -> Any:
    """Erase, in the background, what was counted about oneself and what is held; consent stays. Needs a session."""
    return {"job": forget(_user(request)).pk}
