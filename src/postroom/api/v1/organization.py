"""Routes of the organization: domains of the company, addresses that are exceptions (D1, D2)."""

from __future__ import annotations

from typing import Any

from ninja import Path, Router

from postroom.actions import add_organization as actions
from postroom.api.auth import Call
from postroom.api.bodies import AddOrganization, ListAddresses
from postroom.api.schemas import Organization, Results
from postroom.api.v1.sent import at_most
from postroom.core.clock_text import moment_text
from postroom.store.read.organization import listed_addresses, organization_domains

router = Router(tags=["Organization"])


@router.post("organization", response=Results, operation_id="addOrganization", summary="Add organization")
def add_organization(request: Call, sent: AddOrganization) -> Any:
    """Add the company's mail domains; repeating it changes nothing. Needs `admin_access`."""
    caller = request.caller
    results = actions.add_organization(
        caller.workspace, at_most(sent.domains), sent.force, actor=caller.actor
    )
    return {"results": results}


@router.get("organization", response=Organization, operation_id="getOrganization", summary="Get organization")
def get_organization(request: Call) -> Any:
    """Domains and listed addresses, which decide what is inside. Needs `admin_access`."""
    workspace = request.caller.workspace
    return {
        "domains": [
            {
                "domain": entry.domain,
                "include_subdomains": entry.include_subdomains,
                "added_at": moment_text(entry.created_at),
            }
            for entry in organization_domains(workspace)
        ],
        "internal_addresses": [entry.address for entry in listed_addresses(workspace, "internal")],
        "excluded_addresses": [entry.address for entry in listed_addresses(workspace, "excluded")],
    }


@router.post(
    "organization/internal-addresses",
    response=Results,
    operation_id="addInternalAddresses",
    summary="Add internal addresses",
)
def add_internal(request: Call, sent: ListAddresses) -> Any:
    """Count outside addresses as inside: a consultant's, say. Needs `admin_access`."""
    return _list(request, "internal", sent)


@router.post(
    "organization/excluded-addresses",
    response=Results,
    operation_id="addExcludedAddresses",
    summary="Add excluded addresses",
)
def add_excluded(request: Call, sent: ListAddresses) -> Any:
    """Count addresses on our domains as outside: a contractor's, say. Needs `admin_access`."""
    return _list(request, "excluded", sent)


def _list(request: Call, kind: str, sent: ListAddresses) -> Any:
    caller = request.caller
    results = actions.list_addresses(caller.workspace, kind, at_most(sent.addresses), actor=caller.actor)
    return {"results": results}


@router.delete(
    "organization/internal-addresses/{path:address}",
    response={204: None},
    operation_id="removeInternalAddress",
    summary="Remove an internal address",
)
def remove_internal(request: Call, address: Path[str]) -> Any:
    """Let the address's domain decide again. Needs `admin_access`."""
    actions.unlist_address(request.caller.workspace, "internal", address, actor=request.caller.actor)


@router.delete(
    "organization/excluded-addresses/{path:address}",
    response={204: None},
    operation_id="removeExcludedAddress",
    summary="Remove an excluded address",
)
def remove_excluded(request: Call, address: Path[str]) -> Any:
    """Let the address's domain decide again. Needs `admin_access`."""
    actions.unlist_address(request.caller.workspace, "excluded", address, actor=request.caller.actor)


@router.delete(
    "organization/{domain}",
    response={204: None},
    operation_id="removeOrganizationDomain",
    summary="Remove an organization domain",
)
def remove_domain(request: Call, domain: Path[str]) -> Any:
    """Take a domain away from the company. Needs `admin_access`."""
    actions.remove_organization_domain(request.caller.workspace, domain, actor=request.caller.actor)
