"""The route of Explain (L2)."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from ninja import Router

from postroom.actions import explain as actions
from postroom.api import bodies, explained
from postroom.api.auth import Call
from postroom.api.errors import Problem

router = Router(tags=["Explain"])


@router.post("explain", response=explained.Explanation, operation_id="explain", summary="Explain")
def explain(request: Call, sent: bodies.ExplainQuestion) -> Any:
    """What happened to a message and why, by exactly one of the fields. Needs `view_engagements`; `message`, and to
    see entries of the blocklist, needs `manage_rules`."""
    asked = {name: value for name, value in sent.dict().items() if value is not None}
    if len(asked) != 1:
        raise Problem("cannot_explain")
    if "raw" in asked:
        asked["raw"] = _mail(asked["raw"])
    sees_rules = "manage_rules" in request.caller.permissions
    return actions.explain(
        request.caller.workspace, sees_rules=sees_rules, viewer=request.caller.viewer, **asked
    )


def _mail(raw: str) -> bytes:
    """The mail in base64, or as it stands: a header's colon is no letter of base64."""
    if ":" in raw:
        return raw.encode("utf-8", "surrogateescape")
    try:
        return base64.b64decode("".join(raw.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Problem("cannot_explain", "raw") from None
