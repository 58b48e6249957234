"""Documents that arrive in parts: what counts, what is told, and who may know."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from hashlib import new
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.clock import now
from accounts.enums import Role
from accounts.errors import Conflict, NotFound
from accounts.models import AuditEvent, User
from applications.files import arriving
from applications.models import Annex, AnnexUpload, Application
from applications.services.annex_uploads import (
    MOST_UNDER_WAY,
    Part,
    receive_part,
    remove_annex_upload,
    sweep_annex_uploads,
)
from applications.tasks import sweep_annex_uploads_task
from tests.applications.arriving import DESCRIBED, PDF, STREAM, TUS, Sender, code_of, faults_of, said, sender_of
from tests.builders import make_application, make_staff, make_user

pytestmark = pytest.mark.django_db
HALF = len(PDF) // 2


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def sender(staff: User) -> Sender:
    return sender_of(staff, make_application(staff=staff))


def lying(media: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (media / "arriving").iterdir()}


def test_document_arrives_in_parts_and_becomes_an_annex(sender: Sender, media: Path) -> None:
    announced = sender.announce()
    upload = AnnexUpload.objects.get()
    assert (announced.status_code, announced["Location"]) == (201, f"{sender.place}/{upload.pk}")
    address = announced["Location"]
    first = sender.send(address, 0, PDF[:HALF])
    assert (first.status_code, first["Upload-Offset"], first["Tus-Resumable"], first.content) == (
        204,
        str(HALF),
        "1.0.0",
        b"",
    )
    assert lying(media) == {str(upload.pk): PDF[:HALF]}
    reached = sender.head(address)
    assert reached.status_code == 200
    wanted = {"Upload-Offset": str(HALF), "Upload-Length": str(len(PDF)), "Upload-Metadata": DESCRIBED}
    wanted |= {"Cache-Control": "no-store", "Tus-Resumable": "1.0.0"}
    assert {name: reached[name] for name in wanted} == wanted
    last = sender.send(address, HALF, PDF[HALF:])
    annex = Annex.objects.get()
    assert (last.status_code, last["Upload-Offset"], last["Annex-Id"]) == (204, str(len(PDF)), str(annex.pk))
    assert "Upload-Expires" not in last
    assert (annex.slot, annex.title, annex.file_name, annex.size) == ("LABORATORY", "Licence", "licence.pdf", len(PDF))
    stored: Any = sender.client.get(f"/api/v1/applications/{sender.application.pk}/annexes/{annex.pk}/file")
    assert b"".join(stored.streaming_content) == PDF
    done = sender.head(address)
    assert (done["Upload-Offset"], done["Annex-Id"]) == (str(len(PDF)), str(annex.pk))
    assert lying(media) == {}
    told = sender.get(address)
    assert told.pop("opened_at") < told.pop("expires_at")
    assert told == {
        "id": str(upload.pk),
        "state": "TAKEN",
        "slot": "LABORATORY",
        "title": "Licence",
        "file_name": "licence.pdf",
        "length": len(PDF),
        "offset": len(PDF),
        "annex": str(annex.pk),
        "refusal": None,
    }


def test_options_say_what_is_spoken(sender: Sender) -> None:
    for address in (sender.place, sender.opened()):
        answer = sender.client.options(address)
        told = {name: value for name, value in answer.items() if name.startswith("Tus-")}
        assert (answer.status_code, told) == (
            204,
            {
                "Tus-Resumable": "1.0.0",
                "Tus-Version": "1.0.0",
                "Tus-Extension": "creation,expiration,checksum,termination",
                "Tus-Checksum-Algorithm": "sha1,sha256",
                "Tus-Max-Size": str(50 * 1024 * 1024),
            },
        )


def test_other_version_is_told_which_ones_are_spoken(sender: Sender) -> None:
    address = sender.opened()
    for answer in (
        sender.announce(**{"Tus-Resumable": "0.2.2"}),
        sender.client.post(sender.place, headers={"Upload-Length": "1"}),
        sender.send(address, 0, b"x", **{"Tus-Resumable": "1"}),
        sender.client.delete(address),
    ):
        assert code_of(answer) == (412, "tus-version")
        assert answer["Tus-Version"] == "1.0.0"
    assert sender.get(address)["offset"] == 0


def test_bytes_for_another_offset_are_not_kept(sender: Sender) -> None:
    address = sender.opened()
    sender.send(address, 0, PDF[:10])
    for offset in (0, 9, 11, len(PDF), 10**15 - 1):
        assert code_of(sender.send(address, offset, b"x")) == (409, "annex-upload-offset")
    assert sender.head(address)["Upload-Offset"] == "10"


def test_part_of_no_bytes_changes_nothing(sender: Sender) -> None:
    address = sender.opened()
    answer = sender.send(address, 0, b"")
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "0")


def test_more_bytes_than_announced_are_refused(sender: Sender) -> None:
    address = sender.opened()
    assert code_of(sender.send(address, 0, PDF + b"x")) == (413, "annex-upload-longer")
    assert sender.head(address)["Upload-Offset"] == "0"
    assert not Annex.objects.exists()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_bytes_must_fit_their_checksum(sender: Sender, algorithm: str) -> None:
    address = sender.opened()
    digest = new(algorithm, PDF[:HALF], usedforsecurity=False).digest()
    right = f"{algorithm} {b64encode(digest).decode()}"
    wrong = f"{algorithm} {b64encode(digest[::-1]).decode()}"
    assert code_of(sender.send(address, 0, PDF[:HALF], **{"Upload-Checksum": wrong})) == (460, "checksum-differs")
    assert code_of(sender.send(address, 0, PDF[: HALF - 1], **{"Upload-Checksum": right})) == (460, "checksum-differs")
    assert sender.head(address)["Upload-Offset"] == "0"
    assert sender.send(address, 0, PDF[:HALF], **{"Upload-Checksum": right}).status_code == 204
    assert sender.head(address)["Upload-Offset"] == str(HALF)


@pytest.mark.parametrize(
    "header", ["", "sha1", "sha1 ?", "sha1 AAAA", "md5 1B2M2Y8AsgTpgAmY7PhCfg==", "sha256 é", "x" * 5000]
)
def test_checksum_that_cannot_be_read_is_refused(sender: Sender, header: str) -> None:
    address = sender.opened()
    answer = sender.send(address, 0, PDF, **{"Upload-Checksum": header})
    assert code_of(answer) == (400, "checksum-unreadable")
    assert sender.head(address)["Upload-Offset"] == "0"


def test_document_that_is_refused_stays_refused(sender: Sender, media: Path) -> None:
    address = sender.opened(length=20)
    sender.send(address, 0, b"no PDF at")
    answers = [sender.send(address, 9, b" all, sorry")]
    answers += [sender.send(address, offset, b"x") for offset in (0, 19, 20)]
    for answer in answers:
        assert (*code_of(answer), faults_of(answer)) == (422, "invalid", [("/file", "annex-not-pdf")])
    assert sender.head(address).status_code == 410
    told = sender.get(address)
    assert (told["state"], told["annex"], told["refusal"]) == (
        "REFUSED",
        None,
        {"code": "annex-not-pdf", "message": "This is not a PDF. Save the document as PDF and choose it again."},
    )
    assert (lying(media), Annex.objects.count()) == ({}, 0)


def test_lost_answer_to_the_last_part_adds_nothing_twice(sender: Sender) -> None:
    address = sender.opened()
    sender.send(address, 0, PDF)
    again = sender.send(address, 0, PDF)
    assert code_of(again) == (409, "annex-upload-offset")
    assert sender.head(address)["Upload-Offset"] == str(len(PDF))
    end = sender.send(address, len(PDF), b"")
    assert (end.status_code, end["Annex-Id"]) == (204, str(Annex.objects.get().pk))
    assert AuditEvent.objects.filter(verb="add annex").count() == 1


def test_same_document_sent_anew_is_the_annex_that_is_there(sender: Sender) -> None:
    ids = {sender.send(sender.opened(), 0, PDF)["Annex-Id"] for _ in range(2)}
    assert ids == {str(Annex.objects.get().pk)}


def test_application_that_takes_no_documents_keeps_the_last_byte_waiting(staff: User) -> None:
    application = make_application(staff=staff)
    sender = sender_of(staff, application)
    address = sender.opened()
    sender.send(address, 0, PDF[:HALF])
    put_away(application)
    assert code_of(sender.announce()) == (409, "evidence-closed")
    assert code_of(sender.send(address, HALF, PDF[HALF:])) == (409, "evidence-closed")
    assert sender.head(address)["Upload-Offset"] == str(HALF)


def put_away(application: Application) -> None:
    Application.objects.filter(pk=application.pk).update(state="WITHDRAWN")


def test_what_stands_in_the_way_at_the_end_costs_one_byte(sender: Sender, staff: User) -> None:
    about = {"application": sender.application, "slot": "OTHER", "size": 1, "pages": 1, "added_by": staff}
    many = [Annex(number=place, sha256=f"{place:064x}", added_at=now(), **about) for place in range(1, 101)]
    Annex.objects.bulk_create(many)
    address = sender.opened()
    assert code_of(sender.send(address, 0, PDF)) == (409, "annex-too-many")
    assert sender.head(address)["Upload-Offset"] == str(len(PDF) - 1)
    Annex.objects.all().delete()
    assert sender.send(address, len(PDF) - 1, PDF[-1:])["Annex-Id"] == str(Annex.objects.get().pk)


def test_worker_lost_while_it_looks_leaves_the_document_to_the_next(sender: Sender) -> None:
    address = sender.opened()
    sender.send(address, 0, PDF[:-1])
    AnnexUpload.objects.update(claimed_at=Now() - timedelta(seconds=100))
    assert code_of(sender.send(address, len(PDF) - 1, PDF[-1:])) == (409, "annex-upload-busy")
    assert code_of(sender.client.delete(address, headers=TUS)) == (409, "annex-upload-busy")
    AnnexUpload.objects.update(claimed_at=Now() - timedelta(seconds=121))
    assert sender.send(address, len(PDF) - 1, PDF[-1:]).status_code == 204


def test_bytes_that_left_the_disk_are_asked_for_again(sender: Sender, media: Path) -> None:
    address = sender.opened()
    sender.send(address, 0, PDF[:HALF])
    (part,) = (media / "arriving").iterdir()
    part.write_bytes(PDF[:10])
    assert code_of(sender.send(address, HALF, PDF[HALF:])) == (409, "annex-upload-offset")
    assert sender.head(address)["Upload-Offset"] == "10"
    assert sender.send(address, 10, PDF[10:])["Upload-Offset"] == str(len(PDF))


def test_bytes_beyond_what_counts_are_overwritten(sender: Sender, media: Path) -> None:
    address = sender.opened()
    sender.send(address, 0, PDF[:HALF])
    (part,) = (media / "arriving").iterdir()
    part.write_bytes(PDF[:HALF] + b"written, then the power went" * 100)
    assert sender.send(address, HALF, PDF[HALF:])["Upload-Offset"] == str(len(PDF))


def test_upload_is_removed_with_its_bytes_but_not_its_annex(sender: Sender, media: Path) -> None:
    address, taken = sender.opened(), sender.opened()
    sender.send(address, 0, PDF[:HALF])
    sender.send(taken, 0, PDF)
    assert sender.client.delete(address, headers=TUS).status_code == 204
    assert lying(media) == {}
    assert {sender.head(address).status_code, sender.send(address, 0, b"x").status_code} == {404}
    assert code_of(sender.client.delete(taken, headers=TUS)) == (409, "annex-upload-taken")
    assert Annex.objects.present().count() == 1


def test_method_named_in_a_header_counts(sender: Sender) -> None:
    address = sender.opened()

    def post(method: str, content: bytes = b"", **headers: str) -> Any:
        told = TUS | {"X-HTTP-Method-Override": method} | headers
        return sender.client.generic("POST", address, content, content_type=STREAM, headers=told)

    assert post("PATCH", PDF[:5], **{"Upload-Offset": "0"})["Upload-Offset"] == "5"
    assert post("HEAD")["Upload-Offset"] == "5"
    assert (post("GET").status_code, post("DELETE").status_code, AnnexUpload.objects.count()) == (405, 204, 0)


def test_what_is_under_way_is_listed_in_a_constant_number_of_queries(sender: Sender) -> None:
    counted = []
    for wanted in (1, MOST_UNDER_WAY):
        while AnnexUpload.objects.count() < wanted:
            sender.opened()
        with CaptureQueriesContext(connection) as queries:
            results = sender.get(sender.place)["results"]
        counted.append((len(results), len(queries)))
    assert [count for count, _ in counted] == [1, MOST_UNDER_WAY]
    assert len({queries for _, queries in counted}) == 1
    assert {row["state"] for row in results} == {"RECEIVING"}


def test_too_many_under_way_are_refused_until_one_is_gone(sender: Sender) -> None:
    address, *_ = [sender.opened() for _ in range(MOST_UNDER_WAY)]
    assert code_of(sender.announce()) == (409, "annex-uploads-many")
    sender.client.delete(address, headers=TUS)
    assert sender.announce().status_code == 201
    AnnexUpload.objects.update(expires_at=Now())
    assert sender.announce().status_code == 201


def test_day_that_is_over_ends_an_upload_and_the_sweep_takes_its_bytes(sender: Sender, media: Path) -> None:
    old, new_one = sender.opened(), sender.opened()
    for address in (old, new_one):
        sender.send(address, 0, PDF[:HALF])
    (media / "arriving" / "0199b0f0-6c1e-7000-8000-000000000001").write_bytes(b"of nobody")
    (media / "arriving" / "tmp_left").write_bytes(b"no upload's name")
    over, standing = old.rpartition("/")[2], new_one.rpartition("/")[2]
    AnnexUpload.objects.filter(pk=over).update(expires_at=Now())
    assert {sender.head(old).status_code, sender.send(old, HALF, b"x").status_code} == {404}
    assert sweep_annex_uploads() == 1
    assert {str(key) for key in arriving()} == {standing}
    assert [str(each.pk) for each in AnnexUpload.objects.all()] == [standing]
    assert sender.send(new_one, HALF, PDF[HALF:]).status_code == 204


def test_clock_of_the_worker_sweeps() -> None:
    planned = settings.CELERY_BEAT_SCHEDULE["sweep annex uploads"]["task"]
    assert planned == sweep_annex_uploads_task.name
    make_application(staff=(staff := make_staff()))
    sender_of(staff, Application.objects.get()).opened()
    AnnexUpload.objects.update(expires_at=Now())
    sweep_annex_uploads_task()
    assert not AnnexUpload.objects.exists()


@pytest.mark.parametrize("day", [date(2020, 7, 15), date(2040, 1, 15)])
def test_day_of_a_desk_that_stands_still_ends_an_upload_no_later_and_no_sooner(
    sender: Sender, settings: Settings, day: date
) -> None:
    settings.CART_TODAY = day
    ending, looked_at, standing = [sender.opened() for _ in range(3)]
    moment = Now() - timedelta(hours=24, seconds=1)
    old = AnnexUpload.objects.filter(pk__in=[each.rpartition("/")[2] for each in (ending, looked_at)])
    old.update(opened_at=moment, expires_at=moment + timedelta(hours=24))
    AnnexUpload.objects.filter(pk=looked_at.rpartition("/")[2]).update(claimed_at=Now() - timedelta(seconds=100))
    assert [sender.head(each).status_code for each in (ending, looked_at, standing)] == [404, 404, 200]
    assert sweep_annex_uploads() == 1
    AnnexUpload.objects.filter(pk=looked_at.rpartition("/")[2]).update(claimed_at=Now() - timedelta(seconds=121))
    assert sweep_annex_uploads() == 1
    assert [f"{sender.place}/{each.pk}" for each in AnnexUpload.objects.all()] == [standing]


def test_sweep_leaves_a_document_that_is_being_looked_at(sender: Sender) -> None:
    sender.opened()
    AnnexUpload.objects.update(expires_at=Now(), claimed_at=Now())
    assert (sweep_annex_uploads(), AnnexUpload.objects.count()) == (0, 1)


def test_upload_removed_while_a_part_arrives_leaves_nothing(sender: Sender, staff: User, media: Path) -> None:
    upload = AnnexUpload.objects.get(pk=sender.opened().rpartition("/")[2])

    def pieces() -> Iterator[bytes]:
        yield PDF[:HALF]
        remove_annex_upload(upload, by=staff)
        yield PDF[HALF:]

    with pytest.raises(NotFound):
        receive_part(upload, Part(0, pieces()), by=staff, at=now())
    assert (lying(media), Annex.objects.count()) == ({}, 0)


def test_document_that_came_another_way_meanwhile_makes_no_second_annex(sender: Sender, staff: User) -> None:
    address = sender.opened()
    upload = AnnexUpload.objects.get()

    def pieces() -> Iterator[bytes]:
        yield PDF[:HALF]
        sender.send(address, 0, PDF)
        yield PDF[HALF:]

    with pytest.raises(Conflict, match="annex-upload-offset"):
        receive_part(upload, Part(0, pieces()), by=staff, at=now())
    assert (sender.get(address)["state"], Annex.objects.count()) == ("TAKEN", 1)


def test_upload_ends_a_day_after_it_was_announced(sender: Sender) -> None:
    answer = sender.announce()
    upload = AnnexUpload.objects.get()
    assert upload.expires_at - upload.opened_at == timedelta(hours=24)
    assert answer["Upload-Expires"] == upload.expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT")


def test_only_the_company_that_sends_knows_of_it(sender: Sender, staff: User) -> None:
    address = sender.opened()
    colleague = sender_of(make_user(Role.HOLDER, holder=sender.application.holder), sender.application)
    assert colleague.head(address)["Upload-Offset"] == "0"
    other = sender_of(make_staff(), sender.application)
    desk = sender_of(make_user(Role.SECRETARIAT), sender.application)
    own = sender_of(staff, make_application(staff=staff))
    wandering = f"{own.place}/{address.rpartition('/')[2]}"
    acts: list[Callable[[Sender, str], Any]] = [
        lambda each, place: each.head(place),
        lambda each, place: each.client.get(place),
        lambda each, place: each.send(place, 0, b"x"),
        lambda each, place: each.client.delete(place, headers=TUS),
    ]
    answers = [act(*call) for call in ((other, address), (desk, address), (own, wandering)) for act in acts]
    assert {answer.status_code for answer in answers} == {404}
    assert (other.announce().status_code, other.client.get(sender.place).status_code) == (404, 404)
    assert AnnexUpload.objects.get().offset == 0


def test_token_without_the_scope_sends_nothing(sender: Sender, staff: User) -> None:
    address = sender.opened()
    reader = sender_of(staff, sender.application, "applications:read")
    assert reader.head(address)["Upload-Offset"] == "0"
    assert {
        code_of(reader.announce()),
        code_of(reader.send(address, 0, b"x")),
        code_of(reader.client.delete(address, headers=TUS)),
    } == {(403, "permission-denied")}


def test_secretariat_sends_no_documents(staff: User) -> None:
    application = make_application(staff=staff, submitted=True)
    desk = sender_of(make_user(Role.SECRETARIAT), application)
    assert code_of(desk.announce()) == (403, "not-allowed")


@pytest.mark.parametrize(
    ("length", "status"),
    [("", 422), ("-1", 422), ("1.5", 422), ("1e3", 422), ("٣", 422), ("9" * 5000, 422), ("9" * 15, 413), ("0", 422)],
)
def test_length_that_cannot_be_is_refused(sender: Sender, length: str, status: int) -> None:
    answer = sender.announce(length)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not AnnexUpload.objects.exists()


def test_length_of_one_byte_too_many_is_refused(sender: Sender) -> None:
    assert code_of(sender.announce(50 * 1024 * 1024 + 1)) == (413, "annex-too-large")
    assert sender.announce(50 * 1024 * 1024).status_code == 201


UNREADABLE = ("/Upload-Metadata", "metadata-unreadable")


@pytest.mark.parametrize(
    ("metadata", "fault"),
    [
        ("slot", ("/slot", "statement-unknown")),
        ("", ("/slot", "statement-unknown")),
        (said(slot="NOTHING"), ("/slot", "statement-unknown")),
        ("slot ?", UNREADABLE),
        ("slot TEFCT1JBVE9SWQ", UNREADABLE),
        (f"{DESCRIBED},", UNREADABLE),
        (f"{DESCRIBED},{DESCRIBED}", UNREADABLE),
        (f"{DESCRIBED},x /w==", UNREADABLE),
        (f"{DESCRIBED},x AA==", UNREADABLE),
        (f"{DESCRIBED},é", UNREADABLE),
        (f"{DESCRIBED},{said(x='y' * 4000)}", UNREADABLE),
        (said(slot="LABORATORY", title="x" * 201), ("/title", "text-too-long")),
        (said(slot="LABORATORY", filename="85.07.30-033 28.pdf"), ("/file", "national-number")),
        (said(slot="LABORATORY", title="85073003328"), ("/file", "national-number")),
        (said(slot="LABORATORY", patient="85073003328"), ("/Upload-Metadata", "national-number")),
    ],
)
def test_metadata_that_cannot_be_is_refused(sender: Sender, metadata: str, fault: tuple[str, str]) -> None:
    answer = sender.announce(metadata=metadata)
    assert (answer.status_code, faults_of(answer)) == (422, [fault])
    assert not AnnexUpload.objects.exists()


def test_every_header_that_cannot_be_read_is_told_at_once(sender: Sender) -> None:
    answer = sender.announce(length="x", metadata="slot ?")
    assert faults_of(answer) == [("/Upload-Length", "bytes-unreadable"), UNREADABLE]


def test_metadata_of_other_clients_is_told_back(sender: Sender) -> None:
    metadata = f"{said(slot='OTHER', filetype='application/pdf')}, is_confidential"
    told = sender.get(sender.opened(metadata=metadata))
    assert (told["slot"], told["title"], told["file_name"]) == ("OTHER", "", "document.pdf")
    assert sender.head(f"{sender.place}/{told['id']}")["Upload-Metadata"] == metadata


@pytest.mark.parametrize("offset", ["", "-1", "x", "0x1", "1.0", "9" * 4301])
def test_offset_that_cannot_be_read_is_refused(sender: Sender, offset: str) -> None:
    answer = sender.send(sender.opened(), offset, b"x")
    assert (*code_of(answer), faults_of(answer)) == (422, "invalid", [("/Upload-Offset", "bytes-unreadable")])


@pytest.mark.parametrize("kind", ["", "application/octet-stream", "application/json", "multipart/form-data", "/"])
def test_body_of_another_kind_is_refused(sender: Sender, kind: str) -> None:
    address = sender.opened()
    answer = sender.client.generic("PATCH", address, PDF, content_type=kind, headers=TUS | {"Upload-Offset": "0"})
    assert code_of(answer) == (415, "unsupported-media-type")
    assert sender.head(address)["Upload-Offset"] == "0"


def test_announcing_again_under_the_same_key_is_the_same_upload(sender: Sender) -> None:
    places = {sender.announce(**{"Idempotency-Key": "k-1"})["Location"] for _ in range(2)}
    assert places == {f"{sender.place}/{AnnexUpload.objects.get().pk}"}
