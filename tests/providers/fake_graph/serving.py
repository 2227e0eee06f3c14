"""The fake as an HTTP server on the loopback: Graph and the token endpoint on one port."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import RLock, Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from fake_graph.delta import Delta
from fake_graph.entra import Entra, Grant, Refused
from fake_graph.faults import AT_ONCE, Faults
from fake_graph.queries import Wrong, read_query
from fake_graph.routes import Routes
from fake_graph.state import Directory

VERSION = "/v1.0"
MOST_IN_BATCH = 20


class Asked(NamedTuple):
    """A request as it came, a part of a batch too."""

    target: str
    """Path and options after the version."""
    prefer: str
    is_part: bool


class Given(NamedTuple):
    """An answer."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any] | bytes


class FakeGraph:
    """Everything of the fake; a test holds it and changes it."""

    def __init__(self, address: str) -> None:
        self.address = address
        """Of Graph and of the login, without a slash at the end."""
        self.directory, self.entra, self.faults, self.delta = Directory(), Entra(), Faults(), Delta()
        self.routes = Routes(self.directory, self.delta)
        self.asked: list[Asked] = []
        self.tokens_seen: list[str] = []
        self._lock = RLock()

    def graph(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Given:
        """Answer one request of Graph."""
        try:
            grant = self._grant(headers.get("authorization", ""))
            mailbox = _mailbox(target, grant)
            if target == "/$batch":
                if method != "POST":
                    raise Wrong(405, "BadRequest", "The HTTP method is not allowed.")
                return self._batch(json.loads(body)["requests"], grant)
            if method != "GET":
                raise Wrong(403, "ErrorAccessDenied", "Nothing may be changed.")
            with self.faults.one_more(mailbox, 1):
                time.sleep(self.faults.latency)
                return self._one(target, headers.get("prefer", ""), grant, is_part=False)
        except Wrong as wrong:
            return Given(wrong.status, wrong.headers, wrong.body())

    def token(self, tenant: str, form: Mapping[str, str]) -> Given:
        """Answer one request for a token."""
        try:
            with self._lock:
                return Given(200, {}, self.entra.answer(tenant, form))
        except Refused as refused:
            return Given(refused.status, {}, refused.body)

    def _one(self, target: str, prefer: str, grant: Grant, *, is_part: bool) -> Given:
        self.asked.append(Asked(target, prefer, is_part))
        self.faults.before(target)
        self.faults.check(target)
        self.faults.spend(_mailbox(target, grant))
        with self._lock:
            query = read_query(self.address + VERSION, target, prefer)
            applied = {"Preference-Applied": 'IdType="ImmutableId"'} if query.is_immutable else {}
            return Given(200, applied, self.routes.answer(query, grant))

    def _batch(self, parts: list[dict[str, Any]], grant: Grant) -> Given:
        if len(parts) > MOST_IN_BATCH:
            raise Wrong(400, "BadRequest", "The number of requests exceeds the limit of 20.")
        if len({part["id"] for part in parts}) < len(parts):
            raise Wrong(400, "BadRequest", "The ids of the requests are not unique.")
        self.faults.check("/$batch")
        mailbox = _mailbox(parts[0]["url"], grant) if parts else ""
        with self.faults.one_more(mailbox, min(len(parts), AT_ONCE)):
            time.sleep(self.faults.latency)
            answers = [self._part(part, grant) for part in parts]
        return Given(200, {}, {"responses": answers[1:] + answers[:1]})

    def _part(self, part: dict[str, Any], grant: Grant) -> dict[str, Any]:
        """A part has headers of its own; those of the batch do not count for it."""
        headers = {name.lower(): value for name, value in part.get("headers", {}).items()}
        try:
            if part["method"] != "GET":
                raise Wrong(403, "ErrorAccessDenied", "Nothing may be changed.")
            given = self._one(part["url"], headers.get("prefer", ""), grant, is_part=True)
        except Wrong as wrong:
            given = Given(wrong.status, wrong.headers, wrong.body())
        body = given.body if isinstance(given.body, dict) else base64.b64encode(given.body).decode()
        headers = {"Content-Type": "application/json"} | given.headers
        return {"id": part["id"], "status": given.status, "headers": headers, "body": body}

    def _grant(self, authorization: str) -> Grant:
        token = authorization.removeprefix("Bearer ")
        self.tokens_seen.append(token)
        grant = self.entra.access.get(token)
        if grant is None:
            raise Wrong(
                401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."
            )
        return grant


def _mailbox(target: str, grant: Grant) -> str:
    found = re.match(r"/users[/(]'?([^/'?]+)", target)
    return found[1] if found else grant.address


@contextmanager
def fake_graph() -> Iterator[FakeGraph]:
    """Serve a fake with an empty directory until the end of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.fake = FakeGraph(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.fake  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, method: str) -> None:
        fake: FakeGraph = self.server.fake  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        sign_in = re.fullmatch(r"/([^/]+)/oauth2/v2\.0/token", self.path)
        if sign_in:
            given = fake.token(sign_in[1], dict(parse_qsl(body.decode())))
        elif self.path.startswith(f"{VERSION}/"):
            given = fake.graph(method, self.path.removeprefix(VERSION), headers, body)
        else:
            given = Given(404, {}, b"")
        self._send(given, is_cut=bool(fake.faults.cut and re.search(fake.faults.cut, self.path)))

    def _send(self, given: Given, *, is_cut: bool) -> None:
        is_json = isinstance(given.body, dict)
        body = json.dumps(given.body).encode() if isinstance(given.body, dict) else given.body
        self.send_response(given.status)
        self.send_header("Content-Type", "application/json" if is_json else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        for name, value in given.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if is_cut else body)
        if is_cut:
            self.close_connection = True
