"""Everything stated, judged and attached about the sites of a batch, read in bulk."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from applications.enums import ApplicationState
from applications.models import Annex, Batch
from centres.models import Centre, Certificate
from evaluation.enums import InputField
from evaluation.models import BureauRuling, IecApplication, Input, Judgement, Resolution, Supplement
from evaluation.models.inputs import Stated


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """Everything stated, judged and attached about one site in one batch, as loaded in bulk."""

    batch: Batch
    centre: Centre
    inputs: tuple[Input, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    iec_applications: tuple[IecApplication, ...] = ()
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    bureau_ruling: BureauRuling | None = None
    annexes: tuple[Annex, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    registered: Mapping[str, Certificate] = field(default_factory=dict)
    """The register's certificates under the identity of those stated, see `certificate_identity`."""

    def current(self, name: str, key: str = "") -> tuple[Input, ...]:
        return tuple(row for row in self.inputs if row.is_current and (row.field, row.key) == (name, key))

    def confirmed(self, name: str, key: str = "") -> Any:
        """The one confirmed value of a field, None when nobody confirmed one or statements contradict each other."""
        rows = self.current(name, key)
        if len({canonical(row.value) for row in rows}) > 1:
            return None
        return next((row.value for row in rows if row.is_confirmed), None)


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)


LEFT_BEHIND = Q(application__state__in=(ApplicationState.WITHDRAWN, ApplicationState.INADMISSIBLE), confirmed_at=None)
"""What a file stated that is no longer in the batch, and that nobody confirmed: nobody states it any more."""


def site_records(batch: Batch, centres: Iterable[Centre]) -> dict[UUID, SiteRecord]:
    """The records of several sites in a number of queries that does not grow with them."""
    centres = list(centres)
    ids = [centre.pk for centre in centres]
    about = {"batch": batch, "centre__in": ids}
    people = ("stated_by", "confirmed_by", "annex", "application__batch", "application__holder")
    inputs = _by_centre(Input.objects.filter(**about).exclude(LEFT_BEHIND).select_related(*people, "vintage"))
    supplements = _by_centre(
        Supplement.objects.filter(**about).exclude(LEFT_BEHIND).select_related(*people, "ruled_by")
    )
    iec_applications = _by_centre(IecApplication.objects.filter(**about).exclude(LEFT_BEHIND).select_related(*people))
    judgements = _by_centre(
        Judgement.objects.filter(**about, superseded_at=None).select_related("by", "countersigned_by")
    )
    rulings = _by_centre(BureauRuling.objects.filter(**about, superseded_at=None).select_related("recorded_by"))
    resolutions = _resolutions(batch, centres)
    registered = _registered(row for rows in inputs.values() for row in rows)
    annexes = defaultdict(list)
    for annex in (
        Annex.objects.present()
        .filter(application__batch=batch, application__centre__in=ids)
        .select_related("application__batch")
    ):
        annexes[annex.application.centre_id].append(annex)
    return {
        centre.pk: SiteRecord(
            batch=batch,
            centre=centre,
            inputs=tuple(inputs[centre.pk]),
            supplements=tuple(supplements[centre.pk]),
            iec_applications=tuple(iec_applications[centre.pk]),
            judgements={row.criterion: row for row in judgements[centre.pk]},
            bureau_ruling=next(iter(rulings[centre.pk]), None),
            annexes=tuple(annexes[centre.pk]),
            resolutions=tuple(resolutions[centre.pk]),
            registered=registered,
        )
        for centre in centres
    }


def _resolutions(batch: Batch, centres: Iterable[Centre]) -> dict[UUID, list[Resolution]]:
    """By site; what two sites share is resolved for both."""
    by_number = {centre.site_number: centre.pk for centre in centres}
    found: dict[UUID, list[Resolution]] = defaultdict(list)
    for row in Resolution.objects.filter(batch=batch).select_related("by", "centre"):
        for number in {row.centre.site_number, *(source["site"] for source in row.sources)} & by_number.keys():
            found[by_number[number]].append(row)
    return found


def certificate_identity(body: str, number: str) -> str:
    """What one certificate is known by: who issued it and its number, however they are typed."""
    return f"{body} {number}".casefold().replace(" ", "")


def _registered(rows: Iterable[Input]) -> dict[str, Certificate]:
    """The register's entry of every certificate stated."""
    values = [row.value for row in rows if row.field == InputField.CERTIFICATE]
    stated = {certificate_identity(value["body"], value["number"]) for value in values}
    same_number = Q(pk=None)
    for number in sorted({str(value["number"]).strip() for value in values}):
        same_number |= Q(number__iexact=number)
    found = Certificate.objects.filter(same_number).prefetch_related("scopes", "facilities", "centres")
    by_identity = {certificate_identity(row.body, row.number): row for row in found}
    return {name: row for name, row in by_identity.items() if name in stated}


def _by_centre(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.centre_id].append(row)
    return grouped


def fact_name(row: Stated) -> tuple[str, str]:
    """Which fact of the site a row is about: its field, and the key that tells facts of one field apart."""
    match row:
        case Input():
            return row.field, row.key
        case Supplement():
            return "supplement", f"{row.year} {row.reference}"
        case IecApplication():
            return "iec_application", ""
    raise TypeError(type(row).__name__)


def stated_value(row: Stated) -> Any:
    """What a row states, without who, when and where."""
    match row:
        case Input():
            return row.value
        case Supplement():
            return {"basis": row.basis, "count": row.count, "paed": row.paed}
        case IecApplication():
            return {"filed_on": row.filed_on.isoformat(), "site": row.site_number}
    raise TypeError(type(row).__name__)
