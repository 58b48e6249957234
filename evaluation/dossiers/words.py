"""The words a dossier puts beside each code; verdicts and outcomes are those of the screens."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.words import OUTCOMES, VERDICTS

WORDS: dict[str, str | Promise] = {code: entry.word for code, entry in (VERDICTS | OUTCOMES).items()} | {
    "ADMISSIBLE": pgettext_lazy("state", "admissible"),
    "TO_COMPLETE": pgettext_lazy("state", "to complete"),
    "INADMISSIBLE": pgettext_lazy("state", "inadmissible"),
    "TO_CONFIRM": _("to confirm"),
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
    "TO_CONFIRM": "TO_VERIFY",
    "INADMISSIBLE": "NOT_MET",
}

FILING_WARNINGS: dict[str, str | Promise] = {
    "FILED_OUTSIDE_WINDOW": _("The application was filed outside January and July; it counts for the next batch."),
    "FORECAST_MISSING": _("The forecast of the holder is not complete. It is wished for, not required."),
    "MOTIVATION_MISSING": _("The holder gave no motivation. It is wished for, not required."),
}

ADMISSIBILITY_REASONS: dict[str, str | Promise] = {
    "person-confirms-role": _("A person has still to confirm the role of the applicant."),
    "person-confirms-qualification": _("A person has still to confirm the holder's statement on the site."),
    "reimbursed-on-reference-day": _("The paragraph is reimbursed on the reference date."),
    "not-reimbursed": _("The paragraph is not reimbursed on the reference date."),
    "asks-a-new-centre-only": _("The application asks a new centre and no new indication."),
    "filed-in-window": _("Filed in January or July."),
    "filed-outside-window": _("Filed outside January and July: counted for the next batch, never refused."),
    "site-identified": _("The site is identified and not yet on the list."),
    "listed-already": _("The site is already on the list for this product, paragraph and population."),
    "evidence-complete": _("All evidence asked for is there."),
    "evidence-missing": _("Evidence is still missing."),
}

CONDITIONS: dict[str, str | Promise] = {
    "IEC_CERTIFICATE_DUE": _("JACIE certificate for immune effector cells to be obtained"),
}
