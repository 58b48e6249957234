from jobs.models.heartbeat import WorkerHeartbeat
from jobs.models.idempotency import IdempotencyKey
from jobs.models.job import Job
from jobs.models.outbox import OutboxMessage
from jobs.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = ["IdempotencyKey", "Job", "OutboxMessage", "WebhookDelivery", "WebhookEndpoint", "WorkerHeartbeat"]
