"""The fields of the public pre-check. They only show and take text: what may stand in them is the contract's to say."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.web.forms.certificates import scope_choices
from centres.enums import Population
from evaluation.enums import CapacityValue, JudgedCriterion, Stage, SupplementBasis, SupplementRuling

Label = str | Promise
SITE_HINT: Final = _("Establishment number, ten digits, for example 8.000.000.071.")
PLACES: Final = (0, 1, 2)
"""The years of the triple by place, so that a field keeps its name when other years are chosen."""

AFRESH: Final = {"hx-post": "", "hx-trigger": "input consume", "hx-target": "#entry", "hx-select": "#entry"} | {
    "hx-swap": "outerHTML",
    "hx-select-oob": "#answer,#share",
}
"""Other years: the fields are named after them, so the whole form comes again."""


class Taken(forms.Field):
    """A field that takes what was typed as it is; the rules of the contract find its faults. `kind` words them."""

    def __init__(self, *, kind: str = "", **kw: Any) -> None:
        self.kind = kind
        super().__init__(**kw)

    def clean(self, value: Any) -> Any:
        return value


def text(label: Label, hint: Label = "", *, kind: str = "", width: str = "", **attrs: str) -> Taken:
    look = {"class": f"govuk-input--width-{width}"} if width else {}
    widget = forms.TextInput(attrs={"autocomplete": "off", **look, **attrs})
    return Taken(label=label, help_text=hint, widget=widget, kind=kind)


def number(label: Label, hint: Label = "") -> Taken:
    return text(label, hint, kind="count", width="5", inputmode="numeric")


def site(label: Label, hint: Label = "") -> Taken:
    return text(label, hint, kind="site", inputmode="numeric")


def sites(label: Label) -> Taken:
    return text(label, kind="site")


def day(label: Label, hint: Label = "") -> Taken:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return Taken(label=label, help_text=hint, widget=widget, kind="day")


def tick(label: Label, hint: Label = "") -> Taken:
    return Taken(label=label, help_text=hint, widget=forms.CheckboxInput())


def ticks(label: Label, choices: Any) -> Taken:
    return Taken(label=label, widget=forms.CheckboxSelectMultiple(choices=choices))


def one_of(label: Label, choices: Any, attrs: dict[str, str] | None = None) -> Taken:
    return Taken(label=label, widget=forms.Select(choices=choices, attrs=attrs))


def or_unknown(choices: Iterable[tuple[str, Label]], unknown: Label) -> list[tuple[str, Label]]:
    """The choices after an empty one: nothing is chosen until a person chooses it."""
    return [("", unknown), *choices]


class Part(forms.Form):
    """A part of the entry; it marks its fields for assistive software, never for the browser to refuse."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.prepare()

    def prepare(self) -> None:
        """Put in what depends on the years."""

    def raw(self, name: str) -> Any:
        """What stands in the field, typed or shown."""
        value = self[name].value()
        return value.strip() if isinstance(value, str) else value

    def told(self) -> bool:
        """Something was filled in that the page does not fill in by itself."""
        return any(self.raw(name) not in (None, "", [], False) for name in self.fields if name not in PRESET)


PRESET: Final = frozenset({"body", "year", "basis", "remove"})


class EntryForm(Part):
    """Everything that stands once; figures are named by the place of their year in the triple."""

    populations = ticks(_("For whom?"), Population.choices)
    administration_site = site(_("Site where CAR-T is given"), SITE_HINT)
    same_site = tick(_("Apheresis is done on the same site"))
    apheresis_site = site(_("Site of apheresis, if it is another"), SITE_HINT)
    laboratory_same = tick(_("The stem-cell laboratory is on the same site"))
    laboratory_site = site(_("Site of the stem-cell laboratory, if it is another"), SITE_HINT)
    no_certificates = tick(_("The programme has no JACIE certificate"))
    iec_filed_on = day(_("JACIE application for immune effector cells filed on"))
    iec_site = site(_("Site that this application names"), SITE_HINT)
    reference_on = day(_("Reference date of the batch"))
    booked_from = one_of(_("Booked years that count"), (), AFRESH)
    vote_on = day(_("Day of the vote, if it is known"))
    stage = one_of(_("What is this about?"), ())
    bureau = one_of(_("Has the Bureau confirmed the transition?"), ())
    capacity = one_of(_("Capacity (C7)"), ())

    def __init__(self, *args: Any, years: tuple[int, ...], first_years: Iterable[int], **kw: Any) -> None:
        self.years = years
        self.first_years = first_years
        super().__init__(*args, **kw)

    def prepare(self) -> None:
        self._choices("booked_from", [(str(year), f"{year}, {year + 1}, {year + 2}") for year in self.first_years])
        self._choices("stage", [(Stage.REVIEW.value, _("the review")), (Stage.VOTE.value, _("the day of the vote"))])
        self._choices("bureau", or_unknown([("yes", _("yes")), ("no", _("no"))], _("not known")))
        self._choices("capacity", or_unknown(CapacityValue.choices, _("not assessed")))
        for criterion in JudgedCriterion:
            wanted = [("MET", _("met")), ("NOT_MET", _("not met")), ("TO_VERIFY", _("more information is asked"))]
            label = f"{criterion.value} · {criterion.label}"
            self.fields[f"judged_{criterion.value}"] = one_of(label, or_unknown(wanted, _("not judged yet")))
        for name in FIGURES:
            for place, year in zip(PLACES, self.years, strict=True):
                self.fields[f"{name}_{place}"] = number(str(year))

    def _choices(self, name: str, choices: list[tuple[str, Label]]) -> None:
        widget = self.fields[name].widget
        assert isinstance(widget, forms.Select)  # noqa: S101  # declared above
        widget.choices = choices

    def row(self, name: str) -> list[forms.BoundField]:
        """One figure over the three years."""
        return [self[f"{name}_{place}"] for place in PLACES]

    def opened(self) -> dict[str, bool]:
        """The folded parts of the page in which something stands."""
        figures = [f"{name}_{place}" for name in FIGURES[1:] for place in PLACES]
        parts = {"figures": figures, "iec": ("iec_filed_on", "iec_site", "bureau"), "batch": ("vote_on",)}
        faulty = {"batch": ("reference_on", "booked_from", "stage")}
        return {
            part: any(self.raw(name) not in (None, "") or self[name].errors for name in names)
            or any(self[name].errors for name in faulty.get(part, ()))
            for part, names in parts.items()
        }

    def judged(self) -> list[forms.BoundField]:
        return [self[f"judged_{criterion.value}"] for criterion in JudgedCriterion]

    def rows(self) -> Mapping[str, list[forms.BoundField]]:
        return {name: self.row(name) for name in FIGURES}


FIGURES: Final = ("booked", "paed", "a470654", "a470665", "p470654", "p470665", "declared")
"""Both codes together, of which under 18, each code, of which under 18, and the hospital's own number."""


class CertificatePart(Part):
    body = text(_("Body"))
    number = text(_("Number of the certificate"))
    valid_from = day(_("Valid from"))
    valid_to = day(_("Valid up to and including"))
    scopes = ticks(_("Awarded for"), scope_choices)
    clinical_sites = sites(_("Clinical units, by establishment number"))
    collection_sites = sites(_("Collection units, by establishment number"))
    processing_sites = sites(_("Processing laboratories, by establishment number"))
    extended_to = day(_("Extended up to and including"))
    renewal_filed_on = day(_("Renewal applied for on"))
    remove = tick(_("Take this one out"))

    def has_more(self) -> bool:
        """Something stands in the fields that are folded away."""
        return any(self.raw(name) or self[name].errors for name in FOLDED)


FOLDED: Final = ("clinical_sites", "collection_sites", "processing_sites", "extended_to", "renewal_filed_on")


class SupplementPart(Part):
    year = one_of(_("Year"), ())
    basis = one_of(_("Known from"), SupplementBasis.choices)
    reference = text(_("Number of the study or name of the register"))
    count = number(_("Transplantations"))
    paed = number(_("Of which under 18"))
    ruling = one_of(_("What do you expect a person to rule?"), ())
    remove = tick(_("Take this one out"))

    def __init__(self, *args: Any, years: tuple[int, ...], **kw: Any) -> None:
        self.years = years
        super().__init__(*args, **kw)

    def prepare(self) -> None:
        self._widget("year").choices = [(str(year), str(year)) for year in self.years]
        self._widget("ruling").choices = or_unknown(SupplementRuling.choices, _("not ruled on yet"))

    def _widget(self, name: str) -> forms.Select:
        widget = self.fields[name].widget
        assert isinstance(widget, forms.Select)  # noqa: S101  # declared above
        return widget
