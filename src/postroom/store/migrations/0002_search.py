"""The full-text index, in the words of each database, and the version of the texts in it."""

from django.db import migrations

from postroom.core.body import SEARCH_VERSION

# Without ``contentless_delete``: it would only mark a document as gone and keep its words just as well, and
# older SQLites could not open the table.
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
    schema_editor.execute("CREATE TABLE store_searchversion (version integer NOT NULL)")
    # It is empty, so nothing in it was made by an earlier version.
    schema_editor.execute("INSERT INTO store_searchversion (version) VALUES (%s)", [SEARCH_VERSION])


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE store_search")
    schema_editor.execute("DROP TABLE store_searchversion")


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
