"""How the pack and the annex volumes of a batch stand, for the page of its dossiers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from applications.models import Batch
from evaluation.models import AnnexVolume, ApplicationAssessment, Pack
from evaluation.services.binding import BIND_ANNEXES, BIND_PACK
from jobs.enums import JobState
from jobs.models import Job

AT_WORK = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """Something that a worker makes, by its newest order, if any."""

    job: Job | None

    @property
    def is_at_work(self) -> bool:
        return self.job is not None and self.job.state in AT_WORK

    @property
    def may_be_retried(self) -> bool:
        return self.job is not None and self.job.has_stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class PackProgress(Ordered):
    """The newest pack of a language."""

    language: str
    pack: Pack | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeProgress(Ordered):
    """The newest annex volume of a file."""

    volume: AnnexVolume | None


def pack_progress(batch: Batch, language: str, *, user: User) -> PackProgress:
    """What `user` may open of it, and how far the order is; two queries."""
    jobs = Job.objects.filter(kind=BIND_PACK, params__batch=str(batch.pk), params__language=language)
    packs = Pack.objects.readable_by(user).filter(batch=batch, language=language)
    newest, order = packs.order_by("-bound_at").first(), jobs.order_by("-created_at").first()
    return PackProgress(language=language, pack=newest, job=order)


def newest_pack(batch: Batch, language: str, *, user: User) -> Pack | None:
    """The newest pack that `user` may open, of that language where there is one; one query."""
    found = Pack.objects.readable_by(user).filter(batch=batch)
    return found.annotate(spoken=Q(language=language)).order_by("-spoken", "-bound_at").first()


def volume_progress(assessments: Iterable[ApplicationAssessment]) -> Mapping[UUID, VolumeProgress]:
    """Per application; two queries whatever their number."""
    rows = {str(row.pk): row.application_id for row in assessments}
    jobs = Job.objects.filter(kind=BIND_ANNEXES, params__assessment__in=list(rows)).order_by("created_at")
    ordered = {rows[job.params["assessment"]]: job for job in jobs}
    bound = AnnexVolume.objects.filter(application__in=rows.values()).order_by("bound_at")
    volumes = {row.application_id: row for row in bound}
    return {each: VolumeProgress(volume=volumes.get(each), job=ordered.get(each)) for each in rows.values()}
