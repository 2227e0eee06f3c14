"""Uploads a folder of JSON lines to Postroom, and goes on where it stopped, however it was stopped.

    POSTROOM_TOKEN=ps_… python connector.py FOLDER --server https://postroom.example

The name of a file says what is in it (``mail-messages-2026-11.jsonl``), each line is an item as the API takes it.
What was sent stands in ``connector-state.json``, what was refused and why in ``rejected.jsonl``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from json_lines import Batch, Limits, batches
from postroom_client import LISTS, Postroom, PostroomError

WRONG_BATCH: Final = (400, 413, 422)
"""A call that gets these is wrong itself: smaller ones find the item that spoils it."""


class Connector:
    """Sends what is in ``folder``; ``kept`` is the folder of the state and of what was refused."""

    def __init__(self, postroom: Postroom, folder: Path, kept: Path, max_items: int) -> None:
        self._postroom, self._folder = postroom, folder
        self._state_file, self._rejected_file = kept / "connector-state.json", kept / "rejected.jsonl"
        settings = postroom.settings()
        depth: str | None = settings["crawling_depth"]
        self._limits = Limits(
            min(max_items or settings["max_items"], settings["max_items"]),
            settings["max_bytes"],
            datetime.fromisoformat(depth).replace(tzinfo=UTC) if depth else None,
        )
        self._state: dict[str, Any] = {"crawling_depth": depth, "rejected_bytes": 0, "files": {}}
        if self._state_file.exists():
            before = json.loads(self._state_file.read_text())
            # With another depth all is looked at again; what the server has is answered as a duplicate.
            self._state = before if before["crawling_depth"] == depth else self._state
        self._rejected_file.touch()
        noted = min(self._state["rejected_bytes"], self._rejected_file.stat().st_size)
        os.truncate(self._rejected_file, noted)
        self.counts: Counter[str] = Counter()

    def run(self) -> None:
        """Send every file to its end; raises ``PostroomError``."""
        for what in LISTS:
            for path in sorted([*self._folder.glob(f"{what}.jsonl"), *self._folder.glob(f"{what}-*.jsonl")]):
                size, start = path.stat().st_size, self._state["files"].get(path.name, 0)
                for batch in batches(path, start if start <= size else 0, self._limits):
                    answers = self._answers(what, [item for _, item in batch.items]) if batch.items else []
                    self._note(path.name, batch, answers)
                    self._show(f"{path.name} {100 * batch.end // max(size, 1)} %")

    def _answers(self, what: str, items: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        try:
            return self._postroom.add(what, items)
        except PostroomError as error:
            if error.status not in WRONG_BATCH:
                raise
            if len(items) == 1:
                return [{"id": None, "status": "rejected", "reason": error.code, "field": error.field}]
        half = len(items) // 2
        return [*self._answers(what, items[:half]), *self._answers(what, items[half:])]

    def _note(self, name: str, batch: Batch, answers: Sequence[Mapping[str, Any]]) -> None:
        """Write down what was refused, then how far the file was sent; a run cut short in between repeats both."""
        refused: list[dict[str, Any]] = [
            {"file": name, "offset": at, "reason": "malformed_json"} for at in batch.malformed
        ]
        for (at, item), answer in zip(batch.items, answers, strict=True):
            self.counts[answer["status"]] += 1
            if answer["status"] == "rejected":
                why = {key: answer[key] for key in ("id", "reason", "field")}
                refused.append({"file": name, "offset": at, **why, "item": item})
        self.counts.update(
            {"rejected": len(batch.malformed), "before the crawling depth": batch.before_depth}
        )
        with self._rejected_file.open("ab") as file:
            for line in sorted(refused, key=lambda line: line["offset"]):
                file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            self._state["rejected_bytes"] = file.tell()
        self._state["files"][name] = batch.end
        fresh = self._state_file.with_suffix(".new")
        with fresh.open("w") as file:
            json.dump(self._state, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._state_file)

    def _show(self, where: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K{where}: {self.summary()}", end="", file=sys.stderr, flush=True)

    def summary(self) -> str:
        """What became of the items of this run."""
        said = [f"{count:,} {status}" for status, count in sorted(self.counts.items()) if count]
        return ", ".join(said) or "nothing new"


def main() -> int:
    """Send the folder; 1 where it could not be sent to its end."""
    parser = argparse.ArgumentParser(description="Upload a folder of JSON lines to Postroom.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--server", required=True, help="Its address, https://…")
    parser.add_argument("--kept", type=Path, help="Folder of connector-state.json and rejected.jsonl.")
    parser.add_argument("--max-items", type=int, default=0, help="Items a call; as many as the server takes.")
    parser.add_argument("--patience", type=float, default=300, help="Seconds to try before giving up.")
    asked = parser.parse_args()
    token = os.environ.get("POSTROOM_TOKEN")
    if not token:
        parser.error("Put the source's access token into POSTROOM_TOKEN.")
    try:
        postroom = Postroom(asked.server, token, patience=asked.patience)
        connector = Connector(postroom, asked.folder, asked.kept or asked.folder, asked.max_items)
        connector.run()
    except PostroomError as error:
        print(f"\n{error} What was sent is noted; run it again.", file=sys.stderr)
        return 1
    print(("\r\033[K" if sys.stderr.isatty() else "") + f"Done: {connector.summary()}.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
