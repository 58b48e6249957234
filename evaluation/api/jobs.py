"""Work in the background: how far it is, for those who set it going."""

from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import user_of
from accounts.api.shapes import Shape
from accounts.errors import NotFound
from evaluation.models import AnnexVolume, Dossier, Pack
from evaluation.selectors.following import jobs_followed_by
from evaluation.services.binding import BIND_ANNEXES, BIND_PACK
from evaluation.services.closing import RENDER
from jobs.enums import JobState
from jobs.models import Job


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


class JobView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="job_read", responses=JobShape)
    def get(self, request: Request, job_id: UUID) -> Response:
        """One job; ask again after a second or two while it is QUEUED or RUNNING."""
        job = jobs_followed_by(user_of(request)).filter(pk=job_id).first()
        if job is None:
            raise NotFound
        return Response(JobShape(job, context={"request": request}).data)


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
