"""``/metrics`` for Prometheus: a registry of our own, made of a few queries at each scrape.

Labels are words of ours and numbers of sources: never a name or an address.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterable, Iterator
from ipaddress import IPv6Address, ip_address
from typing import Final, NamedTuple

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from postroom import __version__
from postroom.config import config
from postroom.core.sync import PROBLEMS
from postroom.core.upload import KINDS
from postroom.store.read.jobs import STATES
from postroom.store.read.mailbox_tally import STATES as MAILBOX_STATES
from postroom.store.read.mailbox_tally import how_mailboxes_are
from postroom.store.read.readiness import worker_age
from postroom.store.read.tally import jobs_by_state, shares_of_sources, tally

Sample = tuple[tuple[str, ...], float]


class Metric(NamedTuple):
    """A metric as ``docs/reference/metrics.md`` lists it."""

    labels: tuple[str, ...]
    says: str


METRICS: Final = {
    "postroom_build_info": Metric(("version", "database"), "Always 1; which version runs on which database."),
    "postroom_items": Metric(("kind", "state"), "Uploaded items by what became of them."),
    "postroom_items_waiting": Metric(
        ("lens", "kind", "state"),
        "Items that wait: queued for the worker, held for consent, or failed; one that waits for several users counts "
        "for each.",
    ),
    "postroom_upload_oldest_queued_seconds": Metric(
        (), "How long the oldest queued item has waited; 0: none is."
    ),
    "postroom_source_failure_share": Metric(
        ("source",),
        "Rejected or not processed among the last 1,000 items of 24 hours, 0 to 1, by the source's number.",
    ),
    "postroom_source_alarm": Metric(
        ("source",), "1 where more than 5 % of the source's items failed lately."
    ),
    "postroom_decisions": Metric(("lens", "outcome", "reason"), "Decisions in force."),
    "postroom_set_aside": Metric((), "Messages set aside because they could not be read."),
    "postroom_mailboxes": Metric(
        ("state",), "Connected mailboxes: well, not looked at for too long, or by the kind of their trouble."
    ),
    "postroom_mailbox_longest_due_seconds": Metric(
        (), "For how long the mailbox has been due that nobody looked into for longest; 0: none is."
    ),
    "postroom_mailbox_labels_stopped": Metric(
        ("problem",), "Selected labels with a problem of their own, which wait or rest."
    ),
    "postroom_jobs": Metric(("state",), "Jobs by state."),
    "postroom_worker_seen_seconds": Metric((), "How long ago the worker was last seen; absent: never."),
}
"""Every metric, all of them gauges."""

_ITEM_STATES: Final = ("waiting", "done", "skipped", "dropped")
_WAITING_STATES: Final = ("queued", "held", "failed")
_PROXIED: Final = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
)
_LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer a scrape: who has the token, or, where none is set, only this machine."""
    refused = _refusal(request)
    if refused is not None:
        return refused
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Tallied())
    try:
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    except DatabaseError:
        return _said(503, "The database is busy or away.")


def _refusal(request: HttpRequest) -> HttpResponse | None:
    token = config().metrics_token
    if not token:
        if _is_from_here(request):
            return None
        return _said(
            403, "Set POSTROOM_METRICS_TOKEN and send it as a bearer token; without one only loopback may."
        )
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), token.encode()):
        return None
    refused = _said(401, "Send the token of POSTROOM_METRICS_TOKEN as a bearer token.")
    refused["WWW-Authenticate"] = "Bearer"
    return refused


def _said(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")


def _is_from_here(request: HttpRequest) -> bool:
    """Whether somebody on this machine asks, by themselves.

    A web server in front of us asks from here for the whole world; it says so, or passes on another host name.
    """
    name = request.META.get("HTTP_HOST", "").lower()
    host = name.rpartition(":")[0] if name.rpartition(":")[2].isdigit() and not name.endswith("]") else name
    is_proxied = any(header in request.headers for header in _PROXIED)
    return host in _LOCAL_NAMES and not is_proxied and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (mapped or parsed).is_loopback


class _Tallied(Collector):
    """Asks the database when it is collected."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every metric with its samples."""
        samples = _samples()
        for name, metric in METRICS.items():
            family = GaugeMetricFamily(name, metric.says, labels=metric.labels)
            for labels, value in samples[name]:
                family.add_metric(labels, value)
            yield family


def _samples() -> dict[str, Iterable[Sample]]:
    counted, shares, jobs, age = tally(), shares_of_sources(), jobs_by_state(), worker_age()
    oldest = counted.oldest_queued_at
    mailboxes = how_mailboxes_are(int(time.time()))
    return {
        "postroom_build_info": [((__version__, connection.vendor), 1)],
        "postroom_items": _filled([(kind, state) for kind in KINDS for state in _ITEM_STATES], counted.items),
        "postroom_items_waiting": _filled(
            [
                (lens, kind, how)
                for lens in ("customer", "people")
                for kind in KINDS
                for how in _WAITING_STATES
            ],
            counted.waiting,
        ),
        "postroom_upload_oldest_queued_seconds": [
            ((), 0 if oldest is None else max(0.0, time.time() - oldest))
        ],
        "postroom_source_failure_share": [((str(pk),), one.share or 0) for pk, one in shares.items()],
        "postroom_source_alarm": [((str(pk),), one.is_alarm) for pk, one in shares.items()],
        "postroom_decisions": [(tuple(decided), count) for decided, count in counted.decisions.items()],
        "postroom_set_aside": [((), counted.set_aside)],
        "postroom_mailboxes": _filled([(state,) for state in MAILBOX_STATES], mailboxes.by_state),
        "postroom_mailbox_longest_due_seconds": [((), mailboxes.longest_due)],
        "postroom_mailbox_labels_stopped": _filled([(name,) for name in PROBLEMS], mailboxes.labels_stopped),
        "postroom_jobs": [((state,), jobs.get(state, 0)) for state in STATES],
        "postroom_worker_seen_seconds": [] if age is None else [((), age)],
    }


def _filled(known: Iterable[tuple[str, ...]], counted: dict[tuple[str, ...], int]) -> list[Sample]:
    """The counts, with noughts for what is known and not there: a series that comes and goes cannot be watched."""
    return list((dict.fromkeys(known, 0) | counted).items())
