"""Re-scoring stored evaluations: what is asked, what comes of it, who sees it, and that it changes nothing."""

import ast
from dataclasses import replace
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.test import Client

from accounts.enums import Role, Scope
from accounts.errors import Invalid, NotAllowed
from evaluation.enums import RescoringKind
from evaluation.models import ApplicationAssessment, RescoredFile, Rescoring, SiteEvaluation
from evaluation.services.rescoring import request_rescoring, run_rescoring
from evaluation.services.rescoring_bases import stored_bases, stored_ids
from evaluation.simulation import Question, Simulation
from evaluation.tasks import rescore_task
from jobs.models import Job
from jobs.services import claim_job, fail_job
from tests.accounts.builders import make_token
from tests.architecture.source import APPS, modules
from tests.builders import IN_AUGUST, make_user
from tests.evaluation.builders import Site, make_desk, make_sealed_batch
from tests.evaluation.review import signed_in

pytestmark = pytest.mark.django_db

SWEEP = Question(RescoringKind.MINIMUM, criterion="C2", values=tuple(range(84, 91)))
ON = Question(RescoringKind.DATE, reference_on=date(2027, 2, 28))


def done(question: Question, **scope: Any) -> Rescoring:
    found, job = request_rescoring(question, **scope, by=make_desk(), at=IN_AUGUST)
    assert job is not None
    rescore_task(str(job.pk))
    found.refresh_from_db()
    return found


def files(found: Rescoring) -> list[tuple[int | None, str, str, dict[str, list[str]], list[dict[str, str]]]]:
    return [
        (row.value, row.outcome_before, row.outcome_after, row.changes, row.refused)
        for row in found.files.order_by("value", "pk")
    ]


def test_minima_tried_tell_which_sites_pass() -> None:
    make_sealed_batch(2)
    found = done(SWEEP)
    passing = {value: {"pass": 2 if int(value) <= 87 else 0, "sites": 2} for value in map(str, SWEEP.values)}
    assert found.counts == {
        "judged": 14,
        "refused": 0,
        "outcome_changed": 6,
        "verdict_changed": 6,
        "by_value": passing,
    }
    assert files(found)[-1] == (90, "ELIGIBLE", "NOT_ELIGIBLE", {"C2": ["MET", "NOT_MET"]}, [])


def test_other_date_takes_the_criteria_of_that_day() -> None:
    make_sealed_batch(site=Site(certificate_ends="2026-12-31"))
    assert files(done(ON)) == [
        (
            None,
            "ELIGIBLE",
            "NOT_ELIGIBLE",
            {
                "C1a": ["MET", "TO_VERIFY"],
                "C1b": ["MET", "NOT_MET"],
                "C1c": ["MET", "TO_VERIFY"],
            },
            [],
        )
    ]


def test_date_before_the_booked_years_are_over_cannot_be_judged() -> None:
    application = make_sealed_batch()[0]
    assessment = ApplicationAssessment.objects.get(application=application)
    found = done(Question(RescoringKind.DATE, reference_on=date(2025, 12, 1)))
    years = assessment.facts["booked_years"]
    refused = [] if years[-1] < 2025 else [{"pointer": "/booked_years", "code": "not_over"}]
    row = found.files.get()
    assert (row.refused, row.outcome_after == "") == (refused, bool(refused))
    assert found.counts["judged"] + found.counts["refused"] == 1


def test_same_version_gives_the_same() -> None:
    make_sealed_batch()
    found = done(Question(RescoringKind.VERSION, version="2025-11-05"))
    assert files(found) == [(None, "ELIGIBLE", "ELIGIBLE", {}, [])]


def test_batch_narrows_and_nothing_stored_gives_nothing() -> None:
    application = make_sealed_batch()[0]
    assert application.batch is not None
    assert done(SWEEP, batch=application.batch).counts["judged"] == 7
    assert done(SWEEP, with_superseded=True).counts["judged"] == 7


def test_stored_evaluations_stay_as_they_were() -> None:
    make_sealed_batch()
    kept = list(ApplicationAssessment.objects.values()), list(SiteEvaluation.objects.values())
    done(SWEEP)
    assert (list(ApplicationAssessment.objects.values()), list(SiteEvaluation.objects.values())) == kept


def test_evaluation_that_the_rules_no_longer_give_is_told_not_counted() -> None:
    make_sealed_batch()
    base = next(stored_bases(stored_ids()))[0]
    other = replace(base, verdicts={**(base.verdicts or {}), "C1a": "NOT_MET"})
    sides = Simulation(Question(RescoringKind.VERSION, version="2025-11-05")).sides(other)
    assert [each.refused for each in sides] == [({"pointer": "", "code": "rules_differ"},)]


def test_second_run_after_a_kill_gives_one_result() -> None:
    make_sealed_batch()
    found, job = request_rescoring(SWEEP, by=make_desk(), at=IN_AUGUST)
    assert job is not None
    claimed = claim_job(job.pk)
    assert claimed is not None
    row = ApplicationAssessment.objects.get()
    RescoredFile.objects.create(
        rescoring=found,
        application_id=row.application_id,
        assessment=row,
        value=84,
        outcome_before="ELIGIBLE",
        outcome_after="INCOMPLETE",
    )
    run_rescoring(claimed, at=IN_AUGUST)
    first = files(found)
    run_rescoring(claimed, at=IN_AUGUST)
    assert (len(first), files(found), Rescoring.objects.count()) == (7, first, 1)


def test_message_delivered_twice_runs_once() -> None:
    make_sealed_batch()
    _found, job = request_rescoring(SWEEP, by=make_desk(), at=IN_AUGUST)
    assert job is not None
    rescore_task(str(job.pk))
    rescore_task(str(job.pk))
    assert (RescoredFile.objects.count(), Job.objects.get(pk=job.pk).state) == (7, "DONE")


def test_row_is_never_altered_nor_doubled() -> None:
    make_sealed_batch()
    row = done(Question(RescoringKind.VERSION, version="2025-11-05")).files.get()
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        RescoredFile.objects.filter(pk=row.pk).update(outcome_after="NOT_ELIGIBLE")
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


WRONG = [
    (Question(RescoringKind.VERSION, version="2024-01-01"), "/version", "2025-11-05"),
    (Question(RescoringKind.VERSION), "/version", "2025-11-05"),
    (Question(RescoringKind.DATE, reference_on=date(2025, 1, 1)), "/on", "2025-11-05"),
    (Question(RescoringKind.DATE), "/on", "2025-11-05"),
    (Question(RescoringKind.READING, reading="A9", option=2), "/reading", "A9 1"),
    (Question(RescoringKind.READING, reading="A99", option=1), "/reading", "A37 1"),
    (Question(RescoringKind.MINIMUM, criterion="C4", values=(1,)), "/criterion", "C2, P2"),
    (Question(RescoringKind.MINIMUM, criterion="C2"), "/needed", "50"),
    (Question(RescoringKind.MINIMUM, criterion="C2", values=(0,)), "/needed", "10000"),
    (Question(RescoringKind.MINIMUM, criterion="C2", values=tuple(range(1, 60))), "/needed", "50"),
    (Question(RescoringKind.MINIMUM, criterion="C2", values=(84, 84)), "/needed", "different"),
]


@pytest.mark.parametrize(("question", "pointer", "allowed"), WRONG)
def test_wrong_question_is_told_what_is_allowed(question: Question, pointer: str, allowed: str) -> None:
    with pytest.raises(Invalid) as refused:
        request_rescoring(question, by=make_desk(), at=IN_AUGUST)
    problem = refused.value.problems[0]
    assert (problem.pointer, allowed in str(problem.message), Rescoring.objects.count()) == (pointer, True, 0)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MEMBER, Role.CHAIR, Role.HOLDER, Role.ADMINISTRATOR])
def test_only_the_secretariat_asks(role: Role) -> None:
    with pytest.raises(NotAllowed):
        request_rescoring(SWEEP, by=make_user(role), at=IN_AUGUST)


# -- The command ----------------------------------------------------------------------------------------------------


def rescore(*words: str) -> str:
    out = StringIO()
    call_command("rescore", *words, stdout=out)
    return out.getvalue()


def test_command_prints_what_it_keeps() -> None:
    application = make_sealed_batch()[0]
    told = rescore("--needed", "C2=87..88", "--batch", "2026-07")
    found = Rescoring.objects.get()
    assert told == (
        "C2 with a minimum of 87, 88. Simulation, not a decision.\n"
        "2 judged, 1 with another outcome, 0 that cannot be judged.\n"
        "     87  1 of 1 sites meet it\n"
        "     88  0 of 1 sites meet it\n"
        f"     88  {application.reference:<14} ELIGIBLE → NOT_ELIGIBLE  C2: MET → NOT_MET\n"
        f"Kept as /rescorings/{found.pk}/\n"
    )
    assert (found.requested_by, found.job.state) == (None, "DONE")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--version", "2024-01-01"), "2025-11-05"),
        (("--reading", "A9"), "--reading A9 --option 3"),
        (("--reading", "A9", "--option", "2"), "A9 1"),
        (("--needed", "C4=80"), "C2, P2"),
        (("--needed", "C2=80", "--batch", "2030-01"), "There is: 2026-07"),
        (("--needed", "C2:80"), "C2=80..90"),
        (("--needed", "C2=1..99999999999999"), "one to 50"),
        (("--on", "2025-01-01"), "2025-11-05"),
        (("--on", "2026-13-01"), "'2026-13-01' is not an existing day; write YYYY-MM-DD"),
        ((), "--needed"),
    ],
)
def test_command_names_what_is_allowed(words: tuple[str, ...], said: str) -> None:
    make_sealed_batch()
    with pytest.raises(CommandError, match=said.replace(".", r"\.")):
        rescore(*words)


# -- The interface --------------------------------------------------------------------------------------------------

URL = "/api/v1/rescorings"
BODY = {"kind": "MINIMUM", "criterion": "C2", "needed": [84, 88], "batch": "2026-07"}


def client_of(role: Role, *scopes: str) -> Client:
    token = make_token(make_user(role), *(scopes or (Scope.EVALUATIONS_READ.value,)))
    return Client(headers={"Authorization": f"Bearer {token}"})


def post(client: Client, body: dict[str, Any], key: str = "k-1") -> Any:
    return client.post(URL, body, content_type="application/json", headers={"Idempotency-Key": key})


def test_interface_takes_a_question_and_gives_the_rows() -> None:
    application = make_sealed_batch()[0]
    client = client_of(Role.SECRETARIAT)
    taken = post(client, BODY)
    found = Rescoring.objects.get()
    assert (taken.status_code, taken["Location"]) == (202, f"{URL}/{found.pk}")
    rescore_task(str(found.job_id))
    told = client.get(taken["Location"]).json()
    assert (told["simulation"], told["state"], told["counts"]["outcome_changed"], told["next"]) == (
        True,
        "DONE",
        1,
        None,
    )
    assert told["rows"][1] == {
        "application": str(application.pk),
        "reference": application.reference,
        "assessment": str(ApplicationAssessment.objects.get().pk),
        "needed": 88,
        "outcome_before": "ELIGIBLE",
        "outcome_after": "NOT_ELIGIBLE",
        "changes": {"C2": {"before": "MET", "after": "NOT_MET"}},
        "cannot_be_judged": [],
    }
    assert [each["id"] for each in client.get(URL).json()["results"]] == [str(found.pk)]


def test_interface_gives_the_rows_page_by_page() -> None:
    make_sealed_batch()
    client = client_of(Role.SECRETARIAT)
    taken = post(client, BODY | {"needed": [80, 84, 88, 92, 96]})
    rescore_task(str(Rescoring.objects.get().job_id))
    found: list[int] = []
    following = f"{taken['Location']}?limit=2"
    pages = 0
    while following:
        page = client.get(following).json()
        found, following, pages = found + [row["needed"] for row in page["rows"]], page["next"], pages + 1
    assert (found, pages) == ([80, 84, 88, 92, 96], 3)
    refused = client.get(f"{taken['Location']}?after=0")
    assert (refused.status_code, [each["pointer"] for each in refused.json()["problems"]]) == (422, ["/after"])


def test_interface_answers_the_same_key_with_the_same() -> None:
    make_sealed_batch()
    client = client_of(Role.SECRETARIAT)
    first, again = post(client, BODY), post(client, BODY)
    other = post(client, BODY | {"needed": [85]})
    assert (first.json()["id"], again.status_code) == (again.json()["id"], 202)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert Rescoring.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/kind"),
        ({"kind": "MINIMUM"}, "/criterion"),
        ({"kind": "VERSION", "version": "x"}, "/version"),
        ({"kind": "DATE", "on": "yesterday"}, "/on"),
        (BODY | {"batch": "2031-01"}, "/batch"),
        (BODY | {"wanted": 1}, "/wanted"),
        (BODY | {"needed": ["many"]}, "/needed/0"),
    ],
)
def test_interface_names_the_field_at_fault(body: dict[str, Any], pointer: str) -> None:
    answer = post(client_of(Role.SECRETARIAT), body)
    assert (answer.status_code, [each["pointer"] for each in answer.json()["problems"]]) == (422, [pointer])


def test_interface_is_for_the_secretariat_and_read_by_the_auditor() -> None:
    auditor, member = client_of(Role.AUDITOR), client_of(Role.MEMBER)
    narrow = client_of(Role.SECRETARIAT, Scope.UPLOADS_WRITE.value)
    asked = [post(each, BODY).status_code for each in (auditor, member, narrow, Client())]
    read = [each.get(URL).status_code for each in (auditor, member, narrow, Client())]
    assert (asked, read) == ([403, 403, 403, 401], [200, 403, 403, 401])


def test_interface_asks_for_a_key() -> None:
    assert client_of(Role.SECRETARIAT).post(URL, BODY, content_type="application/json").status_code == 400


# -- The pages ------------------------------------------------------------------------------------------------------


def test_page_asks_and_shows_the_answer() -> None:
    application = make_sealed_batch()[0]
    client = signed_in(make_desk())
    assert "Nothing was asked yet" in client.get("/rescorings/").content.decode()
    sent = client.post("/rescorings/new/?kind=MINIMUM", {"criterion": "C2", "first": "84", "last": "88"})
    found = Rescoring.objects.get()
    assert sent["Location"] == f"/rescorings/{found.pk}/"
    waiting = client.get(sent["Location"])
    assert "It is being worked out" in waiting.content.decode()
    rescore_task(str(found.job_id))
    text = client.get(sent["Location"]).content.decode()
    told = ["Simulation, not a decision", application.reference, "Sites that meet C2", "C2 with a minimum of 84 to 88"]
    assert [each for each in told if each not in text] == []
    assert client.get(sent["Location"], headers={"HX-Request": "true"}).status_code == 286
    assert "C2 with a minimum" in client.get("/rescorings/").content.decode()


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("MINIMUM", {"criterion": "C2", "first": "90", "last": "80"}, "not below the lowest"),
        ("MINIMUM", {"criterion": "C2", "first": "1", "last": "90"}, "one to 50"),
        ("DATE", {"on": "2025-01-01"}, "2025-11-05"),
        ("DATE", {"on": ""}, "This field is required"),
        ("VERSION", {"version": "2020-01-01"}, "Select a valid choice"),
        ("READING", {"reading": "A9:2"}, "Select a valid choice"),
    ],
)
def test_page_says_what_is_wrong(kind: str, given: dict[str, str], said: str) -> None:
    answer = signed_in(make_desk()).post(f"/rescorings/new/?kind={kind}", given)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("kind", ["MINIMUM", "READING", "VERSION", "DATE", "nonsense"])
def test_page_has_a_form_for_each_kind(kind: str) -> None:
    answer = signed_in(make_desk()).get("/rescorings/new/", {"kind": kind})
    assert (answer.status_code, "Simulation, not a decision" in answer.content.decode()) == (200, True)


def test_pages_are_for_those_who_read_all() -> None:
    make_sealed_batch()
    path = f"/rescorings/{done(SWEEP).pk}/"
    roles = (Role.AUDITOR, Role.MEMBER, Role.CHAIR, Role.HOLDER, Role.ADMINISTRATOR)
    clients = [signed_in(make_user(role)) for role in roles]
    assert [each.get(path).status_code for each in clients] == [200, 403, 403, 403, 403]
    assert [each.get("/rescorings/").status_code for each in clients] == [200, 403, 403, 403, 403]
    assert [each.get("/rescorings/new/").status_code for each in clients] == [403] * 5


def test_failure_is_said() -> None:
    found, job = request_rescoring(SWEEP, by=make_desk(), at=IN_AUGUST)
    assert job is not None
    claimed = claim_job(job.pk)
    assert claimed is not None
    fail_job(claimed, code="disk-full", detail="no room", retry=False)
    text = signed_in(make_desk()).get(f"/rescorings/{found.pk}/").content.decode()
    assert "disk-full: no room" in text


@pytest.mark.parametrize("wanted", [1, 30])
def test_queries_do_not_grow(wanted: int, django_assert_num_queries: Any) -> None:
    make_sealed_batch(wanted)
    found = [done(SWEEP) for _ in range(1 if wanted == 1 else 3)][-1]
    client = signed_in(make_desk())
    client.get("/rescorings/")
    with django_assert_num_queries(4):
        client.get("/rescorings/")
    with django_assert_num_queries(6):
        client.get(f"/rescorings/{found.pk}/")


# -- Nothing decides by it ------------------------------------------------------------------------------------------

STORE = frozenset({"Rescoring", "RescoredFile", "RescoredBallot", "RescoringQuerySet"})
MODULES = ("evaluation.services.rescoring", "evaluation.selectors.rescorings", "evaluation.models.rescoring")
MAY_READ = {
    "evaluation/api/readings.py",
    "evaluation/api/rescorings.py",
    "evaluation/management/commands/rescore.py",
    "evaluation/models/__init__.py",
    "evaluation/selectors/rescorings.py",
    "evaluation/services/rescoring.py",
    "evaluation/web/forms_rescoring.py",
    "evaluation/web/register.py",
    "evaluation/web/rescorings.py",
}
MAY_ORDER = {"evaluation/pipeline.py", "evaluation/tasks.py", "evaluation/demo/story.py"}
ORDERS = frozenset({"order_register", "refresh_register", "request_rescoring", "run_rescoring"})


def imported(tree: ast.AST) -> list[tuple[str, str]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, each.name) for each in node.names]
        elif isinstance(node, ast.Import):
            found += [(each.name, "") for each in node.names]
    return found


def test_only_the_register_and_the_rescorings_know_the_store() -> None:
    found = {
        (module.path, name)
        for module in modules("config", *APPS)
        for source, name in imported(module.tree)
        if name in STORE or source.startswith(MODULES) or f"{source}.{name}".startswith(MODULES)
        if module.path not in MAY_READ and not (module.path in MAY_ORDER and name in ORDERS)
    }
    assert found == set()


def test_no_table_points_at_the_store() -> None:
    pointing = {
        relation.related_model.__name__
        for model in (Rescoring, RescoredFile)
        for relation in model._meta.related_objects
    }
    assert pointing == {"RescoredFile", "RescoredBallot"}
