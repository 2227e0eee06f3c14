"""Dovecot for tests: a server of its own on this machine, with users, a master user, and TLS by an authority made here.

``dovecot()`` starts one; ``new_user`` makes a mailbox that nobody else uses. What is done to mailboxes goes through
``ImapHand`` or ``doveadm``, not through the provider under test. A server that does not start fails the test.
"""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from imap_hand import ImapHand
from made_certificates import Authority

from postroom.providers.port import Access

DOVECOT = "/usr/sbin/dovecot"
DOVEADM = "/usr/bin/doveadm"
MASTER = "capture-admin"
MASTER_PASSWORD = "the key to all of them"
SEPARATOR = "*"
MOST_USERS = 2000
"""All of them are known from the beginning: the server looks at its list of users once a second at most."""

_CONF = """\
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = {name}
protocols = imap
listen = 127.0.0.1
log_path = {folder}/log
rawlog_dir = {folder}/asked/%u
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 1
mail_location = sdbox:~/mail
mail_fsync = never
mail_max_userip_connections = 200
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
auth_master_user_separator = {separator}
passdb {{
  driver = passwd-file
  master = yes
  args = {folder}/masters
}}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  client_limit = 500
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    special_use = \\Drafts
    auto = subscribe
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = subscribe
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = subscribe
  }}
}}
"""


class Dovecot:
    """A running Dovecot."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plain_port, self.tls_port = free_ports(2)
        self.authority = Authority(folder)
        self._owner = pwd.getpwnam("nobody" if os.geteuid() == 0 else getpass.getuser())
        self._used = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def ca_file(self) -> str:
        """The authority that signed the server's certificate: for ``SSL_CERT_FILE``."""
        return str(self.authority.file)

    def start(self) -> None:
        """Start it, and wait until it greets."""
        self.folder.chmod(0o755)
        self.authority.issue("localhost", self.folder / "cert.pem", self.folder / "key.pem")
        group = subprocess.run(["id", "-gn", self._owner.pw_name], capture_output=True, text=True, check=True)
        conf = _CONF.format(
            folder=self.folder,
            name=self.folder.name,
            user=self._owner.pw_name,
            group=group.stdout.strip(),
            separator=SEPARATOR,
            plain_port=self.plain_port,
            tls_port=self.tls_port,
        )
        (self.folder / "dovecot.conf").write_text(conf)
        (self.folder / "masters").write_text(f"{MASTER}:{{PLAIN}}{MASTER_PASSWORD}\n")
        (self.folder / "users").write_text("".join(self._lines()))
        (self.folder / "mail").mkdir()
        os.chown(self.folder / "mail", self._owner.pw_uid, self._owner.pw_gid)
        self._process = subprocess.Popen(
            [DOVECOT, "-F", "-c", str(self.folder / "dovecot.conf")], stderr=subprocess.PIPE
        )
        try:
            await_greeting(self.plain_port)
        except AssertionError:
            log = self.folder / "log"
            raise AssertionError(log.read_text() if log.exists() else "Dovecot wrote no log") from None

    def stop(self) -> None:
        """Stop it."""
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.communicate()
            self._process = None

    def _lines(self) -> Iterator[str]:
        for number in range(1, MOST_USERS + 1):
            address, password = _user(number)
            home = self.folder / "mail" / address
            yield f"{address}:{{PLAIN}}{password}:{self._owner.pw_uid}:{self._owner.pw_gid}::{home}::\n"

    def new_user(self) -> ImapUser:
        """A mailbox nobody used before, with inbox, sent, drafts, spam and trash."""
        self._used += 1
        address, password = _user(self._used)
        return ImapUser(address, password, self.plain_port, self.tls_port)

    def doveadm(self, *arguments: str) -> str:
        """Run Dovecot's administration."""
        done = subprocess.run(
            [DOVEADM, "-c", str(self.folder / "dovecot.conf"), *arguments], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def listen_in(self, address: str) -> Path:
        """Have everything written down from now on that is asked of this mailbox; returns the folder of the files."""
        folder = self.folder / "asked" / address
        folder.mkdir(parents=True)
        os.chown(folder, self._owner.pw_uid, self._owner.pw_gid)
        return folder

    def import_mbox(self, address: str, box: bytes) -> None:
        """Put the mails of an mbox into the inbox, many at once."""
        folder = self.folder / "mail" / f"import-{address}"
        folder.mkdir()
        (folder / "many").write_bytes(box)
        for path in (folder, folder / "many"):
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)
        self.doveadm("import", "-u", address, f"mbox:{folder}:INBOX={folder}/many", "", "all")

    def change_uidvalidity(self, address: str, box: str) -> None:
        """Give a folder another UIDVALIDITY: no UID known of it means anything any more."""
        status = self.doveadm("-f", "flow", "mailbox", "status", "-u", address, "uidvalidity", box)
        now = int(status.rpartition("uidvalidity=")[2].split()[0])
        self.doveadm("mailbox", "update", "--uid-validity", str(now + 1), "-u", address, box)


class ImapUser:
    """A mailbox on a test server, and how it is opened."""

    def __init__(self, address: str, password: str, plain_port: int, tls_port: int) -> None:
        self.address = address
        self.password = password
        self.plain_port = plain_port
        self.tls_port = tls_port

    def settings(self, security: str = "tls") -> dict[str, Any]:
        """How the server is reached."""
        return {
            "host": "localhost",
            "port": self.tls_port if security == "tls" else self.plain_port,
            "security": security,
            "allowed_hosts": ["localhost"],
            "allow_plain": security == "none",
        }

    def access(self, security: str = "tls") -> Access:
        """Opens it with its owner's password."""
        return Access(self.address, self.settings(security), {"password": self.password})

    def central(self, security: str = "tls") -> Access:
        """Opens it with the master user's password."""
        secret = {"master_user": MASTER, "master_password": MASTER_PASSWORD, "separator": SEPARATOR}
        return Access(self.address, self.settings(security), secret, is_central=True)

    def hand(self) -> ImapHand:
        """Changes the mailbox, as its owner's mail program does."""
        return ImapHand(self.plain_port, self.address, self.password)


def _user(number: int) -> tuple[str, str]:
    """The address and the password of a user."""
    return f"user-{number}@us.example", f"the password of {number}"


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="postroom-dovecot-"))
    server = Dovecot(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def free_ports(many: int) -> list[int]:
    """Ports that nobody has."""
    sockets = [socket.socket() for _ in range(many)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def await_greeting(port: int, seconds: float = 30.0) -> None:
    """Wait until an IMAP server greets at this port."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as there:
                if there.recv(4) == b"* OK":
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the IMAP server does not greet")
