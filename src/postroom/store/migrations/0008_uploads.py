"""Sources and what is uploaded through them, consent, interactions, roles of one's own, lines of chats."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0007_owners_stay'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.CharField(max_length=320)),
                ('expires_at', models.DateTimeField(null=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_by', models.CharField(blank=True, max_length=320)),
            ],
        ),
        migrations.CreateModel(
            name='ChatLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.BigIntegerField()),
                ('author', models.CharField(max_length=320)),
                ('body', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_given', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=320)),
                ('how', models.CharField(max_length=20)),
                ('text_version', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='FolderStatistics',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('folder', models.CharField(max_length=200)),
                ('total', models.BigIntegerField()),
                ('uploaded', models.BigIntegerField()),
                ('from_at', models.BigIntegerField(null=True)),
                ('until_at', models.BigIntegerField(null=True)),
                ('sent_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Interaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('is_sent', models.BooleanField()),
                ('at', models.BigIntegerField()),
                ('seconds', models.IntegerField(null=True)),
                ('is_automatic', models.BooleanField()),
                ('is_inside', models.BooleanField()),
                ('is_outside', models.BooleanField()),
                ('others', models.IntegerField()),
                ('outsiders', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('key', models.BinaryField(max_length=16, unique=True)),
                ('digest', models.BinaryField(max_length=16)),
                ('state', models.CharField(default='waiting', max_length=8)),
                ('at', models.BigIntegerField()),
                ('received_at', models.BigIntegerField()),
                ('depth_at', models.BigIntegerField(null=True)),
                ('sealed', models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('permissions', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name='SentCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.BinaryField(max_length=32, unique=True)),
                ('fingerprint', models.BinaryField(max_length=32)),
                ('began_at', models.DateTimeField()),
                ('status', models.IntegerField(null=True)),
                ('sealed_answer', models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(default='api', max_length=10)),
                ('feeds_customer', models.BooleanField(default=False)),
                ('feeds_people', models.BooleanField(default=True)),
                ('crawling_depth', models.DateField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.CharField(max_length=320)),
            ],
        ),
        migrations.CreateModel(
            name='UploadCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('statuses', models.JSONField(default=dict)),
                ('reasons', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='Waiting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('rank', models.SmallIntegerField()),
                ('at', models.BigIntegerField()),
                ('problem', models.CharField(blank=True, max_length=100)),
            ],
        ),
        migrations.AddField(
            model_name='copy',
            name='depth_at',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='copy',
            name='last_seen_by',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='copy',
            name='lenses',
            field=models.SmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='decision',
            name='user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, to='store.user'),
        ),
        migrations.AddField(
            model_name='job',
            name='cancel_asked_by',
            field=models.CharField(blank=True, max_length=320),
        ),
        migrations.AddField(
            model_name='message',
            name='chat_day',
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='kind',
            field=models.CharField(default='mail', max_length=8),
        ),
        migrations.AddField(
            model_name='message',
            name='seconds',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='setaside',
            name='item',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='collects_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='workspace',
            name='collects_by_default',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='workspace',
            name='holds_for_days',
            field=models.IntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='job',
            name='state',
            field=models.CharField(default='waiting', max_length=9),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('is_current', True), ('user__isnull', False)), fields=['user', 'reason', 'id'], name='decision_of_user'),
        ),
        migrations.AddField(
            model_name='chatline',
            name='engagement',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='store.engagement'),
        ),
        migrations.AddField(
            model_name='chatline',
            name='message',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='line', to='store.message'),
        ),
        migrations.AddField(
            model_name='consent',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='store.user'),
        ),
        migrations.AddField(
            model_name='folderstatistics',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='store.user'),
        ),
        migrations.AddField(
            model_name='interaction',
            name='message',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='interactions', to='store.message'),
        ),
        migrations.AddField(
            model_name='interaction',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='interactions', to='store.user'),
        ),
        migrations.AddField(
            model_name='interaction',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.workspace'),
        ),
        migrations.CreateModel(
            name='Colleague',
            fields=[
                ('pk', models.CompositePrimaryKey('interaction_id', 'user_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('interaction', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='colleagues', to='store.interaction')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='store.user')),
                ('role', models.CharField(max_length=8)),
            ],
        ),
        migrations.AddField(
            model_name='item',
            name='copy',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='items', to='store.copy'),
        ),
        migrations.AddField(
            model_name='item',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.workspace'),
        ),
        migrations.AddField(
            model_name='role',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='store.workspace'),
        ),
        migrations.AddField(
            model_name='sentcall',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.workspace'),
        ),
        migrations.AddField(
            model_name='source',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='store.workspace'),
        ),
        migrations.AddField(
            model_name='item',
            name='source',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='store.source'),
        ),
        migrations.AddField(
            model_name='folderstatistics',
            name='source',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='folders', to='store.source'),
        ),
        migrations.AddField(
            model_name='accesstoken',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='store.source'),
        ),
        migrations.AddField(
            model_name='uploadcall',
            name='source',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='store.source'),
        ),
        migrations.AddField(
            model_name='waiting',
            name='item',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='waiting', to='store.item'),
        ),
        migrations.AddField(
            model_name='waiting',
            name='user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, to='store.user'),
        ),
        migrations.AddField(
            model_name='waiting',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='store.workspace'),
        ),
        migrations.AddIndex(
            model_name='chatline',
            index=models.Index(fields=['engagement', 'at', 'id'], name='chat_line_in_order'),
        ),
        migrations.AddIndex(
            model_name='interaction',
            index=models.Index(fields=['user', 'at'], name='interaction_of_user'),
        ),
        migrations.AddIndex(
            model_name='interaction',
            index=models.Index(fields=['workspace', 'id'], name='interaction_of_workspace'),
        ),
        migrations.AddConstraint(
            model_name='interaction',
            constraint=models.UniqueConstraint(fields=('message', 'user'), name='interaction_once'),
        ),
        migrations.AddConstraint(
            model_name='role',
            constraint=models.UniqueConstraint(fields=('workspace', 'name'), name='role_name'),
        ),
        migrations.AddIndex(
            model_name='sentcall',
            index=models.Index(fields=['began_at'], name='sent_call_oldest'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(fields=('workspace', 'name'), name='source_name'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['source', 'kind', 'state'], name='item_by_state'),
        ),
        migrations.AddConstraint(
            model_name='folderstatistics',
            constraint=models.UniqueConstraint(fields=('source', 'user', 'folder'), name='folder_once'),
        ),
        migrations.AddIndex(
            model_name='uploadcall',
            index=models.Index(fields=['source', 'at'], name='upload_call_newest'),
        ),
        migrations.AddIndex(
            model_name='waiting',
            index=models.Index(fields=['workspace', 'user', 'problem', 'rank', '-at'], name='waiting_next'),
        ),
        migrations.AddIndex(
            model_name='waiting',
            index=models.Index(fields=['user', 'kind', 'at'], name='waiting_of_user'),
        ),
        migrations.AddConstraint(
            model_name='waiting',
            constraint=models.UniqueConstraint(fields=('item', 'user'), name='waiting_once'),
        ),
    ]
