"""What a volume of annexes and a pack are made of, from what is stored."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Q

from applications.calendar import local_day
from applications.enums import ApplicationState
from applications.models import Annex, Application, Batch
from evaluation.dossiers.annexes import Piece, VolumeInputs
from evaluation.dossiers.model import Language
from evaluation.dossiers.pack import Item, Outcome, PackInputs, Part, Row, Sitting, Verdict, VerdictTable
from evaluation.models import ApplicationAssessment, Ballot, Dossier, Meeting
from evaluation.rules.enums import Population
from evaluation.selectors import current_assessments


def volume_inputs(assessment: ApplicationAssessment) -> VolumeInputs:
    """The evidence that stood when the application was assessed."""
    application = Application.objects.with_names().get(pk=assessment.application_id)
    at = assessment.evaluated_at
    rows = Annex.objects.filter(
        Q(removed_at=None) | Q(removed_at__gt=at), application=application, added_at__lte=at
    ).order_by("number")
    language: Language = "fr" if application.language == "fr" else "nl"
    return VolumeInputs(
        language=language,
        reference=application.reference,
        subject=_subject(application),
        pieces=tuple(Piece(row.number, row.title, row.file_name, row.sha256, row.pages) for row in rows),
    )


def packed_assessments(batch: Batch) -> tuple[ApplicationAssessment, ...]:
    """The standing assessments of the applications that were not withdrawn, in the order of their references."""
    standing = current_assessments(batch)
    kept = Application.objects.filter(pk__in=standing).exclude(state=ApplicationState.WITHDRAWN).with_names()
    rows = []
    for application in kept.order_by("number"):
        assessment = standing[application.pk]
        assessment.application = application
        rows.append(assessment)
    return tuple(rows)


def stored_parts(assessments: Sequence[ApplicationAssessment]) -> dict[UUID, Dossier]:
    """By application, the newest dossier whose receipt is the one that stands; none where the receipt changed."""
    receipts = {row.application_id: row.receipt_sha256 for row in assessments}
    told = Dossier.objects.filter(application__in=receipts).values_list("pk", "assessment__receipt_sha256")
    receipt_of = dict(told)
    rows = Dossier.objects.filter(application__in=receipts).select_related("revocation").order_by("number")
    return {row.application_id: row for row in rows if receipt_of.get(row.pk) == receipts[row.application_id]}


def pack_inputs(
    batch: Batch, assessments: Sequence[ApplicationAssessment], dossiers: Mapping[UUID, Dossier], *, language: Language
) -> PackInputs:
    """Everything the front says and the files that follow; every assessment has its dossier."""
    parts = tuple(_part(row, dossiers[row.application_id]) for row in assessments)
    return PackInputs(
        language=language,
        batch=batch.code,
        batch_year=batch.year,
        batch_month=batch.half,
        reference_on=batch.reference_on,
        sittings=_sittings(batch),
        parts=parts,
    )


def verdict_table(batch: Batch, assessments: Sequence[ApplicationAssessment], *, language: Language) -> VerdictTable:
    """What a pack will say of all verdicts, which waits for no dossier."""
    return VerdictTable(language, batch.code, batch.year, batch.half, tuple(_row(row) for row in assessments))


def _row(assessment: ApplicationAssessment) -> Row:
    by_population = assessment.answer["by_population"]
    return Row(
        reference=assessment.application.reference,
        site=f"{assessment.application.centre.hospital.name}, {assessment.application.centre.name}",
        outcomes=tuple(Outcome(each.value, by_population[each]) for each in Population if each in by_population),
        verdicts=tuple(Verdict(row["id"], row["verdict"]) for row in assessment.answer["findings"]),
    )


def _part(assessment: ApplicationAssessment, dossier: Dossier) -> Part:
    product = assessment.application.product.name
    revoked_on = local_day(dossier.revocation.at) if dossier.was_revoked else None
    return Part(_row(assessment), product, dossier.number, dossier.sha256, dossier.pages, revoked_on)


def _sittings(batch: Batch) -> tuple[Sitting, ...]:
    names = ("application__batch", "application__centre__hospital", "application__product")
    ballots = Ballot.objects.filter(meeting__batch=batch).select_related(*names)
    by_meeting: dict[UUID, list[Ballot]] = {}
    for ballot in ballots.order_by("application__centre__name", "application__number", "population"):
        by_meeting.setdefault(ballot.meeting_id, []).append(ballot)
    return tuple(
        Sitting(meeting.held_on, tuple(_item(ballot) for ballot in by_meeting.get(meeting.pk, ())))
        for meeting in Meeting.objects.filter(batch=batch).order_by("held_on")
    )


def _item(ballot: Ballot) -> Item:
    application = ballot.application
    site = f"{application.centre.hospital.name}, {application.centre.name}"
    return Item(application.reference, site, application.product.name, ballot.population)


def _subject(application: Application) -> str:
    return f"{application.centre.hospital.name}, {application.centre.name} · {application.product.name}"
