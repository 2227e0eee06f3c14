"""Show imported mail: persons created and named, engagements on their timelines, texts findable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from postroom.actions.judge_mail import Verdict
from postroom.actions.name_persons import name_again, name_from, pairs
from postroom.actions.show_lines import show_lines
from postroom.actions.shown_mail import MailContent, Showing, direction_of, shown_with
from postroom.core.directory import Party
from postroom.core.filing import name_from_address
from postroom.core.seal import Token
from postroom.core.thread import thread_of
from postroom.core.upload import CHAT
from postroom.store.models import Workspace
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.people import (
    FiledPerson,
    filed_persons,
    first_texts,
    persons_shown_on,
    shown_participants,
)
from postroom.store.search import add_documents, remove_documents
from postroom.store.write import engagements as write
from postroom.store.write.persons_from_mail import NewPerson, create_persons


def show(
    workspace: Workspace,
    verdicts: Sequence[Verdict],
    ids: Mapping[Token, int],
    contents: Mapping[Token, MailContent],
    at_hand: DirectoryAtHand,
    now: int,
) -> None:
    """Show the mails of these import verdicts; ``ids`` of their messages, ``contents`` by fingerprint.

    Within the caller's transaction. A mail shown already gets what the new copies add.
    """
    if not verdicts:
        return
    created = _create(workspace, verdicts, at_hand, now)
    on = {v.identity: _persons_of(v, created) for v in verdicts}
    before = persons_shown_on([v.known.engagement for v in verdicts if v.known and v.known.engagement])
    all_on = {v.identity: on[v.identity] | _before(v, before) for v in verdicts}
    persons = filed_persons({person for some in all_on.values() for person in some})
    name_from(verdicts, all_on, persons, at_hand)
    new = [v for v in verdicts if v.known is None or v.known.engagement is None]
    shown = {
        v.identity: Showing(v.known.engagement, v.known.direction, v.case.at)
        for v in verdicts
        if v.known and v.known.engagement
    }
    shown |= _add_new(workspace.pk, [v for v in new if v.case.kind != CHAT], ids, contents, at_hand)
    chats = [v for v in new if v.case.kind == CHAT]
    shown |= show_lines(workspace.pk, chats, ids, contents, at_hand)
    there = [v for v in verdicts if v.met and v.known and v.known.engagement and v.case.kind != CHAT]
    _add_to_shown(there, contents)
    # Whom it shows on already stays as it is: a changed default account moves nothing earlier.
    before |= persons_shown_on([shown[v.identity].engagement for v in chats])
    added = {v.identity: on[v.identity] - before.get(shown[v.identity].engagement, set()) for v in verdicts}
    _link(verdicts, added, persons, shown, at_hand)


def _before(verdict: Verdict, shown_on: Mapping[int, set[int]]) -> set[int]:
    """Whom the mail shows on already."""
    return shown_on.get(verdict.known.engagement or 0, set()) if verdict.known else set()


def _create(
    workspace: Workspace, verdicts: Iterable[Verdict], at_hand: DirectoryAtHand, now: int
) -> dict[Token, int]:
    """Create the persons that these mails create; their ids by the token of their address."""
    parties: dict[Token, Party] = {}
    readable: dict[Token, str] = {}
    for verdict in verdicts:
        if verdict.decision.creates:
            parties.update((party.sealed.address, party) for party in verdict.decision.creates)
            for copy in verdict.shown:
                for (_, sealed), participant in pairs(copy):
                    readable[sealed.address] = participant.address
    new = [
        NewPerson(
            readable[token],
            token,
            name_from_address(readable[token]),
            tuple(sorted({domain.account for domain in parties[token].domains})),
        )
        for token in sorted(parties)
        if token in readable
    ]
    if not new:
        return {}
    revision, ids = create_persons(workspace, new, now)
    tokens = [person.token for person in new]
    at_hand.created(revision, [(token, id_, now) for token, id_ in zip(tokens, ids, strict=True)])
    return dict(zip(tokens, ids, strict=True))


def _persons_of(verdict: Verdict, created: Mapping[Token, int]) -> set[int]:
    """Everybody the mail is filed on: those known, and those it created (C14)."""
    addresses = (party.sealed.address for party in verdict.decision.creates)
    return {*verdict.decision.persons, *(created[a] for a in addresses if a in created)}


def _add_new(
    workspace_id: int,
    verdicts: Sequence[Verdict],
    ids: Mapping[Token, int],
    contents: Mapping[Token, MailContent],
    at_hand: DirectoryAtHand,
) -> dict[Token, Showing]:
    """Store the engagements that are not shown yet; where they are shown, by identity."""
    rows = [_engagement(v, ids[v.identity], _first_content(v, contents), at_hand) for v in verdicts]
    engagement_ids = write.add_engagements(workspace_id, rows)
    variants: list[write.NewVariant] = []
    texts: dict[int, str] = {}
    for id_, verdict in zip(engagement_ids, verdicts, strict=True):
        of_this = _variants(id_, verdict, contents)
        texts[id_] = write.searched_text([variant.searched for variant in of_this])
        variants += of_this
    write.add_variants(variants)
    write.index_new(engagement_ids, rows, texts)
    return {
        v.identity: Showing(id_, row.direction, row.at)
        for v, id_, row in zip(verdicts, engagement_ids, rows, strict=True)
    }


def _engagement(
    verdict: Verdict, message: int, content: MailContent, at_hand: DirectoryAtHand
) -> write.NewEngagement:
    first = verdict.shown[0]
    return write.NewEngagement(
        message,
        verdict.case.at,
        content.subject,
        content.snippet,
        direction_of(first, at_hand),
        _thread(verdict),
        first.envelope.message_id,
        shown_with([], verdict.shown),
        first.kind,
    )


def _thread(verdict: Verdict) -> Token:
    first = verdict.met[0]
    return thread_of(verdict.references, first.message_id, first.identity)


def _variants(
    engagement: int, verdict: Verdict, contents: Mapping[Token, MailContent]
) -> list[write.NewVariant]:
    """The different texts among the copies just met; where a mailbox keeps less of it, the fuller ones alone."""
    first = _first_content(verdict, contents)
    texts = {content.digest: content for content in (contents[c.fingerprint] for c in verdict.shown)}
    return [
        write.NewVariant(engagement, c.digest, c.subject, c.body, c.searched, c.defects, c.kept)
        for c in texts.values()
        if c.kept == first.kept
    ]


def _first_content(verdict: Verdict, contents: Mapping[Token, MailContent]) -> MailContent:
    """The text that is shown first, whichever was met first."""
    return min((contents[copy.fingerprint] for copy in verdict.shown), key=lambda content: content.rank)


def _add_to_shown(verdicts: Sequence[Verdict], contents: Mapping[Token, MailContent]) -> None:
    """Add to engagements what further copies show: participants, other texts, an earlier receipt (F3)."""
    if not verdicts:
        return
    shown = {v.known.engagement: v for v in verdicts if v.shown and v.known and v.known.engagement}
    before = write.documents_of(list(shown))
    first = first_texts(list(shown))
    new = {id_: _first_content(v, contents) for id_, v in shown.items()}
    fuller = {id_: content for id_, content in new.items() if content.kept > first[id_][0]}
    write.remove_poorer_texts((id_, content.kept) for id_, content in fuller.items())
    write.add_variants(
        [
            variant
            for id_, v in shown.items()
            for variant in _variants(id_, v, contents)
            if variant.kept >= first[id_][0]
        ]
    )
    write.show_first(
        (id_, content.subject, content.snippet)
        for id_, content in new.items()
        if id_ in fuller or (content.kept == first[id_][0] and content.digest < first[id_][1])
    )
    people = shown_participants(list(shown))
    write.show_participants(
        (id_, now) for id_, v in shown.items() if (now := shown_with(people[id_], v.shown)) != people[id_]
    )
    write.move_to_thread(
        (id_, _thread(v)) for id_, v in shown.items() if v.known and v.known.references != v.references
    )
    moved = {id_: v for id_, v in shown.items() if v.known is not None and v.case.at != v.known.at}
    write.move_in_time((id_, v.case.at) for id_, v in moved.items())
    after = write.documents_of(list(shown))
    remove_documents([document for document in before if document not in after])
    add_documents([document for document in after if document not in before])
    name_again({person for on in persons_shown_on(moved).values() for person in on})


def _link(
    verdicts: Iterable[Verdict],
    on: Mapping[Token, set[int]],
    persons: Mapping[int, FiledPerson],
    shown: Mapping[Token, Showing],
    at_hand: DirectoryAtHand,
) -> None:
    """Put the engagements on the timelines: every person, and each one's default account (C14)."""
    person_rows, account_rows, user_rows = [], [], []
    for verdict in verdicts:
        engagement, direction, at = shown[verdict.identity]
        for id_ in on[verdict.identity]:
            person = persons.get(id_)
            if person is not None:
                person_rows.append((id_, at, engagement, direction))
                if person.default_account is not None:
                    account_rows.append((person.default_account, at, engagement, direction))
        user_rows += [(engagement, user) for user in _users(verdict, at_hand)]
    write.add_links(person_rows, account_rows, user_rows)


def _users(verdict: Verdict, at_hand: DirectoryAtHand) -> set[int]:
    """The users who took part, or in whose mailbox a copy stands."""
    users = {copy.user_id for copy in verdict.met if copy.user_id is not None}
    users.update(user for user in (verdict.known.owners if verdict.known else ()) if user is not None)
    for participant in verdict.case.participants:
        user = at_hand.directory.party(participant.sealed).colleague
        if user is not None:
            users.add(user)
    return users
