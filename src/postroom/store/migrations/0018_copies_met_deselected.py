"""Copies met in a label at the moment it was deselected are found by an index of their own."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add it."""

    dependencies = [
        ("store", "0017_audit_of_job"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="copy",
            index=models.Index(
                condition=models.Q(("starts_at", 4611686018427387904)),
                fields=["id"],
                name="copy_not_selected",
            ),
        ),
    ]
