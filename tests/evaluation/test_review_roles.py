from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import AuditEvent, User
from applications.models import Application
from evaluation.models import Input, Judgement, Supplement
from evaluation.selectors import current_assessment
from evaluation.services.judgements import record_judgement
from tests.builders import IN_AUGUST, make_holder, make_user
from tests.evaluation.builders import make_sealed_batch
from tests.evaluation.papers import make_stored_dossier
from tests.evaluation.review import make_desk, make_figures, make_file, put_in_review, signed_in

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class Addresses:
    read: tuple[str, ...]
    work: tuple[str, ...]
    posts: tuple[str, ...]


@pytest.fixture
def reviewed() -> Application:
    desk = make_desk()
    application = make_file(desk=desk, supplement=True)
    assert application.batch is not None
    make_figures(put_in_review(application.batch, desk), desk)
    record_judgement(
        application.batch, application.centre, criterion="C3a", value="MET", reason="Rota.", by=desk, at=IN_AUGUST
    )
    return application


def addresses(application: Application) -> Addresses:
    batch = "/batches/2026-07/"
    site = f"{batch}sites/{application.centre.site_number}/"
    file = f"{batch}files/{application.number}/"
    stated = Input.objects.get(field="certificate")
    return Addresses(
        read=(
            "/batches/",
            batch,
            f"{batch}matrix.csv",
            f"{batch}dossiers/",
            f"{batch}figures/",
            f"{file}findings/C2/",
            f"{file}capacity/",
            site,
            f"/documents/{stated.annex_id}/",
        ),
        work=(
            f"{batch}end-intake/",
            f"{batch}close/",
            f"{file}admissibility/",
            f"{file}questions/C2/",
            f"{site}documents/{stated.annex_id}/",
            f"{site}inputs/{stated.pk}/",
            f"{site}supplements/{Supplement.objects.get().pk}/",
            f"{site}differences/{'0' * 64}/",
            f"{site}judgements/C3a/",
            f"{site}bureau/",
        ),
        posts=(
            f"{batch}figures/",
            f"{site}confirm/",
            f"{site}judgements/{Judgement.objects.get().pk}/countersign/",
            f"{file}capacity/",
            f"{file}capacity/countersign/",
            f"{batch}dossiers/{uuid4()}/retry/",
        ),
    )


def body_of(response: Any) -> bytes:
    """The file, read to its end, which closes it; closing the response would close the test's own connection."""
    return b"".join(response.streaming_content)


def answers(client: Client, paths: tuple[str, ...], *, post: bool = False) -> dict[str, int]:
    found = {}
    for path in paths:
        answer = client.post(path) if post else client.get(path)
        found[path] = answer.status_code
        if answer.streaming:
            body_of(answer)
    return found


def stranger(role: Role) -> User:
    return make_user(role, holder=make_holder() if role == Role.HOLDER else None)


def test_review_pages_open_for_the_secretariat(reviewed: Application) -> None:
    every = addresses(reviewed)
    paths = every.read + every.work
    assert answers(signed_in(make_desk()), paths) == dict.fromkeys(paths, 200)


def test_review_pages_are_read_by_the_auditor_who_changes_nothing(reviewed: Application) -> None:
    every = addresses(reviewed)
    auditor = signed_in(stranger(Role.AUDITOR))
    before = AuditEvent.objects.count()
    assert answers(auditor, every.read) == dict.fromkeys(every.read, 200)
    assert answers(auditor, every.work) == dict.fromkeys(every.work, 403)
    changing = every.work + every.posts
    assert answers(auditor, changing, post=True) == dict.fromkeys(changing, 403)
    assert AuditEvent.objects.count() == before


def test_review_pages_show_the_auditor_no_button_that_changes(reviewed: Application) -> None:
    auditor = signed_in(stranger(Role.AUDITOR))
    pages = [auditor.get(path).content.decode() for path in addresses(reviewed).read if "documents" not in path]
    for page in pages:
        acts = page.replace('action="/i18n/language/"', "").replace('action="/accounts/logout/"', "")
        assert 'method="post" action="/batches' not in acts


@pytest.mark.parametrize("role", [Role.HOLDER, Role.MEMBER, Role.CHAIR, Role.ADMINISTRATOR])
def test_review_pages_are_closed_to_everyone_else(reviewed: Application, role: Role) -> None:
    every = addresses(reviewed)
    paths = every.read + every.work
    client = signed_in(stranger(role))
    assert answers(client, paths) == dict.fromkeys(paths, 403)
    changing = every.work + every.posts
    assert answers(client, changing, post=True) == dict.fromkeys(changing, 403)


def test_review_pages_are_closed_to_the_staff_who_filed(reviewed: Application) -> None:
    every = addresses(reviewed)
    paths = every.read + every.work
    assert reviewed.submitted_by is not None
    assert answers(signed_in(reviewed.submitted_by), paths) == dict.fromkeys(paths, 403)


def test_review_pages_ask_strangers_to_sign_in(reviewed: Application) -> None:
    every = addresses(reviewed)
    paths = every.read + every.work
    assert answers(Client(), paths) == dict.fromkeys(paths, 302)


def test_review_pages_of_what_is_not_there_say_not_found(reviewed: Application) -> None:
    site = reviewed.centre.site_number
    paths = (
        "/batches/2031-07/",
        "/batches/nonsense/",
        "/batches/2026-07/sites/8000000071/",
        f"/batches/2026-07/sites/{site}/inputs/{uuid4()}/",
        f"/batches/2026-07/sites/{site}/judgements/C2/",
        "/batches/2026-07/files/1/capacity/",
        f"/batches/2026-07/files/{reviewed.number}/findings/C99/",
        f"/batches/2026-07/files/{reviewed.number}/questions/C99/",
        f"/documents/{uuid4()}/",
        f"/dossiers/{uuid4()}/",
    )
    assert answers(signed_in(make_desk()), paths) == dict.fromkeys(paths, 404)


def test_member_sees_nothing_of_a_batch_before_the_vote(reviewed: Application) -> None:
    page = signed_in(stranger(Role.MEMBER)).get("/").content.decode()
    assert (reviewed.reference in page, reviewed.centre.name in page) == (False, False)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SECRETARIAT, 200),
        (Role.AUDITOR, 200),
        (Role.MEMBER, 200),
        (Role.CHAIR, 200),
        (Role.ADMINISTRATOR, 404),
        (Role.HOLDER, 404),
    ],
)
def test_dossier_is_handed_to_those_who_judge(role: Role, status: int) -> None:
    application = make_sealed_batch()[0]
    assessment = current_assessment(application)
    assert assessment is not None
    dossier = make_stored_dossier(assessment, number=application.dossiers.get().number + 1, at=IN_AUGUST)
    answer = signed_in(stranger(role)).get(f"/dossiers/{dossier.pk}/")
    assert answer.status_code == status
    if status == 200:
        told = answer["Content-Disposition"], answer["Cache-Control"], answer["Content-Type"]
        assert told == (f'attachment; filename="{application.slug}-v2.pdf"', "no-store", "application/pdf")
        assert body_of(answer) == b"%PDF-1.7 test"
