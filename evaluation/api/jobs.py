"""Work in the background: how far it is, for those who set it going; what stopped is tried again."""

from typing import ClassVar, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django_filters import CharFilter, ChoiceFilter, FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.doors import Door
from accounts.api.lists import ListOf
from accounts.api.openapi import LOCATION
from accounts.api.parsers import BODILESS
from accounts.api.shapes import Shape
from accounts.errors import Conflict, NotAllowed, NotFound
from accounts.models import User
from accounts.policies import is_secretariat
from centres.api.repeatable import Repeatable
from evaluation.api.access import READ
from evaluation.models import AnnexVolume, Dossier, Pack
from evaluation.selectors.following import jobs_followed_by
from evaluation.services.binding import BIND_ANNEXES, BIND_PACK
from evaluation.services.closing import RENDER
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import enqueue, retry_job

PAPERS: Final = (RENDER, BIND_ANNEXES, BIND_PACK)
"""What the secretariat orders and may have tried again; the rest is the administrator's."""


class ProgressShape(Shape):
    done = serializers.IntegerField(source="progress_done")
    total = serializers.IntegerField(source="progress_total", help_text="0 while it is not known.")


class JobShape(Shape):
    """A piece of work; DONE leads to what it made, FAILED was refused, DEAD has no attempt left."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    subject = serializers.CharField()
    state = serializers.ChoiceField(choices=JobState.choices)
    progress = ProgressShape(source="*")
    error_code = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    made = serializers.SerializerMethodField(help_text="Where what it made can be read; null until it is done.")

    @extend_schema_field({"type": ["string", "null"]})
    def get_made(self, job: Job) -> str | None:
        return _address(job) if job.state == JobState.DONE else None


class JobView(Door):
    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="job_read", responses=JobShape)
    def get(self, request: Request, job_id: UUID) -> Response:
        """One job; ask again after a second or two while it is QUEUED or RUNNING."""
        return Response(JobShape(find_job(user_of(request), job_id), context={"request": request}).data)


class JobFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    state = ChoiceFilter(choices=JobState.choices)
    kind = CharFilter()


class JobsView(ListOf):
    """What runs in the background as the caller may follow it, newest first."""

    permission_classes = (IsAuthenticated,)
    serializer_class = JobShape
    filterset_class = JobFilters
    queryset = Job.objects.none()
    order: ClassVar = ("-created_at", "id")

    def get_queryset(self) -> QuerySet[Job]:
        return jobs_followed_by(user_of(self.request))


class RetryView(Repeatable):
    parser_classes = BODILESS
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="job_retry", request=None, parameters=[LOCATION], responses={202: JobShape})
    def post(self, request: Request, job_id: UUID) -> Response:
        """Have a job that FAILED or is DEAD tried again; the secretariat does so for dossiers, packs and annexes."""
        user = user_of(request)
        job = find_job(user, job_id)
        if not may_retry(user, job):
            raise NotAllowed
        with transaction.atomic():
            queued = retry_job(job, by=user.email)
            if queued is None:
                raise Conflict("job-not-stopped")
            enqueue(queued)
        address = reverse("api:job", args=[job_id])
        return Response(JobShape(queued, context={"request": request}).data, 202, headers={"Location": address})


def find_job(user: User, job_id: UUID) -> Job:
    """A job that the caller may follow. Raises NotFound."""
    job = jobs_followed_by(user).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    return job


def may_retry(user: User, job: Job) -> bool:
    return user.has_perm("jobs.retry_job") or (is_secretariat(user) and job.kind in PAPERS)


def _address(job: Job) -> str | None:
    sha256 = (job.result or {}).get("sha256", "")
    match job.kind:
        case name if name == RENDER:
            row = Dossier.objects.filter(assessment=job.params["assessment"], sha256=sha256).first()
            return reverse("api:dossier", args=[row.pk]) if row else None
        case name if name == BIND_ANNEXES:
            volume = AnnexVolume.objects.filter(sha256=sha256).first()
            return reverse("api:annex-volume", args=[volume.pk]) if volume else None
        case name if name == BIND_PACK:
            pack = Pack.objects.filter(batch=job.params["batch"], sha256=sha256).first()
            return reverse("api:pack", args=[pack.pk]) if pack else None
    return None
