"""``postroom up``: the web server and the worker, as two processes that live and die together."""

from __future__ import annotations

import ctypes
import errno
import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Annotated, Final

import typer

from postroom.cli.output import Json, Stop, answer, note
from postroom.config import config
from postroom.stopping import Stopping

STARTS_WITHIN_SECONDS: Final = 60
STOPS_WITHIN_SECONDS: Final = 30
LONGEST_PAUSE_SECONDS: Final = 30.0
PR_SET_PDEATHSIG: Final = 1


def up(
    host: Annotated[
        str, typer.Option(help="The address to listen on; 0.0.0.0 for every network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8400,
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill an empty data folder with a demo workspace.")
    ] = False,
    threads: Annotated[int, typer.Option(help="Requests served at once by each web process.", min=1)] = 8,
    processes: Annotated[int, typer.Option(help="Web processes.", min=1)] = 2,
    as_json: Json = False,
) -> None:
    """Run the web server and the worker until stopped."""
    listener = _listen(host, port)
    sign_in = _make_demo() if demo else ""
    web = _Process("web server", _web_command(listener, threads, processes), listener)
    worker = _Process("worker", [sys.executable, "-m", "postroom.worker"])
    stopping = Stopping()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        web.start()
        worker.start()
        if _answers(host, port, web, stopping):
            address = _address(host, port)
            document = {"address": address, "sign_in": sign_in or None}
            answer(document, as_json, _greeting(address, sign_in))
            sys.stdout.flush()
        _watch([web, worker], stopping)
    finally:
        _end([web, worker])


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else, so that two servers never share a data folder by accident."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Stop(
                "busy", f"Port {port} is taken. Choose another one: postroom up --port {port + 1}"
            ) from None
        if error.errno == errno.EACCES:
            raise Stop("refused", f"Port {port} is not for everybody: choose one above 1023.") from None
        raise Stop("refused", f"{host} is no address of this machine.") from None


class _Process:
    """One of the two processes, started again when it ends unasked."""

    def __init__(self, name: str, command: list[str], listener: socket.socket | None = None) -> None:
        self.name = name
        self.command = command
        self.descriptors = (listener.fileno(),) if listener else ()
        self.running: subprocess.Popen[bytes] | None = None
        self.pause = 0.5
        self.not_before = 0.0

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches this process only, which then ends both in order.
        self.running = subprocess.Popen(
            self.command, pass_fds=self.descriptors, start_new_session=True, preexec_fn=_die_with_parent()
        )

    def start_again(self) -> None:
        """Start it again, at once the first time, then with growing pauses while it keeps ending."""
        now = time.monotonic()
        if now < self.not_before:
            return
        note(f"The {self.name} ended unasked; it is started again.")
        self.pause = (
            1.0
            if now > self.not_before + LONGEST_PAUSE_SECONDS
            else min(self.pause * 2, LONGEST_PAUSE_SECONDS)
        )
        self.not_before = now + self.pause
        self.start()

    def has_ended(self) -> bool:
        return self.running is None or self.running.poll() is not None

    def ask_to_end(self) -> None:
        if self.running is not None and not self.has_ended():
            self.running.terminate()

    def wait(self, deadline: float) -> None:
        if self.running is None:
            return
        try:
            self.running.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()


def _die_with_parent() -> Callable[[], None] | None:
    """What makes a child end when this process is killed outright; Linux only."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # loaded here: between fork and exec nothing may be
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _web_command(listener: socket.socket, threads: int, processes: int) -> list[str]:
    listener.set_inheritable(True)
    return [
        *(sys.executable, "-m", "gunicorn", "postroom.wsgi:application"),
        *("--bind", f"fd://{listener.fileno()}"),
        *("--worker-class", "gthread", "--threads", str(threads), "--workers", str(processes)),
        *("--timeout", "120", "--graceful-timeout", "20", "--log-level", "warning"),
    ]


def _answers(host: str, port: int, web: _Process, stopping: Stopping) -> bool:
    """Wait until the web server answers; raises ``Stop`` where it does not come up."""
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    name = config().hosts.partition(",")[0].strip().lstrip(".") or "localhost"
    while not stopping.is_set() and time.monotonic() < deadline:
        if web.has_ended():
            raise Stop("failed", "The web server did not start; the lines above say why.")
        try:
            connection = http.client.HTTPConnection(_reachable(host), port, timeout=5)
            connection.request("GET", "/sign-in", headers={"Host": name})
            connection.getresponse().read()
            return True
        except OSError:
            stopping.wait(0.1)
    return False


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 # nothing is bound here


def _address(host: str, port: int) -> str:
    name = _reachable(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _greeting(address: str, sign_in: str) -> str:
    from postroom.store.read.workspaces import workspaces

    lines = [f"Postroom is at {address}", *([sign_in] if sign_in else [])]
    if not workspaces().exists():
        lines.append("There is no workspace yet. Make one: postroom workspace create NAME --admin EMAIL")
    lines.append("Stop it with Ctrl-C.")
    return "\n".join(lines)


def _watch(processes: list[_Process], stopping: Stopping) -> None:
    while not stopping.wait(0.2):
        for process in processes:
            if process.has_ended():
                process.start_again()


def _end(processes: list[_Process]) -> None:
    for process in processes:
        process.ask_to_end()
    deadline = time.monotonic() + STOPS_WITHIN_SECONDS
    for process in processes:
        process.wait(deadline)


def _make_demo() -> str:
    """Make or finish the demo workspace, unless the data folder holds other work; say how to sign in."""
    from postroom.cli.demo import demo_with_bar
    from postroom.demo.company import WORKSPACE
    from postroom.store.read.workspaces import workspace_named, workspaces

    if workspaces().exists() and workspace_named(WORKSPACE) is None:
        return ""
    return demo_with_bar().sign_in
