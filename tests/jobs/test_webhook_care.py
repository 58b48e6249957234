"""Webhooks over time: secrets change, receivers fall silent, clients close; and nothing is told beyond the scopes."""

import socket
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models.functions import Now
from django.test import Client
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.clock import now
from accounts.models import ApiClient, AuditEvent, User
from accounts.services.clients import close_client, reopen_client
from accounts.services.scopes import change_scopes
from jobs import sending
from jobs.models import IdempotencyKey, WebhookDelivery, WebhookEndpoint
from jobs.sending import UnsafeAddress, is_public, require_safe_address
from jobs.services import deliver_webhooks
from jobs.services.deliveries import GIVEN_UP_IN_A_ROW
from jobs.services.webhooks import MOST_OPEN
from tests.accounts.builders import make_token
from tests.builders import make_application, make_staff
from tests.jobs.receiver import Receiver, receiver

pytestmark = pytest.mark.django_db
EVENTS = ["application.moved"]


@pytest.fixture
def machine() -> User:
    user = make_staff()
    User.objects.filter(pk=user.pk).update(is_service=True, password="!")  # a service user has no password
    user.refresh_from_db()
    return user


@pytest.fixture
def client(machine: User) -> Client:
    return with_scopes(machine, "applications:read")


@pytest.fixture
def hooked(tmp_path: Path, settings: Any) -> Iterator[Receiver]:
    with receiver(tmp_path) as running:
        settings.CART_WEBHOOK_HOSTS, settings.CART_WEBHOOK_CA = ("localhost",), str(running.ca)
        yield running


def with_scopes(machine: User, *scopes: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_token(machine, *scopes)}"})


def post(client: Client, path: str, body: object = None, *, key: str = "") -> Any:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return client.post(f"/api/v1/webhooks{path}", body, content_type="application/json", headers=headers)


def opened(client: Client, url: str, events: list[str] = EVENTS, *, key: str = "") -> Any:
    return post(client, "", {"url": url, "events": events}, key=key)


def attempts(number: int) -> None:
    for _ in range(number):
        WebhookDelivery.objects.update(next_attempt_at=Now())
        deliver_webhooks()


def holds(secret: str, sent: tuple[dict[str, str], str]) -> bool:
    headers, body = sent
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def test_new_secret_signs_beside_the_one_before_for_a_day(client: Client, machine: User, hooked: Receiver) -> None:
    first = opened(client, hooked.url).json()
    answer = post(client, f"/{first['id']}/secret")
    second = answer.json()["secret"]
    assert (answer.status_code, second != first["secret"], second.startswith("whsec_")) == (200, True, True)
    make_application(staff=machine, submitted=True)
    deliver_webhooks()
    WebhookEndpoint.objects.update(previous_until=Now())
    post(client, f"/{first['id']}/deliveries/{WebhookDelivery.objects.get().pk}/replay")
    deliver_webhooks()
    during, after = hooked.seen
    assert len(during[0]["webhook-signature"].split(" ")) == 2
    assert [(holds(first["secret"], sent), holds(second, sent)) for sent in (during, after)] == [
        (True, True),
        (False, True),
    ]


def test_secret_drawn_twice_leaves_the_newest_two(client: Client, machine: User, hooked: Receiver) -> None:
    endpoint = opened(client, hooked.url).json()
    drawn = [endpoint["secret"], *[post(client, f"/{endpoint['id']}/secret").json()["secret"] for _ in range(2)]]
    make_application(staff=machine, submitted=True)
    deliver_webhooks()
    assert [holds(secret, hooked.seen[0]) for secret in drawn] == [False, True, True]
    assert [verb for verb in AuditEvent.objects.order_by("seq").values_list("verb", flat=True) if "secret" in verb] == [
        "rotate webhook secret"
    ] * 2


def test_secret_lies_open_nowhere_and_is_told_again_to_the_same_call_only(client: Client, hooked: Receiver) -> None:
    first = opened(client, hooked.url, key="one").json()
    assert opened(client, hooked.url, key="one").json() == first
    path = f"/{first['id']}/secret"
    second = post(client, path, key="two").json()
    assert post(client, path, key="two").json() == second
    kept = str(list(IdempotencyKey.objects.values_list("response_body", flat=True)))
    told = str(list(AuditEvent.objects.values_list("before", "after")))
    assert [secret for secret in (first["secret"], second["secret"]) if secret in kept + told] == []
    stranger = with_scopes(make_staff(), "applications:read")
    assert post(stranger, path, key="two").status_code == 404


def test_endpoint_that_never_answers_is_switched_off_and_on_again(
    client: Client, machine: User, hooked: Receiver
) -> None:
    endpoint = opened(client, hooked.url).json()["id"]
    hooked.answers += [500] * 10 * GIVEN_UP_IN_A_ROW
    make_application(staff=machine, submitted=True)
    event = WebhookDelivery.objects.get()
    for _ in range(GIVEN_UP_IN_A_ROW - 1):
        event.pk, event.event_id, event._state.adding = uuid4(), uuid4(), True
        event.save()
    attempts(10 * GIVEN_UP_IN_A_ROW)
    make_application(staff=machine, submitted=True)
    seen = len(hooked.seen)
    attempts(1)
    told = client.get(f"/api/v1/webhooks/{endpoint}").json()
    states = sorted(WebhookDelivery.objects.values_list("state", "error_detail"))
    assert (told["switched_off_at"] is None, len(hooked.seen) - seen, states) == (
        False,
        0,
        [("DEAD", "answered 500")] * GIVEN_UP_IN_A_ROW + [("DEAD", "switched off")],
    )
    missed = WebhookDelivery.objects.get(error_detail="switched off").pk
    replay = f"/{endpoint}/deliveries/{missed}/replay"
    assert (post(client, replay).status_code, post(client, replay).json()["code"]) == (409, "webhook-switched-off")
    assert post(client, f"/{endpoint}/switch-on").json()["switched_off_at"] is None
    hooked.answers.clear()
    assert post(client, replay).status_code == 202
    assert (deliver_webhooks(), WebhookDelivery.objects.get(pk=missed).state) == (1, "DELIVERED")


def test_message_that_arrives_forgives_those_given_up(client: Client, machine: User, hooked: Receiver) -> None:
    opened(client, hooked.url)
    WebhookEndpoint.objects.update(given_up=GIVEN_UP_IN_A_ROW - 1)
    make_application(staff=machine, submitted=True)
    assert (deliver_webhooks(), WebhookEndpoint.objects.get().given_up) == (1, 0)


def test_silent_endpoint_holds_up_nobody_else(client: Client, machine: User, hooked: Receiver) -> None:
    for path in ("a", "b"):
        opened(client, f"{hooked.url}&{path}")
    make_application(staff=machine, submitted=True)
    make_application(staff=machine, submitted=True)
    silent = WebhookEndpoint.objects.get(url__endswith="&a")
    WebhookEndpoint.objects.filter(pk=silent.pk).update(url="https://localhost:1024/nobody")
    assert deliver_webhooks() == 2
    assert sorted(WebhookDelivery.objects.filter(endpoint=silent).values_list("attempt", flat=True)) == [0, 1]


def test_closed_client_is_told_nothing_more(client: Client, machine: User, hooked: Receiver) -> None:
    opened(client, hooked.url)
    make_application(staff=machine, submitted=True)
    owner = ApiClient.objects.get(user=machine)
    close_client(owner, by=None, at=now())
    make_application(staff=machine, submitted=True)
    assert (deliver_webhooks(), hooked.seen) == (0, [])
    assert list(WebhookDelivery.objects.values_list("state", "error_detail")) == [("DEAD", "client closed")]
    reopen_client(owner, by=None, at=now())
    make_application(staff=machine, submitted=True)
    assert deliver_webhooks() == 1


@pytest.mark.parametrize(
    ("scopes", "events", "status"),
    [
        (["prechecks:write"], ["application.moved"], 403),
        (["uploads:write"], ["application.moved"], 403),
        (["applications:write"], ["application.moved"], 201),
        (["applications:read"], ["application.moved", "upload.checked"], 403),
        (["uploads:write"], ["upload.checked", "upload.committed", "upload.failed"], 201),
    ],
)
def test_token_is_told_of_no_more_than_it_may_read(
    machine: User, hooked: Receiver, scopes: list[str], events: list[str], status: int
) -> None:
    assert opened(with_scopes(machine, *scopes), hooked.url, events).status_code == status


def test_token_of_other_scopes_neither_closes_nor_draws_a_secret(
    client: Client, machine: User, hooked: Receiver
) -> None:
    endpoint = opened(client, hooked.url).json()["id"]
    weak = with_scopes(machine, "prechecks:write")
    found = [post(weak, f"/{endpoint}/secret"), weak.delete(f"/api/v1/webhooks/{endpoint}")]
    assert [(each.status_code, each.json()["code"]) for each in found] == [(403, "scope-missing")] * 2
    assert weak.get(f"/api/v1/webhooks/{endpoint}").status_code == 200


def test_client_that_loses_its_scope_is_told_nothing_more(client: Client, machine: User, hooked: Receiver) -> None:
    opened(client, hooked.url)
    owner = ApiClient.objects.get(user=machine)
    change_scopes(owner, scopes=["uploads:write"], expected=owner.scopes, by=None, at=now())
    make_application(staff=machine, submitted=True)
    assert not WebhookDelivery.objects.exists()


def test_client_has_so_many_open_addresses_at_most(client: Client, machine: User, hooked: Receiver) -> None:
    words = {"owner": machine, "events": EVENTS, "sealed_secret": "-", "created_at": now()}
    WebhookEndpoint.objects.bulk_create(
        [WebhookEndpoint(url=f"https://machine.example/{number}", **words) for number in range(MOST_OPEN)]
    )
    answer = opened(client, hooked.url)
    assert (answer.status_code, answer.json()["code"]) == (409, "webhooks-too-many")


def test_event_of_a_transaction_that_failed_is_told_to_nobody(client: Client, machine: User, hooked: Receiver) -> None:
    opened(client, hooked.url)
    with transaction.atomic():
        make_application(staff=machine, submitted=True)
        assert WebhookDelivery.objects.exists()
        transaction.set_rollback(True)
    assert (deliver_webhooks(), hooked.seen, WebhookDelivery.objects.exists()) == (0, [], False)


def test_answer_that_never_ends_is_cut_off(
    client: Client, machine: User, hooked: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WHOLE", 0.5)
    opened(client, hooked.url)
    make_application(staff=machine, submitted=True)
    hooked.drips, began = True, monotonic()
    assert deliver_webhooks() == 0
    assert (monotonic() - began < 5, WebhookDelivery.objects.get().error_detail[:11]) == (True, "Unreachable")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("192.168.0.1", False),
        ("0.0.0.0", False),  # noqa: S104  # an address that is refused
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fc00::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
        ("2001:0:0:0:0:0:f5ff:fffe", False),
    ],
)
def test_address_is_public_or_not_whatever_wraps_it(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        "https://93.184.216.34:22/",
        "https://93.184.216.34:25/",
        "https://93.184.216.34:80/",
        "https://93.184.216.34:0/",
        "https://@93.184.216.34/",
        "https://exämple.org/",
        "https://[64:ff9b::7f00:1]/",
        "https://0x7f.1/",
        "https://2130706433/",
    ],
)
def test_address_in_disguise_is_refused(url: str) -> None:
    with pytest.raises(UnsafeAddress):
        require_safe_address(url)


def test_name_with_one_address_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_named: found)
    with pytest.raises(UnsafeAddress):
        require_safe_address("https://machine.example/")
