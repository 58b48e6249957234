import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.policies import is_auditor, is_holder, is_secretariat
from applications.enums import RowState, UploadKind, UploadState
from centres.models import Holder
from centres.models.constraints import among


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: User) -> "UploadQuerySet":
        """A holder sees its own, the secretariat and the auditor those of the desk."""
        if is_holder(user):
            return self.filter(holder__memberships__user=user, holder__memberships__valid_to=None)
        if is_secretariat(user) or is_auditor(user):
            return self.filter(holder=None)
        return self.none()


class Upload(models.Model):
    """A file of rows in two phases: checked in the background, then committed all or nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=UploadKind)
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.RECEIVED)
    version = models.PositiveIntegerField(default=1)
    holder = models.ForeignKey(Holder, null=True, blank=True, on_delete=models.PROTECT, related_name="uploads")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True, blank=True)
    committed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    idempotency_key = models.CharField(max_length=255)
    content_sha256 = models.CharField(max_length=64)
    earlier = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="later")
    on_ready_commit = models.BooleanField(default=False)
    sandbox = models.BooleanField(default=False)
    delivered_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_new = models.PositiveIntegerField(default=0)
    rows_changed = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_faulty = models.PositiveIntegerField(default=0)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["created_by", "idempotency_key"], name="upload_idempotency_key"),
            among("kind", UploadKind, name="upload_kind"),
            among("state", UploadState, name="upload_state"),
            models.CheckConstraint(condition=Q(progress_done__lte=F("progress_total")), name="upload_progress"),
            models.CheckConstraint(
                condition=~Q(state=UploadState.COMMITTED) | Q(committed_at__isnull=False, committed_by__isnull=False),
                name="upload_committed_has_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"


class UploadRow(models.Model):
    """A row as it will be written, with what it will do; ``row`` counts as in the file, the header being row 1.

    ``replaces`` is what stood there when the file was checked, in the columns that a CHANGED row changes.
    """

    # Found by the unique constraint, whose index begins with it; an index of its own would cost every row of a file.
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="rows", db_index=False)
    row = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=RowState)
    data = models.JSONField()
    preview = models.JSONField(null=True)
    replaces = models.JSONField(null=True)

    class Meta:
        ordering = ["row"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "row"], name="upload_row"),
            among("state", RowState, name="upload_row_state"),
        ]

    def __str__(self) -> str:
        return f"{self.row}: {self.state}"


class UploadProblem(models.Model):
    """One fault of one cell; the message is said per language from the code."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=40)
    value = models.CharField(max_length=200, blank=True)
    message_values = models.JSONField(default=dict)

    class Meta:
        ordering = ["row", "column", "code"]

    def __str__(self) -> str:
        return f"{self.row} {self.column} {self.code}"
