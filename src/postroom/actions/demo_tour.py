"""What to look at first in a demo workspace: a few stops, each with why it matters and where it leads.

Things are found by the names that the demo gave them, when asked; what is gone is left out. Must not write, and
knows pages by name only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from postroom.core.reasons import HOLD
from postroom.core.visibility import Visibility
from postroom.demo import company
from postroom.store.models import Account, Decision, Engagement, Mailbox, Person, SetAside, User, Workspace
from postroom.store.read.roles import permissions_of
from postroom.store.read.visibility import at_least


@dataclass(frozen=True, slots=True)
class TourStop:
    """One thing to look at."""

    title: str
    text: str
    """One or two sentences: what one sees there, and why it matters."""
    page: str
    """The name of a page of ``web.routes``, without its namespace."""
    kwargs: Mapping[str, int | str] = field(default_factory=dict)
    """What the page's address needs."""
    query: Mapping[str, str] = field(default_factory=dict)
    """What follows the question mark. Never an address: those have no place in a log."""
    tries: tuple[str, ...] = ()
    """What to type there. They stand in the text too."""


def demo_tour(workspace: Workspace, viewer: User) -> list[TourStop]:
    """The stops for who looks, in the order to go. Permissions are the page's to ask."""
    accounts = _named(Account, workspace, [company.ALDER, company.COPPERFIELD, company.DUNMORE])
    seen_whole = Engagement.objects.filter(at_least(workspace, viewer.pk, Visibility.EVERYTHING))
    return [
        *_timeline(accounts.get(company.ALDER)),
        *_engagement(seen_whole, accounts.get(company.ALDER)),
        *_chat(workspace, seen_whole),
        *_mailboxes(workspace, viewer),
        *_two_accounts(_named(Person, workspace, [company.IN_TWO_ACCOUNTS]).get(company.IN_TWO_ACCOUNTS)),
        _explain(),
        _decisions(),
        *_held(workspace),
        *_set_aside(workspace),
        *_search(accounts.get(company.COPPERFIELD)),
        _my_data(),
        *_reports(viewer),
        *_teams(workspace, viewer),
        *_hidden(workspace, viewer, accounts.get(company.DUNMORE)),
    ]


def _named(model: type[Account | Person], workspace: Workspace, names: list[str]) -> dict[str, int]:
    """The ids of what is there under these names."""
    found = model.objects.filter(workspace=workspace, closed_in=None, name__in=names)
    return dict(found.order_by("-pk").values_list("name", "pk"))


def _timeline(account: int | None) -> Iterator[TourStop]:
    if account is not None:
        yield TourStop(
            f"The timeline of {company.ALDER}",
            "Half a year with a busy customer: threads folded, who of us took part, what came last. Nobody filed "
            "any of it by hand.",
            "account",
            {"account_id": account},
        )


def _engagement(seen_whole: QuerySet[Engagement], account: int | None) -> Iterator[TourStop]:
    """The newest mail of the account that came in and that the viewer sees whole (R4)."""
    came_in = seen_whole.filter(account_links__account=account, kind="mail", direction="in")
    engagement = came_in.order_by("-at", "-pk").values_list("pk", flat=True).first()
    if engagement is not None:
        yield TourStop(
            "One mail, and why it is here",
            "Beside the text stands which rule let it in, whom it was filed on, and what was asked before. Every "
            "mail has such an answer.",
            "engagement",
            {"engagement_id": engagement},
        )


def _chat(workspace: Workspace, seen_whole: QuerySet[Engagement]) -> Iterator[TourStop]:
    """The newest day of a chat that is on an account and that the viewer sees whole (C20, R4)."""
    chats = seen_whole.filter(workspace=workspace, kind="chat", account_links__isnull=False)
    day = chats.order_by("-at", "-pk").values_list("pk", "account_links__account__name").first()
    if day is not None:
        engagement, account = day
        yield TourStop(
            "A day of a chat",
            f"A program uploaded its messages. They read as one engagement on the timeline of {account}, among "
            "the mails, calls and meetings.",
            "engagement",
            {"engagement_id": engagement},
        )


def _mailboxes(workspace: Workspace, viewer: User) -> Iterator[TourStop]:
    """How all mailboxes are, what syncs in all of them, and the viewer's own."""
    connected = Mailbox.objects.filter(workspace=workspace, connected_at__isnull=False)
    users = connected.values_list("user", flat=True)
    if users:
        yield TourStop(
            "Mail that comes while you look",
            "Some of us have a mailbox on a made-up mail server, to which a mail comes every few minutes. Here "
            "stands how each one is, and who has to act where something is wrong.",
            "mailboxes",
        )
        yield TourStop(
            "Inbox and Sent, for everybody at once",
            "Before the click stands whom it changes and whose own choice it overrides; after it, what became of each, "
            "who came since, and Undo. Any other label stays as it is.",
            "default-labels",
        )
    if viewer.pk in users:
        yield TourStop(
            "Your own mailbox",
            "Which labels sync is chosen one by one, and nothing is read before. What came in, what stayed out and "
            "why is counted for each label.",
            "profile-email",
        )


def _two_accounts(person: int | None) -> Iterator[TourStop]:
    if person is not None:
        yield TourStop(
            f"{company.IN_TWO_ACCOUNTS} works for two accounts",
            "New mail shows on the default account only. Change it there, and what was filed before stays where "
            "it is.",
            "person",
            {"person_id": person},
        )


def _explain() -> TourStop:
    unknown, blocked, early = tries = (
        company.UNKNOWN_ADDRESS,
        f"chad@{company.BLOCKED_DOMAIN}",
        company.EARLY_ADDRESS,
    )
    return TourStop(
        "Why was my mail not synced?",
        f"Ask for {unknown} (nobody knows it), {blocked} (on the blocklist) and {early} (wrote only before the "
        "account was known). Each answer says what would change it.",
        "explain",
        tries=tries,
    )


def _decisions() -> TourStop:
    return TourStop(
        "What stayed out, by reason",
        "Every mail that was met has a decision, also those that nobody may read. Here they are counted by reason.",
        "decisions",
    )


def _held(workspace: Workspace) -> Iterator[TourStop]:
    held = Decision.objects.filter(workspace=workspace, is_current=True, lens="customer", outcome=HOLD)
    if held.exists():
        yield TourStop(
            "A mail with two readings",
            "Its From line names one address and writes from another, and the two would be decided differently. So "
            "it waits for a person.",
            "decisions-of",
            {"reason": "ambiguous"},
        )


def _set_aside(workspace: Workspace) -> Iterator[TourStop]:
    if SetAside.objects.filter(workspace=workspace).exists():
        yield TourStop(
            "A file that is no mail",
            "It could not be read, so it was set aside whole and encrypted. The rest of the mailbox came in all the "
            "same.",
            "set-aside",
        )


def _search(account: int | None) -> Iterator[TourStop]:
    if account is not None:
        yield TourStop(
            "Search, narrowed to one account",
            f"All that was said about invoices with {company.COPPERFIELD}. Words are looked up in subjects, people "
            "and texts.",
            "engagements",
            query={"q": "invoice", "account": str(account)},
        )


def _my_data() -> TourStop:
    return TourStop(
        "What is counted of you",
        "Collect passive data is each user's own yes or no. Here stands what was counted of you and what is held "
        "until a yes; take it along, or have it forgotten.",
        "my-data",
    )


def _reports(viewer: User) -> Iterator[TourStop]:
    """The viewer's own report and circle; without their yes there is neither (P7)."""
    if viewer.collects_since is None:
        return
    yield TourStop(
        "Your weeks, in numbers",
        "How much came and went, how fast you answered, when your days began and ended: of everything, with "
        "colleagues, and with people outside. Each number opens to how it came about.",
        "report",
        {"user_id": viewer.pk},
    )
    yield TourStop(
        "Whom you have most to do with",
        "Your collaboration circle: the nearer, the stronger, and below it what each strength is made of. Who has "
        "not said yes is counted, and never named.",
        "circle",
        {"user_id": viewer.pk},
    )


def _teams(workspace: Workspace, viewer: User) -> Iterator[TourStop]:
    """The teams, for whom they are told to, where somebody has a manager (E11)."""
    led = User.objects.filter(workspace=workspace).exclude(manager_email="")
    if permissions_of(viewer) & {"report_all", "report_team"} and led.exists():
        yield TourStop(
            "Teams, and nobody's own number",
            "Medians of five people or more who said yes. Where two teams differ by a few people, only one is told, "
            "so that nobody can be made out.",
            "report-teams",
        )


def _hidden(workspace: Workspace, viewer: User, account: int | None) -> Iterator[TourStop]:
    """The account of somebody else, of whose mail others see less (R4)."""
    if account is None:
        return
    strict = User.objects.filter(workspace=workspace, visibility__lt=Visibility.EVERYTHING, disabled_at=None)
    owner = strict.filter(owned_accounts=account).exclude(pk=viewer.pk).first()
    if owner is not None:
        yield TourStop(
            f"{owner.name or owner.email} lets others see less",
            "Each of us decides what others see of their mailbox, and no role overrides it. What is hidden from you "
            "is counted and said.",
            "account",
            {"account_id": account},
        )
