"""Calls, commits and people at the same rows at the same moment: one effect or none of each, never a mixture."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.test import Client

from accounts.clock import now
from accounts.enums import Role
from accounts.errors import Conflict
from accounts.models import AuditEvent, User
from applications.models import Application, Upload
from applications.services.drafts import change_application, delete_draft
from applications.services.uploads import COMMIT, commit_upload
from applications.tasks import commit_upload_task
from centres.models import AllograftCount, Centre, Holder, Hospital, Paragraph, Vintage
from jobs.enums import JobState
from jobs.models import Job
from tests.accounts.builders import make_token
from tests.applications.test_register_uploads import ALLOGRAFTS
from tests.applications.test_uploads import HEADER, line
from tests.builders import holder_of, make_centre, make_paragraph, make_product, make_staff, make_user
from tests.faults.uploads import effect, figures, job_of, jobs, ordered, ready
from tests.faults.workers import at_once, collided, empty_queue, let_leases_run_out
from tests.jobs.conftest import broker

__all__ = ["broker", "empty_queue"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_queue", "broker")]
REFERENCES = [f"A-{place:02}" for place in range(20)]


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def paragraph(staff: User) -> Paragraph:
    return make_paragraph(make_product(holder=holder_of(staff)), includes_children=True)


def filed(paragraph: Paragraph, site: str, motivation: str, *, backwards: bool = False) -> bytes:
    told = [line(paragraph, site, external_reference=each, motivation=motivation) for each in REFERENCES]
    return "\n".join([HEADER, *(reversed(told) if backwards else told)]).encode()


def worked_off(upload: Upload) -> str:
    """What a worker does with its commit: the state that this leaves."""
    commit_upload_task(str(job_of(upload, COMMIT).pk))
    return Upload.objects.get(pk=upload.pk).state


def all_worked_off(uploads: list[Upload], rows: QuerySet[Any], *, by_key: bool = True) -> list[str]:
    """All at once, then what a collision left to a later try, one by one; the states of all."""
    collided([lambda upload=upload: worked_off(upload) for upload in uploads], rows, by_key=by_key)  # type: ignore[misc]  # bound for each
    while jobs().filter(state=JobState.QUEUED, kind=COMMIT).exists():
        let_leases_run_out(jobs())
        for upload in uploads:
            worked_off(upload)
    return [Upload.objects.get(pk=upload.pk).state for upload in uploads]


def motivations(holder: Any) -> set[str]:
    drafts = Application.objects.filter(holder=holder, external_reference__in=REFERENCES)
    assert drafts.count() in (0, len(REFERENCES))
    return set(drafts.values_list("motivation", flat=True))


def test_upload_sent_twenty_times_at_once_under_one_key_is_one_upload() -> None:
    """Half of them send another file, and one of the two files is the one that counts."""
    desk = make_user(Role.SECRETARIAT)
    headers = {"Authorization": f"Bearer {make_token(desk, 'uploads:write')}", "Idempotency-Key": "once"}
    contents = [figures(3), figures(4)]

    def send(place: int) -> tuple[int, str]:
        file = SimpleUploadedFile("rows.csv", contents[place % 2])
        body = {"kind": "allografts", "file": file, "delivered_on": "2026-05-12", "source": "once"}
        answer = Client().post("/api/v1/uploads", body, headers=headers)
        return answer.status_code, answer.json().get("id") or answer.json()["code"]

    answers = at_once(send)
    upload = Upload.objects.get()
    taken, other = ((202, str(upload.pk)), (422, "idempotency-key-reused"))
    assert set(answers[::2]) | set(answers[1::2]) == {taken, other}
    assert len(set(answers[::2])) == len(set(answers[1::2])) == 1
    assert (Job.objects.count(), AuditEvent.objects.filter(verb="receive_upload").count()) == (1, 1)


def test_commit_sent_twenty_times_at_once_is_ordered_and_carried_out_once(broker: list[tuple[str, ...]]) -> None:
    desk = make_user(Role.SECRETARIAT)
    upload = ready(figures(300), by=desk)
    headers = {"Authorization": f"Bearer {make_token(desk, 'uploads:write')}", "If-Match": f'"{upload.version}"'}
    answers = at_once(lambda _: Client().post(f"/api/v1/uploads/{upload.pk}/commit", headers=headers).status_code)
    assert set(answers) <= {202, 412}
    assert 202 in answers
    assert Job.objects.filter(kind=COMMIT).count() == 1
    assert {message[0] for message in broker} <= {COMMIT, "jobs.deliver_webhooks"}
    states = at_once(lambda _: commit_upload(upload.pk, at=now()).state)
    assert (set(states), effect(upload)) == ({"COMMITTED"}, (1, 300, 1))


def test_commit_taken_by_twenty_workers_at_once_is_carried_out_once() -> None:
    upload = ordered(figures(300))
    assert set(at_once(lambda _: worked_off(upload))) <= {"COMMITTING", "COMMITTED"}
    assert (job_of(upload, COMMIT).attempt, effect(upload)) == (1, (1, 300, 1))


def test_equal_applications_committed_at_once_become_one_draft_each(staff: User, paragraph: Paragraph) -> None:
    content = filed(paragraph, make_centre().site_number, "Equal.")
    uploads = [ordered(content, kind="applications", by=staff) for _ in range(4)]
    own = Holder.objects.filter(pk=holder_of(staff).pk)
    assert all_worked_off(uploads, own) == ["COMMITTED"] * 4
    drafts = Application.objects.filter(holder=holder_of(staff)).values_list("external_reference", "version")
    assert sorted(drafts) == [(reference, 1) for reference in REFERENCES]


@pytest.mark.parametrize("standing", [False, True])
def test_applications_told_otherwise_at_once_are_all_as_one_of_the_files_says(
    staff: User, paragraph: Paragraph, standing: bool
) -> None:
    site = make_centre().site_number
    rows: QuerySet[Any] = Holder.objects.filter(pk=holder_of(staff).pk)
    if standing:
        before = ordered(filed(paragraph, site, "Before."), kind="applications", by=staff)
        assert worked_off(before) == "COMMITTED"
        rows = Application.objects.filter(external_reference="A-07")
    words = ["First.", "Second.", "Third.", "Fourth."]
    files = [filed(paragraph, site, said, backwards=place % 2 == 1) for place, said in enumerate(words)]
    uploads = [ordered(file, kind="applications", by=staff) for file in files]
    assert all_worked_off(uploads, rows) == ["COMMITTED"] * 4
    found = motivations(holder_of(staff))
    assert len(found) == 1
    assert found < set(words)
    versions = Application.objects.filter(holder=holder_of(staff)).values_list("version", flat=True)
    assert set(versions) == {5 if standing else 4}


def refused(act: Callable[[], object]) -> str:
    try:
        act()
    except Conflict as error:
        return error.code
    return ""


@pytest.mark.parametrize("first", ["upload", "person"])
def test_commit_while_a_person_changes_a_draft_overwrites_it_or_has_the_person_look_again(
    staff: User, paragraph: Paragraph, first: str
) -> None:
    site = make_centre().site_number
    assert worked_off(ordered(filed(paragraph, site, "Before."), kind="applications", by=staff)) == "COMMITTED"
    draft = Application.objects.get(external_reference="A-07")
    upload = ordered(filed(paragraph, site, "By upload."), kind="applications", by=staff)

    def by_hand() -> str:
        told, seen = {"motivation": "By hand."}, draft.version
        return refused(lambda: change_application(draft, changes=told, by=staff, at=now(), expected_version=seen))

    acts = {"upload": lambda: worked_off(upload), "person": by_hand}
    told = collided([acts.pop(first), *acts.values()], Application.objects.filter(pk=draft.pk))
    assert told == (["COMMITTED", "stale-version"] if first == "upload" else ["", "COMMITTED"])
    draft.refresh_from_db()
    assert (motivations(holder_of(staff)), draft.version) == ({"By upload."}, 2 if first == "upload" else 3)


@pytest.mark.parametrize("first", ["upload", "person"])
def test_commit_while_a_person_takes_a_draft_back_writes_all_or_none(
    staff: User, paragraph: Paragraph, first: str
) -> None:
    site = make_centre().site_number
    assert worked_off(ordered(filed(paragraph, site, "Before."), kind="applications", by=staff)) == "COMMITTED"
    draft = Application.objects.get(external_reference="A-07")
    upload = ordered(filed(paragraph, site, "By upload."), kind="applications", by=staff)
    acts = {
        "upload": lambda: worked_off(upload),
        "person": lambda: refused(lambda: delete_draft(draft, by=staff, at=now())),
    }
    told = collided([acts.pop(first), *acts.values()], Application.objects.filter(pk=draft.pk))
    draft.refresh_from_db()
    assert draft.state == "WITHDRAWN"
    if first == "upload":
        assert (told, motivations(holder_of(staff))) == (["COMMITTED", ""], {"By upload."})
    else:
        assert (told, motivations(holder_of(staff))) == (["", "FAILED"], {"Before."})


def delivered(*rows: str) -> Upload:
    return ordered("\n".join([ALLOGRAFTS, *rows]).encode())


@pytest.fixture
def sites() -> list[Centre]:
    """Two of a hospital of which ten acts were told in all."""
    first = make_centre()
    assert worked_off(delivered(f",{first.hospital.number},2024,470654,10,")) == "COMMITTED"
    return [first, make_centre(hospital=first.hospital)]


def test_deliveries_at_once_never_exceed_the_total_of_their_hospital(sites: list[Centre]) -> None:
    uploads = [delivered(f"{site.site_number},,2024,470654,6,") for site in sites]
    hospital = Hospital.objects.filter(pk=sites[0].hospital_id)
    assert sorted(all_worked_off(uploads, hospital, by_key=False)) == ["COMMITTED", "FAILED"]
    assert sorted(effect(upload) for upload in uploads) == [(0, 0, 0), (1, 1, 1)]
    assert Job.objects.get(kind=COMMIT, state=JobState.FAILED).error_code == "upload-outdated"


def test_deliveries_that_both_tell_the_total_wait_for_each_other(sites: list[Centre]) -> None:
    """Neither is thrown out as one of two that wait in a circle."""
    number = sites[0].hospital.number
    uploads = [delivered(f",{number},2024,470654,12,", f"{site.site_number},,2024,470654,6,") for site in sites]
    hospital = Hospital.objects.filter(pk=sites[0].hospital_id)
    assert all_worked_off(uploads, hospital, by_key=False) == ["COMMITTED"] * 2
    assert [job_of(upload, COMMIT).attempt for upload in uploads] == [1, 1]
    assert [effect(upload) for upload in uploads] == [(1, 2, 1)] * 2


def test_deliveries_of_the_same_rows_at_once_stand_beside_each_other() -> None:
    """Each is a vintage; which of them counts is for whoever takes figures into a batch."""
    site = make_centre()
    uploads = [delivered(f"{site.site_number},,2024,470654,{acts},") for acts in (6, 7)]
    assert all_worked_off(uploads, Hospital.objects.filter(pk=site.hospital_id)) == ["COMMITTED"] * 2
    assert [effect(upload) for upload in uploads] == [(1, 1, 1)] * 2
    assert (Vintage.objects.count(), AllograftCount.objects.count()) == (2, 2)
