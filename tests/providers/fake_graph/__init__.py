"""A fake of Microsoft Graph's mail and of Entra's token endpoint, for tests. See README.md."""

from fake_graph.entra import CLIENT_ID, SECRET, TENANT, Refused
from fake_graph.queries import Wrong
from fake_graph.serving import FakeGraph, fake_graph
from fake_graph.state import Folder, Mail, Mailbox, User

__all__ = [
    "CLIENT_ID",
    "SECRET",
    "TENANT",
    "FakeGraph",
    "Folder",
    "Mail",
    "Mailbox",
    "Refused",
    "User",
    "Wrong",
    "fake_graph",
]
