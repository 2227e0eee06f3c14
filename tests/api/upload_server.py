"""An installation of its own with a running web server, for tests of what only a real connection shows."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_MAKE = """
import json, django
django.setup()
from postroom.store.upgrade import upgrade
upgrade()
from postroom.actions.add_users import add_users
from postroom.actions.create_source import create_source
from postroom.actions.create_workspace import create_workspace
workspace = create_workspace("Us", "ana@us.com").workspace
print(json.dumps(create_source(workspace, "CRM", ["people"], actor="command line")[1]))
"""
_STATE = """
import json, django
django.setup()
from django.db import connection
from postroom.actions.spool import open_item
from postroom.store.models import Item
cursor = connection.cursor()
cursor.execute("PRAGMA integrity_check")
sound = cursor.fetchall()
texts = [open_item(item.kind, item.key, item.sealed).text for item in Item.objects.order_by("pk")]
print(json.dumps([texts, sound]))
"""


class UploadServer:
    """A data folder with a workspace, the user ``ana@us.com`` and one source; and the server that serves it."""

    def __init__(self, data: Path) -> None:
        clean = {n: v for n, v in os.environ.items() if not n.startswith(("POSTROOM_", "DJANGO_"))}
        self.environment = {
            **clean,
            "POSTROOM_DATA_DIR": str(data),
            "POSTROOM_CALLS_PER_MINUTE": "100000",
            "DJANGO_SETTINGS_MODULE": "postroom.settings",
        }
        self.secret: str = self.asked(_MAKE)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.running: subprocess.Popen[bytes] | None = None

    def asked(self, code: str) -> Any:
        """What a program prints, as JSON."""
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, capture_output=True, check=True
        )
        return json.loads(done.stdout)

    def state(self) -> Any:
        """The texts of the chat messages that are kept, and whether the database is sound."""
        return self.asked(_STATE)

    def start(self) -> None:
        """Start the web server, as ``postroom up`` does, and wait until it answers."""
        self.running = subprocess.Popen(
            [
                *(
                    sys.executable,
                    "-m",
                    "gunicorn",
                    "postroom.wsgi:application",
                    "--bind",
                    f"127.0.0.1:{self.port}",
                ),
                *("--worker-class", "gthread", "--threads", "8", "--workers", "2", "--log-level", "warning"),
            ],
            env=self.environment,
            start_new_session=True,
        )
        for _ in range(600):
            try:
                if self.call("GET", "settings")[0] == 200:
                    return
            except (OSError, ValueError):
                pass
            time.sleep(0.1)
        raise AssertionError("The server did not start within a minute.")

    def kill(self) -> None:
        """Kill all its processes outright."""
        if self.running is not None:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
            self.running = None

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Call it; ``body`` may be bytes, or an iterable that is sent in chunks. The status and the JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            given = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
            given |= {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, f"/api/v1/{path}", body, given)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()
