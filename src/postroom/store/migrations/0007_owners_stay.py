"""Owners of mail stay, as their choice of what others see does; the database itself keeps its shape."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0006_sign_in'),
    ]

    operations = [
        migrations.AlterField(
            model_name='copy',
            name='user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.RESTRICT, to='store.user'),
        ),
        migrations.AlterField(
            model_name='setaside',
            name='user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.RESTRICT, to='store.user'),
        ),
    ]
