"""A server that stands before another one, or in its place: it answers as a test wants, and notes what it got."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

RESULTS = {"accepted": 1, "rejected": 0, "results": [{"index": 0, "id": "1", "status": "queued"}]}


class Got(NamedTuple):
    """A call as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Said(NamedTuple):
    """What it is answered; status 0 breaks the connection off."""

    status: int
    body: bytes = json.dumps(RESULTS).encode()
    headers: dict[str, str] = {}


@contextmanager
def standing_in(answer: Callable[[Got], Said]) -> Iterator[str]:
    """Answer every call as ``answer`` says; its address."""

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            said = answer(Got(self.command, self.path, dict(self.headers), self.rfile.read(length)))
            if not said.status:
                self.close_connection = True
                return
            try:
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said.body)))
                self.end_headers()
                self.wfile.write(said.body)
            except OSError:
                pass  # whoever asked was killed meanwhile

        do_GET = do_POST = do_DELETE = _handle  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def handed_on(port: int, got: Got) -> Said:
    """What the server at ``port`` answers to the call."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(got.method, got.path, got.body, got.headers)
        answer = connection.getresponse()
        return Said(answer.status, answer.read(), {"Content-Type": answer.headers["Content-Type"]})
    finally:
        connection.close()
