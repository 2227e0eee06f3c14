"""Lists of the audit log look at one entry of those that a job wrote at one moment."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Say which one."""

    dependencies = [
        ('store', '0018_copies_met_deselected'),
    ]

    operations = [
        migrations.AddField(
            model_name='auditentry',
            name='is_last_at_once',
            field=models.BooleanField(default=True),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(condition=models.Q(('is_last_at_once', True)), fields=['workspace', 'id'], name='audit_at_once'),
        ),
    ]
