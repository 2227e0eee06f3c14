"""Deciding alone: envelopes in memory, the customer lens, decisions with their findings kept.

``python -m bench.deciding COUNT`` is the measured process; it prints decisions per processor second.
"""

from __future__ import annotations

import gc
import sys
import time
from random import Random

from bench.measure import measured
from bench.row import Row
from bench.setting import Setting, say

PARTICIPANTS = 9
PEOPLE = 20_000
"""So many addresses take part in all; a tenth are of the company, half are known."""


def run(setting: Setting) -> list[Row]:
    """Measure in separate processes, and set it against what an import takes."""
    say("Deciding")
    command = [sys.executable, "-m", "bench.deciding", str(setting.decisions)]
    figures = sorted(float(measured(command).output) for _ in range(max(setting.repeats, 1)))
    per_cpu = figures[len(figures) // 2]
    rows = [
        Row(
            f"decide, {PARTICIPANTS} participants",
            "msg/cpu-s",
            per_cpu,
            target="≥ 30,000",
            is_met=per_cpu >= 30_000,
        )
    ]
    if "import" in setting.known:
        share = 100 * (1 / per_cpu) / (setting.known["import"].cpu_seconds / setting.mails)
        rows.append(Row("deciding's share of an import", "%", share, target="≤ 10 %", is_met=share <= 10))
    return rows


def main() -> None:
    """Decide so many messages and print how many a processor second."""
    from postroom.core.case import judged
    from postroom.core.customer import decide

    directory, messages = _world(int(sys.argv[1]))
    # What lies ready in memory is not to be looked through for garbage again and again.
    gc.collect()
    gc.freeze()
    begun = time.process_time()
    decisions = [decide(judged(copies, 2_000, False), directory) for copies in messages]
    taken = time.process_time() - begun
    assert len({decision.reason for decision in decisions}) > 3
    print(len(decisions) / taken)


def _world(count: int):  # type: ignore[no-untyped-def]
    from postroom.core.case import SealedCopy
    from postroom.core.directory import AccountDomain, Directory, DomainEntry, KnownPerson
    from postroom.core.seal import Seal

    random, seal, directory = Random(1), Seal(b"k" * 32), Directory(1)
    directory.organization[seal.domain("us.com")] = DomainEntry(1, False)
    for number in range(0, 400, 2):
        directory.account_domains[seal.domain(f"d{number}.com")].append(
            AccountDomain(number, number, False, 0)
        )
    directory.blocked_domains[seal.domain("d399.com")] = DomainEntry(2, True)
    addresses = [
        f"p{number}@us.com" if number % 10 == 0 else f"p{number}@d{number % 400}.com"
        for number in range(PEOPLE)
    ]
    sealed = [seal.sealed(address) for address in addresses]
    for number in range(0, PEOPLE, 4):
        directory.persons[sealed[number].address].append(KnownPerson(number, 0))
    roles = ("from", "to", "to", *["cc"] * (PARTICIPANTS - 3))
    messages = []
    for _ in range(count):
        people = tuple((role, sealed[int(random.paretovariate(1.1) * 97) % PEOPLE]) for role in roles)
        messages.append([SealedCopy("inbox", sealed[0], people, None, 1_000, 3_000)])
    return directory, messages


if __name__ == "__main__":
    main()
