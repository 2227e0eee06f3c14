"""Every outcome and reason a decision can have, with the sentence that says it to a person.

Names are public and stable: they stand in the API, in the ledger and in ``docs/reference/reasons.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

IMPORT: Final = "import"
HOLD: Final = "hold"
SKIP: Final = "skip"
SET_ASIDE: Final = "set_aside"
"""Not a decision: the message could not be read and waits to be run again (L6)."""

GONE: Final = "gone"
"""Not a decision either: a mailbox listed it, and had it no more when it was to be fetched."""

OUTCOMES: Final = (IMPORT, HOLD, SKIP, SET_ASIDE)


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason, where the specification numbers it, and what it says to a person."""

    name: str
    outcome: str
    rule: str
    says: str
    """Completes "This message …"."""
    change: str
    """What an administrator could change so that such a message comes in; empty where nothing should."""
    is_reconsidered: bool = False
    """Such a message is then decided again, for which its text is needed: nothing of it was kept (F2)."""

    @property
    def advice(self) -> str:
        """What could be changed, and what else it takes."""
        return f"{self.change} {_RECONSIDER}" if self.is_reconsidered else self.change


_RECONSIDER: Final = (
    "Then reconsider it: from a mailbox it is fetched again; else import its file or send it again, choosing to "
    "reconsider."
)


REASONS: Final = {
    reason.name: reason
    for reason in (
        Reason("imported", IMPORT, "", "was imported: somebody in it is a known customer.", ""),
        Reason(
            "ambiguous",
            HOLD,
            "C0",
            "waits for a person: an address header is malformed, can be read in two ways, and the two "
            "readings would be decided differently.",
            "Look at the mail itself. If its addresses are what they seem, release it from Decisions.",
            is_reconsidered=True,
        ),
        Reason("draft", SKIP, "C1", "is a draft; drafts are never imported.", ""),
        Reason(
            "spam",
            SKIP,
            "C1",
            "lies in spam; spam is never imported.",
            "Move it out of spam; where it came from a file or an upload, import or send it again.",
        ),
        Reason(
            "trash",
            SKIP,
            "C1",
            "lies in the trash; that is never imported.",
            "Move it out of the trash; where it came from a file or an upload, import or send it again.",
        ),
        Reason(
            "label_not_selected",
            SKIP,
            "C2",
            "lies in a label that is not selected.",
            "Select the label, under Profile, Email; what comes from then on syncs.",
        ),
        Reason(
            "before_selection",
            SKIP,
            "C2",
            "was received before its label was selected.",
            "Let the label go back by so many days, under Profile, Email.",
        ),
        Reason(
            "before_crawling_depth",
            SKIP,
            "K4",
            "is older than the crawling depth of its source.",
            "Set the crawling depth of the source to an earlier day; a mailbox goes back to it by itself, other "
            "messages are sent again.",
        ),
        Reason(
            "user_disabled",
            SKIP,
            "P11",
            "belongs to a user who is disabled.",
            "Enable the user, who then has to consent; then send the message again.",
        ),
        Reason(
            "blocked",
            SKIP,
            "C3",
            "has a sender or recipient on the blocklist.",
            "Remove the blocklist entry.",
            is_reconsidered=True,
        ),
        Reason("internal", SKIP, "C4", "is internal: the sender and all recipients are of the company.", ""),
        Reason(
            "unknown_sender",
            SKIP,
            "C7",
            "was sent by somebody unknown: no person has the address, and no account has its domain.",
            "Add a person with the sender's address, or an account with its domain, known since before the mail.",
            is_reconsidered=True,
        ),
        Reason(
            "unknown_recipients",
            SKIP,
            "C7",
            "has only unknown recipients: no person has any of the addresses, and no account any of the domains.",
            "Add a person with a recipient's address, or an account with its domain, known since before the mail.",
            is_reconsidered=True,
        ),
        Reason(
            "no_customer",
            SKIP,
            "C8",
            "has no customer in it: colleagues and unknown outsiders only.",
            "Add a person or an account for one of the outsiders, known since before the mail.",
            is_reconsidered=True,
        ),
        Reason(
            "before_person",
            SKIP,
            "C9",
            "is older than the person or account that would let it in.",
            "Set “known since” of that person or account domain to before the mail.",
            is_reconsidered=True,
        ),
        Reason(
            "no_consent",
            HOLD,
            "P11",
            "waits for the consent of its user.",
            "Only the user decides: under My data, by switching on Collect passive data.",
        ),
        Reason("counted", IMPORT, "P11", "was counted: who, with whom, when and of what kind.", ""),
        Reason(
            "held_too_long",
            SKIP,
            "P8",
            "waited for the consent of its user for longer than the workspace keeps what is held.",
            "Keep what is held for longer, under Settings, Collecting data; then change the message and send it again.",
        ),
        Reason("forgotten", SKIP, "P7", "was counted or held, and forgotten as its user asked.", ""),
        Reason(
            "taken_back",
            SKIP,
            "K7",
            "was taken back by the source that had sent it.",
            "Send it again.",
        ),
        Reason("deleted", SKIP, "C10", "was deleted by hand before and does not come back.", ""),
        Reason(
            "unparsable",
            SET_ASIDE,
            "L6",
            "could not be read and was set aside whole.",
            "Run it again from Set aside after an update of Postroom, or mend it and import its file or send it again.",
        ),
        Reason("gone", GONE, "", "was gone from the mailbox before it could be fetched.", ""),
    )
}

DECIDED: Final = tuple(name for name, reason in REASONS.items() if reason.outcome not in (SET_ASIDE, GONE))
"""The reasons that a decision can have, in the order of the rules."""
