"""What a reviewer types: always a reason, and a value where one is due."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.errors import SENTENCES, Conflict, sentence
from applications.enums import AdmissibilityState
from applications.pdf import PdfLimits
from applications.services.annexes import MEGABYTE
from centres.enums import Activity, FacilityRole, NomenclatureCode, Population
from evaluation.enums import CapacityValue, InputField, JudgedValue, SupplementRuling
from evaluation.services.rulings import Minutes

LONG = forms.Textarea(attrs={"rows": 4})
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=LONG)


class SeenForm(forms.Form):
    """Remembers what stood when the page was opened, so that nobody replaces what they did not see."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def require_seen(self, standing: Model | None) -> None:
        """Raises Conflict when something else stands now; sent again, the form has seen that too."""
        now = "" if standing is None else str(standing.pk)
        if self.cleaned_data.pop("seen") != now:
            self.data = {**self.data.dict(), "seen": now} if isinstance(self.data, QueryDict) else self.data
            raise Conflict("judgement-replaced")


class JudgeForm(SeenForm):
    value = forms.ChoiceField(label=_("Conclusion"), choices=JudgedValue.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=5_000, widget=LONG)


class CapacityForm(SeenForm):
    value = forms.ChoiceField(
        label=_("What the extension meets"), choices=CapacityValue.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Reason"), max_length=5_000, widget=LONG)


class RulingForm(forms.Form):
    ruling = forms.ChoiceField(label=_("Ruling"), choices=SupplementRuling.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=LONG)


class BureauForm(forms.Form):
    confirms = forms.TypedChoiceField(
        label=_("The Bureau"),
        choices=[("yes", _("confirms the transition")), ("no", _("does not confirm the transition"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    ruled_on = forms.DateField(label=_("Day of the ruling"), widget=DAY)
    minutes_reference = forms.CharField(label=_("Reference of the minutes"), max_length=100)
    minutes = forms.FileField(
        label=_("Minutes of the Bureau (PDF)"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"required": SENTENCES["minutes-file-missing"], "empty": SENTENCES["annex-broken"]},
    )

    def clean_minutes(self) -> Minutes:
        """Read only when it is not larger than what is looked at."""
        upload, limits = self.cleaned_data["minutes"], PdfLimits()
        if upload.size > limits.size:
            raise forms.ValidationError(sentence("annex-too-large", {"limit": limits.size // MEGABYTE}))
        return Minutes(upload.name, upload.read())


class QuestionForm(forms.Form):
    text = forms.CharField(label=_("Question to the holder"), max_length=2_000, widget=LONG)


class AdmissibilityForm(forms.Form):
    result = forms.ChoiceField(label=_("Result"), choices=AdmissibilityState.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2_000,
        required=False,
        widget=LONG,
        help_text=_("Needed unless the file is admissible."),
    )

    def __init__(self, *args: Any, may_admit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["result"]
        if not may_admit and isinstance(field, forms.ChoiceField):
            refused = AdmissibilityState.INADMISSIBLE
            field.choices = [(refused.value, refused.label)]


class ItemForm(forms.Form):
    result = forms.ChoiceField(label=_("Result"), choices=AdmissibilityState.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=LONG)


class ResolveForm(forms.Form):
    chosen = forms.ChoiceField(label=_("What holds"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=LONG)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["chosen"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class CorrectForm(forms.Form):
    """Corrects one input; `value()` is what the contract calls the value, checked by the service."""

    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=LONG)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    @staticmethod
    def initial_of(value: Any) -> dict[str, Any]:
        raise NotImplementedError

    def value(self) -> Any:
        raise NotImplementedError


class CorrectCount(CorrectForm):
    count = forms.IntegerField(label=_("Number"), min_value=0)

    @staticmethod
    def initial_of(value: Any) -> dict[str, Any]:
        return {"count": value}

    def value(self) -> int:
        count: int = self.cleaned_data["count"]
        return count


class CorrectSite(CorrectForm):
    site = forms.CharField(label=_("Establishment number"), max_length=13)

    @staticmethod
    def initial_of(value: Any) -> dict[str, Any]:
        return {"site": value}

    def value(self) -> str:
        return digits_of(self.cleaned_data["site"])


class CorrectText(CorrectForm):
    text = forms.CharField(label=_("Description"), max_length=10_000, widget=LONG)

    @staticmethod
    def initial_of(value: Any) -> dict[str, Any]:
        return {"text": value.get("text", "") if isinstance(value, Mapping) else value}

    def value(self) -> dict[str, str]:
        return {"text": self.cleaned_data["text"]}


class CorrectActs(CorrectForm):
    ambulatory = forms.IntegerField(label=NomenclatureCode.AMBULATORY.label, min_value=0)
    hospitalised = forms.IntegerField(label=NomenclatureCode.HOSPITALISED.label, min_value=0)

    @staticmethod
    def initial_of(value: Any) -> dict[str, Any]:
        return {
            "ambulatory": value.get(NomenclatureCode.AMBULATORY),
            "hospitalised": value.get(NomenclatureCode.HOSPITALISED),
        }

    def value(self) -> dict[str, int]:
        return {
            NomenclatureCode.AMBULATORY.value: self.cleaned_data["ambulatory"],
            NomenclatureCode.HOSPITALISED.value: self.cleaned_data["hospitalised"],
        }


def _scopes() -> list[tuple[str, str]]:
    """Every population with every activity, in the language of the page."""
    pairs = [(population, activity) for population in Population for activity in Activity]
    return [(f"{one}:{other}", f"{one.label}: {other.label}") for one, other in pairs]


class CorrectCertificate(CorrectForm):
    body = forms.CharField(label=_("Issued by"), max_length=40)
    number = forms.CharField(label=_("Number"), max_length=60)
    valid_from = forms.DateField(label=_("First day"), widget=DAY)
    valid_to = forms.DateField(label=_("Last day"), widget=DAY)
    extended_to = forms.DateField(label=_("Extended to"), widget=DAY, required=False)
    renewal_filed_on = forms.DateField(label=_("Renewal filed on"), widget=DAY, required=False)
    scopes = forms.MultipleChoiceField(
        label=_("Covers"),
        choices=_scopes,
        widget=forms.CheckboxSelectMultiple,
    )
    facilities = forms.CharField(
        label=_("Sites on the certificate"),
        required=False,
        widget=LONG,
        help_text=_("One a line, such as CLINICAL 8000000071. Roles: CLINICAL, COLLECTION, PROCESSING."),
    )

    @staticmethod
    def initial_of(value: Any) -> dict[str, Any]:
        facilities = value.get("facilities") or ()
        return {
            **value,
            "scopes": [f"{population}:{activity}" for population, activity in value.get("scopes", ())],
            "facilities": "\n".join(f"{each['role']} {each['site']}" for each in facilities),
        }

    def clean_facilities(self) -> list[dict[str, str]]:
        rows = [line.split() for line in self.cleaned_data["facilities"].splitlines() if line.strip()]
        if any(len(row) != 2 or row[0] not in FacilityRole.values for row in rows):
            raise forms.ValidationError(_("Write a role and an establishment number on each line."))
        return [{"role": role, "site": digits_of(site)} for role, site in rows]

    def value(self) -> dict[str, Any]:
        given = self.cleaned_data
        days = {name: _iso(given[name]) for name in ("valid_from", "valid_to", "extended_to", "renewal_filed_on")}
        return {
            "body": given["body"],
            "number": given["number"],
            **days,
            "scopes": [each.split(":") for each in given["scopes"]],
            "facilities": given["facilities"] or None,
        }


CORRECTIONS: Mapping[str, type[CorrectForm]] = {
    InputField.CERTIFICATE: CorrectCertificate,
    InputField.BILLED: CorrectActs,
    InputField.BILLED_PAED: CorrectActs,
    InputField.DECLARED: CorrectCount,
    InputField.APHERESIS_SITE: CorrectSite,
    InputField.LABORATORY_SITE: CorrectSite,
    InputField.INTENSIVE_CARE_SITE: CorrectSite,
    InputField.NARRATIVE: CorrectText,
}


def digits_of(number: str) -> str:
    return re.sub(r"[.\s]", "", number)


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
