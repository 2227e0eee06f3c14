"""Routes of persons (section 8)."""

from __future__ import annotations

from typing import Any

from ninja import Body, Router

from postroom.actions import add_persons as adding
from postroom.actions import change_person as changing
from postroom.api import bodies, schemas
from postroom.api.auth import Call
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1 import shown
from postroom.api.v1.sent import PathId, at_most, one
from postroom.store.read import persons as read

router = Router(tags=["Persons"])


@router.post("persons", response=schemas.Results, operation_id="addPersons", summary="Add persons")
def add_persons(request: Call, sent: bodies.AddPersons) -> Any:
    """Add persons. Neither names nor addresses are unique. Needs `manage_rules`."""
    caller = request.caller
    return {"results": adding.add_persons(caller.workspace, at_most(sent.persons), actor=caller.actor)}


@router.get("persons", response=schemas.Persons, operation_id="listPersons", summary="List persons")
def list_persons(request: Call, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """All persons, the first added first. Needs `view_engagements`."""
    return page(request, read.persons(request.caller.workspace), ("pk",), shown.persons, limit, cursor)


@router.get("persons/{id}", response=schemas.Person, operation_id="getPerson", summary="Get a person")
def get_person(request: Call, id: PathId) -> Any:
    """One person. Needs `view_engagements`."""
    return shown.persons([one(read.persons(request.caller.workspace), pk=id)])[0]


@router.patch(
    "persons/{id}", response=schemas.ChangedPerson, operation_id="changePerson", summary="Change a person"
)
def change_person(request: Call, id: PathId, changes: Body[bodies.PersonChange]) -> Any:
    """Change what is given; lists are replaced. What was filed does not move. Needs `manage_rules`."""
    caller = request.caller
    warnings = changing.change_person(caller.workspace, id, changes, actor=caller.actor)
    return {**shown.persons([one(read.persons(caller.workspace), pk=id)])[0], "warnings": warnings}


@router.delete("persons/{id}", response={204: None}, operation_id="deletePerson", summary="Delete a person")
def delete_person(request: Call, id: PathId) -> Any:
    """Delete a person; engagements stay. Needs `manage_rules`."""
    changing.delete_person(request.caller.workspace, id, actor=request.caller.actor)
