"""How a site stands before its batch closes: the rules on what is confirmed, and open where a stated site is not."""

from typing import Final

from evaluation.enums import InputField
from evaluation.facts import SiteRecord
from evaluation.law import criteria_on
from evaluation.rules.evaluate import evaluate, left_open
from evaluation.rules.facts import Facts
from evaluation.rules.model import Evaluation, Reason

ON_THE_SITE_OF_APHERESIS: Final = ("C1c", "P1")


def evaluate_live(record: SiteRecord, facts: Facts) -> Evaluation:
    """As closing the batch now would find it, save that an unconfirmed site of apheresis leaves C1c and P1 open.

    The facts of the contract ask for a site of apheresis, so they carry the stated one; it counts only once confirmed.
    """
    criteria = criteria_on(facts.reference_on)
    evaluation = evaluate(criteria, facts)
    reasons = open_for_now(record)
    if not reasons:
        return evaluation
    return left_open(criteria, facts, evaluation, reasons=reasons, missing="apheresis_site")


def open_for_now(record: SiteRecord) -> dict[str, Reason]:
    """The criteria that stay to verify while nobody confirmed the site of apheresis."""
    if record.confirmed(InputField.APHERESIS_SITE) is not None:
        return {}
    return {each: Reason("apheresis_site_open") for each in ON_THE_SITE_OF_APHERESIS}
