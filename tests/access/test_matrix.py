"""Every address of the desk against every role: what is another's does not exist, and a reader changes nothing."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.enums import Role, Scope
from accounts.models import AuditEvent, User
from tests.access.world import Address, World, every_address, file_at_vote, file_in_review, unknown
from tests.accounts.builders import make_token
from tests.builders import make_centre, make_staff, make_user
from tests.evaluation.review import make_desk, signed_in

pytestmark = pytest.mark.django_db

MAKERS: dict[str, Callable[[], World]] = {"in review": file_in_review, "at the vote": file_at_vote}
METHODS = ("get", "post")
SHUT = {403, 404, 405, 415}
OF_NOBODY = {
    "api/v1/criteria/<str:version>",
    "api/v1/criteria/<str:version>/cases",
    "api/v1/criteria/<str:version>/file",
    "api/v1/criteria/<str:version>/note",
    "api/v1/readings/<str:reading>",
    "api/v1/upload-templates/<str:kind>",
    "uploads/templates/<str:kind>.csv",
    "uploads/templates/<str:kind>.xlsx",
    "readings/<str:reading>/",
}
"""Patterns whose parameter names a kind of file or a reading, not a thing."""
SHARED = {"code", "day"}
"""A round and a sitting are no secret to those who work in them; what lies in them may be."""
ADDRESSES = every_address()
ABOUT_A_FILE = tuple(each for each in ADDRESSES if set(each.names) - SHARED and each.route not in OF_NOBODY)
SCOPES = [scope.value for scope in Scope]


@pytest.fixture(params=MAKERS)
def world(request: pytest.FixtureRequest) -> World:
    return MAKERS[request.param]()


CALLERS: dict[tuple[str, bool], Client] = {}
"""Who was let in already: signing in again at every address would be most of the work."""


@pytest.fixture(autouse=True)
def nobody_is_in_yet() -> None:
    CALLERS.clear()


def caller(user: User | None, address: Address) -> Client:
    """A browser that is signed in, or a client with a token of every scope where the address is of the interface."""
    if user is None:
        return Client()
    of_interface = address.route.startswith("api/")
    known = str(user.pk), of_interface
    if known not in CALLERS:
        CALLERS[known] = with_token(user) if of_interface else signed_in(user)
    return CALLERS[known]


def with_token(user: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_token(user, *SCOPES)}"})


def ask(client: Client, method: str, path: str) -> Any:
    answer = getattr(client, method)(path, headers={"Idempotency-Key": str(uuid4())})
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def statuses(user: User | None, address: Address, values: dict[str, str]) -> dict[str, int]:
    client = caller(user, address)
    return {method: ask(client, method, address.path(values)).status_code for method in METHODS}


def outsiders(world: World) -> dict[str, User]:
    every = {
        "another company": make_staff(),
        "administrator": make_user(Role.ADMINISTRATOR),
    }
    if world.barred is None:
        return every | {"member before the vote": make_user(Role.MEMBER), "chair before": make_user(Role.CHAIR)}
    return every | {"barred member": world.barred}


OPEN_TO = {
    "administrator": ("users/", "desk/jobs/", "api/v1/jobs/"),
    "member before the vote": (),
    "barred member": ("ballots/",),
}
"""The administrator works on people and jobs; a barred member is told of being barred (tested below)."""


def test_file_of_another_answers_as_one_that_is_not_there(world: World) -> None:
    leaks = {}
    for name, user in outsiders(world).items():
        for address in ABOUT_A_FILE:
            if address.route.startswith(OPEN_TO.get(name, ()) or "-"):
                continue
            values = world.of(address)
            real, missing = statuses(user, address, values), statuses(user, address, unknown(values))
            if real != missing or not set(real.values()) <= SHUT:
                leaks[name, address.route] = real, missing
    assert leaks == {}


def test_nobody_signed_in_is_sent_to_sign_in_or_told_nothing(world: World) -> None:
    leaks = {}
    for address in ABOUT_A_FILE:
        values = world.of(address)
        found = statuses(None, address, values)
        if found != statuses(None, address, unknown(values)) or not set(found.values()) <= {302, 401, *SHUT}:
            leaks[address.route] = found
    assert leaks == {}


def test_every_address_answers_its_own_people_without_breaking(world: World) -> None:
    broken = {}
    people = [world.holder, make_desk(), make_user(Role.AUDITOR), make_user(Role.CHAIR)]
    for user in [*people, *([world.member] if world.member else [])]:
        for address in ADDRESSES:
            values = world.of(address)
            for kind in (values, unknown(values)):
                client = caller(user, address)
                status = ask(client, "get", address.path(kind)).status_code
                if status >= 500 and address.route != "readyz":
                    broken[user.role, address.route] = status
    assert broken == {}


READS = (
    "/",
    "/applications/",
    "/applications/list.csv",
    "/audit/",
    "/batches/",
    "/batches/2026-07/",
    "/batches/2026-07/dossiers/",
    "/batches/2026-07/matrix.csv",
    "/batches/2026-07/sites/{site_number}/",
    "/batches/2026-07/files/{number}/findings/C3a/",
    "/batches/2026-07/files/{number}/capacity/",
    "/applications/{application}/",
    "/applications/{application}/evaluations/",
    "/applications/{application}/receipt/",
    "/applications/{application}/documents/{annex_id}/",
    "/documents/{annex_id}/",
    "/centres/",
    "/centres/{site_number}/",
    "/criteria/",
    "/criteria/note/",
    "/list/",
    "/list/list.csv",
    "/readings/",
    "/readings/A9/",
    "/rescorings/",
    "/rescorings/{rescoring}/",
    "/uploads/",
)


def test_auditor_reads_all(world: World) -> None:
    client = Client()
    client.force_login(make_user(Role.AUDITOR))
    paths = [path.format(**world.values) for path in READS]
    if world.member is not None:
        paths += ["/meetings/", "/meetings/2026-09-15/", f"/dossiers/{world.values['dossier']}/"]
        paths += [f"/ballots/{world.values['ballot']}/", "/batches/2026-07/decisions/"]
        paths += [f"/evaluations/{world.values['evaluation_id']}/"]
    assert {path: ask(client, "get", path).status_code for path in paths} == dict.fromkeys(paths, 200)


OF_ONESELF = {"accounts:language", "language/", "i18n/language/", "api/v1/pre-checks", "pre-check/", "desk/style/"}
"""What leaves no trace: the language of the screen, a calculation that stores nothing."""
BY_ITS_OWN_KEY = {"api/v1/oauth/token", "api/v1/oauth/revoke"}


def test_auditor_changes_nothing(world: World) -> None:
    auditor = make_user(Role.AUDITOR)
    token = caller(auditor, Address("api/v1/applications", ()))
    assert token
    before = set(AuditEvent.objects.values_list("pk", "verb"))
    allowed = {}
    for address in ADDRESSES:
        if address.route in OF_ONESELF | BY_ITS_OWN_KEY:
            continue
        for method in ("post", "delete"):
            status = ask(caller(auditor, address), method, address.path(world.of(address))).status_code
            if status not in SHUT:
                allowed[method, address.route] = status
    assert (allowed, set(AuditEvent.objects.values_list("pk", "verb")) - before) == ({}, set())


def words_of(world: World) -> tuple[str, ...]:
    file = world.application
    return file.reference, file.holder.name, file.centre.name, file.centre.hospital.name, str(file.pk)


def test_pages_without_a_name_in_them_tell_a_stranger_nothing(world: World) -> None:
    told = {}
    for name, user in outsiders(world).items():
        for address in ADDRESSES:
            if set(address.names) - SHARED or (name, address.route) in MAY_NAME:
                continue
            answer = ask(caller(user, address), "get", address.path(world.of(address)))
            text = "" if answer.streaming else answer.content.decode(errors="replace")
            if found := [word for word in words_of(world) if word in text]:
                told[name, address.route] = found
    assert told == {}


MAY_NAME = {
    ("another company", "applications/new/"),
    ("administrator", "users/"),
    ("administrator", "users/new/"),
    ("administrator", "clients/"),
    ("administrator", "clients/new/"),
    ("administrator", "desk/jobs/"),
    ("administrator", "api/v1/jobs"),
    ("barred member", "meetings/<str:day>/"),
}
"""Sites are public; an administrator knows companies and jobs by name; the agenda says what one is barred from."""


def test_holder_never_fetches_a_dossier_and_a_member_does() -> None:
    world = file_at_vote()
    assert world.barred is not None
    assert world.member is not None
    readers = {"holder": world.holder, "barred": world.barred, "member": world.member, "desk": make_desk()}
    path = f"/dossiers/{world.values['dossier']}/"
    found = {name: ask(caller(user, Address("", ())), "get", path).status_code for name, user in readers.items()}
    assert found == {"holder": 404, "barred": 404, "member": 200, "desk": 200}


def test_barred_member_opens_neither_file_nor_evidence_nor_ballot() -> None:
    world = file_at_vote()
    assert world.barred is not None
    assert world.member is not None
    paths = [
        f"/applications/{world.application.pk}/",
        f"/applications/{world.application.pk}/receipt/",
        f"/applications/{world.application.pk}/evaluations/",
        f"/applications/{world.application.pk}/documents/{world.values['annex_id']}/",
        f"/evaluations/{world.values['evaluation_id']}/",
        f"/ballots/{world.values['ballot']}/",
    ]
    shut, opened = caller(world.barred, Address("", ())), caller(world.member, Address("", ()))
    assert [ask(shut, "get", path).status_code for path in paths] == [404, 404, 404, 404, 404, 403]
    assert [ask(opened, "get", path).status_code for path in paths] == [200] * 6
    assert make_centre().name not in ask(shut, "get", "/applications/list.csv").content.decode()


def test_holder_is_shown_no_evaluation_of_its_own_file() -> None:
    world = file_at_vote()
    pk = world.values["evaluation_id"]
    pages = [f"/evaluations/{pk}/", f"/evaluations/{pk}/receipt/", f"/applications/{world.application.pk}/evaluations/"]
    browser = caller(world.holder, Address("", ()))
    assert [ask(browser, "get", page).status_code for page in pages] == [404, 404, 404]
    client = with_token(world.holder)
    calls = ["/api/v1/evaluations", f"/api/v1/evaluations/{pk}", f"/api/v1/evaluations/{pk}/receipt"]
    assert [ask(client, "get", call).status_code for call in calls] == [404, 404, 404]


def test_token_that_only_reads_adds_no_evidence() -> None:
    world = file_in_review()
    token = {"Authorization": f"Bearer {make_token(world.holder, Scope.APPLICATIONS_READ.value)}"}
    path = f"/api/v1/applications/{world.application.pk}/annexes"
    found = [Client(headers=token).get(path).status_code, Client(headers=token).post(path).status_code]
    assert found == [200, 403]
