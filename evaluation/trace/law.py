"""The law of one version as plain data: what a stored evaluation keeps of it, so that later files change nothing."""

from typing import Any

from evaluation.rules.model import CriteriaVersion, Criterion, Reading


def law_of(criteria: CriteriaVersion) -> dict[str, dict[str, Any]]:
    """The sentence, check and readings of every criterion of a version."""
    return {criterion.id: _law(criteria, criterion) for criterion in criteria.criteria}


def _law(criteria: CriteriaVersion, criterion: Criterion) -> dict[str, Any]:
    place = criterion.provenance
    return {
        "source": place.source,
        "sentence": place.sentence,
        "sentence_sha256": place.sentence_sha256,
        "translations": dict(place.translations),
        "fr_is_working_translation": place.fr_is_working_translation,
        "check": criterion.check.__name__,
        "parameters": {name: plain_parameter(value) for name, value in criterion.parameters.items()},
        "rests_on": dict(criterion.rests_on),
        "readings": [_reading(criteria.reading(each)) for each in criterion.readings],
    }


def plain_parameter(value: object) -> Any:
    """A number of a check as JSON knows it."""
    if isinstance(value, tuple | list):
        return [plain_parameter(each) for each in value]
    return value if value is None or isinstance(value, bool | int) else str(value)


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "id": reading.id,
        "question": dict(reading.question),
        "chosen": dict(reading.chosen),
        "decided_by": reading.decided_by,
        "decided_on": reading.decided_on.isoformat(),
    }
