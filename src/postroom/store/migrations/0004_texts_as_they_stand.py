"""Write the texts of engagements anew that were written as one JSON object, as ``core.body`` once did."""

import json

import zstandard
from django.db import migrations

from postroom.core.body import encode
from postroom.core.message import Attachment, Content

AT_ONCE = 500


def write_anew(apps, schema_editor):
    Variant = apps.get_model("store", "Variant")
    last = 0
    while rows := list(Variant.objects.filter(pk__gt=last).order_by("pk").only("body")[:AT_ONCE]):
        last = rows[-1].pk
        old = [row for row in rows if _rewrite(row)]
        Variant.objects.bulk_update(old, ["body"])


def _rewrite(row) -> bool:
    kept = zstandard.ZstdDecompressor().decompress(bytes(row.body))
    if not kept.startswith(b"{"):
        return False
    kept = json.loads(kept)
    attachments = tuple(Attachment(*attachment) for attachment in kept["attachments"])
    row.body = zstandard.ZstdCompressor().compress(encode(Content("", kept["text"], kept["html"], attachments)))
    return True


class Migration(migrations.Migration):
    dependencies = [("store", "0003_cheaper_writes")]
    operations = [migrations.RunPython(write_anew, migrations.RunPython.noop)]
