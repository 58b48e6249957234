import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from applications.models.application import Application


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: User) -> "QuestionQuerySet":
        """A question is seen by whoever sees its application."""
        return self.filter(application__in=Application.objects.readable_by(user))


class Question(models.Model):
    """The secretariat asks the holder something about one criterion; the answer stands beside it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="questions")
    criterion = models.CharField(max_length=4)
    text = models.TextField(max_length=2_000)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=5_000, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="question_answer_has_a_name",
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.text[:60]}"
