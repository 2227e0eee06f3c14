"""Sources and their access tokens: made, changed, ended."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from postroom.store.models import AccessToken, Source, Workspace


def store_source(
    workspace: Workspace, name: str, customer: bool, people: bool, crawling_depth: date | None, actor: str
) -> Source:
    """Store a source of kind ``api``, as yet without an access token."""
    return Source.objects.create(
        workspace=workspace,
        name=name,
        feeds_customer=customer,
        feeds_people=people,
        crawling_depth=crawling_depth,
        created_by=actor,
    )


def update_source(source: Source) -> None:
    """Store what may change of a source."""
    source.save(update_fields=["name", "feeds_customer", "feeds_people", "crawling_depth"])


def store_access_token(source: Source, digest: bytes, actor: str) -> AccessToken:
    """Store an access token by its digest."""
    return AccessToken.objects.create(source=source, digest=digest, created_by=actor)


def end_access_tokens(source: Source, at: datetime) -> None:
    """Let no access token of the source work longer than until ``at``; one that ends before does so still."""
    working = AccessToken.objects.filter(source=source, revoked_at=None)
    working.filter(Q(expires_at=None) | Q(expires_at__gt=at)).update(expires_at=at)


def revoke_access_token(token: AccessToken, at: datetime, actor: str) -> None:
    """End the access token at once; one that is revoked keeps its time and who did it."""
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at, revoked_by=actor)
