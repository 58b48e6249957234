"""One file with everything that can hang on it, every address that leads to it, and everyone who may try."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver

from accounts.enums import Role
from accounts.models import User
from applications.models import Annex, Application, Question, Statement
from applications.services.questions import ask_question
from centres.models import CommitteeMandate, Vintage
from evaluation import simulation
from evaluation.differences import differences_of_site
from evaluation.enums import RescoringKind
from evaluation.models import ApplicationAssessment, Ballot, BureauRuling, Dossier, Input, Judgement, Supplement
from evaluation.records import site_records
from evaluation.selectors import current_assessment
from evaluation.services.judgements import record_judgement
from evaluation.services.meetings import record_recusal
from evaluation.services.rescoring import request_rescoring
from jobs.files import store_file
from jobs.services import create_job
from tests.builders import BRUSSELS, IN_AUGUST, make_staff, make_user
from tests.evaluation.builders import AT_SITTING, Sitting, make_sitting
from tests.evaluation.papers import make_stored_dossier
from tests.evaluation.review import make_desk, make_figures, make_file, put_in_review

OTHERS = ("allauth", "account_", "socialaccount_", "mfa_", "usersessions_")
RENDERED_AT = datetime(2026, 8, 21, 9, 0, tzinfo=BRUSSELS)


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern of the resolver; `names` are its parameters."""

    route: str
    names: tuple[str, ...]

    def path(self, values: dict[str, str]) -> str:
        path = self.route
        for name in self.names:
            start = path.index("<")
            end = path.index(">")
            path = path[:start] + values[name] + path[end + 1 :]
        return f"/{path}"


def every_address() -> tuple[Address, ...]:
    """What this project serves itself; signing in belongs to the package that does it."""
    return tuple(sorted(set(_addresses(get_resolver().url_patterns, "")), key=lambda each: each.route))


def _addresses(patterns: list[URLPattern | URLResolver], above: str) -> Iterator[Address]:
    for each in patterns:
        route = above + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _addresses(each.url_patterns, route)
        elif "^" not in route and not (each.name or "").startswith(OTHERS):
            yield Address(route, tuple(part.partition(">")[0].split(":")[-1] for part in route.split("<")[1:]))


@dataclass(frozen=True, slots=True)
class World:
    application: Application
    holder: User
    values: dict[str, str]
    barred: User | None = None
    member: User | None = None

    def of(self, address: Address) -> dict[str, str]:
        """What the parameters of one address stand for; `pk` means another thing under each."""
        under = next((name for name in sorted(PK, key=len, reverse=True) if name in address.route), "")
        return self.values | {"pk": self.values.get(PK.get(under, ""), str(uuid4()))}


PK = {
    "applications/": "application",
    "dossiers/<uuid:pk>": "dossier",
    "documents/<uuid:pk>": "annex_id",
    "ballots/": "ballot",
    "evaluations/<uuid:pk>": "evaluation_id",
    "judgements/": "judgement",
    "inputs/": "input",
    "minutes/": "ruling",
    "rescorings/": "rescoring",
    "supplements/": "supplement",
    "users/": "user",
    "desk/jobs/": "job_id",
}


def unknown(values: dict[str, str]) -> dict[str, str]:
    """The same shapes, naming nothing."""
    nothing = {name: str(uuid4()) for name, value in values.items() if len(value) == len(str(uuid4()))}
    return values | nothing | {"site_number": "8000000071", "number": "9999", "slug": "2026-07-9999"}


def file_in_review() -> World:
    desk = make_desk()
    staff = make_staff()
    application = make_file(desk=desk, staff=staff, supplement=True)
    assert application.batch is not None
    batch = put_in_review(application.batch, desk)
    make_figures(batch, desk)
    record_judgement(batch, application.centre, criterion="C3a", value="MET", reason="Rota.", by=desk, at=IN_AUGUST)
    application.refresh_from_db()
    return World(application, staff, _values(application, staff))


def file_at_vote() -> World:
    sitting: Sitting = make_sitting(opened=False)
    application = sitting.application
    barred, member = sitting.committee.members[4], sitting.committee.members[5]
    words = {"barred_from": "DELIBERATION", "reason": "Kin.", "by": make_desk(), "at": AT_SITTING}
    record_recusal(application, user=barred, **words)  # type: ignore[arg-type]  # one dict for all words
    staff = make_user(Role.HOLDER, holder=application.holder)
    dossier = str(_dossier(application).pk)
    named = {"ballot": str(sitting.ballot.pk), "dossier": dossier, "dossier_id": dossier}
    values = _values(application, staff) | named
    return World(application, staff, values, barred=barred, member=member)


def _values(application: Application, staff: User) -> dict[str, str]:
    question: Question = ask_question(application, criterion="C2", text="Why?", by=make_desk(), at=IN_AUGUST)
    annex = application.annexes.first() or _annex(application, staff)
    job = create_job(kind="test.kind", subject=application.reference, at=IN_AUGUST)
    asked = simulation.Question(RescoringKind.VERSION, version="2025-11-05")
    rescoring, _job = request_rescoring(asked, by=make_desk(), at=IN_AUGUST)
    named = {
        "application": application.pk,
        "question_id": question.pk,
        "annex_id": annex.pk,
        "job_id": job.pk,
        "user": staff.pk,
        "upload_id": uuid4(),
        "rescoring": rescoring.pk,
        "rescoring_id": rescoring.pk,
        "input": _first(Input.objects.filter(centre=application.centre)),
        "judgement": _first(Judgement.objects.filter(centre=application.centre)),
        "supplement": _first(Supplement.objects.filter(centre=application.centre)),
        "ruling": _first(BureauRuling.objects.filter(centre=application.centre)),
        "statement_id": _first(Statement.objects.filter(application=application)),
        "endpoint_id": uuid4(),
        "delivery_id": uuid4(),
        "ballot": _first(Ballot.objects.all()),
        "evaluation_id": _first(ApplicationAssessment.objects.filter(application=application)),
        "dossier": _first(Dossier.objects.all()),
        "dossier_id": _first(Dossier.objects.all()),
        "ballot_id": _first(Ballot.objects.all()),
        "input_id": _first(Input.objects.filter(centre=application.centre)),
        "ruling_id": _first(BureauRuling.objects.filter(centre=application.centre)),
        "vintage_id": _first(Vintage.objects.all()),
        "pack_id": uuid4(),
        "volume_id": uuid4(),
        "annex_upload_id": uuid4(),
        "mandate_id": _first(CommitteeMandate.objects.all()),
        "decision_id": uuid4(),
    }
    return {name: str(value) for name, value in named.items()} | {
        "application_id": str(application.pk),
        "code": "2026-07",
        "site_number": application.centre.site_number,
        "number": str(application.number),
        "slug": application.slug,
        "population": "ADULT",
        "criterion": "C3a",
        "item": "AD1",
        "day": "2026-09-15",
        "step": "certificates",
        "kind": "applications",
        "reading": "A9",
        "version": "2025-11-05",
        "name": "applications",
        "sha256": _difference(application),
    }


def _difference(application: Application) -> str:
    assert application.batch is not None
    record = site_records(application.batch, [application.centre])[application.centre_id]
    return next((each.sha256 for each in differences_of_site(record)), "0" * 64)


def _first(rows: object) -> object:
    found = rows.first()  # type: ignore[attr-defined]  # a query set of any model
    return found.pk if found else uuid4()


def _annex(application: Application, staff: User) -> Annex:
    """A document as it came with the draft."""
    stored = store_file(b"%PDF-1.7 evidence")
    return Annex.objects.create(
        application=application,
        number=1,
        slot="LABORATORY",
        title="Licence",
        file_name="licence.pdf",
        sha256=stored.sha256,
        size=stored.size,
        pages=1,
        added_by=staff,
        added_at=IN_AUGUST,
    )


def _dossier(application: Application) -> Dossier:
    assessment = current_assessment(application)
    assert assessment is not None
    return make_stored_dossier(assessment, at=RENDERED_AT)
