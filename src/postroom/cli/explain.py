"""``postroom explain``: what happened to a mail, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from postroom.actions.explain import MAX_RAW_BYTES
from postroom.actions.explain import explain as explain_
from postroom.actions.explain_text import explain_text
from postroom.actions.import_command import import_command
from postroom.actions.met_upload import SOURCE as UPLOADS
from postroom.actions.place import SOURCE as FILES
from postroom.cli.names import named_workspace
from postroom.cli.output import Json, Stop, WorkspaceName, answer
from postroom.core.reasons import HOLD, SKIP
from postroom.store.models import Workspace


def explain(
    what: Annotated[
        str, typer.Argument(help="An e-mail address, a person's name, a Message-ID, or the file of a mail.")
    ],
    workspace: WorkspaceName,
    as_json: Json = False,
) -> None:
    """Say what happened to a mail, which rule decided, what was asked before, and what would change it."""
    place = named_workspace(workspace)
    file = _file_named(what)
    if file is not None:
        document = explain_(place, sees_rules=True, raw=_mail_in(file))
    else:
        document = explain_text(place, what, sees_rules=True)
    answer(document, as_json, "\n\n".join(_paragraphs(place, document)))


def _file_named(what: str) -> Path | None:
    """The file of this name; ``None``: it is no file that is asked about. Raises ``Stop``."""
    try:
        is_there = Path(what).exists()
    except (OSError, ValueError):
        # Longer than a name may be, or with characters that no name has.
        is_there = False
    if is_there:
        return Path(what)
    text = what.strip()
    if "@" not in text and ("/" in text or text.endswith(".eml")):
        raise Stop("no_such_path", f"There is no file {text}.")
    return None


def _mail_in(path: Path) -> bytes:
    if not path.is_file():
        raise Stop("unreadable", f"{path} is no file. Name the file of one mail.")
    if path.stat().st_size > MAX_RAW_BYTES:
        raise Stop(
            "unreadable",
            f"{path} is larger than 35 MiB. Name the file of one mail, not a whole mbox, or ask with its Message-ID.",
        )
    return path.read_bytes()


def _paragraphs(workspace: Workspace, document: dict[str, Any]) -> list[str]:
    address = document["address"]
    told = _address(address) if address else []
    told += ["\n".join(_message(workspace, message)) for message in document["messages"]]
    if document["more"]:
        told.append(f"These are the {len(document['messages'])} last met; there are more.")
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


def _message(workspace: Workspace, message: dict[str, Any]) -> list[str]:
    verdict = message["customer"]
    met = "" if message["met"] else " (never met; this is what would happen)"
    lines = [f"{message['date'] or 'without a date'}  {message['message_id'] or '(Message-ID sealed)'}{met}"]
    lines += [f"  {assumed}" for assumed in message["assumes"]]
    lines += [f"  Wrong with it: {defect['says']}" for defect in message["defects"]]
    if verdict is None:
        return [*lines, "  It has no decision."]
    lines.append(f"  {verdict['outcome']}: {verdict['reason']}. {verdict['says']}")
    lines += [f"  Found: {e['says']}" for e in verdict["evidence"]]
    asked = [f"{a['rule']} {a['question']} {a['answer']}" for a in verdict["asked_before"]]
    lines += ["  Asked before:", *(f"    {line}" for line in asked)] if asked else []
    lines += [f"  To change it: {change}" for change in verdict["would_change"]]
    if verdict["would_change"] and verdict["outcome"] in (SKIP, HOLD) and not message["is_in_mailbox"]:
        files = [copy for copy in message["copies"] if copy["user"] and copy["label"] is not None]
        files = [copy for copy in files if copy["source"] == FILES]
        places = {(copy["user"], copy["label"]): None for copy in files}
        lines += [f"    {import_command(workspace, *place, again=True)}" for place in places]
        if any(copy["source"] == UPLOADS for copy in message["copies"]):
            lines.append(
                "    It was uploaded: the program of its source sends it again with ?reconsider=true."
            )
    return lines
