"""Find the messages of a chat's day."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0010_owner_of_items'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('chat_day__isnull', False)), fields=['chat_day'], name='message_chat_day'),
        ),
    ]
