"""When the worker was last seen, and when what recurs was last done."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0008_uploads'),
    ]

    operations = [
        migrations.CreateModel(
            name='LastDone',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
        ),
    ]
