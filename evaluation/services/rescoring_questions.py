"""Which questions a re-scoring can answer; a wrong one is told what is allowed."""

from accounts.errors import Invalid, Problem, sentence
from evaluation.enums import RescoringKind
from evaluation.law import criteria_versions
from evaluation.register import alternatives
from evaluation.rules.model import CriteriaVersion
from evaluation.rules.variants import with_parameters
from evaluation.rules.versions import InvalidCriteria
from evaluation.simulation import Question

MOST_VALUES = 50
HIGHEST = 10_000


def require_answerable(question: Question) -> None:
    """Raises Invalid with the field at fault and what may stand there."""
    match question.kind:
        case RescoringKind.VERSION:
            _require_version(question)
        case RescoringKind.DATE:
            _require_date(question)
        case RescoringKind.READING:
            _require_alternative(question)
        case RescoringKind.MINIMUM:
            _require_minimum(question)


def _refuse(pointer: str, code: str, **data: object) -> Invalid:
    return Invalid(code, problems=[Problem(pointer, "value", sentence(code, data))], **data)


def _require_version(question: Question) -> None:
    known = [each.version for each in criteria_versions()]
    if question.version not in known:
        given, allowed = question.version or "?", ", ".join(known)
        raise _refuse("/version", "rescoring-version", given=given, known=allowed)


def _require_date(question: Question) -> None:
    versions = criteria_versions()
    first, last = versions[0].valid_from, versions[-1].valid_to
    on = question.reference_on
    if on is None or on < first or (last is not None and on > last):
        until = last.isoformat() if last else "…"
        raise _refuse("/on", "rescoring-date", first=first.isoformat(), last=until)


def _require_alternative(question: Question) -> None:
    allowed = alternatives()
    if (question.reading, question.option) not in {(each.reading, each.option) for each in allowed}:
        known = ", ".join(f"{each.reading} {each.option}" for each in allowed)
        raise _refuse("/reading", "rescoring-reading", known=known)


def _require_minimum(question: Question) -> None:
    counted = counting_criteria()
    if question.criterion not in counted:
        raise _refuse("/criterion", "rescoring-criterion", known=", ".join(counted))
    values = question.values
    fits = all(1 <= value <= HIGHEST for value in values) and len(set(values)) == len(values)
    if not values or len(values) > MOST_VALUES or not fits:
        raise _refuse("/needed", "rescoring-values", most=MOST_VALUES, highest=HIGHEST)
    for version in criteria_versions():
        for value in values:
            _require_fits(version, question.criterion, value)


def _require_fits(version: CriteriaVersion, criterion: str, value: int) -> None:
    try:
        with_parameters(version, {criterion: {"parameters": {"needed": value}}})
    except InvalidCriteria as refused:
        raise _refuse("/needed", "rescoring-minimum", value=value, allowed=refused.allowed) from refused


def counting_criteria() -> tuple[str, ...]:
    """The criteria that ask for a number of transplantations."""
    names = (each.id for version in criteria_versions() for each in version.criteria if "needed" in each.parameters)
    return tuple(dict.fromkeys(names))
