"""Dossiers, packs, volumes and jobs over the interface: ordered by the secretariat, fetched by those who judge."""

import hashlib
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role, Scope
from accounts.models import User
from applications.models import Application
from evaluation.models import AnnexVolume, Dossier, Pack
from evaluation.services.binding import record_pack, record_volume
from jobs.files import StoredFile, store_file
from jobs.models import Job
from tests.access.world import file_at_vote
from tests.api_client import api_client
from tests.builders import IN_AUGUST, make_staff, make_user
from tests.evaluation.builders import make_closed_batch, make_desk, make_sealed_batch, standing
from tests.evaluation.papers import make_stored_dossier

pytestmark = pytest.mark.django_db
API = "/api/v1"
PDF = b"%PDF-1.7 test"


def client_of(user: User) -> Client:
    return api_client(user, *Scope.values)


def post(client: Client, path: str, body: object = None) -> Any:
    return client.post(f"{API}/{path}", body or {}, content_type="application/json")


def stored_dossier(application: Application) -> Dossier:
    return make_stored_dossier(standing(application), PDF, at=IN_AUGUST)


def test_dossier_is_listed_and_its_file_bears_its_sha256() -> None:
    [application] = make_sealed_batch()
    row = stored_dossier(application)
    client = client_of(make_user(Role.MEMBER))
    expected = {
        "id": str(row.pk),
        "application": str(application.pk),
        "reference": application.reference,
        "number": 9,
        "assessment": str(row.assessment_id),
        "language": "nl",
        "template_version": "test",
        "sha256": hashlib.sha256(PDF).hexdigest(),
        "size": len(PDF),
        "pages": 1,
        "rendered_at": "2026-08-10T10:00:00Z",
        "revoked_at": None,
    }
    told = client.get(f"{API}/dossiers/{row.pk}").json()
    assert told | {"rendered_at": ""} == expected | {"rendered_at": ""}
    assert told["rendered_at"].endswith("Z")
    listed = client.get(f"{API}/dossiers?batch=2026-07&application={application.pk}").json()["results"]
    assert told in listed
    file = client.get(f"{API}/dossiers/{row.pk}/file", headers={"Accept": "application/pdf"})
    assert (b"".join(file), file["ETag"], file["Content-Type"]) == (PDF, f'"{row.sha256}"', "application/pdf")
    again = client.get(f"{API}/dossiers/{row.pk}/file", headers={"If-None-Match": file["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_dossier_is_for_those_who_judge() -> None:
    world = file_at_vote()
    assert world.barred is not None
    assert world.member is not None
    path = f"{API}/dossiers/{world.values['dossier']}/file"
    people = {"holder": world.holder, "barred": world.barred, "member": world.member, "desk": make_desk()}
    found = {}
    for name, user in people.items():
        answer = client_of(user).get(path)
        found[name] = answer.status_code
        if answer.streaming:
            b"".join(answer)
    assert found == {"holder": 404, "barred": 404, "member": 200, "desk": 200}
    lists = {name: client_of(user).get(f"{API}/dossiers").json()["results"] for name, user in people.items()}
    assert {name: bool(rows) for name, rows in lists.items()} == {
        "holder": False,
        "barred": False,
        "member": True,
        "desk": True,
    }


def test_order_answers_with_a_job_and_is_made_once() -> None:
    [application] = make_closed_batch()
    client = client_of(make_desk())
    first, again = (post(client, f"applications/{application.pk}/dossiers") for _ in range(2))
    job = Job.objects.get(kind="evaluation.render_dossier")
    assert (first.status_code, first["Location"], again["Location"]) == (202, f"{API}/jobs/{job.pk}", first["Location"])
    told = client.get(first["Location"]).json()
    assert told | {"created_at": ""} == {
        "id": str(job.pk),
        "kind": "evaluation.render_dossier",
        "subject": application.reference,
        "state": "QUEUED",
        "progress": {"done": 0, "total": 0},
        "error_code": "",
        "created_at": "",
        "finished_at": None,
        "made": None,
    }


def test_nothing_is_ordered_before_the_close_or_by_others(db: None) -> None:
    world = file_at_vote()
    path = f"applications/{world.application.pk}/dossiers"
    assert [post(client_of(user), path).status_code for user in (world.holder, make_user(Role.AUDITOR))] == [403, 403]
    assert post(client_of(make_desk()), f"applications/{uuid4()}/dossiers").status_code == 404


def test_revoked_dossier_says_so_and_only_once() -> None:
    [application] = make_sealed_batch()
    row, client = stored_dossier(application), client_of(make_desk())
    assert post(client, f"dossiers/{row.pk}/revoke").status_code == 422
    done, again = (post(client, f"dossiers/{row.pk}/revoke", {"reason": "Wrong file."}) for _ in range(2))
    assert (done.json()["revoked_at"] is not None, again.status_code) == (True, 409)
    assert post(client_of(make_user(Role.CHAIR)), f"dossiers/{row.pk}/revoke", {"reason": "x"}).status_code == 403


def made_pack(application: Application) -> Pack:
    assert application.batch is not None
    stored = store_file(PDF)
    return record_pack(
        application.batch,
        dossiers=[stored_dossier(application)],
        inputs_sha256="0" * 64,
        language="nl",
        stored=stored,
        pages=3,
        at=IN_AUGUST,
    )


def made_volume(application: Application, mark: int = 0) -> AnnexVolume:
    stored: StoredFile = store_file(PDF)
    about = {"language": "nl", "stored": stored, "pages": 2, "unreadable": 0, "at": IN_AUGUST}
    return record_volume(application, inputs_sha256=f"{mark:064d}", **about)  # type: ignore[arg-type]  # one dict


def test_pack_and_volume_are_read_and_fetched() -> None:
    [application] = make_sealed_batch()
    pack, volume = made_pack(application), made_volume(application)
    client = client_of(make_user(Role.AUDITOR))
    packs = client.get(f"{API}/packs?batch=2026-07&language=nl").json()["results"]
    volumes = client.get(f"{API}/annex-volumes?application={application.pk}").json()["results"]
    assert [(row["id"], row["batch"], row["pages"]) for row in packs] == [(str(pack.pk), "2026-07", 3)]
    assert [(row["id"], row["reference"], row["pages"]) for row in volumes] == [
        (str(volume.pk), application.reference, 2)
    ]
    for path in (f"packs/{pack.pk}", f"annex-volumes/{volume.pk}"):
        assert client.get(f"{API}/{path}").json() in (*packs, *volumes)
        file = client.get(f"{API}/{path}/file")
        assert (b"".join(file), file["ETag"]) == (PDF, f'"{hashlib.sha256(PDF).hexdigest()}"')
        assert client_of(make_staff(application.holder)).get(f"{API}/{path}/file").status_code == 404


def test_pack_is_ordered_and_the_same_state_gives_the_same_job() -> None:
    make_sealed_batch()
    client = client_of(make_desk())
    first, again = (post(client, "batches/2026-07/packs", {"language": "nl"}) for _ in range(2))
    assert (first.status_code, first.json()["id"]) == (202, again.json()["id"])
    assert post(client, "batches/2026-07/packs", {"language": "de"}).status_code == 422


def test_job_is_followed_by_the_desk_and_not_by_others() -> None:
    [application] = make_closed_batch()
    path = f"{API}/jobs/{Job.objects.get(kind='evaluation.render_dossier').pk}"
    people = (make_desk(), make_user(Role.ADMINISTRATOR), make_user(Role.MEMBER), make_staff(application.holder))
    assert [client_of(user).get(path).status_code for user in people] == [200, 200, 404, 404]


def test_annex_is_read_with_its_file() -> None:
    world = file_at_vote()
    client, path = client_of(world.holder), f"{API}/applications/{world.application.pk}/annexes/"
    told = client.get(f"{path}{world.values['annex_id']}").json()
    file = client.get(f"{path}{world.values['annex_id']}/file")
    content = b"".join(file)
    assert (told["sha256"], file["ETag"]) == (hashlib.sha256(content).hexdigest(), f'"{told["sha256"]}"')


@pytest.mark.parametrize("name", ["dossiers", "packs", "annex-volumes", "batches", "decisions", "evaluations"])
def test_list_costs_the_same_queries_at_one_and_at_thirty(name: str) -> None:
    [application] = make_sealed_batch()
    client, first = client_of(make_user(Role.AUDITOR)), standing(application)
    assert application.batch is not None
    stored, counts = store_file(PDF), []
    for start, end in ((0, 1), (1, 30)):
        for place in range(start, end):
            about = {"language": "nl", "sha256": stored.sha256, "size": stored.size, "pages": 1}
            dossier = make_stored_dossier(first, PDF, number=50 + place, version=f"t{place}", at=IN_AUGUST)
            pack = Pack.objects.create(
                batch=application.batch, inputs_sha256=f"{place:064d}", bound_at=IN_AUGUST, **about
            )
            pack.dossiers.set([dossier])
            made_volume(application, place)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{API}/{name}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
