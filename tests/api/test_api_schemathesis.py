"""Made-up calls of every operation, by three callers: no error of ours, no answer that is not documented."""

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

from postroom.api.application import api as document_of_api
from postroom.store.models import Workspace
from postroom.wsgi import application

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


@pytest.mark.parametrize("scopes", [["admin"], ["view_engagements"], []], ids=["admin", "viewer", "nobody"])
@schema.parametrize()
@bounded
def test_every_call_is_answered_as_documented(
    case: Any, filled: Workspace, token_for: Callable[..., Any], scopes: list[str]
) -> None:
    headers = token_for(filled, *scopes).headers if scopes else {}
    case.call_and_validate(headers=headers, checks=CHECKS)


def test_the_document_is_openapi_3_1() -> None:
    assert schema.raw_schema["openapi"] == "3.1.0"
    schema.validate()
