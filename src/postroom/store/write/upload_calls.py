"""What calls of the upload API were answered, dropped when it is old."""

from __future__ import annotations

from datetime import datetime

from postroom.store.models import Source, UploadCall


def drop_calls_before(moment: datetime) -> int:
    """Drop the rows from before; how many they were."""
    # By source, as their index is.
    sources = Source.objects.values_list("pk", flat=True)
    return sum(UploadCall.objects.filter(source=pk, at__lt=moment).delete()[0] for pk in sources)
