"""The folders of a mailbox, as labels: names, nesting, roles, how many mails.

Roles come from the server's special-use flags (RFC 6154), the inbox's from its name, which the protocol fixes; no role
is ever guessed from a name (M12). Folders of other users and shared ones are not of the mailbox and left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from postroom.providers.imap.answers import NotUnderstood, Response, Word, number, pairs
from postroom.providers.imap.names import shown
from postroom.providers.imap.session import Session
from postroom.providers.imap.troubles import Refused
from postroom.providers.port import FoundLabel

ROLES: Final[Mapping[bytes, str]] = {
    rb"\SENT": "sent",
    rb"\DRAFTS": "drafts",
    rb"\JUNK": "spam",
    rb"\TRASH": "trash",
    rb"\ARCHIVE": "archive",
    rb"\ALL": "all",
}
NOT_SELECTABLE: Final = frozenset((rb"\NOSELECT", rb"\NONEXISTENT"))
LONGEST_REF: Final = 500
INBOX: Final = "INBOX"


class _Folder(NamedTuple):
    name: str
    delimiter: str
    flags: frozenset[bytes]


class _Counted(NamedTuple):
    total: int | None
    uidvalidity: str


def labels_of(session: Session) -> list[FoundLabel]:
    """All labels, each ref once, each role at most once. Raises ``Refused``, and ``NotUnderstood``, also where there is
    none: every mailbox has an inbox."""
    elsewhere = _elsewhere(session)
    answer = session.ask(b"LIST", b'""', b'"*"', *_returning(session))
    folders = {folder.name: folder for folder in map(_folder, answer.of(b"LIST"))}
    mine = [folder for folder in folders.values() if not folder.name.startswith(elsewhere)]
    if not mine:
        raise NotUnderstood
    counted = dict(_counted(answer.of(b"STATUS")))
    roles = _roles(mine)
    labels = [_label(session, folder, roles.get(folder.name, ""), counted) for folder in reversed(mine)]
    return sorted({label.ref: label for label in labels}.values(), key=_order)


def _order(label: FoundLabel) -> tuple[bool, tuple[str, ...]]:
    return (label.ref != INBOX, label.path)


def is_there(session: Session, name: str) -> bool:
    """Whether there is such a folder that can be opened. Raises ``Refused``, ``NotUnderstood``."""
    answer = session.ask(b"LIST", b'""', name)
    found = [folder for folder in map(_folder, answer.of(b"LIST")) if folder.name == name]
    return any(not folder.flags & NOT_SELECTABLE for folder in found)


def _returning(session: Session) -> list[bytes]:
    wanted = [b"SPECIAL-USE"] if b"SPECIAL-USE" in session.capabilities else []
    if b"LIST-STATUS" in session.capabilities:
        wanted.append(b"STATUS (MESSAGES UIDVALIDITY)")
    can = {b"LIST-EXTENDED", b"LIST-STATUS"} & session.capabilities
    return [b"RETURN (" + b" ".join(wanted) + b")"] if wanted and can else []


def _elsewhere(session: Session) -> tuple[str, ...]:
    """What the names of folders begin with that are other users' or shared."""
    if b"NAMESPACE" not in session.capabilities:
        return ()
    found = [response.words() for response in session.ask(b"NAMESPACE").of(b"NAMESPACE")]
    if not found or len(found[0]) != 3:
        return ()
    spaces = [space for kind in found[0][1:] if isinstance(kind, list) for space in kind]
    return tuple(prefix for space in spaces if isinstance(space, list) and (prefix := _text(space[0])))


def _folder(response: Response) -> _Folder:
    match response.words():
        case [[*flags], (bytes() | None) as delimiter, bytes() as raw, *_]:
            name = _text(raw)
            return _Folder(
                INBOX if name.upper() == INBOX else name,
                _text(delimiter or b""),
                frozenset(flag.upper() for flag in flags if isinstance(flag, bytes)),
            )
    raise NotUnderstood


def _counted(responses: list[Response]) -> Iterator[tuple[str, _Counted]]:
    for response in responses:
        words = response.words()
        if len(words) < 2 or not isinstance(words[0], bytes):
            raise NotUnderstood
        name = _text(words[0])
        said = pairs(words)
        yield (
            INBOX if name.upper() == INBOX else name,
            _Counted(_number(said, b"MESSAGES"), str(_number(said, b"UIDVALIDITY") or "")),
        )


def _number(said: Mapping[bytes, Word], name: bytes) -> int | None:
    return number(said[name]) if name in said else None


def _roles(folders: list[_Folder]) -> dict[str, str]:
    """The name of a folder → its role; where several have one, the first by name."""
    holders: dict[str, str] = {}
    for folder in sorted(folders):
        if folder.name == INBOX:
            holders["inbox"] = INBOX
            continue
        for flag in sorted(folder.flags & ROLES.keys()):
            if folder.name not in holders.values():
                holders.setdefault(ROLES[flag], folder.name)
    return {name: role for role, name in holders.items()}


def _label(session: Session, folder: _Folder, role: str, counted: dict[str, _Counted]) -> FoundLabel:
    is_selectable = not folder.flags & NOT_SELECTABLE and _is_ref(folder.name)
    if is_selectable and folder.name not in counted:
        counted.update(_asked(session, folder.name))
    total, uidvalidity = counted.get(folder.name, _Counted(None, ""))
    return FoundLabel(
        ref=folder.name[:LONGEST_REF].encode("utf-8", "replace").decode(),
        path=_path(folder),
        role=role if is_selectable else "",
        is_selectable=is_selectable,
        total=total if is_selectable else None,
        trait=uidvalidity if is_selectable else "",
    )


def _asked(session: Session, name: str) -> dict[str, _Counted]:
    try:
        answer = session.ask(b"STATUS", name, b"(MESSAGES UIDVALIDITY)")
    except Refused:  # it may be listed, and not be read
        return {}
    return dict(_counted(answer.of(b"STATUS")))


def _is_ref(name: str) -> bool:
    return len(name) <= LONGEST_REF and name.isprintable()


def _path(folder: _Folder) -> tuple[str, ...]:
    parts = folder.name.split(folder.delimiter) if folder.delimiter else [folder.name]
    readable = [shown(part).replace("\0", "").encode("utf-8", "replace").decode() for part in parts if part]
    return tuple(readable) or (folder.name,)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
