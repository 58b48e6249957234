"""The context of a dossier from what is stored, as it stood when the application was assessed."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from applications.enums import EvidenceSlot
from applications.models import Annex as AnnexRow
from applications.models import Application
from centres.selectors import realised_treatments
from evaluation.dossiers import parts
from evaluation.dossiers.figures import Capacity, CentreVolume
from evaluation.dossiers.model import (
    Admissibility,
    AdmissibilityItem,
    Annex,
    Asked,
    DossierContext,
    ForecastYear,
    Identification,
    Language,
    Request,
)
from evaluation.dossiers.version import TEMPLATE_VERSION
from evaluation.dossiers.words import ADMISSIBILITY_REASONS
from evaluation.law import criteria_versions
from evaluation.models import ApplicationAssessment, BureauRuling, CapacityAssessment, Dossier
from evaluation.rules.explain import criterion_name
from evaluation.rules.model import CriteriaVersion
from evaluation.trace.sources import trace_of_stored


def dossier_context(assessment: ApplicationAssessment, *, verify_url: str = "", language: str = "") -> DossierContext:
    """Everything the dossier of one assessment shows, in the language of its application unless told otherwise."""
    application = Application.objects.with_names().select_related("admissibility_by").get(pk=assessment.application_id)
    spoken: Language = "fr" if (language or application.language) == "fr" else "nl"
    criteria = _criteria(assessment)
    version, replaces = _version(assessment, spoken)
    tree = trace_of_stored(assessment, spoken)
    with translation.override(spoken):
        return DossierContext(
            language=spoken,
            version=version,
            identification=_identification(application, assessment, criteria),
            request=_request(application),
            outcome=assessment.outcome,
            outcomes=parts.outcomes(assessment.answer),
            tally=parts.tally(assessment.answer),
            criteria=parts.criteria_parts(tree, reference=application.reference),
            figures=parts.figure_tables(criteria, assessment.facts),
            capacity=_capacity(application, assessment.evaluated_at),
            admissibility=_admissibility(application, assessment.admissibility, spoken),
            receipt_sha256=assessment.receipt_sha256,
            warnings=parts.warnings(assessment.warnings, spoken),
            contradictions=parts.contradictions(tree),
            evidence=_evidence(application, assessment.evaluated_at),
            asked=_asked(application, assessment.evaluated_at),
            replaces_sha256=replaces,
            verify_url=verify_url,
        )


def _criteria(assessment: ApplicationAssessment) -> CriteriaVersion:
    """The version the assessment names; its sha256 is shown from the assessment, not from today's file."""
    wanted = assessment.criteria_id, assessment.criteria_version
    return next(version for version in criteria_versions() if (version.id, version.version) == wanted)


def _version(assessment: ApplicationAssessment, language: str) -> tuple[int, str]:
    """The number of this dossier, the same when it is rendered again, and the sha256 of the one before."""
    earlier = list(Dossier.objects.filter(application=assessment.application_id).order_by("number"))
    for row in earlier:
        if (row.assessment_id, row.template_version, row.language) == (assessment.pk, TEMPLATE_VERSION, language):
            earlier = [other for other in earlier if other.number < row.number]
            break
    return len(earlier) + 1, earlier[-1].sha256 if earlier else ""


def _identification(
    application: Application, assessment: ApplicationAssessment, criteria: CriteriaVersion
) -> Identification:
    batch, centre = application.batch, application.centre
    if batch is None:
        raise ValueError("an application without batch has no dossier")
    return Identification(
        reference=application.reference,
        holder=application.holder.name,
        product=application.product.name,
        active_substance=application.product.substance,
        paragraph=application.paragraph.number,
        populations=tuple(application.populations),
        hospital=centre.hospital.name,
        hospital_number=str(centre.hospital.number),
        site=centre.name,
        establishment_number=centre.site_number,
        address=", ".join(filter(None, (centre.street, f"{centre.postal_code} {centre.municipality}"))),
        batch_year=batch.year,
        batch_month=batch.half,
        reference_on=assessment.reference_on,
        vote_on=assessment.vote_on,
        booked_years=batch.booked_years,
        submitted_at=application.submitted_at,
        evaluated_at=assessment.evaluated_at,
        criteria_title=criteria.criteria[0].provenance.source.partition(",")[0],
        criteria_version=assessment.criteria_version,
        criteria_sha256=assessment.criteria_sha256,
    )


def _request(application: Application) -> Request:
    """The forecast names the years that follow the year of filing."""
    first = application.batch.year + 1 if application.batch else 0
    years = enumerate(application.forecast, start=first)
    return Request(
        forecast=tuple(ForecastYear(year, number) for year, number in years if number is not None),
        motivation=application.motivation,
    )


def _stood(at: datetime) -> Q:
    """Recorded by that moment and not yet replaced."""
    return Q(at__lte=at) & (Q(superseded_at=None) | Q(superseded_at__gt=at))


def _countersign(row: CapacityAssessment, at: datetime) -> tuple[str, datetime | None]:
    """A countersignature given after that moment is not part of it."""
    if row.countersigned_by is None or row.countersigned_at is None or row.countersigned_at > at:
        return "", None
    return row.countersigned_by.name, row.countersigned_at


def _capacity(application: Application, at: datetime) -> Capacity:
    table = realised_treatments(known_at=at)
    row = (
        CapacityAssessment.objects.filter(_stood(at), application=application)
        .select_related("by", "countersigned_by")
        .first()
    )
    signed_by, signed_at = _countersign(row, at) if row else ("", None)
    return Capacity(
        assessment=row.value if row else "",
        reason=row.reason if row else "",
        by=row.by.name if row else "",
        at=row.at if row else None,
        countersigned_by=signed_by,
        countersigned_at=signed_at,
        years=table.years,
        centres=tuple(
            CentreVolume(str(line.centre), tuple(line.per_year.get(year) for year in table.years))
            for line in table.centres
        ),
        source=table.vintage.source if table.vintage else "",
        cut_off_on=table.vintage.cut_off_on if table.vintage else None,
    )


def _admissibility(application: Application, findings: list[dict[str, Any]], language: str) -> Admissibility:
    return Admissibility(
        result=application.admissibility,
        by=application.admissibility_by.name if application.admissibility_by else "",
        at=application.admissibility_at,
        items=tuple(
            AdmissibilityItem(row["id"], criterion_name(row["id"], language), row["result"], _admissibility_reason(row))
            for row in findings
        ),
    )


def _admissibility_reason(row: dict[str, Any]) -> str:
    """A person's own words with the name, or the sentence of what the rules found."""
    if row["said_by"]:
        return f"{row['reason']} ({row['said_by']})" if row["reason"] else str(row["said_by"])
    code, _separator, slots = row["reason"].partition(": ")
    names = ", ".join(str(EvidenceSlot(slot).label) for slot in slots.split(", ")) if slots else ""
    return f"{ADMISSIBILITY_REASONS[code]} {names}".strip()


def _evidence(application: Application, at: datetime) -> tuple[Annex, ...]:
    rows: QuerySet[AnnexRow] = AnnexRow.objects.filter(
        Q(removed_at=None) | Q(removed_at__gt=at), application=application, added_at__lte=at
    )
    filed = tuple(Annex(row.number, row.title, row.file_name, row.pages, row.sha256) for row in rows)
    return filed + _minutes(application, at)


def _minutes(application: Application, at: datetime) -> tuple[Annex, ...]:
    """The Bureau's minutes on the site, as its ruling stood at that moment; they bear no number of an annex."""
    rulings = BureauRuling.objects.filter(
        Q(superseded_at=None) | Q(superseded_at__gt=at),
        batch=application.batch_id,
        centre=application.centre_id,
        recorded_at__lte=at,
    )
    return tuple(
        Annex(
            number=0,
            title=_("Minutes of the Bureau, %(reference)s") % {"reference": row.minutes_reference},
            file_name=row.minutes_file_name,
            pages=row.minutes_pages,
            sha256=row.minutes_sha256,
        )
        for row in rulings
    )


def _asked(application: Application, at: datetime) -> tuple[Asked, ...]:
    """What the files of the site ask in this batch: those assessed by then, for only these reach the committee."""
    assessed = ApplicationAssessment.objects.filter(application=OuterRef("pk"), evaluated_at__lte=at)
    files = Application.objects.filter(Exists(assessed), batch=application.batch_id, centre=application.centre_id)
    return tuple(
        Asked(
            reference=row.reference,
            holder=row.holder.name,
            product=row.product.name,
            paragraph=row.paragraph.number,
            populations=tuple(row.populations),
            own=row.pk == application.pk,
        )
        for row in files.with_names().order_by("number")
    )
