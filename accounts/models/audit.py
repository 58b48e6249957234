import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accounts.enums import Role
from accounts.models.user import User


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, user: User | AnonymousUser) -> "AuditEventQuerySet":
        """The auditor reads the whole trail, nobody else any of it."""
        allowed = isinstance(user, User) and user.is_active and user.role == Role.AUDITOR
        return self.all() if allowed else self.none()

    def about(self, subject: models.Model) -> "AuditEventQuerySet":
        return self.filter(subject_type=subject._meta.label, subject_id=str(subject.pk))


class AuditEvent(models.Model):
    """One thing that was done; `seq` and both hashes are set by the database, which refuses any later change."""

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="audit_events")
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=80)
    before = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)
    previous_sha256 = models.CharField(max_length=64, db_default="")
    sha256 = models.CharField(max_length=64, db_default="", unique=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "seq"], name="accounts_audit_subject"),
            models.Index(fields=["by", "seq"], name="accounts_audit_by"),
        ]
        constraints = [
            models.CheckConstraint(
                name="accounts_audit_named",
                condition=~models.Q(verb="") & ~models.Q(subject_type="") & ~models.Q(subject_id=""),
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb} {self.subject_type} {self.subject_id}"
