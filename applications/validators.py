"""What may be typed into an application; the form, the API and the CSV ask the same functions."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.errors import Problem
from applications.enums import DossierLanguage, StatementField
from applications.errors import problem
from centres.enums import Activity, FacilityRole, Population
from centres.validators import site_number_fault

MAX_FORECAST: Final = 100_000
MAX_TEXT: Final = 10_000
MAX_REFERENCE: Final = 80
MODULUS: Final = 97
_NATIONAL_NUMBER: Final = re.compile(
    r"(?<![0-9])([0-9]{2})[ .-]?([0-9]{2})[ .-]?([0-9]{2})[ .-]?([0-9]{3})[ .-]?([0-9]{2})(?![0-9])", re.ASCII
)

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

Check = Callable[[str, object], Problem | None]


def holds_national_number(text: str) -> bool:
    """Eleven digits shaped like a birth date and closed by the check digits of a Belgian national number.

    Months are also accepted as raised by 20 or 40, as in numbers of people who are not in the national register.
    """
    return any(_is_national_number(*match.groups()) for match in _NATIONAL_NUMBER.finditer(text))


def _is_national_number(year: str, month: str, day: str, serial: str, check: str) -> bool:
    if int(month) % 20 > 12 or int(month) > 52 or int(day) > 31:
        return False
    nine = year + month + day + serial
    return int(check) in {MODULUS - int(nine) % MODULUS, MODULUS - int("2" + nine) % MODULUS}


def application_problems(values: Mapping[str, object]) -> tuple[Problem, ...]:
    """All faults of the fields given, each on its own; fields that are not given are not asked for."""
    found = (CHECKS[name](f"/{name}", value) for name, value in values.items() if name in CHECKS)
    return tuple(fault for fault in found if fault is not None)


def statement_problems(field: str, value: object) -> tuple[Problem, ...]:
    """All faults of one statement on the site; its shape is that of the facts of the pre-check."""
    check = STATEMENT_CHECKS.get(field)
    return (problem("/field", "statement-unknown"),) if check is None else tuple(check(value))


def check_free_text(pointer: str, value: object) -> Problem | None:
    """Text of people: not endless, and no patient in it."""
    text = str(value)
    if len(text) > MAX_TEXT:
        return problem(pointer, "text-too-long", limit=MAX_TEXT)
    return problem(pointer, "national-number") if holds_national_number(text) else None


def check_populations(pointer: str, value: object) -> Problem | None:
    chosen = list(value) if isinstance(value, list | tuple) else []
    if not chosen:
        return problem(pointer, "populations-missing")
    known = set(chosen) <= set(Population.values) and len(set(chosen)) == len(chosen)
    return None if known else problem(pointer, "populations-unknown")


def check_language(pointer: str, value: object) -> Problem | None:
    return None if value in DossierLanguage.values else problem(pointer, "language-not-nl-fr")


def check_email(pointer: str, value: object) -> Problem | None:
    try:
        validate_email(str(value))
    except ValidationError:
        return problem(pointer, "email-invalid")
    return None


def check_site(pointer: str, value: object) -> Problem | None:
    fault = site_number_fault(str(value))
    return None if fault is None else problem(pointer, f"site-number-{fault.replace('_', '-')}")


def check_optional_site(pointer: str, value: object) -> Problem | None:
    """A site may stay empty while the application is a draft."""
    return check_site(pointer, value) if value else None


def check_reference(pointer: str, value: object) -> Problem | None:
    if len(str(value)) > MAX_REFERENCE:
        return problem(pointer, "text-too-long", limit=MAX_REFERENCE)
    return check_free_text(pointer, value)


def check_forecast(pointer: str, value: object) -> Problem | None:
    return None if value is None else check_count(pointer, value)


def check_count(pointer: str, value: object) -> Problem | None:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_FORECAST
    return None if whole else problem(pointer, "count-invalid")


def check_day(pointer: str, value: object) -> Problem | None:
    return None if _day(value) else problem(pointer, "day-invalid")


def _day(value: object) -> date | None:
    """A day as YYYY-MM-DD, no week or day of the year that ISO 8601 knows as well."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        return None


def _filled(pointer: str, value: object) -> Problem | None:
    if not isinstance(value, str) or not value.strip():
        return problem(pointer, "missing")
    return check_reference(pointer, value)


def _certificate(value: object) -> list[Problem]:
    if not isinstance(value, dict):
        return [problem("", "statement-shape")]
    faults = [_filled("/body", value.get("body")), _filled("/number", value.get("number"))]
    faults += [check_day(f"/{name}", value.get(name)) for name in ("valid_from", "valid_to")]
    faults += [check_day(f"/{name}", value[name]) for name in ("extended_to", "renewal_filed_on") if value.get(name)]
    faults += _order(value)
    faults.append(_scopes(value.get("scopes")))
    faults += _facilities(value.get("facilities") or [])
    return [fault for fault in faults if fault is not None]


def _order(value: dict[str, object]) -> list[Problem]:
    start, end, extended = (_day(value.get(name)) for name in ("valid_from", "valid_to", "extended_to"))
    faults = []
    if start and end and end < start:
        faults.append(problem("/valid_to", "days-order"))
    if end and extended and extended <= end:
        faults.append(problem("/extended_to", "extension-order"))
    return faults


def _scopes(value: object) -> Problem | None:
    known = [[population, activity] for population in Population.values for activity in Activity.values]
    pairs = value if isinstance(value, list) else []
    if not pairs:
        return problem("/scopes", "scopes-missing")
    fine = all(isinstance(pair, list | tuple) and list(pair) in known for pair in pairs)
    return None if fine else problem("/scopes", "statement-shape")


def _facilities(value: object) -> list[Problem | None]:
    if not isinstance(value, list):
        return [problem("/facilities", "statement-shape")]
    faults: list[Problem | None] = []
    for place, row in enumerate(value):
        role, site = (row.get("role"), row.get("site")) if isinstance(row, dict) else (None, None)
        if role not in FacilityRole.values:
            faults.append(problem(f"/facilities/{place}/role", "statement-shape"))
        faults.append(check_site(f"/facilities/{place}/site", site))
    return faults


def _supplement(value: object) -> list[Problem]:
    if not isinstance(value, dict):
        return [problem("", "statement-shape")]
    count, paed = value.get("count"), value.get("paed")
    faults = [
        check_count("/year", value.get("year")),
        None if value.get("basis") in ("STUDY", "REGISTER") else problem("/basis", "statement-shape"),
        _filled("/reference", value.get("reference")),
        check_count("/count", count),
        check_count("/paed", paed),
    ]
    if isinstance(count, int) and isinstance(paed, int) and paed > count:
        faults.append(problem("/paed", "children-above-total"))
    return [fault for fault in faults if fault is not None]


def _iec_application(value: object) -> list[Problem]:
    given = value if isinstance(value, dict) else {}
    faults = [check_day("/filed_on", given.get("filed_on")), check_site("/site", given.get("site") or "")]
    return [fault for fault in faults if fault is not None]


def _narrative(value: object) -> list[Problem]:
    text = value.get("text") if isinstance(value, dict) else None
    fault = check_free_text("/text", text) if isinstance(text, str) and text.strip() else problem("/text", "missing")
    return [fault] if fault else []


def _single(check: Check) -> Callable[[object], list[Problem]]:
    def checked(value: object) -> list[Problem]:
        fault = check("", value)
        return [fault] if fault else []

    return checked


def _only_true(value: object) -> list[Problem]:
    return [] if value is True else [problem("", "statement-shape")]


CHECKS: Final[Mapping[str, Check]] = {
    "populations": check_populations,
    "language": check_language,
    "contact_email": check_email,
    "external_reference": check_reference,
    "apheresis_site": check_optional_site,
    "laboratory_site": check_optional_site,
    "forecast_year_1": check_forecast,
    "forecast_year_2": check_forecast,
    "forecast_year_3": check_forecast,
    "motivation": check_free_text,
}
STATEMENT_CHECKS: Final[Mapping[str, Callable[[object], list[Problem]]]] = {
    StatementField.CERTIFICATE: _certificate,
    StatementField.NO_CERTIFICATES: _only_true,
    StatementField.IEC_APPLICATION: _iec_application,
    StatementField.DECLARED_ALLOGRAFTS: _single(check_count),
    StatementField.SUPPLEMENT: _supplement,
    StatementField.INTENSIVE_CARE_SITE: _single(check_site),
    StatementField.NARRATIVE: _narrative,
}
