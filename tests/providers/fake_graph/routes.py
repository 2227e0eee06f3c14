"""Which path of Graph answers what, and to whom: mail folders, messages, users."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from fake_graph.delta import Delta
from fake_graph.entra import Grant
from fake_graph.properties import (
    extended_properties,
    folder_properties,
    mail_properties,
    selected,
    user_properties,
)
from fake_graph.queries import Query, Wrong, newest_first, time_span
from fake_graph.state import Directory, Folder, Mail, Mailbox, User

_T = TypeVar("_T")
DELTA = ("delta", "microsoft.graph.delta")
Found = dict[str, Any] | bytes


@dataclass
class Routes:
    """Answers what a signed-in client asks for."""

    directory: Directory
    delta: Delta
    rbac_scope: frozenset[str] | None = None
    """The addresses that RBAC for Applications, or an access policy, lets the application into; ``None``: all."""
    forgets_immutable_ids: bool = False
    """Ids are those that change when a mail is moved, whatever is preferred."""

    def answer(self, query: Query, grant: Grant) -> Found:
        """Answer one request: JSON or bytes. Raises ``Wrong``."""
        match query.path:
            case ("users",):
                return self._users(query, grant)
            case ("me", *rest):
                if not grant.address:
                    raise Wrong(
                        400, "BadRequest", "/me request is only valid with delegated authentication flow."
                    )
                return self._of_user(query, self._mine(grant), rest, "/me", grant)
            case ("users", who, *rest):
                user = self.directory.user(who)
                if grant.address and user is not self._mine(grant):
                    raise Wrong(
                        403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
                    )
                where = f"/users('{quote(who)}')"
                return self._of_user(query, user, rest, where, grant)
        raise Wrong(400, "BadRequest", "Resource not found for the segment.")

    def _of_user(
        self, query: Query, user: User | None, rest: Sequence[str], where: str, grant: Grant
    ) -> Found:
        if not rest:
            return self._user(query, user, grant)
        if user is None:
            raise Wrong(404, "ErrorInvalidUser", f"The requested user '{query.path[1]}' is invalid.")
        if not grant.address:
            self._check_application(user, grant)
        elif not grant.scopes & {"Mail.Read", "Mail.ReadWrite"}:
            raise Wrong(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        if user.mailbox is None:
            text = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
            raise Wrong(404, "MailboxNotEnabledForRESTAPI", text)
        return self._of_mailbox(query, user.mailbox, rest, where)

    def _of_mailbox(self, query: Query, mailbox: Mailbox, rest: Sequence[str], where: str) -> Found:
        match rest:
            case ("mailFolders",):
                return self._folders(query, mailbox, mailbox.root, f"{where}/mailFolders")
            case ("mailFolders", key):
                query.allow("$select")
                folder = self._folder(mailbox, key)
                return selected(folder_properties(mailbox, folder), query.select())
            case ("mailFolders", key, "childFolders"):
                path = f"{where}/mailFolders('{quote(key)}')/childFolders"
                return self._folders(query, mailbox, self._folder(mailbox, key), path)
            case ("mailFolders", key, "messages"):
                folder = self._folder(mailbox, key)
                path = f"{where}/mailFolders('{quote(key)}')/messages"
                return self._mails(query, folder.mails, path)
            case ("mailFolders", key, "messages", "$count"):
                return str(len(_within(query, self._folder(mailbox, key).mails))).encode()
            case ("mailFolders", key, "messages", last) if last in DELTA:
                path = f"{where}/mailFolders('{quote(key)}')/messages"
                return self.delta.answer(query, mailbox.folder(key), self._immutable(query), path)
            case ("mailFolders", key, "messages", mail, *more):
                self._folder(mailbox, key)
                return self._mail(query, mailbox, mail, more)
            case ("messages",):
                return self._mails(query, list(mailbox.mails()), f"{where}/messages")
            case ("messages", mail, *more):
                return self._mail(query, mailbox, mail, more)
        raise Wrong(400, "BadRequest", "Resource not found for the segment.")

    def _folders(self, query: Query, mailbox: Mailbox, parent: Folder, path: str) -> Found:
        query.allow("$select", "$top", "$skip", "$count", "includeHiddenFolders")
        shows_hidden = query.options.get("includeHiddenFolders") == "true"
        children = [f for f in mailbox.children(parent) if shows_hidden or not f.is_hidden]
        page, more = _page(query, children, path)
        found = [selected(folder_properties(mailbox, folder), query.select()) for folder in page]
        return {"value": found} | more

    def _mails(self, query: Query, mails: Sequence[Mail], path: str) -> Found:
        query.allow("$select", "$top", "$skip", "$count", "$filter", "$orderby")
        newest_first(query)  # without $orderby Graph happens to answer newest first, too
        found = sorted(_within(query, mails), key=lambda mail: -mail.received_at)
        page, more = _page(query, found, path)
        select, immutable = query.select(), self._immutable(query)
        return {"value": [selected(mail_properties(mail, immutable), select) for mail in page]} | more

    def _mail(self, query: Query, mailbox: Mailbox, key: str, more: Sequence[str]) -> Found:
        query.allow("$select", "$expand")
        mail = mailbox.mail(key)
        if mail is None:
            raise Wrong(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        if list(more) == ["$value"]:
            return mail.raw
        if more:
            raise Wrong(400, "BadRequest", "Resource not found for the segment.")
        found = selected(mail_properties(mail, self._immutable(query)), query.select())
        return found | extended_properties(mail, query.extended())

    def _folder(self, mailbox: Mailbox, key: str) -> Folder:
        folder = mailbox.folder(key)
        if folder is None:
            raise Wrong(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        return folder

    def _users(self, query: Query, grant: Grant) -> Found:
        query.allow("$select", "$top", "$skiptoken", "$filter")
        self._check_directory(grant, frozenset({"User.Read.All", "Directory.Read.All"}))
        users = self.directory.users
        if "$filter" in query.options:
            begin, end = "proxyAddresses/any(p:p eq 'smtp:", "')"
            text = query.options["$filter"]
            if not (text.startswith(begin) and text.endswith(end)):
                raise Wrong(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause.")
            address = text[len(begin) : -len(end)].replace("''", "'").lower()
            users = [u for u in users if address in {a.lower() for a in (u.mail or "", *u.aliases)}]
        start = int(query.options.get("$skiptoken", "0"))
        most = query.number("$top", 100, 999)
        found = [selected(user_properties(u), query.select()) for u in users[start : start + most]]
        if start + most >= len(users):
            return {"value": found}
        options = urlencode({**query.options, "$skiptoken": start + most}, safe="$,")
        return {"value": found, "@odata.nextLink": f"{query.prefix}/users?{options}"}

    def _user(self, query: Query, user: User | None, grant: Grant) -> Found:
        own = frozenset({"User.Read"}) if grant.address else frozenset[str]()
        self._check_directory(grant, own | {"User.Read.All", "Directory.Read.All"})
        if user is None:
            text = (
                f"Resource '{query.path[1]}' does not exist or one of its queried references is not present."
            )
            raise Wrong(404, "Request_ResourceNotFound", text)
        return selected(user_properties(user), query.select())

    def _check_directory(self, grant: Grant, permissions: frozenset[str]) -> None:
        if not (grant.scopes | grant.roles) & permissions:
            raise Wrong(
                403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
            )

    def _check_application(self, user: User, grant: Grant) -> None:
        is_in_scope = self.rbac_scope is not None and user.mail in self.rbac_scope
        has_role = bool(grant.roles & {"Mail.Read", "Mail.ReadWrite"})
        if not (is_in_scope or (has_role and self.rbac_scope is None)):
            raise Wrong(403, "ErrorAccessDenied", "Access to OData is disabled.")

    def _mine(self, grant: Grant) -> User | None:
        return next((user for user in self.directory.users if user.mail == grant.address), None)

    def _immutable(self, query: Query) -> bool:
        return query.is_immutable and not self.forgets_immutable_ids


def _within(query: Query, mails: Sequence[Mail]) -> list[Mail]:
    begin, end = time_span(query)
    return [mail for mail in mails if begin <= mail.received_at < end]


def _page(query: Query, found: Sequence[_T], path: str) -> tuple[Sequence[_T], dict[str, Any]]:
    """The part that was asked for, and the annotations beside it."""
    top, skip = query.number("$top", 10, 1000), query.number("$skip", 0, 10**9)
    more: dict[str, Any] = {"@odata.count": len(found)} if query.options.get("$count") == "true" else {}
    if skip + top < len(found):
        options = urlencode({**query.options, "$skip": skip + top}, safe="$,:")
        more["@odata.nextLink"] = f"{query.prefix}{path}?{options}"
    return found[skip : skip + top], more
