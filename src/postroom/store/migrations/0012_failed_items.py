"""Failed items are counted without reading all that waits."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0011_chat_days'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='waiting',
            index=models.Index(condition=models.Q(('problem', ''), _negated=True), fields=['item'], name='waiting_failed'),
        ),
    ]
