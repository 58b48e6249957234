"""How a stored statement reads in the dossier's language; the caller has set that language."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.templatetags.desk import site_number
from evaluation.dossiers.days import day
from evaluation.dossiers.tags import listed, named

LABELS: dict[str, str | Promise] = {
    "certificate": gettext_lazy("Certificate %(key)s"),
    "no_certificates": gettext_lazy("No certificate at all"),
    "iec_application": gettext_lazy("Running JACIE application"),
    "apheresis_site": gettext_lazy("Site of apheresis"),
    "laboratory_site": gettext_lazy("Site of the stem-cell laboratory"),
    "intensive_care_site": gettext_lazy("Site of intensive care"),
    "billed": gettext_lazy("Booked acts %(key)s"),
    "billed_paed": gettext_lazy("Booked acts %(key)s, children"),
    "declared_allografts": gettext_lazy("Declared by the hospital %(key)s"),
    "supplement": gettext_lazy("Supplement %(key)s"),
    "narrative": gettext_lazy("Description"),
}
ACTIVITIES: dict[str, str | Promise] = {
    "ADULT:ALLO": gettext_lazy("allogeneic (adults)"),
    "PAED:ALLO": gettext_lazy("allogeneic (children)"),
    "ADULT:IEC": gettext_lazy("immune effector cells (adults)"),
    "PAED:IEC": gettext_lazy("immune effector cells (children)"),
}
RULINGS: dict[str, str | Promise] = {
    "ACCEPTED": pgettext_lazy("supplement", "accepted"),
    "REFUSED": pgettext_lazy("supplement", "refused"),
    "": pgettext_lazy("supplement", "undecided"),
}


def label(field: str, key: str) -> str:
    """The name of a field, with the key that tells its values apart."""
    return (str(LABELS.get(field, field)) % {"key": key}).strip()


def value_in_words(field: str, value: Any, *, ruling: str | None = None) -> str:
    """What was stated, as a phrase; a field without words of its own as it stands."""
    text = WRITERS.get(field, str)(value)
    return text if ruling is None else _("%(value)s: %(ruling)s") % {"value": text, "ruling": RULINGS[ruling]}


def _certificate(value: Mapping[str, Any]) -> str:
    span = _("%(first)s up to and including %(last)s") % {
        "first": _day(value["valid_from"]),
        "last": _day(value["valid_to"]),
    }
    if value.get("extended_to"):
        span = _("%(span)s, extended to %(day)s") % {"span": span, "day": _day(value["extended_to"])}
    if value.get("renewal_filed_on"):
        span = _("%(span)s, renewal filed on %(day)s") % {"span": span, "day": _day(value["renewal_filed_on"])}
    scopes = sorted(f"{population}:{activity}" for population, activity in value["scopes"])
    return f"{span}; {listed(ACTIVITIES[scope] for scope in scopes)}"


def _iec_application(value: Mapping[str, Any]) -> str:
    return _("filed on %(day)s for site %(site)s") % {
        "day": _day(value["filed_on"]),
        "site": site_number(value["site"]),
    }


def _supplement(value: Mapping[str, Any]) -> str:
    return _("%(count)s, of which %(paed)s in children") % {"count": value["count"], "paed": value["paed"]}


def _codes(value: Mapping[str, int]) -> str:
    return ", ".join(named(code, number) for code, number in sorted(value.items()))


def _day(value: str) -> str:
    return day(date.fromisoformat(value))


def _text(value: Mapping[str, Any]) -> str:
    return str(value["text"])


WRITERS: dict[str, Callable[[Any], str]] = {
    "certificate": _certificate,
    "no_certificates": lambda value: _("yes") if value else _("no"),
    "iec_application": _iec_application,
    "apheresis_site": site_number,
    "laboratory_site": site_number,
    "intensive_care_site": site_number,
    "billed": _codes,
    "billed_paed": _codes,
    "declared_allografts": str,
    "supplement": _supplement,
    "narrative": _text,
}
