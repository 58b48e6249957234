"""What a reviewer writes over an input: one form for each kind of value, each with its reason."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.web.forms.base import SiteField
from applications.web.forms.certificates import CertificateFields, certificate_initial
from centres.enums import NomenclatureCode
from evaluation.enums import InputField
from evaluation.web.forms import LONG


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

    def value(self) -> Any:
        return self.cleaned_data["count"]


class CorrectSite(CorrectForm):
    site = SiteField(label=_("Establishment number"), help_text="")

    @staticmethod
    def initial_of(value: Any) -> dict[str, Any]:
        return {"site": value}

    def value(self) -> Any:
        return self.cleaned_data["site"]


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
        return {code.name.lower(): value.get(code.value) for code in NomenclatureCode}

    def value(self) -> dict[str, int]:
        return {code.value: self.cleaned_data[code.name.lower()] for code in NomenclatureCode}


class CorrectCertificate(CertificateFields, CorrectForm):
    initial_of = staticmethod(certificate_initial)


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
