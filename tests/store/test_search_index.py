"""The search index can be trusted: removing what is not in it spoils nothing, and it is made anew when outdated."""

from __future__ import annotations

import pytest
from django.db import connection

from postroom.core.body import SEARCH_VERSION
from postroom.core.message import Content
from postroom.store import search
from postroom.store.bodies import pack
from postroom.store.models import Message, Workspace
from postroom.store.search import Document
from postroom.store.upgrade import upgrade
from postroom.store.write.engagements import (
    NewEngagement,
    NewVariant,
    add_engagements,
    add_variants,
    documents_of,
)

pytestmark = pytest.mark.django_db

LETTERS = (("An offer", "<p>for the <b>bri</b>dge</p>"), ("A tunnel", "<p>under the bridge</p>"))


@pytest.fixture
def stored(workspace: Workspace) -> list[int]:
    """The ids of two engagements that are not in the index."""
    ids = []
    for number, (subject, html) in enumerate(LETTERS):
        message = Message.objects.create(
            workspace=workspace, identity=bytes([number] * 16), reference_tokens=b"", at=1, flags=""
        )
        shown = [{"role": "from", "email": "k1@acme.com", "name": "K One"}]
        new = NewEngagement(message.pk, 1, subject, "", "in", b"t" * 16, "", shown)
        (id_,) = add_engagements(workspace.pk, [new])
        body = pack(Content(subject, "", html))
        add_variants([NewVariant(id_, b"d" * 16, subject, body, "", "")])
        ids.append(id_)
    return ids


def found(words: str, *, in_text: bool = True) -> list[int]:
    """The ids of the engagements with these words, as the index has them."""
    condition, parameters = search.matching(words, in_text=in_text) or ("", [])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM store_engagement WHERE {condition} ORDER BY id", parameters)
        return [row[0] for row in cursor.fetchall()]


def test_removing_what_is_not_in_the_index_leaves_the_rest_right(stored: list[int]) -> None:
    offer, tunnel = documents_of(stored)
    search.add_documents([offer])
    search.remove_documents([tunnel])
    assert (found("bridge"), found("tunnel")) == ([offer.engagement], [])
    search.remove_documents([offer, tunnel])
    search.remove_documents([offer])
    search.add_documents([tunnel])
    assert (found("bridge"), found("offer")) == ([tunnel.engagement], [])


def test_an_index_of_another_version_is_made_anew_by_upgrading(stored: list[int]) -> None:
    # As an earlier version made it, of another text.
    search.add_documents([Document(stored[0], "An offer", "", "for the bri dge")])
    search.note_version(SEARCH_VERSION - 1)
    assert (found("bri dge"), found("bridge")) == (stored[:1], [])
    assert upgrade() is True
    assert (found("bri dge"), found("bridge"), found("one tunnel")) == ([], stored, stored[1:])
    assert search.version() == SEARCH_VERSION
    assert upgrade() is False
    search.remove_documents(documents_of(stored))
    assert found("bridge") == []


def test_words_of_the_text_are_told_from_those_of_subject_and_people_R4(stored: list[int]) -> None:
    offer, tunnel = stored
    search.add_documents(documents_of(stored))
    for words, anywhere, in_head in [
        ("bridge", stored, []),
        ("bri", stored, []),
        ("offer", [offer], [offer]),
        ("offer bridge", [offer], []),
        ("bridge offer", [offer], []),
        ("one k1@acme.com", stored, stored),
        ("an off", [offer], [offer]),
        ("a", stored, stored),
        ("tunnel one", [tunnel], [tunnel]),
        ("tunnel under", [tunnel], []),
    ]:
        assert (words, found(words), found(words, in_text=False)) == (words, anywhere, in_head)
    assert search.matching(" _ ", in_text=False) is None


def test_an_index_that_did_not_tell_them_apart_is_made_anew_by_upgrading_R4(stored: list[int]) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO store_search(engagement_id, document) VALUES (%s, to_tsvector('simple', %s))",
                [stored[0], "an offer k one k1 acme com for the bridge"],
            )
    search.note_version(1)
    assert upgrade() is True
    assert (found("offer", in_text=False), found("bridge", in_text=False), found("bridge")) == (
        stored[:1],
        [],
        stored,
    )


def test_an_index_of_this_version_is_left_alone(stored: list[int]) -> None:
    assert search.version() == SEARCH_VERSION
    assert upgrade() is False
    assert found("offer") == []
