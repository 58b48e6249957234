"""One form per step of the filing; the certificates and supplements, which repeat, have a file of their own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.enums import StatementField
from applications.evidence import NARRATIVES
from applications.validators import check_optional_site
from applications.web.forms.base import Answers, CountField, SiteField, StepForm, as_validator, joined, text_field
from applications.web.forms.start import CentreField, RequestForm
from centres.models import Centre


class ProductStep(StepForm, RequestForm):
    def prepare(self) -> None:
        self.offer_paragraphs(self.application.holder)
        names = ("populations", "language", "external_reference")
        self.initial = {name: getattr(self.application, name) for name in names}
        self.initial["paragraph"] = self.application.paragraph

    def answers(self) -> Answers:
        paragraph = self.cleaned_data.get("paragraph")
        product = {"product": paragraph.product} if paragraph else {}
        return Answers(changes={**self.cleaned_data, **product})


class CentreStep(StepForm):
    centre = CentreField(label=_("Site of administration"), queryset=Centre.objects.select_related("hospital"))
    apheresis_site = SiteField(
        label=_("Site of apheresis"), required=False, validators=[as_validator(check_optional_site)]
    )
    contact_email = forms.EmailField(label=_("E-mail address for questions"))

    def prepare(self) -> None:
        site = self.application.apheresis_site or self.application.centre.site_number
        self.initial = {"centre": self.application.centre, "apheresis_site": site}
        self.initial["contact_email"] = self.application.contact_email

    def answers(self) -> Answers:
        return Answers(changes=self.cleaned_data)


class LaboratoryStep(StepForm):
    laboratory_site = SiteField(
        label=_("Site of the stem-cell laboratory"), required=False, validators=[as_validator(check_optional_site)]
    )

    def prepare(self) -> None:
        self.initial = {"laboratory_site": self.application.laboratory_site}

    def answers(self) -> Answers:
        return Answers(changes=self.cleaned_data)


NARRATIVE_LABELS = {
    "C3a": (_("Intensive care"), _("Who is on duty, day and night, and their experience with ICANS and CRS.")),
    "C3b": (_("Neurology on call"), _("Who can be called, day and night, and their experience with ICANS.")),
    "P3": (_("Paediatric intensive care"), _("Who is on duty, day and night.")),
    "C5": (_("Research and publications with CAR-T"), _("Trial numbers, publications, and the role of the site.")),
    "C6": (_("Registration of data"), _("The register, since when, and for which treatments.")),
    "AD5": (_("Qualification by the holder"), _("When and how you qualified, or will qualify, this site.")),
}


class NarrativeStep(StepForm):
    """Descriptions in free words, one per criterion of the step."""

    step = ""

    def prepare(self) -> None:
        for criterion in NARRATIVES[self.step]:
            self.fields[criterion] = text_field(*NARRATIVE_LABELS[criterion])
            told = self.value_of(StatementField.NARRATIVE, criterion)
            self.initial[criterion] = told["text"] if told else ""

    def answers(self) -> Answers:
        return joined(self._told(criterion) for criterion in NARRATIVES[self.step] if criterion in self.cleaned_data)

    def _told(self, criterion: str) -> Answers:
        text = self.cleaned_data[criterion]
        return self.stated_or_not(StatementField.NARRATIVE, criterion, {"text": text} if text else None)


class IntensiveCareStep(NarrativeStep):
    step = "intensive-care"

    def prepare(self) -> None:
        self.fields["intensive_care_site"] = SiteField(
            label=_("Site of intensive care"), required=False, validators=[as_validator(check_optional_site)]
        )
        self.initial["intensive_care_site"] = self.value_of(StatementField.INTENSIVE_CARE_SITE)
        super().prepare()

    def answers(self) -> Answers:
        site = self.from_field("intensive_care_site", StatementField.INTENSIVE_CARE_SITE)
        return joined([site, super().answers()])


class PaediatricsStep(NarrativeStep):
    step = "paediatrics"


class ResearchStep(NarrativeStep):
    step = "research"


class RegisterStep(NarrativeStep):
    step = "register"


class QualificationStep(NarrativeStep):
    step = "qualification"


class ForecastStep(StepForm):
    forecast_year_1 = CountField(label=_("Year 1"), required=False)
    forecast_year_2 = CountField(label=_("Year 2"), required=False)
    forecast_year_3 = CountField(label=_("Year 3"), required=False)
    motivation = text_field(_("Motivation"), _("Why this site, and which shortage it would take up."))

    def prepare(self) -> None:
        self.initial: dict[str, Any] = {name: getattr(self.application, name) for name in self.fields}

    def answers(self) -> Answers:
        return Answers(changes=self.cleaned_data)
