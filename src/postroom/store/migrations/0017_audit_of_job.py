"""What a job did to many users is found, counted and folded by an index of its own."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add it."""

    dependencies = [
        ('store', '0016_default_labels'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['job', 'act', 'id'], name='audit_of_job'),
        ),
    ]
