"""One tree instead of two or three for the narrow tables that every import writes to, and calmer merging.

A composite key is an index beside the table in SQLite, unless the table is that index (WITHOUT ROWID).
"""

import django.db.models.deletion
from django.db import migrations, models

NARROW = ("store_mention", "store_engagementperson", "store_engagementaccount", "store_engagementuser")


def narrow_the_tables(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        for table in NARROW:
            cursor.execute(
                "SELECT type, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table]
            )
            parts = cursor.fetchall()
            (made,) = (sql for kind, sql in parts if kind == "table")
            cursor.execute(f"ALTER TABLE {table} RENAME TO wide")
            cursor.execute(f"{made} WITHOUT ROWID")
            cursor.execute(f"INSERT INTO {table} SELECT * FROM wide")
            cursor.execute("DROP TABLE wide")
            for kind, sql in parts:
                if kind == "index":
                    cursor.execute(sql)
        # The index of words is merged twice as seldom: a quarter of what adding to it costs.
        cursor.execute("INSERT INTO store_search(store_search, rank) VALUES ('automerge', 8)")


class Migration(migrations.Migration):
    dependencies = [("store", "0002_search")]
    operations = [
        migrations.AlterField(
            "mention",
            "message",
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.message"
            ),
        ),
        migrations.RunPython(narrow_the_tables, migrations.RunPython.noop),
    ]
