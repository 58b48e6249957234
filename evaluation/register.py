"""The register of readings: which there are, what rests on them, and which other options can be computed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.formats import long_day
from evaluation.enums import RescoringKind
from evaluation.law import criteria_on, criteria_versions
from evaluation.rules.explain import LANGUAGES, explain_fault
from evaluation.rules.model import Admissibility, Criterion, Reading
from evaluation.simulation import Question
from evaluation.voting import VotingRules, load_voting_rules, voting_rules


@dataclass(frozen=True, slots=True)
class Entry:
    """One reading with everything that rests on it; `voting` where it reads the rules of the vote."""

    reading: Reading
    criteria: tuple[Criterion, ...]
    admissibility: tuple[Admissibility, ...]
    voting: VotingRules | None
    computable: tuple[int, ...]

    @property
    def resting(self) -> tuple[Criterion | Admissibility, ...]:
        return (*self.criteria, *self.admissibility)


def entries(on: date) -> tuple[Entry, ...]:
    """Every reading of the version in force, in the order of the register."""
    version = criteria_on(on)
    return tuple(entry_of(each, on) for each in version.readings)


def entry(reading_id: str, on: date) -> Entry | None:
    version = criteria_on(on)
    found = (each for each in version.readings if each.id == reading_id)
    return next((entry_of(each, on) for each in found), None)


def entry_of(reading: Reading, on: date) -> Entry:
    version = criteria_on(on)
    computable = tuple(each.option or 0 for each in alternatives() if each.reading == reading.id)
    rules = voting_rules(on)
    reads_the_vote = any(each.reading == reading.id for each in rules.alternatives)
    return Entry(
        reading=reading,
        criteria=tuple(each for each in version.criteria if reading.id in each.readings),
        admissibility=tuple(each for each in version.admissibility if reading.id in each.readings),
        voting=rules if reads_the_vote else None,
        computable=computable,
    )


def of_the_vote(question: Question) -> bool:
    """Whether the other option is one of the rules of the vote: it is put to ballots, not to files."""
    return (question.reading, question.option) in {
        (each.reading, each.option) for rules in load_voting_rules() for each in rules.alternatives
    }


def alternatives() -> tuple[Question, ...]:
    """Every option of every reading that can be computed, of whichever version names it."""
    of_files = {
        (row.reading, row.option): None
        for version in criteria_versions()
        for each in version.readings
        for row in each.alternatives
    }
    of_votes = {(row.reading, row.option): None for rules in load_voting_rules() for row in rules.alternatives}
    return tuple(
        Question(RescoringKind.READING, reading=reading, option=option) for reading, option in (of_files | of_votes)
    )


def question_in_words(question: Question, language: str) -> str:
    """What is other on the other side, as a heading."""
    match question.kind:
        case RescoringKind.VERSION:
            return _("The criteria of %(version)s") % {"version": long_day(date.fromisoformat(question.version))}
        case RescoringKind.DATE:
            return _("The reference date %(day)s") % {"day": long_day(question.reference_on or date.min)}
        case RescoringKind.READING:
            words = {"reading": question.reading, "option": option_in_words(question, language)}
            return _("Reading %(reading)s: %(option)s") % words
        case RescoringKind.MINIMUM:
            numbers = ", ".join(str(value) for value in question.values)
            return _("%(criterion)s with a minimum of %(numbers)s") % {
                "criterion": question.criterion,
                "numbers": _runs(question.values) if len(question.values) > 2 else numbers,
            }


def _runs(values: tuple[int, ...]) -> str:
    whole = list(values) == list(range(values[0], values[-1] + 1))
    if not whole:
        return ", ".join(str(value) for value in values)
    return _("%(first)s to %(last)s") % {"first": values[0], "last": values[-1]}


def option_in_words(question: Question, language: str) -> str:
    """The option as the register writes it; its number where no version in use has the reading."""
    for version in reversed(criteria_versions()):
        for each in version.readings:
            if each.id == question.reading and question.option:
                return each.options[language][question.option - 1]
    return str(question.option)


def refusal_in_words(refusal: Mapping[str, str], language: str) -> str:
    """Why a file cannot be judged on the other side, with the place in its facts."""
    own = {
        "no_alternative": _("the criteria it was judged by do not know this reading"),
        "version_unknown": _("the version of the criteria it was judged by is not among those of this desk"),
        "rules_differ": _("the rules of today give another verdict than the one stored; the stored one stands"),
    }
    code = refusal["code"]
    if code in own:
        return own[code]
    spoken = language if language in LANGUAGES else "en"
    return f"{refusal['pointer']}: {explain_fault(code, spoken)}"
