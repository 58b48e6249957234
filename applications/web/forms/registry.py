"""Which form belongs to which step, and what the step is called."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.evidence import STEPS
from applications.models import Application
from applications.web.forms.allografts import AllograftsStep
from applications.web.forms.base import StepForm
from applications.web.forms.certificates import CertificatesStep
from applications.web.forms.steps import (
    CentreStep,
    ForecastStep,
    IntensiveCareStep,
    LaboratoryStep,
    PaediatricsStep,
    ProductStep,
    QualificationStep,
    RegisterStep,
    ResearchStep,
)
from centres.enums import Population

FORMS: Final[Mapping[str, type[StepForm]]] = {
    "product": ProductStep,
    "centre": CentreStep,
    "certificates": CertificatesStep,
    "allografts": AllograftsStep,
    "intensive-care": IntensiveCareStep,
    "paediatrics": PaediatricsStep,
    "laboratory": LaboratoryStep,
    "research": ResearchStep,
    "register": RegisterStep,
    "qualification": QualificationStep,
    "forecast": ForecastStep,
}
LABELS: Final[Mapping[str, str | Promise]] = {
    "product": _("Product and paragraph"),
    "centre": _("Centre"),
    "certificates": _("JACIE certificates"),
    "allografts": _("Transplantations"),
    "intensive-care": _("Intensive care and neurology"),
    "paediatrics": _("Children"),
    "laboratory": _("Laboratory"),
    "research": _("Research and publications"),
    "register": _("Register"),
    "qualification": _("Qualification by the holder"),
    "forecast": _("Forecast and motivation"),
    "check": _("Check and submit"),
}
QUESTIONS: Final[Mapping[str, str | Promise]] = {
    "product": _("What do you ask, and for whom?"),
    "centre": _("Where are apheresis and administration done?"),
    "certificates": _("Which JACIE certificates does the programme hold?"),
    "allografts": _("How many allogeneic transplantations were done on the site?"),
    "intensive-care": _("Who is there for side effects, day and night?"),
    "paediatrics": _("Who is there for children, day and night?"),
    "laboratory": _("Where is the stem-cell laboratory?"),
    "research": _("Which research and publications with CAR-T are there?"),
    "register": _("In which register are data recorded?"),
    "qualification": _("How did you qualify the site?"),
    "forecast": _("How many patients do you expect, and why this site?"),
}


def steps_of(application: Application) -> tuple[str, ...]:
    """The steps in order; children have one only when they are asked for."""
    with_children = Population.PAED in application.populations
    return tuple(step for step in STEPS if with_children or step != "paediatrics")
