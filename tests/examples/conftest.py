"""The example programs, as modules and as files."""

from __future__ import annotations

import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "connector"
sys.path.insert(0, str(EXAMPLE))
