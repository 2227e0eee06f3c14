"""Why a mail could not be read and was set aside: stable names, each with its sentence.

Names are public (API, Set aside). The same stand in ``docs/reference/defects.md``.
"""

from __future__ import annotations

from typing import Final

NOT_GIVEN: Final = "not_given"
"""Of a mail that is asked for again by each comparison with the provider's list."""

UNREADABLE: Final = {
    "empty": "There are no bytes in it.",
    "no_headers": "Nothing in it looks like a mail: it has no headers.",
    "too_large": "It is longer than 64 MiB, so it was not kept; its file remains the original.",
    "too_deep": "It has more than 256 MIME levels.",
    "too_many_recipients": "It has more than 20,000 recipients.",
    "took_too_long": "Reading it took longer than one mail may.",
    "too_much_memory": "Reading it took more memory than one mail may.",
    "crashed": "The reader failed on it. Please report it.",
    NOT_GIVEN: "The mail server has it and does not give it. It is asked for again once a day.",
    "changed": "Its file changed while it was read. Import the file again.",
}
"""Name → sentence."""
