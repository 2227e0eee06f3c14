"""Made-up calls of every operation, by four callers: no error of ours, no answer that is not documented."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from filled import fill
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from postroom.actions.create_source import create_source
from postroom.actions.create_token import create_token
from postroom.api.application import api as document_of_api
from postroom.store.models import Source, Workspace
from postroom.wsgi import application

ME = "command line"
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(document_of_api.get_openapi_schema())))
schema.app = application
schema.location = "/api/v1/openapi.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
    unsupported_method,
]


@schemathesis.serializer("message/rfc822", "application/mbox")
def as_bytes(context: Any, value: Any) -> bytes:
    """A body that is no JSON."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@pytest.fixture
def filled(workspace: Workspace) -> Iterator[Workspace]:
    """A workspace with one of everything, called without leaving the test's transaction."""
    fill(workspace)
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield workspace
    for signal in signals:
        signal.connect(close_old_connections)


bounded = settings(
    max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


CALLERS: dict[str, Callable[[Workspace], dict[str, str]]] = {
    "admin": lambda workspace: bearer(create_token(workspace, "test", ["admin"], actor=ME)[1]),
    "viewer": lambda workspace: bearer(create_token(workspace, "test", ["view_engagements"], actor=ME)[1]),
    "source": lambda workspace: bearer(
        create_source(workspace, f"CRM {Source.objects.count()}", ["customer", "people"], actor=ME)[1]
    ),
    "nobody": lambda _: {},
}


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize("caller", CALLERS)
@schema.parametrize()
@bounded
def test_every_call_is_answered_as_documented(case: Any, filled: Workspace, caller: str) -> None:
    case.call_and_validate(headers=CALLERS[caller](filled), checks=CHECKS)


def test_the_document_is_openapi_3_1() -> None:
    assert schema.raw_schema["openapi"] == "3.1.0"
    schema.validate()
