from django.db import models


class WorkerHeartbeat(models.Model):
    """The last sign of life of one worker process, by the database's clock."""

    name = models.CharField(max_length=200, primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
