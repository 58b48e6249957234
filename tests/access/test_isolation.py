"""What one company has, the token of another cannot tell from what does not exist: every call of the interface."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Model
from django.db.models.functions import Now
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from accounts.enums import Role, Scope
from accounts.models import AuditEvent, User
from applications.models import AnnexUpload, Application, Upload
from evaluation.models import AnnexVolume, BureauRuling, MinisterialDecision, Pack
from evaluation.reference.interfaces import openapi_document
from jobs.enums import EventType
from jobs.files import store_file
from jobs.models import IdempotencyKey, WebhookDelivery, WebhookEndpoint
from tests.access.world import World, file_at_vote, file_in_review, unknown
from tests.accounts.builders import make_token
from tests.builders import IN_AUGUST, make_application, make_holder, make_user
from tests.evaluation.review import make_desk

pytestmark = pytest.mark.django_db

OF_ALL = {"version", "reading", "kind", "code", "day", "population", "item", "mandate_id"}
"""Parameters that name what everyone has: a version of the criteria, a round, a day, a place in a list."""
BY_ITS_CODE = {"/api/v1/verify/{code}"}
METHODS = ("get", "head", "post", "put", "patch", "delete")
NOTHING = "0" * 64
TUS = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}


@dataclass(frozen=True, slots=True)
class Call:
    """One method at one address of the OpenAPI document."""

    method: str
    route: str
    kind: str

    def of(self, client: Client, values: dict[str, str]) -> Any:
        path = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], self.route)
        headers = {"If-Match": '"1"', "Idempotency-Key": str(uuid4())} | TUS
        body = encode_multipart(BOUNDARY, {}) if self.kind == MULTIPART_CONTENT else b"{}"
        return client.generic(self.method.upper(), path, body, content_type=self.kind, headers=headers)


def every_call() -> Iterator[Call]:
    for route, operations in json.loads(openapi_document())["paths"].items():
        names = tuple(re.findall(r"\{(\w+)\}", route))
        for method in METHODS:
            if method in operations and route not in BY_ITS_CODE and set(names) - OF_ALL:
                kinds = [*operations[method].get("requestBody", {}).get("content", {}), "application/json"]
                yield Call(method, route, MULTIPART_CONTENT if kinds[0].startswith("multipart") else kinds[0])


CALLS = tuple(every_call())


def with_its_machines(world: World) -> dict[str, str]:
    """The values of the world, with what a client has beside its files: uploads, parts of a document, webhooks."""
    application, owner = world.application, world.holder
    by = {"created_by": owner, "holder": application.holder, "created_at": IN_AUGUST}
    upload = Upload.objects.create(
        kind="applications",
        file_name="a.csv",
        sha256=NOTHING,
        content_sha256=NOTHING,
        size=1,
        idempotency_key="k",
        **by,
    )
    part = AnnexUpload.objects.create(
        application=application,
        slot="LABORATORY",
        file_name="a.pdf",
        length=10,
        opened_by=owner,
        opened_at=Now(),
        expires_at=Now() + timedelta(days=1),
    )
    endpoint = WebhookEndpoint.objects.create(
        owner=owner, url="https://machine.example/", events=["upload.checked"], sealed_secret="-", created_at=IN_AUGUST
    )
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint, event_id=uuid4(), event_type=EventType.UPLOAD_CHECKED, body="{}", created_at=IN_AUGUST
    )
    named = _papers(application) | {"upload": upload, "annex_upload": part, "endpoint": endpoint, "delivery": delivery}
    return world.values | {f"{name}_id": str(row.pk) for name, row in named.items()}


def _papers(application: Application) -> dict[str, Model]:
    """What is bound, decided and ruled about the file."""
    desk, batch, paper = make_desk(), application.batch, store_file(b"%PDF-1.7 paper").sha256
    papers = {
        "inputs_sha256": "1" * 64,
        "sha256": paper,
        "size": 1,
        "pages": 1,
        "language": "nl",
        "bound_at": IN_AUGUST,
    }
    assert batch is not None
    volume = AnnexVolume.objects.create(application=application, unreadable=0, **papers)
    pack = Pack.objects.create(batch=batch, **papers)
    pack.dossiers.set(application.dossiers.all())
    day = IN_AUGUST.date()
    decision = MinisterialDecision.objects.create(
        application=application,
        population="ADULT",
        admits=False,
        reference="D/1",
        decided_on=day,
        published_on=day,
        effective_on=day,
        deviates=False,
        reasons="None.",
        recorded_by=desk,
        recorded_at=IN_AUGUST,
    )
    ruling = BureauRuling.objects.create(
        batch=batch,
        centre=application.centre,
        confirms_transition=True,
        ruled_on=day,
        minutes_reference="B/1",
        minutes_file_name="b.pdf",
        minutes_sha256=paper,
        minutes_size=1,
        minutes_pages=1,
        recorded_by=desk,
        recorded_at=IN_AUGUST,
    )
    return {"volume": volume, "pack": pack, "decision": decision, "ruling": ruling}


def with_token(user: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_token(user, *[scope.value for scope in Scope])}"})


def told(answer: Any) -> tuple[int, str, object]:
    """Everything that an answer says; a file is read to its end."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    return answer.status_code, kind, json.loads(body) if body and "json" in kind else body


@pytest.fixture(params=[file_in_review, file_at_vote])
def world(request: pytest.FixtureRequest) -> World:
    made: World = request.param()
    return made


def strangers(world: World) -> dict[str, User]:
    """Another company with a file of its own at the same site, one without any, and a machine of no company."""
    busy, idle, nobody = make_holder(), make_holder(), make_user(Role.HOLDER)
    neighbour = make_user(Role.HOLDER, holder=busy)
    make_application(staff=neighbour, centre=world.application.centre)
    return {"neighbour": neighbour, "idle": make_user(Role.HOLDER, holder=idle), "of no company": nobody}


def test_thing_of_another_company_answers_as_one_that_does_not_exist(world: World) -> None:
    values = with_its_machines(world)
    clients = {name: with_token(user) for name, user in strangers(world).items()}
    before = list(AuditEvent.objects.values_list("pk", "verb"))
    leaks = {}
    for name, client in clients.items():
        for call in CALLS:
            real, missing = told(call.of(client, values)), told(call.of(client, unknown(values)))
            if real != missing or real[0] not in {403, 404}:
                leaks[name, call.method, call.route] = real, missing
    assert leaks == {}
    assert list(AuditEvent.objects.values_list("pk", "verb")) == before
    assert not IdempotencyKey.objects.exists()


def test_ids_asked_for_are_those_of_things_that_are_there() -> None:
    """Without this the test above could ask for nothing at all."""
    world = file_at_vote()
    values = with_its_machines(world)
    readers = [with_token(user) for user in (world.holder, make_desk(), make_user(Role.AUDITOR))]
    reads = [call for call in CALLS if call.method == "get"]
    silent = [call.route for call in reads if all(told(call.of(each, values))[0] == 404 for each in readers)]
    assert silent == []
