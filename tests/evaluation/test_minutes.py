"""The Bureau's ruling on a transition is recorded with its minutes, which only their readers fetch."""

from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.errors import Invalid
from accounts.models import AuditEvent, User
from applications.models import Application
from applications.pdf import PdfLimits
from evaluation.dossiers.context import dossier_context
from evaluation.models import BureauRuling
from evaluation.selectors import current_assessment
from evaluation.services.evaluations import assess_application, evaluate_site
from evaluation.services.rulings import Minutes, record_bureau_ruling
from tests.builders import IN_AUGUST, make_user, pdf_bytes
from tests.evaluation.builders import AT_SITTING, SITTING_DAY, make_sealed_batch, make_sitting
from tests.evaluation.review import make_desk, make_file, put_in_review, signed_in

pytestmark = pytest.mark.django_db
MINUTES = pdf_bytes(3, mark="minutes")


@pytest.fixture
def desk() -> User:
    return make_desk()


@pytest.fixture
def application(desk: User) -> Application:
    application = make_file(desk=desk)
    assert application.batch is not None
    put_in_review(application.batch, desk)
    return application


def record(application: Application, by: User, *, content: bytes = MINUTES, **changes: Any) -> BureauRuling:
    assert application.batch is not None
    given: dict[str, Any] = {
        "confirms": True,
        "ruled_on": IN_AUGUST.date(),
        "minutes_reference": "B-2026-14",
        "minutes": Minutes("../minutes 14.pdf", content),
        "by": by,
        "at": IN_AUGUST,
    }
    return record_bureau_ruling(application.batch, application.centre, **given | changes)


def address_of(application: Application) -> str:
    return f"/batches/2026-07/sites/{application.centre.site_number}/bureau/"


def form(**changes: Any) -> dict[str, Any]:
    minutes = SimpleUploadedFile("minutes.pdf", MINUTES, content_type="application/pdf")
    data = {"confirms": "yes", "ruled_on": "2026-08-02", "minutes_reference": "B-2026-14", "minutes": minutes}
    return {name: value for name, value in (data | changes).items() if value is not None}


def protected() -> bytes:
    content = BytesIO()
    with pikepdf.open(BytesIO(MINUTES)) as pdf:
        pdf.save(content, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return content.getvalue()


def test_ruling_keeps_name_hash_size_and_pages_of_its_minutes(application: Application, desk: User) -> None:
    ruling = record(application, desk)
    kept = (ruling.minutes_file_name, ruling.minutes_size, ruling.minutes_pages)
    assert kept == ("minutes 14.pdf", len(MINUTES), 3)
    told = AuditEvent.objects.get(verb="record_bureau_ruling").after
    assert told is not None
    assert told["minutes"] == {"file_name": "minutes 14.pdf", "sha256": ruling.minutes_sha256, "pages": 3}


def test_earlier_ruling_is_superseded_and_keeps_its_minutes(application: Application, desk: User) -> None:
    first = record(application, desk)
    record(application, desk, content=pdf_bytes(1, mark="second"), confirms=False)
    first.refresh_from_db()
    assert (first.superseded_at, first.minutes_pages) == (IN_AUGUST, 3)
    answer = signed_in(desk).get(f"/minutes/{first.pk}/")
    assert b"".join(answer.streaming_content) == MINUTES  # type: ignore[attr-defined]  # a file is streamed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": None}, "Attach the minutes of the Bureau as a PDF."),
        ({"minutes": SimpleUploadedFile("a.pdf", b"plain text")}, "This is not a PDF."),
        ({"minutes": SimpleUploadedFile("a.pdf", b"")}, "This PDF is damaged."),
        ({"minutes": SimpleUploadedFile("a.pdf", b"%PDF-1.7 nothing")}, "This PDF is damaged."),
        ({"minutes": SimpleUploadedFile("a.pdf", protected())}, "This PDF is protected."),
    ],
)
def test_minutes_that_are_none_are_refused_at_the_field_and_nothing_is_kept(
    changes: dict[str, Any], said: str, application: Application, desk: User
) -> None:
    answer = signed_in(desk).post(address_of(application), form(**changes))
    assert (answer.status_code, BureauRuling.objects.count()) == (422, 0)
    assert said in str(answer.context["form"].errors["minutes"])
    assert 'href="#id_minutes"' in answer.content.decode()


def test_minutes_that_are_too_large_are_refused(application: Application, desk: User) -> None:
    with pytest.raises(Invalid) as refused:
        record(application, desk, limits=PdfLimits(size=100))
    assert ([(each.pointer, each.code) for each in refused.value.problems], BureauRuling.objects.count()) == (
        [("/minutes", "annex-too-large")],
        0,
    )


def test_database_takes_no_ruling_without_minutes(application: Application, desk: User) -> None:
    ruling = record(application, desk)
    with pytest.raises(IntegrityError, match="bureau_ruling_keeps_its_minutes"), transaction.atomic():
        BureauRuling.objects.filter(pk=ruling.pk).update(minutes_sha256="")


def test_minutes_are_fetched_by_those_who_may_read_them() -> None:
    desk, sitting = make_desk(), make_sitting(opened=False)
    ruling = record(sitting.application, desk, at=AT_SITTING)
    holder = make_user(Role.HOLDER, holder=sitting.application.holder)
    readers = {
        "desk": desk,
        "auditor": make_user(Role.AUDITOR),
        "member": sitting.committee.members[5],
        "holder": holder,
        "administrator": make_user(Role.ADMINISTRATOR),
    }
    answers = {name: signed_in(user).get(f"/minutes/{ruling.pk}/") for name, user in readers.items()}
    sizes = {name: len(b"".join(answer)) for name, answer in answers.items() if answer.streaming}
    assert sizes == dict.fromkeys(("desk", "auditor", "member"), len(MINUTES))
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "desk": 200,
        "auditor": 200,
        "member": 200,
        "holder": 404,
        "administrator": 404,
    }
    sent = answers["member"]
    names = ("Content-Type", "Cache-Control", "X-Content-Type-Options", "Content-Disposition")
    assert [sent[name] for name in names] == [
        "application/pdf",
        "no-store",
        "nosniff",
        'attachment; filename="minutes 14.pdf"',
    ]
    assert "sandbox" in sent["Content-Security-Policy"]


def test_member_reads_no_minutes_before_the_files_lie_before_the_committee(
    application: Application, desk: User
) -> None:
    ruling = record(application, desk)
    assert signed_in(make_user(Role.MEMBER)).get(f"/minutes/{ruling.pk}/").status_code == 404


def test_minutes_are_named_on_the_page_of_the_site(application: Application, desk: User) -> None:
    ruling = record(application, desk)
    page = signed_in(desk).get(f"/batches/2026-07/sites/{application.centre.site_number}/").content.decode()
    assert (f"/minutes/{ruling.pk}/" in page, "minutes 14.pdf" in page, "B-2026-14" in page) == (True, True, True)


def test_minutes_stand_in_the_list_of_evidence_of_the_next_dossier() -> None:
    desk, application = make_desk(), make_sealed_batch()[0]
    assert application.batch is not None
    ruling = record(application, desk, at=AT_SITTING)
    before = current_assessment(application)
    site = evaluate_site(
        application.batch, application.centre, stage="VOTE", by=desk, at=AT_SITTING, vote_on=SITTING_DAY
    )
    after = assess_application(application, site, stage="VOTE", by=desk, at=AT_SITTING, vote_on=SITTING_DAY)
    assert before is not None
    listed = [[row.sha256 for row in dossier_context(each).evidence] for each in (before, after)]
    assert [ruling.minutes_sha256 in each for each in listed] == [False, True]
