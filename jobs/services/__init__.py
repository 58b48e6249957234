from jobs.services.deliveries import deliver_webhooks
from jobs.services.heartbeat import record_heartbeat
from jobs.services.idempotency import KeyOutcome, claim_key, release_key, store_response
from jobs.services.jobs import create_job, enqueue, retry_job
from jobs.services.leases import advance_job, claim_job, fail_job, finish_job, renew_lease
from jobs.services.outbox import deliver_outbox, enqueue_outbox, write_mail
from jobs.services.sweep import sweep_jobs
from jobs.services.webhooks import (
    NewEndpoint,
    TooManyEndpoints,
    close_endpoint,
    enqueue_webhooks,
    open_endpoint,
    publish,
    replay_delivery,
    rotate_secret,
    switch_on,
)

__all__ = [
    "KeyOutcome",
    "NewEndpoint",
    "TooManyEndpoints",
    "advance_job",
    "claim_job",
    "claim_key",
    "close_endpoint",
    "create_job",
    "deliver_outbox",
    "deliver_webhooks",
    "enqueue",
    "enqueue_outbox",
    "enqueue_webhooks",
    "fail_job",
    "finish_job",
    "open_endpoint",
    "publish",
    "record_heartbeat",
    "release_key",
    "renew_lease",
    "replay_delivery",
    "retry_job",
    "rotate_secret",
    "store_response",
    "sweep_jobs",
    "switch_on",
    "write_mail",
]
