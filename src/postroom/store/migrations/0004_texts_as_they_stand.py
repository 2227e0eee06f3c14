"""Write texts of engagements anew that are one JSON object: as a line of JSON, then text and HTML as they stand.

Both ways are said here, as they were at the time, and not asked of ``core.body``, which may change.
"""

import json

import zstandard
from django.db import migrations

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
    text, html = kept["text"].encode(), kept["html"].encode()
    head = json.dumps([len(text), kept["attachments"]], separators=(",", ":")).encode()
    row.body = zstandard.ZstdCompressor().compress(head + b"\n" + text + html)
    return True


class Migration(migrations.Migration):
    dependencies = [("store", "0003_cheaper_writes")]
    operations = [migrations.RunPython(write_anew, migrations.RunPython.noop)]
