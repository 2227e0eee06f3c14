"""Examples of reports, as the OpenAPI document shows them.

They work in a workspace with the domain ``acme.com`` and the users ``ana@acme.com`` and ``ben@acme.com``, who report to
``cleo@acme.com`` and, other than she, collect passive data. In the week Ana wrote to Ben, who answered; she answered a
mail from outside, and met Ben.
"""

from __future__ import annotations

from typing import Any, Final

from postroom.actions.report_csv import CIRCLE_COLUMNS, REPORT_COLUMNS
from postroom.api.access import JSON
from postroom.api.examples import ANA, BEN
from postroom.core.metrics import ALL, BLOCKS, EXT, INT, METRICS

CLEO: Final = "cleo@acme.com"
CSV: Final = "text/csv"
WEEK: Final = {"start": "2026-11-08", "end": "2026-11-14"}

_VALUES: Final[dict[str, dict[str, tuple[float | None, int]]]] = {
    ALL: {
        "received_mails": (2, 2),
        "sent_mails": (2, 2),
        "response_time": (2400, 1),
        "response_share": (50.0, 2),
        "day_start": (32700, 2),
        "day_end": (41850, 2),
        "day_length": (9150, 2),
        "week_length": (3300, 2),
        "meetings": (1, 1),
    },
    INT: {
        "received_mails": (1, 1),
        "sent_mails": (1, 1),
        "response_time": (None, 0),
        "response_share": (0.0, 1),
        "day_start": (40500, 2),
        "day_end": (41850, 2),
        "day_length": (1350, 2),
        "week_length": (3000, 2),
        "meetings": (1, 1),
    },
    EXT: {
        "received_mails": (1, 1),
        "sent_mails": (1, 1),
        "response_time": (2400, 1),
        "response_share": (100.0, 1),
        "day_start": (31200, 1),
        "day_end": (31200, 1),
        "day_length": (0, 1),
        "week_length": (300, 1),
    },
}
_BLOCKS: Final = {
    block: {
        metric.name: dict(zip(("value", "count"), _VALUES[block].get(metric.name, (0, 0)), strict=True))
        for metric in METRICS
    }
    for block in BLOCKS
}
REPORT: Final = {
    "user": ANA,
    "period": WEEK,
    "collected": True,
    "recomputing": False,
    "coverage": {"percent": 100.0, "counted": 4, "known": 4, "not_counted": {}},
    **_BLOCKS,
    "weeks": [{**WEEK, **_BLOCKS}],
}
TOO_FEW: Final[dict[str, Any]] = {
    "manager": CLEO,
    "department": None,
    "period": WEEK,
    "people": None,
    "too_few": True,
    "too_near": False,
    **dict.fromkeys(BLOCKS),
    "weeks": [],
}
OWN_CIRCLE: Final = {
    "user": ANA,
    "period": WEEK,
    "collected": True,
    "recomputing": False,
    "colleagues": [
        {
            "user": BEN,
            "name": "Ben Ode",
            "strength": 100,
            "before": None,
            "reciprocity": 70,
            "last_at": "2026-11-10T13:00:00Z",
            "parts": {
                "sent_mails": 1,
                "received_mails": 1,
                "sent_chats": 0,
                "received_chats": 0,
                "sent_reactions": 0,
                "received_reactions": 0,
                "calls": 0,
                "meetings": 1,
                "talked_seconds": 2700,
            },
        }
    ],
    "further": 0,
    "not_named": 0,
    "chart": [{"user": BEN, "name": "Ben Ode", "relation": "colleague", "strength": 100}],
    "chart_not_named": None,
}


def _answered(example: dict[str, Any], columns: str) -> dict[str, Any]:
    table = {"schema": {"type": "string", "description": f"Its columns: {columns}."}}
    return {"responses": {200: {"content": {JSON: {"example": example}, CSV: table}}}}


EMPLOYEE: Final = _answered(REPORT, ", ".join(REPORT_COLUMNS))
TEAM: Final = _answered(TOO_FEW, ", ".join(REPORT_COLUMNS))
CIRCLE: Final = _answered(OWN_CIRCLE, ", ".join(CIRCLE_COLUMNS))
