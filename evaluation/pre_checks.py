"""The pre-check of one site: facts in, findings out, the same for the page and for the interface; nothing is stored."""

from typing import Any

from django.utils.translation import get_language

from accounts.errors import Invalid, Problem
from evaluation.law import criteria_on, criteria_versions
from evaluation.rules.answer import answer, outlook_as_json
from evaluation.rules.evaluate import evaluate
from evaluation.rules.explain import LANGUAGES, explain_fault
from evaluation.rules.facts import Facts
from evaluation.rules.outlook import outlook
from evaluation.rules.parse import InvalidFacts, parse_facts
from evaluation.selectors.rounds import Opened, coming_rounds


def pre_check(document: object, *, opened: Opened) -> dict[str, Any]:
    """The answer for one set of facts. Raises Invalid with every fault, in the reader's language.

    `opened` are the batches there are, from `opened_batches`, read once for however many facts.
    """
    return answer_to(stated_facts(document), opened=opened)


def stated_facts(document: object) -> Facts:
    """The facts of the contract from its JSON. Raises Invalid with every fault, in the reader's language."""
    try:
        return parse_facts(document, criteria_versions())
    except InvalidFacts as faults:
        language = get_language() or "en"
        spoken = language if language in LANGUAGES else "en"
        problems = [Problem(row.pointer, row.code, explain_fault(row.code, spoken)) for row in faults.problems]
        raise Invalid("facts-faulty", problems=problems) from faults


def answer_to(facts: Facts, *, opened: Opened) -> dict[str, Any]:
    """The findings, by the criteria in force on the reference date, and when each unmet one could be met."""
    evaluation = evaluate(criteria_on(facts.reference_on), facts)
    rounds = coming_rounds(facts.reference_on, facts.booked_years, opened=opened)
    ahead = outlook(criteria_versions(), facts, evaluation, rounds)
    return answer(evaluation) | {"earliest_batch": outlook_as_json(ahead)}
