"""The words a dossier puts beside each code; verdicts and outcomes are those of the screens."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.words import OUTCOMES, VERDICTS

WORDS: dict[str, str | Promise] = {code: entry.word for code, entry in (VERDICTS | OUTCOMES).items()} | {
    "ADMISSIBLE": pgettext_lazy("state", "admissible"),
    "TO_COMPLETE": pgettext_lazy("state", "to complete"),
    "INADMISSIBLE": pgettext_lazy("state", "inadmissible"),
    "ADULT": _("adults"),
    "PAED": _("children"),
    "ALL": _("all ages"),
    "SHORTAGE": _("the extension meets a shortage of capacity"),
    "VOLUME_INCREASE": _("the extension increases the volume through a new indication"),
    "BOTH": _("the extension meets a shortage and increases the volume"),
    "NEITHER": _("neither a shortage nor an increase of the volume was found"),
    "DAYS": _("days"),
    "ACTS": _("acts"),
}

SIGNS: dict[str, str] = {code: entry.sign for code, entry in (VERDICTS | OUTCOMES).items()} | {
    "ADMISSIBLE": "MET",
    "TO_COMPLETE": "TO_VERIFY",
    "INADMISSIBLE": "NOT_MET",
}
