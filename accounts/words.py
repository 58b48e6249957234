"""The words of verdicts, outcomes and states as they stand on screen; templates write none of them by hand."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy


@dataclass(frozen=True, slots=True)
class Word:
    """How a code looks: the sign's file name, the tone (a class of site.css) and the word."""

    sign: str
    tone: str
    word: str | Promise


VERDICTS: dict[str, Word] = {
    "MET": Word("MET", "met", pgettext_lazy("verdict", "met")),
    "TRANSITION": Word("TRANSITION", "transition", pgettext_lazy("verdict", "transition")),
    "TRANSITION_TO_CONFIRM": Word(
        "TRANSITION_TO_CONFIRM", "transition", pgettext_lazy("verdict", "transition to confirm")
    ),
    "TO_VERIFY": Word("TO_VERIFY", "verify", pgettext_lazy("verdict", "to verify")),
    "NOT_MET": Word("NOT_MET", "not-met", pgettext_lazy("verdict", "not met")),
    "NOTED": Word("NOTED", "noted", pgettext_lazy("verdict", "noted")),
    "NA": Word("NA", "na", pgettext_lazy("verdict", "not applicable")),
}

OUTCOMES: dict[str, Word] = {
    "ELIGIBLE": Word("MET", "met", pgettext_lazy("outcome", "meets the criteria")),
    "ELIGIBLE_TRANSITION": Word("TRANSITION", "transition", pgettext_lazy("outcome", "meets them with transition")),
    "INCOMPLETE": Word("TO_VERIFY", "verify", pgettext_lazy("outcome", "incomplete")),
    "NOT_ELIGIBLE": Word("NOT_MET", "not-met", pgettext_lazy("outcome", "does not meet the criteria")),
}

STATES: dict[str, tuple[str, str | Promise]] = {
    "DRAFT": ("quiet", pgettext_lazy("state", "draft")),
    "SUBMITTED": ("moving", pgettext_lazy("state", "submitted")),
    "ADMISSIBLE": ("done", pgettext_lazy("state", "admissible")),
    "TO_COMPLETE": ("waiting", pgettext_lazy("state", "to complete")),
    "INADMISSIBLE": ("stopped", pgettext_lazy("state", "inadmissible")),
    "IN_REVIEW": ("moving", pgettext_lazy("state", "in review")),
    "READY": ("done", pgettext_lazy("state", "ready")),
    "AT_VOTE": ("moving", pgettext_lazy("state", "at the vote")),
    "PROPOSED": ("moving", pgettext_lazy("state", "proposed")),
    "DECIDED": ("done", pgettext_lazy("state", "decided")),
    "WITHDRAWN": ("quiet", pgettext_lazy("state", "withdrawn")),
    "OPEN": ("moving", pgettext_lazy("state", "open")),
    "REVIEW": ("moving", pgettext_lazy("state", "in review")),
    "CLOSED": ("done", pgettext_lazy("state", "closed")),
    "SEALED": ("done", pgettext_lazy("state", "sealed")),
    "RECEIVED": ("moving", gettext_lazy("received")),
    "CHECKING": ("moving", gettext_lazy("being checked")),
    "REJECTED": ("stopped", gettext_lazy("rejected")),
    "COMMITTING": ("moving", gettext_lazy("being committed")),
    "COMMITTED": ("done", gettext_lazy("committed")),
    "QUEUED": ("quiet", pgettext_lazy("state", "waiting")),
    "RUNNING": ("moving", pgettext_lazy("state", "running")),
    "DONE": ("done", pgettext_lazy("state", "done")),
    "FAILED": ("stopped", pgettext_lazy("state", "failed")),
    "DEAD": ("stopped", pgettext_lazy("state", "given up")),
    "REVOKED": ("stopped", pgettext_lazy("state", "revoked")),
}

CAUSES: dict[str, Promise] = {
    "disk-full": pgettext_lazy("cause", "the disk is full"),
    "file-missing": pgettext_lazy("cause", "a stored file is gone"),
    "font-broken": pgettext_lazy("cause", "a typeface cannot be read"),
    "font-missing": pgettext_lazy("cause", "a typeface is missing"),
    "image-broken": pgettext_lazy("cause", "a drawing cannot be read"),
    "memory-short": pgettext_lazy("cause", "there is too little memory"),
    "outside-bundle": pgettext_lazy("cause", "a template asks for a file that does not belong to it"),
    "part-failed": pgettext_lazy("cause", "a dossier in it could not be made"),
    "render-fault": pgettext_lazy("cause", "the page could not be set"),
    "version-taken": pgettext_lazy("cause", "another dossier of the file was made at the same time"),
}
"""Why work for a dossier failed, for those who cannot read codes."""
