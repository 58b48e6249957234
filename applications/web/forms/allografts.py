"""The step of the transplantations: the hospital's own number per year, and those outside the insurance."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.enums import EvidenceSlot, StatementField
from applications.services.drafts import Fact
from applications.validators import check_reference
from applications.web.forms.base import (
    Answers,
    CountField,
    as_validator,
    joined,
)
from applications.web.forms.repeated import Cited, RepeatedStep

BASES = [("STUDY", _("clinical study")), ("REGISTER", _("register"))]


class SupplementBlock(Cited):
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    basis = forms.ChoiceField(label=_("Known from"), choices=BASES)
    reference = forms.CharField(
        label=_("Number of the study or name of the register"),
        max_length=80,
        validators=[as_validator(check_reference)],
    )
    count = CountField(label=_("Transplantations"))
    paed = CountField(label=_("Of which under 18"), initial=0)

    def __init__(self, *args: Any, years: tuple[int, ...], **kw: Any) -> None:
        super().__init__(*args, **kw)
        field = self.fields["year"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101  # declared above
        field.choices = [(year, str(year)) for year in years]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        count, paed = given.get("count"), given.get("paed")
        if count is not None and paed is not None and paed > count:
            self.add_error("paed", _("There cannot be more children than transplantations."))
        return given

    def fact(self) -> Fact:
        given = self.cleaned_data
        value = {name: given[name] for name in ("year", "basis", "reference", "count", "paed")}
        key = f"{given['year']} {given['reference']}"
        return Fact(StatementField.SUPPLEMENT, value, key, given["annex"], given["page"])


class AllograftsStep(RepeatedStep):
    field = StatementField.SUPPLEMENT.value
    prefix_name = "s"
    new_title = _("Add transplantations outside the insurance")
    slots = (EvidenceSlot.SUPPLEMENT, EvidenceSlot.ALLOGRAFTS)

    def prepare(self) -> None:
        super().prepare()
        for year in self.batch.booked_years:
            self.fields[f"y{year}"] = CountField(label=str(year), required=False)
            self.initial[f"y{year}"] = self.value_of(StatementField.DECLARED_ALLOGRAFTS, str(year))

    def block(self, **given: Any) -> Cited:
        return SupplementBlock(years=self.batch.booked_years, **given)

    def answers(self) -> Answers:
        declared = [
            self.from_field(f"y{year}", StatementField.DECLARED_ALLOGRAFTS, str(year))
            for year in self.batch.booked_years
        ]
        return joined([*declared, super().answers()])
