"""AD1 to AD7 of one application: what the desk's rules find by themselves, and what a person has to say."""

from dataclasses import dataclass

from applications.enums import AdmissibilityState, EvidenceSlot
from applications.models import Application, Batch
from centres.enums import HolderRole
from centres.models import Listing
from evaluation.law import criteria_on
from evaluation.models import AdmissibilityCheck

PERSON_ITEMS = ("AD1", "AD5")
TO_CONFIRM = "TO_CONFIRM"


@dataclass(frozen=True, slots=True)
class AdmissibilityFinding:
    """One item: ADMISSIBLE, TO_COMPLETE, INADMISSIBLE, or TO_CONFIRM while a person has not spoken."""

    id: str
    result: str
    reason: str
    said_by: str = ""


def admissibility_findings(application: Application, *, batch: Batch) -> tuple[AdmissibilityFinding, ...]:
    """Every item in order; a named person's check of an item takes the place of what the rules find."""
    checks = {row.item: row for row in application.admissibility_checks.select_related("by")}
    found = {
        "AD1": AdmissibilityFinding("AD1", TO_CONFIRM, "person-confirms-role"),
        "AD2": _reimbursed(application, batch),
        "AD3": AdmissibilityFinding("AD3", AdmissibilityState.ADMISSIBLE, "asks-a-new-centre-only"),
        "AD4": _window(application),
        "AD5": AdmissibilityFinding("AD5", TO_CONFIRM, "person-confirms-qualification"),
        "AD6": _not_listed_yet(application, batch),
        "AD7": _evidence_complete(application, batch),
    }
    return tuple(_said(checks[item]) if item in checks else finding for item, finding in found.items())


def _said(check: AdmissibilityCheck) -> AdmissibilityFinding:
    return AdmissibilityFinding(check.item, check.result, check.reason, said_by=check.by.name)


def _reimbursed(application: Application, batch: Batch) -> AdmissibilityFinding:
    met = application.product.is_cart and application.paragraph.is_reimbursed_on(batch.reference_on)
    state = AdmissibilityState.ADMISSIBLE if met else AdmissibilityState.INADMISSIBLE
    return AdmissibilityFinding("AD2", state, "reimbursed-on-reference-day" if met else "not-reimbursed")


def _window(application: Application) -> AdmissibilityFinding:
    reason = "filed-outside-window" if application.filed_outside_window else "filed-in-window"
    return AdmissibilityFinding("AD4", AdmissibilityState.ADMISSIBLE, reason)


def _not_listed_yet(application: Application, batch: Batch) -> AdmissibilityFinding:
    listed = Listing.objects.in_force_on(batch.reference_on).filter(
        centre=application.centre_id,
        product=application.product_id,
        paragraph=application.paragraph_id,
        population__in=application.populations,
    )
    if listed.exists():
        return AdmissibilityFinding("AD6", AdmissibilityState.INADMISSIBLE, "listed-already")
    return AdmissibilityFinding("AD6", AdmissibilityState.ADMISSIBLE, "site-identified")


def _evidence_complete(application: Application, batch: Batch) -> AdmissibilityFinding:
    missing = missing_slots(application, batch)
    if missing:
        return AdmissibilityFinding("AD7", AdmissibilityState.TO_COMPLETE, "evidence-missing: " + ", ".join(missing))
    return AdmissibilityFinding("AD7", AdmissibilityState.ADMISSIBLE, "evidence-complete")


def asked_slots(application: Application, batch: Batch) -> tuple[str, ...]:
    """The evidence that the criteria ask of this application, in the order of the criteria.

    A slot that only some files need (the transition, acts outside the insurance, a mandate) is asked of those alone.
    """
    criteria = criteria_on(batch.reference_on)
    asked = set(application.populations)
    slots = [
        str(slot)
        for criterion in criteria.criteria
        if {str(p) for p in criterion.populations} & asked
        for slot in criterion.evidence
    ]
    slots.append(EvidenceSlot.HOLDER_QUALIFICATION)
    stated = {(row.field) for row in application.statements.all()}
    conditional = {
        EvidenceSlot.IEC_APPLICATION: "iec_application" in stated,
        EvidenceSlot.SUPPLEMENT: "supplement" in stated,
        EvidenceSlot.MANDATE: application.holder.role == HolderRole.REPRESENTATIVE,
        EvidenceSlot.JACIE_CERTIFICATE: "no_certificates" not in stated,
        EvidenceSlot.JACIE_FACILITIES: "no_certificates" not in stated,
    }
    if application.holder.role == HolderRole.REPRESENTATIVE:
        slots.append(EvidenceSlot.MANDATE)
    return tuple(dict.fromkeys(slot for slot in slots if conditional.get(EvidenceSlot(slot), True)))


def missing_slots(application: Application, batch: Batch) -> tuple[str, ...]:
    given = set(application.annexes.present().values_list("slot", flat=True))
    return tuple(slot for slot in asked_slots(application, batch) if slot not in given)
