"""The full-text index, in the words of each database."""

from django.db import migrations

SQLITE = """
CREATE VIRTUAL TABLE store_search USING fts5(
    subject, people, text, content='', tokenize="unicode61 remove_diacritics 2"
)
"""
POSTGRESQL = """
CREATE TABLE store_search (
    engagement_id bigint PRIMARY KEY REFERENCES store_engagement(id) ON DELETE CASCADE,
    document tsvector NOT NULL
);
CREATE INDEX search_document ON store_search USING gin(document)
"""


def create(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE store_search")


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
