"""The mail folders of a mailbox: the whole tree, and which of them are the Inbox, Sent and so on.

A role comes from Graph's well-known names, which are the same in every language, and never from a display name (M12).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from postroom.core.trouble import CannotEver
from postroom.providers.graph.client import Client
from postroom.providers.graph.refusals import error_of, is_missing
from postroom.providers.port import FoundLabel

ROLES: Final[Mapping[str, str]] = {
    "inbox": "inbox",
    "sentitems": "sent",
    "drafts": "drafts",
    "deleteditems": "trash",
    "junkemail": "spam",
    "archive": "archive",
}
"""Well-known name → role."""
KEPT_OUT: Final = frozenset({"drafts", "spam", "trash"})

_PAGE: Final = 100
_LISTED: Final = (
    f"?$top={_PAGE}&$select=id,displayName,parentFolderId,childFolderCount,totalItemCount,isHidden"
)
_SEARCH: Final = "#microsoft.graph.mailSearchFolder"


class Folders:
    """The folders of one open mailbox; what was asked once is remembered until it is closed."""

    def __init__(self, client: Client, root: str) -> None:
        self._client, self._root = client, root
        self._roles: dict[str, str] | None = None
        self._parents: dict[str, str] = {}

    def labels(self) -> list[FoundLabel]:
        """All folders that are not hidden, each after the one it is in. Raises one of the five errors."""
        found = self._tree()
        roles = self.roles()
        labels: dict[str, FoundLabel] = {}
        for folder in found.values():
            above = labels.get(_text(folder, "parentFolderId"))
            path = (*(above.path if above else ()), _text(folder, "displayName"))
            total = folder.get("totalItemCount")
            ref = _text(folder, "id")
            count = total if isinstance(total, int) else None
            labels[ref] = FoundLabel(ref, path, roles.get(ref, ""), total=count)
        return list(labels.values())

    def roles(self) -> Mapping[str, str]:
        """Folder id → role; a mailbox need not have all of them."""
        if self._roles is None:
            answers = self._client.batch([self._path(f"/{name}?$select=id") for name in ROLES])
            roles = {}
            for role, answer in zip(ROLES.values(), answers, strict=True):
                if answer.is_good:
                    roles[_text(answer.json(), "id")] = role
                elif not is_missing(answer):
                    raise error_of(answer)
            self._roles = roles
        return self._roles

    def kept_out(self, folder: str) -> str:
        """``drafts``, ``spam`` or ``trash`` where this folder is one of these or lies in one; else empty."""
        met: set[str] = set()
        while folder and folder not in met:
            role = self.roles().get(folder, "")
            if role:
                return role if role in KEPT_OUT else ""
            met.add(folder)
            folder = self._parent(folder)
        return ""

    def _parent(self, folder: str) -> str:
        if folder not in self._parents:
            path = self._path(f"/{quote(folder, safe='')}?$select=id,parentFolderId")
            answer = self._client.try_get(self._client.link(path))
            if not answer.is_good and not is_missing(answer):
                raise error_of(answer)
            self._parents[folder] = _text(answer.json(), "parentFolderId") if answer.is_good else ""
        return self._parents[folder]

    def _tree(self) -> dict[str, Mapping[str, Any]]:
        """Folder id → folder, level by level; a page that was read already is a circle."""
        found: dict[str, Mapping[str, Any]] = {}
        wanted, met = [self._path(_LISTED)], set[str]()
        while wanted:
            met.update(wanted)
            following: list[str] = []
            for answer in self._client.batch(wanted):
                if is_missing(answer):
                    continue
                if not answer.is_good:
                    raise error_of(answer)
                new = [f for f in answer.values() if _is_label(f) and _text(f, "id") not in found]
                found |= {_text(folder, "id"): folder for folder in new}
                following += [self._below(folder) for folder in new if folder.get("childFolderCount")]
                following += self._next(answer.link("nextLink"))
            if met.intersection(following):
                raise CannotEver("protocol", "Microsoft Graph repeats a page of mail folders.")
            wanted = following
        return found

    def _next(self, link: str) -> Sequence[str]:
        if not link:
            return ()
        if not self._client.is_ours(link):
            raise CannotEver("protocol", "Microsoft Graph names a link that is not its own.")
        return (link.removeprefix(self._client.link("")),)

    def _below(self, folder: Mapping[str, Any]) -> str:
        return self._path(f"/{quote(_text(folder, 'id'), safe='')}/childFolders{_LISTED}")

    def _path(self, rest: str) -> str:
        return f"{self._root}/mailFolders{rest}"


def _is_label(folder: Mapping[str, Any]) -> bool:
    """Say whether mail lies in it: no hidden folder, and no saved search."""
    return bool(_text(folder, "id")) and not folder.get("isHidden") and folder.get("@odata.type") != _SEARCH


def _text(folder: Mapping[str, Any], name: str) -> str:
    value = folder.get(name)
    return value if isinstance(value, str) else ""
