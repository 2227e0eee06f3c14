"""Each week that report and circle are made of, in the export of one's own data, and who is named in it (S6, E8)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from mail_world import ACTOR

from postroom.actions.accept_items import accept
from postroom.actions.add_users import add_users
from postroom.actions.create_source import create_source
from postroom.actions.export_my_data import export_my_data
from postroom.actions.process_uploads import process_some
from postroom.actions.roll_up import roll_up
from postroom.actions.set_consent import set_consent
from postroom.core.metrics import BLOCKS, FIGURES
from postroom.store.models import User, Workspace
from postroom.store.read import my_data

ANN, BEN, EVE = "ann@us.com", "ben@us.com", "eve@us.com"
NO_DAY = {"start": None, "end": None, "length": None}


@pytest.fixture
def ann(workspace: Workspace) -> User:
    """Ann, who wrote to Ben, who collects, and Eve, who does not; and met Ben three weeks later."""
    add_users(workspace, [{"email": email} for email in (ANN, BEN, EVE)], actor=ACTOR)
    users = User.objects.filter(email__in=(ANN, BEN))
    set_consent(workspace, [(user, True) for user in users], actor=ACTOR, how="command line")
    source, _ = create_source(workspace, "Feed", ["people"], actor=ACTOR)
    mail = {"id": "1", "user": ANN, "date": "2026-10-12T09:30:00Z", "folder": "sent"}
    accept(source, "mail", [mail | {"from": ANN, "to": [BEN, EVE]}])
    met = {"id": "2", "type": "meeting", "user": ANN, "participants": [BEN]}
    met |= {"start": "2026-11-02T23:45:00Z", "end": "2026-11-03T00:15:00Z"}
    accept(source, "activity", [met])
    process_some(workspace.pk)
    roll_up(workspace)
    return User.objects.get(email=ANN)


def exported(user: User) -> Any:
    """The document."""
    return json.loads("".join(export_my_data(user)))


def test_each_week_stands_there_with_its_figures_days_and_colleagues_S6(ann: User) -> None:
    first, second = exported(ann)["weeks"]
    assert list(first["figures"]) == list(BLOCKS)
    assert [list(first["figures"][block]) for block in BLOCKS] == [list(FIGURES)] * 3
    assert (first["start"], first["end"]) == ("2026-10-11", "2026-10-17")
    assert first["figures"]["int"]["sent_mails"] == 1
    assert first["figures"]["int"]["response_time"] is None
    monday = {"start": 34_200, "end": 34_200, "length": 0}
    assert first["days"] == {
        "all": [NO_DAY, monday, *[NO_DAY] * 5],
        "int": [NO_DAY, monday, *[NO_DAY] * 5],
        "ext": [NO_DAY] * 7,
    }
    assert (first["with"], first["not_named"]) == ([had(given=0.7071, sent_mails=1)], 1)
    assert (second["start"], second["figures"]["all"]["meetings"]) == ("2026-11-01", 1)
    assert second["days"]["all"][1] == {"start": 85_500, "end": 87_300, "length": 1_800}
    talked = had(together=2.0, meetings=1, talked_seconds=1_800, last_at="2026-11-02T23:45:00Z")
    assert (second["with"], second["not_named"]) == ([talked], 0)


def had(**fields: Any) -> dict[str, Any]:
    """What Ann had with Ben in a week."""
    nothing = dict.fromkeys(("given", "got", "together"), 0.0)
    counts = [f"{way}_{what}" for what in ("mails", "chats", "reactions") for way in ("sent", "received")]
    nothing |= dict.fromkeys([*counts, "calls", "meetings", "talked_seconds"], 0)
    return {"email": BEN, "last_at": "2026-10-12T09:30:00Z"} | nothing | fields


def test_nobody_is_named_who_does_not_collect_E8(ann: User) -> None:
    ben = User.objects.get(email=BEN)
    set_consent(ann.workspace, [(ben, False)], actor=ACTOR, how="command line")
    weeks = exported(ann)["weeks"]
    assert [(week["with"], week["not_named"]) for week in weeks] == [([], 2), ([], 1)]


def test_weeks_are_read_some_at_a_time_and_stand_there_once(
    ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = exported(ann)["weeks"]
    with CaptureQueriesContext(connection) as captured:
        list(my_data.weeks_of(ann))
    assert len(captured) == 3
    monkeypatch.setattr(my_data, "_WEEKS", 1)
    assert exported(ann)["weeks"] == whole


def test_every_field_of_a_week_stands_in_the_manual(ann: User) -> None:
    week = exported(ann)["weeks"][0]
    fields = {*week, *week["days"]["all"][0], *week["with"][0]}
    manual = (Path(__file__).parents[2] / "docs/reference/my-data.md").read_text()
    assert sorted(name for name in fields if f"`{name}`" not in manual) == []
