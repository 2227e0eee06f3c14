"""What others see of mailboxes and of single messages, threads in order of time, and which workspace is a demo."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0004_texts_as_they_stand'),
    ]

    operations = [
        migrations.CreateModel(
            name='Narrowing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visibility', models.SmallIntegerField(choices=[(2, 'subject'), (1, 'existence')])),
                ('narrowed_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='engagement',
            name='engagement_thread',
        ),
        migrations.AddField(
            model_name='user',
            name='visibility',
            field=models.SmallIntegerField(choices=[(3, 'everything'), (2, 'subject'), (1, 'existence')], default=3),
        ),
        migrations.AddField(
            model_name='workspace',
            name='is_demo',
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name='engagement',
            index=models.Index(fields=['thread', 'at'], name='engagement_thread'),
        ),
        migrations.AddField(
            model_name='narrowing',
            name='message',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='narrowings', to='store.message'),
        ),
        migrations.AddField(
            model_name='narrowing',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='narrowings', to='store.user'),
        ),
        migrations.AddConstraint(
            model_name='narrowing',
            constraint=models.UniqueConstraint(fields=('message', 'user'), name='narrowing_once'),
        ),
    ]
