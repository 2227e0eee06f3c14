"""The provider port: how mailboxes are read, whatever keeps them. In JMAP's words: labels, changes since, list, fetch.

A provider reads and never changes anything at the provider's. It knows nothing of rules, consent or the database: what
it needs to remember between two looks is in the cursors it hands out, plain JSON that is kept for it. All times are
Unix seconds. All methods block and are called by one thread at a time. Every error is one of the five of
``core.trouble``; anything else that comes out is a mistake of the provider's code.

``tests/providers/contract.py`` says all this again as tests that every provider passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol, Self

Cursor = Mapping[str, Any]
"""Where changes were followed to: JSON of the provider's own, text for every large number."""


class FoundLabel(NamedTuple):
    """A label as the provider has it."""

    ref: str
    path: tuple[str, ...]
    """Its name and before it those of the labels it is nested in."""
    role: str = ""
    """``inbox``, ``sent``, ``drafts``, ``spam``, ``trash``, ``archive``, ``all`` or none (M12)."""
    is_selectable: bool = True
    """``False``: it only holds other labels."""
    total: int | None = None
    """Mails in it."""
    trait: str = ""
    """What stays when it is renamed, where ``ref`` does not; empty where ``ref`` stays."""


class Listed(NamedTuple):
    """A mail in a label."""

    ref: str
    """Known by it in this label as long as the cursor is good; case-sensitive, at most 300 characters."""
    received_at: int | None = None
    """``None`` where the listing does not say; the head will."""


class Changes(NamedTuple):
    """What changed in a label since a cursor."""

    added: Sequence[Listed]
    """New in the label, newest first as far as the provider can. May repeat what was told before."""
    removed: Sequence[str]
    """No longer in the label. May name what was never told. May be incomplete: a comparison finds the rest."""
    cursor: Cursor
    """Good for what follows, once the outcomes of all of ``added`` are kept."""
    more: bool = False
    """There is more already: ask again with ``cursor``, which then differs from the one before."""


class Page(NamedTuple):
    """A part of a listing."""

    listed: Sequence[Listed]
    position: str | None
    """Ask on with it; ``None``: that was all."""
    is_newest_first: bool = False
    """Each says when it was received, and no other that stands behind it, on further pages too, was received later."""


class Head(NamedTuple):
    """What rules may see of a mail, as a header block."""

    ref: str
    header: bytes
    """The whole header block as it stands in the mail or, where the provider does not show it, written from what it
    says; the same mail always the same bytes."""
    received_at: int
    """When the provider took it in."""
    size: int | None = None
    """Of the whole mail, in bytes."""
    kept_out: str = ""
    """``drafts``, ``spam`` or ``trash`` where the mail counts as such whatever label it is met in; else empty."""


class Whole(NamedTuple):
    """A whole mail (RFC 5322), byte for byte."""

    ref: str
    raw: bytes


class NotGiven(NamedTuple):
    """A mail that is there, and that the provider does not give though it was asked for it by itself."""

    ref: str
    received_at: int | None = None
    """``None`` where that is not told either."""


SEVERAL: Final = 10
"""Where more mails than that are refused and none is given, it is the provider's trouble: ``TryLater``."""


@dataclass(frozen=True, slots=True)
class Access:
    """How one mailbox is opened."""

    address: str
    """Whose mailbox, normalised."""
    settings: Mapping[str, Any]
    """Nothing secret. IMAP: ``host``, ``port``, ``security`` (``tls``, ``starttls`` or ``none``), ``username``.
    Google: ``client_id``. Microsoft: ``tenant``, ``client_id``."""
    secret: Mapping[str, str]
    """Own IMAP: ``password``. Own Google and Microsoft: ``client_secret``,
    ``refresh_token``. Central Google: ``service_account`` (its JSON key). Central Microsoft: ``client_secret``.
    Central IMAP: ``master_user``, ``master_password``, ``separator``."""
    is_central: bool = False
    keep_secret: Callable[[Mapping[str, str]], None] = field(default=lambda _: None)
    """Called with the mailbox's own secret when the provider gave a new one, before the new one is used; what it
    stored is durable when it returns."""
    spend: Callable[[str, int, int, int], None] = field(default=lambda *_: None)
    """``spend(key, units, most, seconds)``: called before requests that cost units of a quota of ``most`` in so many
    ``seconds``; shared by all workers. Waits a little, or raises ``TryLater`` (``budget_spent``), where it is used up.
    ``key`` names what the quota is of: ``mailbox``, or ``source`` for what all mailboxes share."""


class OpenMailbox(Protocol):
    """A mailbox that was signed in to; closed at the end of its ``with`` block."""

    requests: int
    """How many requests were made since it was opened; signing in is none."""
    at_once: int
    """So many mails are best taken through at once: what they cost fits well into every quota. At most ``HEADS``."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...

    def address(self) -> str:
        """The address of the mailbox as the provider says it; empty where it cannot say."""
        ...

    def labels(self) -> Sequence[FoundLabel]:
        """All labels, nested ones too; each ``ref`` once, at most one label for each role."""
        ...

    def changes(self, label: str, cursor: Cursor | None) -> Changes:
        """What changed in the label since; without a cursor from now on: ``added`` may then be empty.

        One page. Asked of an unchanged label it costs one request. Raises ``StartOver``: ``cursor_lost`` where the
        cursor is no longer good, ``label_gone`` where the label is not there.
        """
        ...

    def list(self, label: str, since: int, until: int, position: str | None = None) -> Page:
        """The mails of the label received at or after ``since`` and before ``until``, to the second, newest first as
        far as the provider can. Raises ``StartOver`` as ``changes`` does.
        """
        ...

    def count(self, label: str, since: int) -> int:
        """How many mails of the label were received at or after ``since``; cheap, and near enough to plan with."""
        ...

    def heads(self, label: str, refs: Sequence[str]) -> Sequence[Head | NotGiven]:
        """The heads of these mails of the label, in any order; those that are gone are left out. At most ``HEADS``.

        A mail that cannot be had is ``NotGiven``, and keeps no other out.
        """
        ...

    def wholes(self, label: str, refs: Sequence[str]) -> Iterator[Whole | NotGiven]:
        """These mails whole, one at a time, in any order; those that are gone are left out, and those that cannot be
        had are ``NotGiven``, as of ``heads``."""
        ...

    def wait(self, label: str, seconds: float) -> bool:
        """Wait until something may have changed in the label, at most so long; ``False`` at once where the provider
        cannot say. Only a hint: changes are found by asking.
        """
        ...


HEADS = 500
"""So many heads are asked for at once, at most."""


class Missing(NamedTuple):
    """What is missing at the provider's side for reading all mailboxes, in the provider's own words (M2)."""

    what: str
    """A stable name, such as ``delegation``."""
    says: str
    """One or two sentences: what to do, and where at the provider's it is done."""


class Provider(Protocol):
    """One kind of mail system."""

    kind: str
    """Of its sources: ``google``, ``microsoft``, ``imap``."""
    name: str
    """As people call it: ``Google Workspace``."""

    def open(self, access: Access) -> OpenMailbox:
        """Sign in. Raises one of the five errors."""
        ...

    def check(
        self, settings: Mapping[str, Any], secret: Mapping[str, str], address: str
    ) -> Sequence[Missing]:
        """What is missing for reading all users' mailboxes with one secret, tried with the mailbox of ``address``;
        nothing missing: none. Raises ``TryLater`` where it cannot be tried now.
        """
        ...

    def addresses(
        self, settings: Mapping[str, Any], secret: Mapping[str, str], admin: str
    ) -> Iterator[str] | None:
        """The normalised addresses that have a mailbox, aliases too; ``None`` where the provider cannot list them
        (then each is found by trying). ``admin``: in whose name it is asked, where somebody's is needed.
        """
        ...
