"""The pre-check of one site: facts in, findings out, the same for the page and for the interface; nothing is stored."""

from typing import Any

from django.utils.translation import get_language

from accounts.errors import Invalid, Problem
from evaluation.law import criteria_on, criteria_versions
from evaluation.rules.answer import answer
from evaluation.rules.evaluate import evaluate
from evaluation.rules.explain import LANGUAGES, explain_fault
from evaluation.rules.facts import Facts
from evaluation.rules.parse import InvalidFacts, parse_facts


def pre_check(document: object) -> dict[str, Any]:
    """The answer for one set of facts. Raises Invalid with every fault, in the reader's language."""
    return answer_to(stated_facts(document))


def stated_facts(document: object) -> Facts:
    """The facts of the contract from its JSON. Raises Invalid with every fault, in the reader's language."""
    try:
        return parse_facts(document, criteria_versions())
    except InvalidFacts as faults:
        language = get_language() or "en"
        spoken = language if language in LANGUAGES else "en"
        problems = [Problem(row.pointer, row.code, explain_fault(row.code, spoken)) for row in faults.problems]
        raise Invalid("facts-faulty", problems=problems) from faults


def answer_to(facts: Facts) -> dict[str, Any]:
    """The findings, by the criteria in force on the reference date."""
    return answer(evaluate(criteria_on(facts.reference_on), facts))
