"""``postroom explain``: what happened to a mail, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from postroom.actions.explain import explain as explain_
from postroom.cli.names import named_workspace
from postroom.cli.output import Json, Stop, WorkspaceName, answer
from postroom.providers.files import MAX_MAIL_BYTES


def explain(
    what: Annotated[
        str, typer.Argument(help="An e-mail address, a person's name, a Message-ID, or the file of a mail.")
    ],
    workspace: WorkspaceName,
    as_json: Json = False,
) -> None:
    """Say what happened to a mail, which rule decided, what was asked before, and what would change it."""
    place = named_workspace(workspace)
    document = explain_(place, **_question(what))
    if not document["messages"] and _may_be_a_message_id(what):
        by_id = explain_(place, message_id=what)
        document = by_id if by_id["messages"] else document
    answer(document, as_json, "\n\n".join(_paragraphs(document)))


def _question(what: str) -> dict[str, Any]:
    """A file where there is one; a Message-ID where it stands in angle brackets; else an address or name."""
    text = what.strip()
    if Path(what).exists():
        return {"raw": _mail_in(Path(what))}
    if text.startswith("<") and text.endswith(">"):
        return {"message_id": text}
    if "@" not in text and ("/" in text or text.endswith(".eml")):
        raise Stop("no_such_path", f"There is no file {text}.")
    return {"address": text}


def _mail_in(path: Path) -> bytes:
    if not path.is_file():
        raise Stop("unreadable", f"{path} is no file. Name the file of one mail.")
    if path.stat().st_size > MAX_MAIL_BYTES:
        raise Stop(
            "unreadable", f"{path} is too large for one mail. Name the file of one mail, not a whole mbox."
        )
    return path.read_bytes()


def _may_be_a_message_id(what: str) -> bool:
    """Whether somebody may have meant a Message-ID and left out the angle brackets."""
    return "@" in what and not Path(what).exists()


def _paragraphs(document: dict[str, Any]) -> list[str]:
    address = document["address"]
    told = _address(address) if address else []
    told += ["\n".join(_message(message)) for message in document["messages"]]
    if not document["messages"]:
        told.append("No message is known for this.")
    return told


def _address(address: dict[str, Any]) -> list[str]:
    who = address["address"] or "This name"
    if address["inside"]:
        line = f"{who} is one of us: mail among ourselves is internal and never imported."
    elif address["person"]:
        account = f" of {address['account']['name']}" if address["account"] else ""
        line = f"{who} is known: {address['person']['name']}{account}."
    elif address["known"]:
        line = f"{who} is not a person yet; mail creates one at {address['account']['name']}."
    else:
        line = f"{who} is not known."
    return [line, *(f"Why not: {w['says']}\n  To change it: {w['change']}" for w in address["why_not"])]


def _message(message: dict[str, Any]) -> list[str]:
    verdict = message["customer"]
    met = "" if message["met"] else " (never met; this is what would happen)"
    lines = [f"{message['date'] or 'without a date'}  {message['message_id'] or '(Message-ID sealed)'}{met}"]
    if verdict is None:
        return [*lines, "  It has no decision."]
    lines.append(f"  {verdict['outcome']}: {verdict['reason']}. {verdict['says']}")
    lines += [f"  Found: {e['says']}" for e in verdict["evidence"]]
    asked = [f"{a['rule']} {a['question']} {a['answer']}" for a in verdict["asked_before"]]
    lines += ["  Asked before:", *(f"    {line}" for line in asked)] if asked else []
    lines += [f"  To change it: {change}" for change in verdict["would_change"]]
    return lines
