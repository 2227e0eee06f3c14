"""Makes the demo's mail: half a year of a company's mailboxes, the same for the same seed and time.

Pure: takes a seed and a time, gives bytes. Who writes stands in ``company``, what they write in ``talk_…``, how a
mail is laid out in ``layout``. Must not touch files or the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import Final

from postroom.demo import company
from postroom.demo.company import DemoAccount
from postroom.demo.desk import DemoCopy, Desk
from postroom.demo.exchanges import Exchanges
from postroom.demo.grammar import Situation, situations
from postroom.demo.mailings import Mailings
from postroom.demo.occasions import DAYS, Occasions
from postroom.demo.odd import odd_mails
from postroom.demo.talk_colleagues import AMONG_COLLEAGUES
from postroom.demo.talk_contract import CONTRACT
from postroom.demo.talk_everyday import EVERYDAY
from postroom.demo.talk_french import IN_FRENCH
from postroom.demo.talk_german import IN_GERMAN
from postroom.demo.talk_planning import PLANNING
from postroom.demo.talk_projects import PROJECTS, PROSPECT, TROUBLE
from postroom.demo.talk_spanish import IN_SPANISH
from postroom.demo.talk_support import SUPPORT

SEED: Final = 7

WITH_CUSTOMERS: Final = {
    "support": situations(SUPPORT),
    "planning": situations(PLANNING),
    "contract": situations(CONTRACT),
    "projects": situations(PROJECTS),
    "everyday": situations(EVERYDAY),
}
"""What any customer may write about, by what it is about."""
IN_TROUBLE: Final = situations(TROUBLE)
BEFORE_THE_CONTRACT: Final = situations(PROSPECT)
IN_THEIR_LANGUAGE: Final = {
    "de": situations(IN_GERMAN),
    "fr": situations(IN_FRENCH),
    "es": situations(IN_SPANISH),
}
COLLEAGUES: Final = situations(AMONG_COLLEAGUES)

_IN_THEIR_LANGUAGE: Final = 0.6
_SILENT_SINCE: Final = 115
_IN_TROUBLE_SINCE: Final = 45
_AMONG_COLLEAGUES: Final = 400

Talk = tuple[Situation, str, str]
"""What is talked about, in which language, and of which kind it is."""


def demo_mails(now: int, seed: int = SEED) -> list[DemoCopy]:
    """Write all mail of the ``DAYS`` before ``now`` (Unix seconds), each in every mailbox it lies in."""
    desk = Desk(Random(seed), now)
    exchanges, occasions, mailings = Exchanges(desk), Occasions(desk), Mailings(desk, DAYS)
    for account in company.ACCOUNTS:
        _with(account, desk, exchanges)
    _among_colleagues(desk, exchanges)
    occasions.by_customers(60)
    occasions.before_the_account(6)
    occasions.by_the_consultant(28)
    occasions.with_the_blocked(24)
    occasions.beside_the_domain(20)
    occasions.away(90)
    occasions.strangers(150)
    occasions.pitches(64)
    occasions.kept_out_by_place(spam=110, drafts=34, trash=32)
    occasions.notes_of_the_week()
    mailings.newsletters(240)
    mailings.machines(150)
    ines = desk.users[company.user_named("Ines Varga").email]
    at = desk.clock.some_time(25, 3, ines.zone)
    odd = [DemoCopy(ines.email, "inbox", int(at.timestamp()), raw) for raw in odd_mails(ines, at)]
    return [*desk.copies(), *odd]


def _with(account: DemoAccount, desk: Desk, exchanges: Exchanges) -> None:
    """Write about as many mails with the account as it is said to have."""
    talks, until = _talks(account, desk.random), desk.posted + account.mails
    if account.temper == "won":
        for situation in (BEFORE_THE_CONTRACT * 3)[:10]:
            days = (DAYS, account.days_known + 14)
            exchanges.with_customer(situation, account, "en", "prospect", days)
    if account.temper == "trouble":
        for situation in IN_TROUBLE * 3:
            exchanges.with_customer(situation, account, "en", "trouble", (_IN_TROUBLE_SINCE, 4))
    first = min(DAYS, account.days_known - 2)
    last = _SILENT_SINCE if account.temper == "silent" else 0
    while desk.posted < until:
        situation, language, kind = next(talks)
        exchanges.with_customer(situation, account, language, kind, (first, last))


def _talks(account: DemoAccount, random: Random) -> Iterator[Talk]:
    """Situations without end, each once before any comes again."""
    english = [(situation, "en", kind) for kind, those in WITH_CUSTOMERS.items() for situation in those]
    theirs = [
        (situation, account.language, "support") for situation in IN_THEIR_LANGUAGE.get(account.language, ())
    ]
    decks = _shuffled(english, random), _shuffled(theirs, random) if theirs else None
    while True:
        is_theirs = decks[1] is not None and random.random() < _IN_THEIR_LANGUAGE
        yield next(decks[1] if is_theirs and decks[1] else decks[0])


def _shuffled(talks: list[Talk], random: Random) -> Iterator[Talk]:
    while True:
        yield from random.sample(talks, len(talks))


def _among_colleagues(desk: Desk, exchanges: Exchanges) -> None:
    until = desk.posted + _AMONG_COLLEAGUES
    while desk.posted < until:
        for situation in desk.random.sample(COLLEAGUES, len(COLLEAGUES)):
            if desk.posted < until:
                exchanges.among_colleagues(situation, (DAYS, 0))


def mailboxes(copies: Iterable[DemoCopy]) -> dict[tuple[str, str], list[DemoCopy]]:
    """The mails by user and label, in their order."""
    boxes: dict[tuple[str, str], list[DemoCopy]] = {}
    for copy in copies:
        boxes.setdefault((copy.user, copy.label), []).append(copy)
    return boxes
