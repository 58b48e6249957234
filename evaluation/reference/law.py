"""Criteria, procedure and readings, as the dated files hold them."""

from collections.abc import Mapping
from datetime import date

from evaluation.law import criteria_versions
from evaluation.reference.markdown import code, page, quote, table
from evaluation.rules.model import Admissibility, CriteriaVersion, Criterion, Provenance, Reading
from evaluation.voting import VotingRules, load_voting_rules


def criteria_page() -> str:
    return page(
        "Criteria",
        "Each version in force, its criteria in their order, then the items of admissibility, the warnings and the"
        " rules of the vote. The Dutch sentence is the note word for word; the French and the English are working"
        " translations.",
        *(part for version in criteria_versions() for part in _version(version)),
        *(_voting(rules) for rules in load_voting_rules()),
    )


def readings_page() -> str:
    readings = criteria_versions()[-1].readings
    return page(
        "Readings",
        "Where a sentence of the note can be read in more than one way, the desk chose one and says so, until those"
        " who wrote the note say otherwise.",
        *(_reading(each) for each in readings),
    )


def _version(version: CriteriaVersion) -> list[str]:
    until = f" to {version.valid_to}" if version.valid_to else ""
    return [
        f"## Version {version.version}",
        f"In force from {version.valid_from}{until}, compared with its source on {version.checked_on}."
        f" Booked years that count: {version.booked_years}.",
        *(_criterion(version.criterion(each)) for each in version.order),
        "## Admissibility\n\nA named person goes through these; they never enter the outcome.",
        *(_admissibility(each) for each in version.admissibility),
        "## Warnings\n\n"
        + table(("code", "numbers"), ((code(each.code), _numbers(each.parameters)) for each in version.warnings)),
    ]


def _criterion(criterion: Criterion) -> str:
    facts = [
        ("check", code(criterion.check.__name__)),
        ("numbers", _numbers(criterion.parameters)),
        ("rests on", ", ".join(criterion.rests_on.values())),
        ("populations", ", ".join(sorted(criterion.populations))),
        ("evidence", ", ".join(code(each) for each in criterion.evidence)),
        ("readings", _links(criterion.readings)),
    ]
    return _item(criterion.id, criterion.provenance, facts, criterion.help)


def _admissibility(item: Admissibility) -> str:
    facts = [("evidence", ", ".join(code(each) for each in item.evidence)), ("readings", _links(item.readings))]
    return _item(item.id, item.provenance, facts, item.help)


def _item(name: str, provenance: Provenance, facts: list[tuple[str, str]], hint: Mapping[str, str]) -> str:
    law = [] if provenance.is_house_rule else [quote(provenance.sentence)]
    translations = [("source", provenance.source), *provenance.translations.items()]
    rows = [*translations, *((what, value) for what, value in facts if value), ("what to attach", hint["en"])]
    return "\n\n".join([f"### {name}", *law, table(("", ""), rows)])


def _numbers(parameters: Mapping[str, object]) -> str:
    return ", ".join(f"{name} = {_number(value)}" for name, value in parameters.items())


def _number(value: object) -> str:
    if isinstance(value, tuple | frozenset | set):
        return " + ".join(sorted(str(each) for each in value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _links(readings: tuple[str, ...]) -> str:
    return ", ".join(f"[{each}](readings.md#{each.lower()})" for each in readings)


def _reading(reading: Reading) -> str:
    options = "\n".join(f"- {each}" for each in reading.options["en"])
    return (
        f"## {reading.id}\n\n{reading.question['en']}\n\n{options}\n\n**{reading.chosen['en']}** {reading.why['en']}"
        f"\n\nChosen by the {reading.decided_by} on {reading.decided_on}, checked on {reading.checked_on}."
    )


def _voting(rules: VotingRules) -> str:
    return (
        f"## The vote, version {rules.version}\n\n{quote(rules.sentence)}\n\n"
        f"Source: {rules.source}. Quorum: {rules.quorum} voting members present. Majority:"
        f" {rules.numerator}/{rules.denominator} of the votes for and against."
    )
