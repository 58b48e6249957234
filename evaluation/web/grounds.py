"""After a reason is recorded: a gentle word where it names what the note excludes. Nothing is refused for it."""

from collections.abc import Mapping
from datetime import date

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from evaluation.board.findings import screen_language
from evaluation.grounds import reminders

ABOUT = {"capacity_reason": "C7"}


def remind_of_excluded_grounds(
    request: HttpRequest, given: Mapping[str, object], *, on: date, criterion: str = ""
) -> None:
    """Shows the paragraph beside each excluded ground that the reasons among the entries of a form name."""
    reasons = {name: value for name, value in given.items() if "reason" in name and isinstance(value, str)}
    found = {
        each.ground.id: each
        for name, text in reasons.items()
        for each in reminders(text, on=on, criterion=ABOUT.get(name, criterion))
    }
    for each in found.values():
        told = {
            "word": each.word,
            "ground": each.ground.name[screen_language()],
            "sentence": each.sentence,
            "paragraph": each.paragraph,
        }
        messages.warning(
            request,
            _(
                "Recorded as written. Your reason names “%(word)s”: the note does not let %(ground)s weigh."
                " “%(sentence)s” (%(paragraph)s)"
            )
            % told,
        )
