"""Show imported chat messages: one engagement is one chat and day, each message a line of it (C20).

Within the caller's transaction. What an engagement shows is made of its lines, so it does not depend on their
order of arrival (F4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from postroom.actions.judge_mail import Verdict
from postroom.actions.shown_mail import MailContent, Showing, direction_of, shown_with
from postroom.core import body
from postroom.core.message import Content
from postroom.core.seal import Token
from postroom.store.bodies import pack, unpack
from postroom.store.read.chats import Line, chat_engagements, lines_of
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.people import shown_participants
from postroom.store.search import add_documents, remove_documents
from postroom.store.write import chats as write_chats
from postroom.store.write import engagements as write


def show_lines(
    workspace_id: int,
    verdicts: Sequence[Verdict],
    ids: Mapping[Token, int],
    contents: Mapping[Token, MailContent],
    at_hand: DirectoryAtHand,
) -> dict[Token, Showing]:
    """Add chat messages that are not shown yet to the engagements of their days; where they show, by identity."""
    if not verdicts:
        return {}
    days = {v.identity: v.met[0].chat_day or v.identity for v in verdicts}
    on = chat_engagements(workspace_id, sorted(set(days.values())))
    before = write.documents_of(sorted(on.values()))
    first: dict[Token, Verdict] = {}
    for verdict in verdicts:
        if days[verdict.identity] not in on:
            first.setdefault(days[verdict.identity], verdict)
    rows = [_engagement(verdict, ids[verdict.identity], at_hand) for verdict in first.values()]
    on |= dict(zip(first, write.add_engagements(workspace_id, rows), strict=True))
    write_chats.add_lines(
        write_chats.NewLine(
            on[days[v.identity]],
            ids[v.identity],
            v.case.at,
            _author(v),
            contents[v.shown[0].fingerprint].body,
        )
        for v in verdicts
    )
    touched = sorted({on[days[v.identity]] for v in verdicts})
    people = shown_participants(touched)
    for verdict in verdicts:
        engagement = on[days[verdict.identity]]
        people[engagement] = shown_with(people[engagement], verdict.shown)
    write.show_participants(people.items())
    incoming = {on[days[v.identity]] for v in verdicts if direction_of(v.shown[0], at_hand) == "in"}
    write_chats.turn((engagement, "in") for engagement in sorted(incoming))
    made = refresh(touched)
    remove_documents(before)
    add_documents(write.documents_of(touched))
    return {v.identity: made[on[days[v.identity]]] for v in verdicts}


def refresh(engagements: Sequence[int]) -> dict[int, Showing]:
    """Make again what these engagements show of their lines: text, preview, time."""
    lines = lines_of(engagements)
    write_chats.replace_texts(_variant(engagement, lines[engagement]) for engagement in engagements)
    write.show_first((id_, "", body.snippet(_text(lines[id_][0]))) for id_ in engagements)
    write_chats.carry((id_, lines[id_][0].message) for id_ in engagements)
    write.move_in_time((id_, lines[id_][0].at) for id_ in engagements)
    directions = write_chats.directions(engagements)
    return {id_: Showing(id_, directions[id_], lines[id_][0].at) for id_ in engagements}


def _engagement(verdict: Verdict, message: int, at_hand: DirectoryAtHand) -> write.NewEngagement:
    copy = verdict.shown[0]
    thread = verdict.references[:16]
    return write.NewEngagement(
        message, verdict.case.at, "", "", direction_of(copy, at_hand), thread, "", [], "chat"
    )


def _author(verdict: Verdict) -> str:
    return next(p.address for p in verdict.shown[0].envelope.participants if p.role == "author")


def _variant(engagement: int, lines: Sequence[Line]) -> write.NewVariant:
    """The whole day as one text, which is searched."""
    content = Content("", "\n".join(f"{line.author}: {_text(line)}" for line in lines), "")
    return write.NewVariant(engagement, body.digest(content), "", pack(content), "", "")


def _text(line: Line) -> str:
    return unpack(line.body).text
