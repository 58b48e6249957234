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
WITHOUT_UNITS: dict[str, str | Promise] = {
    "ASK": gettext_lazy("to verify"),
    "ACCEPT": gettext_lazy("enough"),
    "REFUSE": gettext_lazy("not enough"),
}
PARAMETERS: dict[str, str | Promise] = {
    "per_year": gettext_lazy("on average a year"),
    "years": gettext_lazy("years"),
    "needed": gettext_lazy("needed in all"),
    "recipients": gettext_lazy("counting"),
    "supplements_count": gettext_lazy("acts outside the insurance count"),
    "every_year": gettext_lazy("each year on its own"),
    "activity": gettext_lazy("activity"),
    "activities": gettext_lazy("activities"),
    "at_vote": gettext_lazy("again on the day of the vote"),
    "one_certificate": gettext_lazy("both units on one certificate"),
    "without_units": gettext_lazy("a certificate that lists no units"),
    "elsewhere_counts": gettext_lazy("a laboratory elsewhere counts"),
    "transitional": gettext_lazy("transition for"),
    "transition_allowed": gettext_lazy("transition allowed"),
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
    if text in RECIPIENTS or text in WITHOUT_UNITS:
        return str(RECIPIENTS.get(text) or WITHOUT_UNITS[text])
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
