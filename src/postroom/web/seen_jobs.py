"""Jobs as whoever asks may see them: what a job is about says who may (``core.job_kinds``)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from postroom.core.job_kinds import kind_of
from postroom.store.models import Job
from postroom.store.read import jobs as read
from postroom.web.access import PageRequest


def viewer_of(request: PageRequest) -> read.Viewer:
    """Who asks."""
    return read.Viewer(request.permissions, request.me.pk)


def seen_job(request: PageRequest, job_id: int) -> Job:
    """The job. Raises ``Http404``, and ``PermissionDenied`` where it is not for whoever asks."""
    job = read.job_of(request.workspace, job_id)
    if job is None:
        raise Http404
    if not read.is_seen(job, viewer_of(request)):
        raise PermissionDenied(kind_of(job.kind).permission)
    return job
