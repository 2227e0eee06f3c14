"""What needs somebody: each with how many, what it is, and where to do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from postroom.store.read.jobs import count_failed
from postroom.store.read.overview import count_accounts_without_domain
from postroom.store.read.source_health import alarmed_sources
from postroom.web.access import PageRequest, may_open


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits until somebody does something."""

    title: str
    count: int
    says: str
    icon: str
    address: str


def needs_of(request: PageRequest, ledger: Mapping[str, Any]) -> list[Need]:
    """What there is to do in the workspace, for who manages its rules; nothing that is none."""
    ambiguous = reverse("web:decisions-of", args=["ambiguous"])
    needs = [
        Need(
            "Held as ambiguous",
            ledger["held"],
            "An address can be read in two ways, and the two would be decided differently. Look at the mail, then "
            "release it.",
            "wait",
            ambiguous,
        ),
        Need(
            "Released, file needed",
            ledger["released"],
            "Import the file or send it again, choosing to reconsider, and it comes in.",
            "mail",
            ambiguous,
        ),
        Need(
            "Set aside",
            ledger["set_aside"],
            "Could not be read, so it is kept whole and can be run again.",
            "set-aside",
            reverse("web:set-aside"),
        ),
        Need(
            "Work that failed",
            count_failed(request.workspace),
            "Ended with a problem in the background. It can be tried again.",
            "stop",
            reverse("web:jobs") + "?state=failed",
        ),
        Need(
            "Accounts without a domain",
            count_accounts_without_domain(request.workspace) if may_open("accounts", request) else 0,
            "Mail creates no persons there: only persons added by hand are known.",
            "account",
            reverse("web:accounts") + "?show=without-domain",
        ),
    ]
    return [need for need in needs if need.count]


def needs_of_sources(request: PageRequest) -> list[Need]:
    """The sources of which too much failed lately, for who manages them (K9)."""
    alarmed = alarmed_sources(request.workspace) if may_open("sources", request) else []
    if not alarmed:
        return []
    says = "More than 5 % of what they sent lately failed. Their pages say why."
    address = reverse("web:sources")
    if len(alarmed) == 1:
        says = f"More than 5 % of what {alarmed[0].name} sent lately failed. Its page says why."
        address = reverse("web:source", args=[alarmed[0].pk])
    return [Need("Sources to look at", len(alarmed), says, "source", address)]
