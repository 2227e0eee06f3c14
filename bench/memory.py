"""Memory while importing an mbox: bounded, and the same whatever its size."""

from __future__ import annotations

from bench import corpus
from bench.row import Row
from bench.setting import Setting, say

MEGABYTE = 1_000_000
LIMIT = 300


def run(setting: Setting) -> list[Row]:
    """Measure the peak of the whole process tree for a small and a five times larger mbox."""
    peaks = []
    for count in (setting.mails // 5, setting.mails):
        say(f"Import of an mbox of {count:,} mails")
        path = corpus.mbox(count, setting.folder / "bench.mbox")
        size = path.stat().st_size / MEGABYTE
        peak = setting.import_into(setting.fresh_data("memory"), path).peak_bytes / MEGABYTE
        peaks.append((size, peak))
        path.unlink()
    (small, small_peak), (large, large_peak) = peaks
    growth = large_peak / small_peak
    return [
        Row(
            f"memory, mbox of {small:,.0f} MB",
            "MB",
            small_peak,
            target=f"≤ {LIMIT}",
            is_met=small_peak <= LIMIT,
        ),
        Row(
            f"memory, mbox of {large:,.0f} MB",
            "MB",
            large_peak,
            target=f"≤ {LIMIT}",
            is_met=large_peak <= LIMIT,
        ),
        Row("memory, large over small", "times", growth, target="flat: ≤ 1.15", is_met=growth <= 1.15),
    ]
