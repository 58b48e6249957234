"""The living style sheet: every component once, with invented data; also what the accessibility test reads."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.charts import Bar, BarChart, ReferenceLine, Series
from accounts.words import OUTCOMES, STATES, VERDICTS


class SampleForm(forms.Form):
    """One field of each kind; shown with errors, since that is the harder case."""

    name = forms.CharField(label=_("Name"), help_text=_("As it stands in the register."))
    acts = forms.IntegerField(label=_("Counted acts"), widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    valid_to = forms.DateField(
        label=_("Valid until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("nl", "Nederlands"), ("fr", "Français")])
    population = forms.MultipleChoiceField(
        label=_("Population"),
        help_text=_("Choose one or both."),
        choices=[("ADULT", _("Adults")), ("CHILD", _("Children"))],
        widget=forms.CheckboxSelectMultiple,
    )
    answer = forms.ChoiceField(
        label=_("Is it so?"), choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect
    )
    motivation = forms.CharField(label=_("Motivation"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    annex = forms.FileField(label=_("Annex"), help_text=_("One PDF."), required=False)
    agreed = forms.BooleanField(label=_("I have read it"))


@dataclass(frozen=True, slots=True)
class Step:
    """A step of filing as `components/steps.html` reads it."""

    label: str | Promise
    href: str = ""
    done: bool = False
    current: bool = False
    verdict: str = ""


CHART = BarChart(
    title=str(_("A sample: 27, 28, then 28 and 1 to judge, against a level of 28")),
    series=(Series(str(_("Acts")), (Bar("2022", 27), Bar("2023", 28), Bar("2024", 28, pending=1))),),
    reference=ReferenceLine(str(_("level: 28 a year")), 28),
)
LINES = BarChart(
    title=str(_("A sample: two series and a line")),
    series=(
        Series(str(_("Asked")), (Bar("2022", 12), Bar("2023", 20), Bar("2024", None))),
        Series(str(_("Given")), (Bar("2022", 9), Bar("2023", 21), Bar("2024", 16)), tone="quiet"),
        Series(
            str(_("Average")),
            (Bar("2022", Decimal("10.5")), Bar("2023", Decimal("20.5")), Bar("2024", 16)),
            kind="line",
            tone="second",
        ),
    ),
)
STEPS = (
    Step(_("Product and paragraph"), "#steps", done=True, verdict="MET"),
    Step(_("Certificates"), "#steps", done=True, verdict="TRANSITION"),
    Step(_("Transplants"), current=True),
    Step(_("Check and submit"), "#steps"),
)


def style(request: HttpRequest) -> HttpResponse:
    """Show every component; the page has no other use than to be looked at and tested."""
    form = SampleForm({"name": "", "acts": "28,5", "language": "nl"})
    context = {
        "form": form,
        "verdicts": tuple(VERDICTS),
        "outcomes": tuple(OUTCOMES),
        "states": tuple(STATES),
        "chart": CHART,
        "lines": LINES,
        "steps": STEPS,
        "crumbs": ({"label": _("Desk"), "href": "/"}, {"label": _("Style")}),
        "numbers": (
            {"label": _("applications"), "value": 14},
            {"label": _("judged"), "value": "11 / 14"},
            {"label": _("contradictions"), "value": 2, "tone": "not-met"},
        ),
        "chips": (
            {"label": _("All"), "href": "?", "count": 14, "active": True},
            {"label": _("To verify"), "href": "?show=verify", "count": 4, "active": False},
        ),
        "answers": (
            {"label": _("Name"), "value": "Kliniek Voorbeeld", "href": "#forms"},
            {"label": _("Valid until"), "value": date(2028, 4, 30), "href": "#forms"},
            {"label": _("Acts"), "value": None, "href": "#forms"},
            {"label": _("Is it so?"), "value": True},
        ),
    }
    return render(request, "desk/style.html", context)


urlpatterns = [path("desk/style/", style, name="style")]
