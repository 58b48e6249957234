"""How the secretariat settles a batch: two persons, one judges and the other countersigns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from accounts.models import User
from applications.enums import ApplicationState
from applications.models import Application, Batch
from applications.services.questions import answer_question, ask_question
from centres.models import Centre
from evaluation.demo.filings import Filings
from evaluation.demo.filings import rows as applications
from evaluation.demo.registers import site_table
from evaluation.demo.tables import Pace, local, table
from evaluation.differences import contradictions
from evaluation.enums import InputField, JudgedCriterion, SupplementRuling
from evaluation.facts import canonical, site_records, stated_value
from evaluation.models import CapacityAssessment, Input, Judgement, Supplement
from evaluation.models.inputs import Stated
from evaluation.services.inputs import confirm_input, correct_input, rule_supplement
from evaluation.services.judgements import (
    assess_capacity,
    countersign_capacity,
    countersign_judgement,
    record_judgement,
)

WEIGHED = (ApplicationState.ADMISSIBLE, ApplicationState.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class Desk:
    """The two of the secretariat; who judges one site countersigns the next."""

    first: User
    second: User

    def pair(self, place: int) -> tuple[User, User]:
        return (self.first, self.second) if place % 2 == 0 else (self.second, self.first)


def review_batch(batch: Batch, filings: Filings, *, desk: Desk, pace: Pace) -> None:
    """Confirm, judge and countersign everything of the batch, but what the table leaves open."""
    for place, key in enumerate(_site_keys(batch)):
        centre, left = filings.registers.centres[key], _left_open(batch, key)
        judge, countersigner = desk.pair(1 if left.get("judged_by_second") else place)
        _confirm_site(batch, centre, left, by=judge, pace=pace)
        _judge_site(batch, centre, key, left, by=judge, countersigner=countersigner, pace=pace)
        if "corrected" in left:
            _correct(batch, centre, left["corrected"], by=judge, pace=pace)
    for place, row in enumerate(applications()):
        application = filings[row["key"]] if row["key"] in filings.by_key else None
        if application is not None and application.batch == batch and application.state in WEIGHED:
            _assess(application, row, pair=desk.pair(place), pace=pace)


def ask_and_answer(filings: Filings, *, by: User) -> None:
    """The secretariat's questions of the table, and the holders' answers where there are any."""
    for row in table("reviews")["question"]:
        application = filings[row["application"]]
        question = ask_question(
            application, criterion=row["criterion"], text=row["text"], by=by, at=local(row["asked"])
        )
        if "answer" in row:
            staff = next(each for each in applications() if each["key"] == row["application"])["holder"]
            by_staff = filings.people.staff_of(staff)
            answer_question(question, answer=row["answer"], by=by_staff, at=local(row["answered"]))


def _left_open(batch: Batch, key: str) -> Mapping[str, Any]:
    rows = table("reviews")["site"]
    return next((row for row in rows if (row["batch"], row["key"]) == (batch.code, key)), {})


def _site_keys(batch: Batch) -> list[str]:
    """The sites of the batch in the order of the table."""
    numbers = set(
        Application.objects.filter(batch=batch, state__in=WEIGHED).values_list("centre__site_number", flat=True)
    )
    sites = chain.from_iterable(hospital["site"] for hospital in table("sites")["hospital"])
    return [site["key"] for site in sites if site["site_number"] in numbers]


def _confirm_site(batch: Batch, centre: Centre, left: Mapping[str, Any], *, by: User, pace: Pace) -> None:
    record = site_records(batch, [centre])[centre.pk]
    contradicted = {(found.field, found.key) for found in contradictions(record)}
    for row in _first_of_each(record.inputs, record.iec_applications):
        if isinstance(row, Input) and row.field in left.get("unconfirmed", ()):
            continue
        if not isinstance(row, Input) or (row.field, row.key) not in contradicted:
            confirm_input(row, by=by, at=pace.tick())
    for supplement in _first_of_each(record.supplements):
        if isinstance(supplement, Supplement) and batch.code in left.get("accepts_supplements", ()):
            reason = "De studie is nagegaan (demo)."
            rule_supplement(supplement, ruling=SupplementRuling.ACCEPTED, reason=reason, by=by, at=pace.tick())


def _first_of_each(*kinds: tuple[Stated, ...]) -> Iterator[Stated]:
    """The earliest statement on each fact that nobody has confirmed; equal ones fall in with it."""
    seen: set[tuple[str, ...]] = set()
    for row in sorted(chain(*kinds), key=lambda row: row.stated_at):
        fact = _fact(row)
        if row.is_current and not row.is_confirmed and fact not in seen:
            seen.add(fact)
            yield row


def _fact(row: Stated) -> tuple[str, ...]:
    match row:
        case Input():
            return (row.field, row.key)
        case Supplement():
            return ("supplement", str(row.year), row.reference)
    return ("iec_application", canonical(stated_value(row)))


def _asked(batch: Batch, centre: Centre) -> list[str]:
    lists = Application.objects.filter(batch=batch, centre=centre, state__in=WEIGHED)
    children = any("PAED" in populations for populations in lists.values_list("populations", flat=True))
    return [name for name in JudgedCriterion.values if children or name != JudgedCriterion.P3]


def _judge_site(
    batch: Batch,
    centre: Centre,
    key: str,
    left: Mapping[str, Any],
    *,
    by: User,
    countersigner: User,
    pace: Pace,
) -> None:
    language = site_table(key)["language"]
    for criterion in _asked(batch, centre):
        if criterion in left.get("not_judged", ()):
            continue
        judgement: Judgement = record_judgement(
            batch,
            centre,
            criterion=criterion,
            value=left.get("judged", {}).get(criterion, "MET"),
            reason=_reason(criterion, language),
            by=by,
            at=pace.tick(),
        )
        if criterion not in left.get("not_countersigned", ()):
            countersign_judgement(judgement, by=countersigner, at=pace.tick())


def _reason(name: str, language: str) -> str:
    return str(table("reviews")["reason"][name][language])


def _correct(batch: Batch, centre: Centre, row: Mapping[str, Any], *, by: User, pace: Pace) -> None:
    """A description corrected after it was judged: the judgement is stale."""
    narratives = Input.objects.filter(batch=batch, centre=centre, field=InputField.NARRATIVE, key=row["criterion"])
    first = narratives.filter(superseded_by=None, dismissed_at=None).order_by("stated_at")[0]
    correct_input(first, value={"text": row["text"]}, reason=row["reason"], by=by, at=pace.tick())


def _assess(application: Application, row: Mapping[str, Any], *, pair: tuple[User, User], pace: Pace) -> None:
    value = row.get("capacity", "SHORTAGE")
    if not value:
        return
    reason = _reason(value, row["language"])
    assessment: CapacityAssessment = assess_capacity(
        application, value=value, reason=reason, by=pair[0], at=pace.tick()
    )
    countersign_capacity(assessment, by=pair[1], at=pace.tick())
