"""The step of the certificates: as many as there are, or none, and the application that is still running."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.formats import with_colon
from applications.enums import EvidenceSlot, StatementField
from applications.services.drafts import Fact
from applications.validators import check_optional_site, check_reference
from applications.web.forms.base import (
    Answers,
    DayField,
    SiteField,
    as_validator,
    joined,
)
from applications.web.forms.repeated import Cited, RepeatedStep
from centres.enums import Activity, FacilityRole, Population
from centres.validators import bare_number, site_number_fault

OPEN_END = ("extended_to", "renewal_filed_on")


def scope_choices() -> list[tuple[str, str]]:
    """Asked at each request: a label that is put together keeps the language it was put together in."""
    return [(f"{p.value}:{a.value}", f"{with_colon(p.label)} {a.label}") for p in Population for a in Activity]


class Sites(forms.CharField):
    """Establishment numbers with a space or a bar between them."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, max_length=400)

    def clean(self, value: Any) -> list[str]:
        words = str(super().clean(value) or "").replace("|", " ").replace(",", " ").split()
        numbers = [bare_number(word) for word in words]
        if any(site_number_fault(number) for number in numbers):
            raise forms.ValidationError(_("Check these establishment numbers; each has ten digits."), code="value")
        return numbers


class CertificateFields(forms.Form):
    """What a certificate says; ``value()`` is its shape in the contract."""

    body = forms.CharField(label=_("Body"), max_length=40, initial="JACIE")
    number = forms.CharField(
        label=_("Number of the certificate"), max_length=60, validators=[as_validator(check_reference)]
    )
    valid_from = DayField(label=_("Valid from"))
    valid_to = DayField(label=_("Valid up to and including"))
    extended_to = DayField(label=_("Extended up to and including"), required=False)
    renewal_filed_on = DayField(label=_("Renewal applied for on"), required=False)
    scopes = forms.MultipleChoiceField(
        label=_("Awarded for"),
        choices=scope_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one activity of the certificate.")},
    )
    clinical_sites = Sites(_("Clinical units, by establishment number"))
    collection_sites = Sites(_("Collection units, by establishment number"))
    processing_sites = Sites(_("Processing laboratories, by establishment number"))

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or {})
        start, end, extended = (given.get(name) for name in ("valid_from", "valid_to", "extended_to"))
        if start and end and end < start:
            self.add_error("valid_to", _("The last day is before the first."))
        if end and extended and extended <= end:
            self.add_error("extended_to", _("The extension must end after the certificate does."))
        return given

    def value(self) -> dict[str, Any]:
        given = self.cleaned_data
        value = {"body": given["body"], "number": given["number"]}
        value |= {name: given[name].isoformat() for name in ("valid_from", "valid_to")}
        value |= {name: given[name].isoformat() if given[name] else None for name in OPEN_END}
        return value | {"scopes": [scope.split(":") for scope in given["scopes"]], "facilities": self._facilities()}

    def _facilities(self) -> list[dict[str, str]] | None:
        rows = [(role, site) for role in FacilityRole for site in self.cleaned_data[f"{role.value.lower()}_sites"]]
        return [{"role": role.value, "site": site} for role, site in rows] or None


class CertificateBlock(CertificateFields, Cited):
    def fact(self) -> Fact:
        given = self.cleaned_data
        return Fact(StatementField.CERTIFICATE, self.value(), given["number"], given["annex"], given["page"])


def certificate_initial(value: Mapping[str, Any]) -> dict[str, Any]:
    """A stated certificate as its block shows it."""
    facilities = value.get("facilities") or []
    sites = {
        f"{role.value.lower()}_sites": " ".join(row["site"] for row in facilities if row["role"] == role.value)
        for role in FacilityRole
    }
    return {**value, **sites, "scopes": [":".join(pair) for pair in value["scopes"]]}


class CertificatesStep(RepeatedStep):
    field = StatementField.CERTIFICATE.value
    prefix_name = "c"
    new_title = _("Add a certificate")
    slots = (EvidenceSlot.JACIE_CERTIFICATE, EvidenceSlot.JACIE_FACILITIES)

    no_certificates = forms.BooleanField(label=_("The programme has no JACIE certificate"), required=False)
    iec_filed_on = DayField(label=_("JACIE application for immune effector cells filed on"), required=False)
    iec_site = SiteField(
        label=_("Site that this application names"), required=False, validators=[as_validator(check_optional_site)]
    )

    def prepare(self) -> None:
        super().prepare()
        iec = self.value_of(StatementField.IEC_APPLICATION) or {}
        self.initial = {"no_certificates": bool(self.value_of(StatementField.NO_CERTIFICATES))}
        self.initial |= {"iec_filed_on": iec.get("filed_on"), "iec_site": iec.get("site")}

    def block(self, **given: Any) -> Cited:
        return CertificateBlock(**given)

    def initial_of(self, value: Any) -> dict[str, Any]:
        return certificate_initial(value)

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or {})
        if bool(given.get("iec_filed_on")) != bool(given.get("iec_site")):
            missing = "iec_site" if given.get("iec_filed_on") else "iec_filed_on"
            self.add_error(missing, _("Give both the day and the site of the application."))
        if given.get("no_certificates") and any(self._stays(block) for _key, block in self.blocks):
            self.add_error("no_certificates", _("You also state a certificate. Take it out, or leave this unticked."))
        return given

    def _stays(self, block: Cited) -> bool:
        return not self._removed(block) and (not block.empty_permitted or block.has_changed())

    def answers(self) -> Answers:
        given = self.cleaned_data
        filed_on, site = given.get("iec_filed_on"), given.get("iec_site")
        iec = {"filed_on": filed_on.isoformat(), "site": site} if filed_on and site else None
        none = self.stated_or_not(StatementField.NO_CERTIFICATES, "", given.get("no_certificates") or None)
        return joined([none, super().answers(), self.stated_or_not(StatementField.IEC_APPLICATION, "", iec)])
