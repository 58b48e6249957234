from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.errors import Invalid, NotAllowed, Problem
from accounts.models import User
from accounts.policies import is_holder
from accounts.services.audit import record_event
from applications.enums import StatedIn
from applications.errors import problem
from applications.models import Annex, Application, Statement
from applications.policies import require_own, works_for
from applications.services.locks import lock_draft, touch
from applications.services.statements import Fact, cites, erase_fact, told_statements, write_fact
from applications.states import move_to_next
from applications.validators import application_problems, statement_problems
from centres.models import Centre, Holder, Paragraph, Product
from centres.validators import bare_number

CHANGEABLE = (
    "product",
    "paragraph",
    "centre",
    "populations",
    "language",
    "contact_email",
    "external_reference",
    "apheresis_site",
    "laboratory_site",
    "forecast_year_1",
    "forecast_year_2",
    "forecast_year_3",
    "motivation",
)
SITES = ("apheresis_site", "laboratory_site")

__all__ = ["CHANGEABLE", "Fact", "change_application", "delete_draft", "save_answers", "start_application"]
__all__ += ["state_fact", "unstate_fact"]


@transaction.atomic
def start_application(
    *,
    holder: Holder,
    product: Product,
    paragraph: Paragraph,
    centre: Centre,
    populations: Iterable[str],
    language: str,
    contact_email: str,
    by: User,
    at: datetime,
    external_reference: str = "",
    apheresis_site: str = "",
    laboratory_site: str = "",
    forecast: tuple[int | None, int | None, int | None] = (None, None, None),
    motivation: str = "",
) -> Application:
    """Write a draft of the holder; sites may still be empty, but what is given must be right.

    Raises NotAllowed when the person does not file for the holder, Invalid with all faults at once.
    """
    if not is_holder(by) or not works_for(by, holder):
        raise NotAllowed
    asked = {"product": product, "paragraph": paragraph, "centre": centre, "populations": list(populations)}
    words = {"language": language, "contact_email": contact_email, "external_reference": external_reference}
    sites = {"apheresis_site": apheresis_site, "laboratory_site": laboratory_site}
    years = {f"forecast_year_{place}": count for place, count in enumerate(forecast, start=1)}
    values = tidied({**asked, **words, **sites, "motivation": motivation, **years})
    application = Application(holder=holder, created_by=by, created_at=at, changed_at=at, **values)
    _require_valid(application, values)
    application.save(force_insert=True)
    record_event(application, by=by, at=at, verb="start", after=_told(values))
    return application


@transaction.atomic
def save_answers(
    application: Application,
    *,
    changes: Mapping[str, object] | None = None,
    stated: Iterable[Fact] = (),
    unstated: Iterable[tuple[str, str]] = (),
    by: User,
    at: datetime,
    expected_version: int | None = None,
    stated_in: str = StatedIn.FORM,
) -> Application:
    """Save one step of the form as a whole or not at all; nothing changed leaves no trace.

    Raises Conflict (``stale-version``, ``not-a-draft``), NotFound, NotAllowed, Invalid with all faults at once.
    """
    require_own(by, application)
    locked = lock_draft(application, expected_version=expected_version)
    facts = tuple(stated)
    values = tidied(changes or {})
    before = {name: getattr(locked, name) for name in values}
    for name, value in values.items():
        setattr(locked, name, value)
    _require_valid(locked, values, facts)
    written = {name: value for name, value in values.items() if before[name] != value}
    told = [change for fact in facts if (change := write_fact(locked, fact, by=by, at=at, stated_in=stated_in))]
    gone = [field_key for field_key in unstated if erase_fact(locked, *field_key)]
    if not (written or told or gone):
        return locked
    touch(locked, at=at)
    locked.save()
    record_event(
        locked,
        by=by,
        at=at,
        verb="change",
        before=_told({name: before[name] for name in written}),
        after=_told(written) | told_statements(told, gone),
    )
    return locked


def change_application(
    application: Application,
    *,
    changes: Mapping[str, object],
    by: User,
    at: datetime,
    expected_version: int | None = None,
) -> Application:
    """Change what a draft asks. Raises as ``save_answers`` does."""
    return save_answers(application, changes=changes, by=by, at=at, expected_version=expected_version)


@transaction.atomic
def state_fact(
    application: Application,
    *,
    field: str,
    key: str = "",
    value: object,
    annex: Annex | None = None,
    page: int | None = None,
    stated_in: str = StatedIn.FORM,
    by: User,
    at: datetime,
    expected_version: int | None = None,
) -> Statement:
    """State one fact of the site in a draft; the same field and key replaces what was stated. Raises as
    ``save_answers`` does."""
    fact = Fact(field, value, key, annex, page)
    save_answers(application, stated=[fact], by=by, at=at, stated_in=stated_in, expected_version=expected_version)
    return Statement.objects.get(application=application, field=field, key=key)


def unstate_fact(statement: Statement, *, by: User, at: datetime, expected_version: int | None = None) -> None:
    """Take back what a draft states. Raises as ``save_answers`` does."""
    said = (statement.field, statement.key)
    save_answers(statement.application, unstated=[said], by=by, at=at, expected_version=expected_version)


@transaction.atomic
def delete_draft(application: Application, *, by: User, at: datetime) -> Application:
    """Put a draft away; the row stays, withdrawn. Raises Conflict, NotFound, NotAllowed."""
    require_own(by, application)
    locked = lock_draft(application)
    move_to_next(locked, "withdraw", by=by, at=at)
    return locked


def tidied(values: Mapping[str, object]) -> dict[str, Any]:
    """What was given as it is written: trimmed, sites without dots. Raises Invalid for a field that does not change."""
    unknown = [name for name in values if name not in CHANGEABLE]
    if unknown:
        raise Invalid(problems=[problem(f"/{name}", "field-unknown") for name in unknown])
    tidied: dict[str, Any] = {name: v.strip() if isinstance(v, str) else v for name, v in values.items()}
    for name in SITES:
        if name in tidied:
            tidied[name] = bare_number(tidied[name])
    if isinstance(tidied.get("populations"), list | tuple):
        tidied["populations"] = sorted(tidied["populations"])
    return tidied


def _require_valid(application: Application, values: Mapping[str, Any], facts: tuple[Fact, ...] = ()) -> None:
    faults = [*answer_faults(application, values, facts), *_taken_reference(application, values)]
    if faults:
        raise Invalid(problems=faults)


def answer_faults(application: Application, values: Mapping[str, Any], facts: Iterable[Fact]) -> list[Problem]:
    """Everything wrong with answers, but for what only a question to the database tells."""
    faults = [*application_problems(values), *paragraph_faults(application)]
    for fact in facts:
        at_fact = f"/statements/{fact.field}/{fact.key}".rstrip("/")
        faults += [Problem(at_fact + p.pointer, p.code, p.message) for p in statement_problems(fact.field, fact.value)]
        if fact.annex is not None and not cites(application, fact):
            faults.append(problem(f"{at_fact}/page", "annex-page", page=fact.page))
    return faults


def _taken_reference(application: Application, values: Mapping[str, Any]) -> list[Problem]:
    reference = values.get("external_reference")
    same = Application.objects.filter(holder=application.holder, external_reference=reference)
    if reference and same.exclude(pk=application.pk).exists():
        return [problem("/external_reference", "reference-taken")]
    return []


def paragraph_faults(application: Application) -> list[Problem]:
    """A paragraph belongs to the product."""
    if application.paragraph.product_id == application.product_id:
        return []
    return [problem("/paragraph", "paragraph-of-other-product")]


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(v.pk) if isinstance(v, Product | Paragraph | Centre) else v for name, v in values.items()}
