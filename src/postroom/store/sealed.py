"""How sealed participants and findings are written into rows, and read back.

A participant is a byte for the role, a byte for the number of parent domains, and 16 bytes for each token:
address, domain, parents (at most 126: a domain has 255 characters). Nothing readable is in it (L1).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from postroom.core.customer import Decision, Finding
from postroom.core.seal import SealedAddress

_ROLE_BYTES: Final = {
    "from": b"f",
    "to": b"t",
    "cc": b"c",
    "bcc": b"b",
    "author": b"a",
    "member": b"m",
    "reactor": b"r",
}
_ROLES: Final = {value[0]: role for role, value in _ROLE_BYTES.items()}
_TOKEN: Final = 16
_JSON: Final = json.JSONEncoder(separators=(",", ":")).encode


def pack_participants(participants: Iterable[tuple[str, SealedAddress]]) -> bytes:
    """Write participants, each a role and its tokens, in their order."""
    parts: list[bytes] = []
    for role, (address, domain, parents) in participants:
        parts += (_ROLE_BYTES[role], bytes((len(parents),)), address, domain, *parents)
    return b"".join(parts)


def unpack_participants(packed: bytes | memoryview) -> list[tuple[str, SealedAddress]]:
    """Read what ``pack_participants`` wrote."""
    packed = bytes(packed)
    participants = []
    at = 0
    while at < len(packed):
        role, parents = _ROLES[packed[at]], packed[at + 1]
        tokens = [packed[i : i + _TOKEN] for i in range(at + 2, at + 2 + _TOKEN * (2 + parents), _TOKEN)]
        participants.append((role, SealedAddress(tokens[0], tokens[1], tuple(tokens[2:]))))
        at += 2 + _TOKEN * (2 + parents)
    return participants


def pack_findings(decision: Decision) -> str:
    """Write what decided and what was asked before, as JSON."""
    found = _JSON([_finding(f) for f in decision.findings])
    return f'{{"found":{found},"asked":{_asked(decision.asked_before)}}}'


@lru_cache(maxsize=64)
def _asked(rules: tuple[str, ...]) -> str:
    """Write which rules were asked: a beginning of the same short table every time."""
    return _JSON(rules)


def findings_of(decision: Decision) -> dict[str, Any]:
    """What ``unpack_findings`` would read back of a decision that is not stored."""
    return {"found": [_finding(f) for f in decision.findings], "asked": list(decision.asked_before)}


def _finding(finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {"reason": finding.reason}
    if finding.role:
        found["role"] = finding.role
    if finding.party is not None:
        found["address"] = finding.party.sealed.address.hex()
    if finding.entry is not None:
        found["entry"] = finding.entry
    return found


def unpack_findings(packed: str) -> dict[str, Any]:
    """Read what ``pack_findings`` wrote: ``{"found": [{"reason","role"?,"address"?,"entry"?}], "asked": []}``."""
    findings: dict[str, Any] = json.loads(packed)
    return findings
