"""What a check does and with which numbers, in the reader's words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.formats import long_day
from centres.enums import Activity
from evaluation.enums import JudgedCriterion

CHECKS: dict[str, str | Promise] = {
    "acts_reach_minimum": gettext_lazy("the sum of the booked and accepted acts reaches the minimum"),
    "awarded_for_population": gettext_lazy("the certificate is awarded for the population asked"),
    "awarded_to_site": gettext_lazy("the certificate names the site of apheresis and administration"),
    "capacity_assessed": gettext_lazy("a person has assessed capacity"),
    "certificate_held": gettext_lazy("a certificate is valid on the days that count"),
    "certificate_or_transition": gettext_lazy("a certificate is valid on the days that count, or the transition holds"),
    "laboratory_on_site": gettext_lazy("the laboratory is on the site of administration"),
    "person_judges": gettext_lazy("a person judges, a second one countersigns"),
}
RECIPIENTS: dict[str, str | Promise] = {
    "ALL": gettext_lazy("all ages"),
    "CHILDREN": gettext_lazy("children"),
    "ADULTS": gettext_lazy("adults"),
}
PARAMETERS: dict[str, str | Promise] = {
    "per_year": gettext_lazy("on average a year"),
    "years": gettext_lazy("years"),
    "needed": gettext_lazy("needed in all"),
    "recipients": gettext_lazy("counting"),
    "activity": gettext_lazy("activity"),
    "activities": gettext_lazy("activities"),
    "transitional": gettext_lazy("transition for"),
    "transition_until": gettext_lazy("transition until"),
    "confirm_until": gettext_lazy("with the Bureau's ruling until"),
    "judged": gettext_lazy("what is judged"),
}


def check_in_words(name: str, parameters: Mapping[str, Any]) -> str:
    """The check and its numbers; a name without words of its own stands as it is."""
    words = [f"{PARAMETERS.get(each, each)}: {_value(value)}" for each, value in parameters.items()]
    return f"{CHECKS.get(name, name)} ({'; '.join(words)})" if words else str(CHECKS.get(name, name))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    text = str(value)
    if text in RECIPIENTS:
        return str(RECIPIENTS[text])
    if text in Activity.values:
        return str(Activity(text).label)
    if text in JudgedCriterion.values:
        return str(JudgedCriterion(text).label)
    return _day(text) or text


def _day(text: str) -> str:
    try:
        return long_day(date.fromisoformat(text)) if len(text) == len("2026-12-31") else ""
    except ValueError:
        return ""


def unit_in_words(unit: str) -> str:
    """The unit of a stated number; none for what is no number."""
    return _("acts") if unit == "acts" else unit
