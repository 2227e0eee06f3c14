"""A mailbox whose look ended for lack of time goes on when no other waits for new mail."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add what says so."""

    dependencies = [("store", "0014_mailboxes")]

    operations = [
        migrations.AddField(
            model_name="mailbox",
            name="has_more",
            field=models.BooleanField(default=False),
        ),
    ]
