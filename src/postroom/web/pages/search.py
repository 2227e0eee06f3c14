"""All engagements, and the search in them: what is asked for stands in the address, and nothing hidden is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from postroom.core.body import Body
from postroom.store.models import Account, Person, Workspace
from postroom.store.read.account_list import AccountRow, AskedAccounts, accounts_page
from postroom.store.read.engagements import Asked, engagements_page, first_bodies
from postroom.store.read.person_list import AskedPersons, PersonRow, persons_page
from postroom.store.read.seen import SeenEngagement
from postroom.store.read.users import users
from postroom.store.search import words_of
from postroom.web.access import PageRequest
from postroom.web.filtering import days_in, midnight, typed_of, user_in
from postroom.web.found import passage
from postroom.web.mail_text import own_words
from postroom.web.paging import cursor_of, is_fragment, number_in

DIRECTIONS: Final = {"in": "Received", "out": "Sent"}
KINDS: Final = {"mail": "Mail", "chat": "Chats", "call": "Calls", "meeting": "Meetings"}
NAMES: Final = ("q", "account", "person", "user", "kind", "direction", "since", "until")
NAMED_ALSO: Final = 5
"""So many accounts and persons of the name that is looked for are shown above."""
_MOST_SUGGESTED: Final = 200


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked for, as typed and as read."""

    typed: dict[str, str]
    """What is not empty, by name."""
    problems: dict[str, str]
    """What is wrong with it, by name; nothing is looked for then."""
    asked: Asked
    account: Account | None
    person: Person | None

    def query(self, **other: str | None) -> str:
        """The query that asks for the same, but for ``other``; ``None`` leaves a name out."""
        typed = {name: value for name, value in {**self.typed, **other}.items() if value}
        return f"?{urlencode(typed)}"

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for beside words."""
        return bool(self.typed.keys() - {"q"})


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the engagements asked for, newest first, and accounts and persons of that name above them."""
    search = _search(request.workspace, request.GET)
    cursor = cursor_of(request, 2)
    before = (cursor[0], cursor[1]) if cursor else None
    rows: list[SeenEngagement] = []
    older = None
    if not search.problems:
        rows, older = engagements_page(request.workspace, request.me.pk, search.asked, before)
    shown: dict[str, Any] = {
        "search": search,
        "rows": _with_passages(rows, search.asked.words),
        "hidden": sum(not row.shows_subject for row in rows),
        "older": search.query(before=f"{older[0]}.{older[1]}") if older else "",
        "is_first": before is None,
    }
    if is_fragment(request):
        return render(request, "search_rows.html", shown)
    shown |= {
        "directions": DIRECTIONS,
        "kinds": KINDS,
        "suggested": users(request.workspace).filter(disabled_at=None)[:_MOST_SUGGESTED],
        "without": {name: search.query(**{name: None}) for name in ("account", "person")},
    }
    if search.asked.words and before is None and not search.is_narrowed:
        shown |= _of_this_name(request.workspace, search.typed["q"])
    return render(request, "search.html", shown, status=422 if search.problems else 200)


def _search(workspace: Workspace, query: QueryDict) -> Search:
    typed = typed_of(query, NAMES)
    problems: dict[str, str] = {}
    user = user_in(workspace, typed, problems)
    since, until = days_in(typed, problems)
    if typed.get("direction", "in") not in DIRECTIONS:
        problems["direction"] = "There is no such direction."
    if typed.get("kind", "mail") not in KINDS:
        problems["kind"] = "There is no such kind."
    account = person = None
    if number := number_in(typed.get("account", "")):
        account = Account.objects.filter(workspace=workspace, pk=number, closed_in=None).first()
    if number := number_in(typed.get("person", "")):
        person = Person.objects.filter(workspace=workspace, pk=number, closed_in=None).first()
    for name, found in (("account", account), ("person", person)):
        if name in typed and found is None:
            problems[name] = f"There is no such {name}."
    asked = Asked(
        account=account.pk if account else None,
        person=person.pk if person else None,
        user=user.email if user else "",
        kind=typed.get("kind", ""),
        direction=typed.get("direction", ""),
        words=typed.get("q", ""),
        since=midnight(since),
        until=midnight(until + timedelta(days=1) if until else None),
    )
    return Search(typed, problems, asked, account, person)


def _with_passages(rows: list[SeenEngagement], words: str) -> list[tuple[SeenEngagement, SafeString | None]]:
    """To each mail whose text the viewer sees the passage in which the words stand."""
    wanted = words_of(words)
    texts = first_bodies([row.pk for row in rows if row.shows_everything]) if wanted else {}
    passages = {pk: _passage(body, wanted) for pk, body in texts.items()}
    return [(row, passages.get(row.pk)) for row in rows]


def _passage(body: Body, wanted: list[str]) -> SafeString | None:
    """What the mail says itself comes before what it quotes."""
    own, whole = own_words(body.text, body.html)
    return passage(own, wanted) or passage(whole, wanted)


def _of_this_name(workspace: Workspace, text: str) -> dict[str, list[AccountRow] | list[PersonRow]]:
    accounts, _ = accounts_page(workspace, AskedAccounts(text), None, NAMED_ALSO)
    persons, _ = persons_page(workspace, AskedPersons(text), None, NAMED_ALSO)
    return {"accounts": accounts, "persons": persons}
