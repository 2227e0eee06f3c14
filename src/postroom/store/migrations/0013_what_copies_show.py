"""Which text a copy shows, and that what an item became was deleted: taking back is exact."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0012_failed_items'),
    ]

    operations = [
        migrations.AddField(
            model_name='copy',
            name='shown_digest',
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name='item',
            name='deleted_at',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='item',
            name='deleted_by',
            field=models.CharField(max_length=320, null=True),
        ),
    ]
