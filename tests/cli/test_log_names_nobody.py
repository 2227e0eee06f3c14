"""Everything that a whole installation writes while it takes in, fails and is attacked: nobody is named in it (S7)."""

from __future__ import annotations

import base64
import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from programs import environment

CANARY = "q7canary"
ANA, PAUL = f"ana.{CANARY}@us.com", f"paul.{CANARY}@acme.com"
PASSWORD = f"{CANARY} of a password"

_MAKE = f"""
import json, django
django.setup()
from postroom.store.upgrade import upgrade
upgrade()
from postroom.actions.add_organization import add_organization
from postroom.actions.add_users import add_users
from postroom.actions.create_source import create_source
from postroom.actions.create_token import create_token
from postroom.actions.create_workspace import create_workspace
from postroom.actions.set_consent import set_consent
from postroom.store.models import User
us = create_workspace("Us", "{ANA}").workspace
add_organization(us, ["us.com"], actor="command line")
set_consent(us, [(User.objects.get(), True)], actor="command line", how="command line")
print(json.dumps([
    create_source(us, "{CANARY}", ["customer", "people"], actor="command line")[1],
    create_token(us, "{CANARY}", ["admin"], actor="command line")[1],
]))
"""
_ITEMS = """
import json, django
django.setup()
from postroom.store.models import Item
print(json.dumps(sorted(Item.objects.values_list("kind", "state"))))
"""
_BREAK = f"""
import json, django
django.setup()
from django.db import connection
from postroom.store.models import Item, Job, User, Waiting, Workspace
us = Workspace.objects.get()
done = Item.objects.exclude(sealed=None).first() or Item.objects.first()
Item.objects.filter(pk=done.pk).update(sealed=b"{CANARY}", state="waiting")
Waiting.objects.filter(item=done).delete()
Waiting.objects.create(item=done, workspace=us, user=User.objects.get(), kind=done.kind, rank=0, at=0)
job = Job.objects.create(workspace=us, kind="reconsider", actor="{ANA}", asked={{"ids": ["{PAUL}"]}})
connection.cursor().execute("ALTER TABLE store_invitation RENAME TO elsewhere")
print(job.pk)
"""
_JOB = """
import json, django
django.setup()
from postroom.store.models import Job
print(json.dumps([Job.objects.get(kind="reconsider").state, Job.objects.get(kind="reconsider").problem]))
"""


class Installation:
    """An installation that runs, and all that it has written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **environment(folder / "data", metrics_token=CANARY),
            "DJANGO_SETTINGS_MODULE": "postroom.settings",
        }
        self.written: list[str] = []
        self.upload_secret, self.api_secret = self.asked(_MAKE)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.log = (folder / "log").open("w+")
        self.up = subprocess.Popen(
            [sys.executable, "-m", "postroom", "up", "--port", str(port), "--processes", "1", "--json"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert self.up.stdout is not None
        self.address = json.loads(self.up.stdout.readline())["address"]

    def asked(self, code: str) -> Any:
        """What a program prints, as JSON; what it says beside is kept."""
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, capture_output=True, text=True, check=True
        )
        self.written.append(done.stderr)
        return json.loads(done.stdout)

    def ran(self, *arguments: str) -> int:
        """Run a command; what it says on standard error is kept."""
        done = subprocess.run(
            [sys.executable, "-m", "postroom", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.written.append(done.stderr)
        return done.returncode

    def call(self, method: str, path: str, body: Any = None, secret: str = "") -> int:
        """The status of a call."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def end(self) -> str:
        """Stop it; all that was written."""
        self.up.send_signal(signal.SIGTERM)
        self.up.wait(60)
        self.log.seek(0)
        return "".join([*self.written, self.log.read()])


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    yield made
    made.up.kill()
    made.up.wait()
    made.log.close()


def until(holds: Callable[[], bool]) -> None:
    for _ in range(300):
        if holds():
            return
        time.sleep(0.2)
    raise AssertionError("It did not come to hold within a minute.")


def mail(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{CANARY}-{number}",
        "user": ANA,
        "date": "2026-11-16T10:00:00Z",
        "folder": CANARY,
        "from": {"email": PAUL, "name": CANARY},
        "to": [{"email": ANA}],
        "subject": CANARY,
        "text": CANARY,
        **more,
    }


def take_in(made: Installation) -> None:
    """Upload and import good and unreadable mails."""
    unreadable = {"id": f"{CANARY}-raw", "user": ANA, "raw": base64.b64encode(b"\0\0\0").decode()}
    malformed = mail(3, date=CANARY)
    sent = {"messages": [mail(1), mail(2), malformed, unreadable]}
    assert made.call("POST", "/api/v1/mail-messages", sent, made.upload_secret) == 200
    chat = {"id": CANARY, "chat_id": CANARY, "chat_type": "direct", "author": ANA, "text": CANARY}
    chat |= {"members": [PAUL], "date": "2026-11-16T10:00:00Z"}
    assert made.call("POST", "/api/v1/chat-messages", {"messages": [chat]}, made.upload_secret) == 200
    judged = [["chat", "done"], ["mail", "done"], ["mail", "done"], ["mail", "waiting"]]
    until(lambda: made.asked(_ITEMS) == judged)
    folder = made.folder / CANARY
    folder.mkdir()
    for name, raw in {
        "good": f"From: {PAUL}\nTo: {ANA}\nSubject: {CANARY}\n\n{CANARY}\n",
        "bad": "\0\0\0",
    }.items():
        (folder / f"{CANARY}-{name}.eml").write_text(raw)
    imported = ("import", str(folder), "--workspace", "Us", "--user", ANA, "--label", CANARY)
    assert made.ran(*imported, "--json") == 0


def be_attacked(made: Installation) -> None:
    """Call in all the ways that are refused, with the canary in each."""
    wrong = f"ps_{CANARY}"
    assert made.call("POST", "/api/v1/mail-messages", {"messages": [mail(9)]}, wrong) == 401
    assert made.call("POST", "/api/v1/mail-messages", f'{{"{CANARY}'.encode(), made.upload_secret) == 400
    assert made.call("GET", f"/api/v1/users/{ANA}", secret=made.upload_secret) == 403
    assert (
        made.call("DELETE", f"/api/v1/mail-messages/{CANARY}?user={PAUL}", secret=made.upload_secret) == 404
    )
    assert made.call("POST", "/api/v1/explain", {"address": PAUL}, made.api_secret) == 200
    assert made.call("GET", f"/api/v1/{CANARY}", secret=made.api_secret) == 404
    assert made.call("GET", f"/{CANARY}?address={PAUL}") == 404
    assert made.call("POST", "/sign-in", f"email={ANA}&password={PASSWORD}".encode()) == 403
    assert made.call("GET", "/metrics", secret=f"{CANARY}-wrong") == 401
    assert made.ran("explain", "--workspace", "Us", PAUL) == 0


def fail(made: Installation) -> None:
    """Have a page, a job and an uploaded item fail."""
    made.asked(_BREAK)
    assert made.call("GET", f"/invitation/{CANARY}") == 500
    until(lambda: made.asked(_JOB) == ["failed", "ValueError"])


def test_nothing_that_is_written_names_anybody_S7(installation: Installation) -> None:
    take_in(installation)
    be_attacked(installation)
    fail(installation)
    until(lambda: "an uploaded item met" in (installation.folder / "log").read_text())

    written = installation.end()

    said = re.findall(r"(?:ERROR|WARNING) (\S+) (.*)", written)
    assert {
        ("django.request", "page"),
        ("postroom.worker", "job"),
        ("postroom.uploads", "an"),
    } == {
        (name, "page" if name == "django.request" else words.split()[0])
        for name, words in said
        if name in ("django.request", "postroom.worker", "postroom.uploads")
    }
    assert CANARY not in written
