"""``postroom replay``: take every decision again and compare."""

from __future__ import annotations

from dataclasses import asdict

from postroom.actions.replay import replay as replay_
from postroom.cli.names import named_workspace
from postroom.cli.output import Json, Stop, WorkspaceName, answer, note


def replay(workspace: WorkspaceName, as_json: Json = False) -> None:
    """Take every decision of the ledger again at its own revision; each must come out the same."""
    *_, result = replay_(named_workspace(workspace))
    text = f"Decisions that came out the same: {result.same:,}, differently: {len(result.differences):,}."
    if result.older_policy:
        text += f" {result.older_policy:,} were taken under an older policy and were not replayed."
    answer(asdict(result), as_json, text)
    for difference in result.differences[:20]:
        note(f"message {difference.message}: was {difference.was}, now {difference.now}")
    if result.differences:
        raise Stop("failed", "Some decisions came out differently. Please report this; nothing was changed.")
