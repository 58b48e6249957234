from dataclasses import dataclass

from jobs.enums import JobState


@dataclass(frozen=True, slots=True)
class Transition:
    source: JobState
    target: JobState
    who: str
    verb: str


# The database refuses every other move (trigger on the table).
TRANSITIONS = (
    Transition(JobState.QUEUED, JobState.RUNNING, "worker", "claim"),
    Transition(JobState.RUNNING, JobState.DONE, "worker", "finish"),
    Transition(JobState.RUNNING, JobState.FAILED, "worker", "fail"),
    Transition(JobState.RUNNING, JobState.QUEUED, "worker or sweeper", "try again later"),
    Transition(JobState.RUNNING, JobState.DEAD, "worker or sweeper", "give up"),
    Transition(JobState.FAILED, JobState.QUEUED, "administrator", "retry"),
    Transition(JobState.DEAD, JobState.QUEUED, "administrator", "retry"),
)

ENDED = (JobState.DONE, JobState.FAILED, JobState.DEAD)
RETRIABLE = tuple(move.source for move in TRANSITIONS if move.verb == "retry")
