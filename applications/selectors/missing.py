from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from accounts.errors import sentence
from accounts.templatetags.desk import long_date
from applications.calendar import is_outside_window
from applications.enums import ApplicationState, EvidenceSlot, StatementField
from applications.evidence import NARRATIVES, asked_slots, step_of
from applications.models import Application, Batch
from applications.selectors.answers import NARRATIVE_NAMES
from applications.selectors.batches import batch_for
from applications.validators import application_problems
from centres.enums import HolderRole, Population
from centres.models import Listing
from centres.validators import cnk_warning

NOT_FILED = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.INADMISSIBLE)
FIELD_STEPS = {"populations": "product", "language": "product", "external_reference": "product"}
FIELD_STEPS |= {"apheresis_site": "centre", "contact_email": "centre", "laboratory_site": "laboratory"}


@dataclass(frozen=True, slots=True)
class MissingItem:
    """What stands between a draft and its submission (blocking), or what a reader will miss in it."""

    code: str
    step: str
    blocking: bool
    message: str


def missing_items(application: Application, *, on: date) -> tuple[MissingItem, ...]:
    """Everything that keeps the application from the round of that day, and all warnings, at once.

    ``step`` says where to repair it. Raises Unavailable when no round takes files in on that day.
    """
    batch = application.batch or batch_for(on)
    return (*_blocking(application, batch), *_warnings(application, batch, on))


def _blocking(application: Application, batch: Batch) -> Iterator[MissingItem]:
    yield from _product(application, batch)
    yield from _faulty_fields(application)
    if not application.apheresis_site:
        yield _item("apheresis-site-missing", "centre")
    yield from _already_listed(application, batch)
    yield from _same_application(application, batch)


def _item(code: str, step: str, *, blocking: bool = True, **data: object) -> MissingItem:
    return MissingItem(code, step, blocking, sentence(code, data))


def _product(application: Application, batch: Batch) -> Iterator[MissingItem]:
    product, paragraph = application.product, application.paragraph
    if not product.is_cart:
        yield _item("not-cart", "product", product=product.name)
    if not paragraph.is_reimbursed_on(batch.reference_on):
        yield _item(
            "paragraph-not-reimbursed",
            "product",
            note=sentence("new-indication", {}),
            paragraph=paragraph.number,
            day=long_date(batch.reference_on),
        )
    if Population.PAED in application.populations and not paragraph.includes_children:
        yield _item("paragraph-without-children", "product")


def _faulty_fields(application: Application) -> Iterator[MissingItem]:
    values = {name: getattr(application, name) for name in FIELD_STEPS}
    values["motivation"] = application.motivation
    for fault in application_problems(values):
        step = FIELD_STEPS.get(fault.pointer.removeprefix("/"), "forecast")
        yield MissingItem(fault.code, step, True, str(fault.message))


def _already_listed(application: Application, batch: Batch) -> Iterator[MissingItem]:
    listed = Listing.objects.in_force_on(batch.reference_on).filter(
        centre=application.centre,
        product=application.product,
        paragraph=application.paragraph,
        population__in=application.populations,
    )
    for population in listed.values_list("population", flat=True):
        yield _item("already-listed", "centre", population=Population(population).label)


def _same_application(application: Application, batch: Batch) -> Iterator[MissingItem]:
    same = (
        Application.objects.filter(batch=batch, holder=application.holder, product=application.product)
        .filter(paragraph=application.paragraph, centre=application.centre)
        .filter(populations__overlap=application.populations)
        .exclude(state__in=NOT_FILED)
        .exclude(pk=application.pk)
        .select_related("batch")
        .first()
    )
    if same is not None:
        yield _item("same-application", "product", reference=same.reference)


def _warnings(application: Application, batch: Batch, on: date) -> Iterator[MissingItem]:
    stated = _stated(application)
    if application.filed_outside_window or (application.is_draft and is_outside_window(on)):
        yield _warning("outside-window", "check", batch=batch.code, day=long_date(batch.reference_on))
    if application.product.code and cnk_warning(application.product.code):
        yield _warning("cnk-unusual", "product", cnk=application.product.code)
    yield from _unstated(application, batch, stated)
    yield from _without_document(application, frozenset(field for field, _key in stated))
    if None in application.forecast:
        yield _warning("forecast-missing", "forecast")
    if not application.motivation.strip():
        yield _warning("motivation-missing", "forecast")


def _warning(code: str, step: str, **data: object) -> MissingItem:
    return _item(code, step, blocking=False, **data)


def _stated(application: Application) -> frozenset[tuple[str, str]]:
    return frozenset(application.statements.values_list("field", "key"))


def _unstated(application: Application, batch: Batch, stated: frozenset[tuple[str, str]]) -> Iterator[MissingItem]:
    fields = {field for field, _key in stated}
    if not fields & {StatementField.CERTIFICATE, StatementField.NO_CERTIFICATES}:
        yield _warning("certificates-missing", "certificates")
    years = {(StatementField.DECLARED_ALLOGRAFTS.value, str(year)) for year in batch.booked_years}
    if not years <= stated:
        yield _warning("allografts-missing", "allografts")
    if not application.laboratory_site:
        yield _warning("laboratory-site-missing", "laboratory")
    for step, criteria in NARRATIVES.items():
        asked = step != "paediatrics" or Population.PAED in application.populations
        untold = [name for name in criteria if (StatementField.NARRATIVE.value, name) not in stated]
        if asked and untold:
            what = ", ".join(str(NARRATIVE_NAMES[name]) for name in untold)
            yield _warning("narrative-missing", step, what=what)


def _without_document(application: Application, stated: frozenset[str]) -> Iterator[MissingItem]:
    asked = asked_slots(
        stated=stated,
        with_children=Population.PAED in application.populations,
        represented=application.holder.role == HolderRole.REPRESENTATIVE,
    )
    filled = set(application.annexes.present().values_list("slot", flat=True))
    for slot in EvidenceSlot:
        if slot in asked and slot not in filled:
            yield _warning("evidence-missing", step_of(slot), slot=slot.label)
