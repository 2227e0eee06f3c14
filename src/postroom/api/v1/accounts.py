"""Routes of accounts (A1, A2)."""

from __future__ import annotations

from typing import Any

from ninja import Body, Router

from postroom.actions import add_accounts as adding
from postroom.actions import change_account as changing
from postroom.api import bodies, schemas
from postroom.api.auth import Call
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1 import shown
from postroom.api.v1.sent import PathId, at_most, one
from postroom.store.read import accounts as read

router = Router(tags=["Accounts"])


@router.post("accounts", response=schemas.Results, operation_id="addAccounts", summary="Add accounts")
def add_accounts(request: Call, sent: bodies.AddAccounts) -> Any:
    """Add accounts. A name is not unique: sent again, it makes another account. Needs `manage_rules`."""
    caller = request.caller
    results = adding.add_accounts(caller.workspace, at_most(sent.accounts), sent.force, actor=caller.actor)
    return {"results": results}


@router.get("accounts", response=schemas.Accounts, operation_id="listAccounts", summary="List accounts")
def list_accounts(request: Call, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """All accounts, the first added first. Needs `view_engagements`."""
    return page(request, read.accounts(request.caller.workspace), ("pk",), shown.accounts, limit, cursor)


@router.get("accounts/{id}", response=schemas.Account, operation_id="getAccount", summary="Get an account")
def get_account(request: Call, id: PathId) -> Any:
    """One account. Needs `view_engagements`."""
    return shown.accounts([one(read.accounts(request.caller.workspace), pk=id)])[0]


@router.patch(
    "accounts/{id}",
    response=schemas.ChangedAccount,
    operation_id="changeAccount",
    summary="Change an account",
)
def change_account(
    request: Call, id: PathId, changes: Body[bodies.AccountChange], force: bool = False
) -> Any:
    """Change what is given; `domains` replaces the list. Needs `manage_rules`."""
    caller = request.caller
    warnings = changing.change_account(caller.workspace, id, changes, force, actor=caller.actor)
    return {**shown.accounts([one(read.accounts(caller.workspace), pk=id)])[0], "warnings": warnings}


@router.delete(
    "accounts/{id}", response={204: None}, operation_id="deleteAccount", summary="Delete an account"
)
def delete_account(request: Call, id: PathId) -> Any:
    """Delete an account; its persons and engagements stay. Needs `manage_rules`."""
    changing.delete_account(request.caller.workspace, id, actor=request.caller.actor)
