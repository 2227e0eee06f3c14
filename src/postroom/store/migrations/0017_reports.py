"""Roll-ups, communities, and of each interaction what it answers: noted for what is there, and all of it due."""

import django.db.models.deletion
from django.db import migrations, models

WHAT_IT_ANSWERS = """
UPDATE store_interaction SET answers = (
    SELECT substr(m.reference_tokens, length(m.reference_tokens) - 15) FROM store_message m
    WHERE m.id = store_interaction.message_id AND length(m.reference_tokens) >= 16)
WHERE kind = 'mail' AND is_sent
"""
ASKED = """
FROM store_message m JOIN store_interaction r ON r.message_id = m.id
WHERE m.message_id_token = store_interaction.answers AND r.user_id = store_interaction.user_id
AND r.kind = 'mail' AND NOT r.is_sent AND NOT r.is_automatic AND r.at <= store_interaction.at
"""
SENT = f"""
UPDATE store_interaction SET answered_at = (SELECT MIN(r.at) {ASKED}), answered_sides = COALESCE((
    SELECT CASE WHEN r.is_inside THEN 1 ELSE 0 END + CASE WHEN r.is_outside THEN 2 ELSE 0 END {ASKED}
    ORDER BY r.at, r.id LIMIT 1), 0)
WHERE answers IS NOT NULL AND NOT is_automatic
"""
RECEIVED = """
UPDATE store_interaction SET answered_at = (
    SELECT MIN(s.at) FROM store_message m JOIN store_interaction s ON s.answers = m.message_id_token
    WHERE m.id = store_interaction.message_id AND s.user_id = store_interaction.user_id
    AND NOT s.is_automatic AND s.at >= store_interaction.at)
WHERE kind = 'mail' AND NOT is_sent AND NOT is_automatic
"""
DUE = """
INSERT INTO store_rollupdue (user_id, day, change, since)
SELECT DISTINCT user_id, 0, 0, 0 FROM store_interaction
"""


def note_what_is_there(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for statement in (WHAT_IT_ANSWERS, SENT, RECEIVED, DUE):
            cursor.execute(statement)
    # Who was in Bcc of a received mail is counted in it no more.
    interactions = apps.get_model("store", "Interaction").objects.all()
    for workspace in interactions.values_list("workspace", flat=True).distinct():
        asked = {"workspace_id": workspace, "kind": "reclassify", "asked": {}, "actor": "command line"}
        apps.get_model("store", "Job").objects.create(**asked)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0016_default_labels'),
    ]

    operations = [
        migrations.CreateModel(
            name='RollUp',
            fields=[
                ('pk', models.CompositePrimaryKey('user_id', 'sunday', blank=True, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='roll_ups', to='store.user')),
                ('sunday', models.IntegerField()),
                ('figures', models.BinaryField()),
                ('days', models.BinaryField()),
                ('pairs', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='RollUpDue',
            fields=[
                ('pk', models.CompositePrimaryKey('user_id', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='store.user')),
                ('day', models.IntegerField()),
                ('change', models.BigIntegerField()),
                ('since', models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='RollUpState',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='store.user')),
                ('time_zone', models.CharField(blank=True, max_length=64)),
                ('version', models.IntegerField()),
                ('fence', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='interaction',
            name='answered_at',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='interaction',
            name='answered_sides',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='interaction',
            name='answers',
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddIndex(
            model_name='interaction',
            index=models.Index(condition=models.Q(('answers__isnull', False)), fields=['answers', 'user'], name='interaction_answers'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('manager_email', ''), _negated=True), fields=['workspace', 'manager_email'], name='user_manager'),
        ),
        migrations.CreateModel(
            name='CommunitySearch',
            fields=[
                ('workspace', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='store.workspace')),
                ('made_at', models.DateTimeField()),
                ('first', models.IntegerField()),
                ('last', models.IntegerField()),
                ('made_of', models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='CommunityMember',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='store.user')),
                ('community', models.IntegerField()),
                ('strength', models.JSONField()),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='store.workspace')),
            ],
        ),
        migrations.RunPython(note_what_is_there, migrations.RunPython.noop),
    ]
