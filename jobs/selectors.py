import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.functions import Now

from jobs.enums import DeliveryState, JobState
from jobs.models import Job, WebhookEndpoint, WorkerHeartbeat


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """How the background work stands; the wait is that of the oldest job ready to run, and zero when there is none."""

    waiting: int
    running: int
    dead: int
    oldest_wait: timedelta


def queue_figures() -> QueueFigures:
    """Give the figures that the readiness page and the operators watch."""
    ready = Q(state=JobState.QUEUED) & (Q(next_attempt_at=None) | Q(next_attempt_at__lte=Now()))
    row = Job.objects.aggregate(
        waiting=Count("pk", filter=Q(state=JobState.QUEUED)),
        running=Count("pk", filter=Q(state=JobState.RUNNING)),
        dead=Count("pk", filter=Q(state=JobState.DEAD)),
        oldest_wait=Now() - Min("sent_at", filter=ready),
    )
    row["oldest_wait"] = row["oldest_wait"] or timedelta()
    return QueueFigures(**row)


def heartbeat_age() -> timedelta | None:
    """Give how long ago any worker was last seen, by the database's clock; None when none ever was."""
    age: timedelta | None = WorkerHeartbeat.objects.aggregate(age=Now() - Max("seen_at"))["age"]
    return age


def jobs_listed(viewer: AbstractBaseUser | AnonymousUser, *, state: str = "") -> QuerySet[Job]:
    """Give the jobs that the viewer may see, newest first; a state narrows them."""
    jobs = Job.objects.visible_to(viewer)
    return jobs.filter(state=state) if state in JobState.values else jobs


def endpoints_of(owner_id: uuid.UUID) -> QuerySet[WebhookEndpoint]:
    """Give the webhooks of an API client, open ones first, each with `waiting`, `lost` and `last_arrived_at`."""
    told = WebhookEndpoint.objects.filter(owner_id=owner_id).annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=DeliveryState.QUEUED)),
        lost=Count("deliveries", filter=Q(deliveries__state=DeliveryState.DEAD)),
        last_arrived_at=Max("deliveries__delivered_at"),
    )
    return told.order_by(F("closed_at").asc(nulls_first=True), "created_at", "id")
