"""Reading alone, in a process of its own: ``python -m bench.reading MAILDIR``.

Reads the envelope of every mail and the content of every second one, as an import of the corpus does, and does
nothing with them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from postroom.core.mail.mime import read_content
from postroom.core.mail.rfc5322 import read_envelope
from postroom.core.message import UnreadableMail


def main() -> None:
    """Read everything once."""
    for number, path in enumerate(sorted((Path(sys.argv[1]) / "cur").iterdir())):
        raw = path.read_bytes()
        try:
            read_envelope(raw)
            if number % 2:
                read_content(raw)
        except UnreadableMail:
            continue


if __name__ == "__main__":
    main()
