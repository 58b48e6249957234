from jobs.services.heartbeat import record_heartbeat
from jobs.services.idempotency import KeyOutcome, claim_key, release_key, store_response
from jobs.services.jobs import create_job, enqueue, retry_job
from jobs.services.leases import advance_job, claim_job, fail_job, finish_job, renew_lease
from jobs.services.outbox import deliver_outbox, enqueue_outbox, write_mail
from jobs.services.sweep import sweep_jobs

__all__ = [
    "KeyOutcome",
    "advance_job",
    "claim_job",
    "claim_key",
    "create_job",
    "deliver_outbox",
    "enqueue",
    "enqueue_outbox",
    "fail_job",
    "finish_job",
    "record_heartbeat",
    "release_key",
    "renew_lease",
    "retry_job",
    "store_response",
    "sweep_jobs",
    "write_mail",
]
