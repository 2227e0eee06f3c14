"""What the default synced labels need: results by user, the audit log, who chose in which job."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add them."""

    dependencies = [
        ('store', '0015_mailboxes_go_on'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=320)),
                ('act', models.CharField(max_length=30)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('is_last_at_once', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='PushResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(max_length=9)),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('overrides', models.BooleanField(default=False)),
                ('changed', models.JSONField(default=list)),
            ],
        ),
        migrations.AddField(
            model_name='job',
            name='of',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='followed_by', to='store.job'),
        ),
        migrations.AddField(
            model_name='label',
            name='chosen_in',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='store.job'),
        ),
        migrations.AddField(
            model_name='workspace',
            name='future_labels_by',
            field=models.CharField(blank=True, max_length=320),
        ),
        migrations.AddField(
            model_name='workspace',
            name='future_labels_since',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='copy',
            index=models.Index(condition=models.Q(('starts_at', 4611686018427387904)), fields=['id'], name='copy_not_selected'),
        ),
        migrations.AddIndex(
            model_name='label',
            index=models.Index(condition=models.Q(('role__in', ('inbox', 'sent'))), fields=['mailbox'], name='label_default'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='job',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='store.job'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='audit_entries', to='store.user'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='audit_entries', to='store.workspace'),
        ),
        migrations.AddField(
            model_name='pushresult',
            name='job',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='push_results', to='store.job'),
        ),
        migrations.AddField(
            model_name='pushresult',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='push_results', to='store.user'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['workspace', 'id'], name='audit_of_workspace'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['job', 'act', 'id'], name='audit_of_job'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(condition=models.Q(('is_last_at_once', True)), fields=['workspace', 'id'], name='audit_at_once'),
        ),
        migrations.AddIndex(
            model_name='pushresult',
            index=models.Index(fields=['job', 'status', 'user'], name='push_result_status'),
        ),
        migrations.AddConstraint(
            model_name='pushresult',
            constraint=models.UniqueConstraint(fields=('job', 'user'), name='push_result_once'),
        ),
    ]
