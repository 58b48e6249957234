"""Background work as those may follow it who set it going."""

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from accounts.models import User
from applications.models import Upload
from jobs.models import Job


def jobs_followed_by(user: User) -> QuerySet[Job]:
    """Every job for those who see the desk's work, else the jobs of one's own uploads."""
    own = Upload.objects.visible_to(user).annotate(subject=Cast("pk", CharField())).values("subject")
    return Job.objects.filter(Q(pk__in=Job.objects.visible_to(user).values("pk")) | Q(subject__in=own))
