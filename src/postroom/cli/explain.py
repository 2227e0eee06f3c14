"""``postroom explain``: what happened to a mail, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from postroom.actions.explain import explain as explain_
from postroom.cli.names import named_workspace
from postroom.cli.output import Json, WorkspaceName, answer


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
    answer(document, as_json, "\n\n".join(_paragraphs(document)))


def _question(what: str) -> dict[str, Any]:
    """A file where there is one; a Message-ID where it stands in angle brackets; else an address or name."""
    text = what.strip()
    path = Path(what)
    if "/" in what or ("@" not in what and path.suffix == ".eml") or path.is_file():
        return {"raw": path.read_bytes()}
    if text.startswith("<") and text.endswith(">"):
        return {"message_id": text}
    return {"address": text}


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
