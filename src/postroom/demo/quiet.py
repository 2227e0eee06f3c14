"""Mailboxes of the demo to which no mail comes while somebody looks: there for what syncs in them, and who chose that.

Plain data: how each stood before the administrator applied the default synced labels, Inbox and Sent, and since.
"""

from __future__ import annotations

from typing import Final, NamedTuple

CONNECTED, CHOSEN, DESELECTED, PUSHED, CHOSEN_SINCE = 60, 40, 35, 17, 9
"""So many days before the demo's present they were connected, their owners selected, one deselected again, it was
applied, one chose anew."""
JOINED: Final = 6
"""So many days before it the mailboxes of the newcomers were connected."""


class QuietMailbox(NamedTuple):
    """Whose mailbox it is, and what is particular of it. Labels go by their role, or their name."""

    name: str
    chosen: tuple[str, ...] = ()
    """What its owner selected."""
    deselected: str = ""
    """What its owner deselected again."""
    deselected_since: str = ""
    """What its owner deselected after it was applied."""
    own_label: str = ""
    """A label beside those that every mailbox has."""
    lacks: str = ""
    """The role of a label that it has not."""
    is_disconnected: bool = False


QUIET: Final = (
    QuietMailbox("Edith Rowe"),
    QuietMailbox("Nils Aalto", ("sent",)),
    QuietMailbox("Ines Varga"),
    QuietMailbox("Jonas Feld"),
    QuietMailbox("Claire Fontaine", ("inbox",)),
    QuietMailbox("Diego Salas"),
    QuietMailbox("Ruben Adeyemi"),
    QuietMailbox("Saskia Peters", ("inbox",)),
    QuietMailbox("Noor Salameh"),
    QuietMailbox("Bridget Onyango", ("sent",)),
    QuietMailbox("Anke Lorenz", ("inbox",)),
    QuietMailbox("Louis Garnier"),
    QuietMailbox("Marta Ibáñez", ("inbox", "sent")),
    QuietMailbox("Pia Sund"),
    QuietMailbox("Priya Nair", ("inbox", "Project Aurora"), own_label="Project Aurora"),
    QuietMailbox("Emil Strand", deselected_since="sent"),
    QuietMailbox("Viktor Hallas", ("inbox", "sent")),
    QuietMailbox("Ravi Menon", lacks="sent"),
    QuietMailbox("Sofia Brandt", ("inbox", "sent"), deselected="sent"),
    QuietMailbox("June Tanner", ("inbox",), is_disconnected=True),
)
NEWCOMERS: Final = (QuietMailbox("Theo Baxter"), QuietMailbox("Hana Kobayashi"))
"""Users who were added after it was applied."""
