"""The names of the criteria and of the answers on capacity as screens write them; the numbers in them come from the law's file."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class CriterionName:
    """`short` heads a column of the matrix, `name` a panel or a section."""

    short: str | Promise
    name: str | Promise


CRITERIA: dict[str, CriterionName] = {
    "C1a": CriterionName(pgettext_lazy("column", "IEC"), _("certificate for immune effector cells")),
    "C1b": CriterionName(pgettext_lazy("column", "allo"), _("certificate for allogeneic transplantation")),
    "C1c": CriterionName(pgettext_lazy("column", "site"), _("certificates awarded to the site")),
    "C2": CriterionName(pgettext_lazy("column", "volume"), _("allogeneic transplantations")),
    "C3a": CriterionName(pgettext_lazy("column", "ICU"), _("intensive care")),
    "C3b": CriterionName(pgettext_lazy("column", "neuro"), _("neurology")),
    "C4": CriterionName(pgettext_lazy("column", "lab"), _("stem-cell laboratory")),
    "C5": CriterionName(pgettext_lazy("column", "research"), _("research and publications")),
    "C6": CriterionName(pgettext_lazy("column", "register"), _("registration of data")),
    "C7": CriterionName(pgettext_lazy("column", "capacity"), _("need for capacity")),
    "P1": CriterionName(pgettext_lazy("column", "certif."), _("certificate for children")),
    "P2": CriterionName(pgettext_lazy("column", "volume"), _("allogeneic transplantations in children")),
    "P3": CriterionName(pgettext_lazy("column", "ICU"), _("paediatric intensive care")),
}

ADMISSIBILITY: dict[str, str | Promise] = {
    "AD1": _("the applicant is the holder or mandated by it"),
    "AD2": _("the product is a reimbursed CAR-T product in this indication"),
    "AD3": _("not coupled to a new indication"),
    "AD4": _("filed in the half-yearly window"),
    "AD5": _("the holder qualified the site"),
    "AD6": _("the site is identified and not on the list yet"),
    "AD7": _("the evidence is complete"),
}

CAPACITY_SHORT: dict[str, str | Promise] = {
    "SHORTAGE": pgettext_lazy("capacity", "shortage"),
    "VOLUME_INCREASE": pgettext_lazy("capacity", "volume"),
    "BOTH": pgettext_lazy("capacity", "both"),
    "NEITHER": pgettext_lazy("capacity", "none"),
}
