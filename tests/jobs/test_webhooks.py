"""Webhooks: written with the event, signed, tried again, replayed; never sent where they must not go."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from standardwebhooks import Webhook

from accounts.models import AuditEvent, User
from jobs.models import WebhookDelivery, WebhookEndpoint
from jobs.sealing import unseal
from jobs.sending import UnsafeAddress, require_safe_address
from jobs.services import deliver_webhooks
from tests.api_client import api_client
from tests.builders import IN_JULY, make_application, make_staff
from tests.jobs.receiver import Receiver, receiver

pytestmark = pytest.mark.django_db
EVENTS = ["application.moved"]


@pytest.fixture
def machine() -> User:
    """The service user of a holder's client."""
    user = make_staff()
    User.objects.filter(pk=user.pk).update(is_service=True, password="!")  # a service user has no password
    user.refresh_from_db()
    return user


@pytest.fixture
def client(machine: User) -> Client:
    return api_client(machine, "applications:write")


@pytest.fixture
def hooked(tmp_path: Path, settings: Any) -> Iterator[Receiver]:
    with receiver(tmp_path) as running:
        settings.CART_WEBHOOK_HOSTS, settings.CART_WEBHOOK_CA = ("localhost",), str(running.ca)
        yield running


def opened(client: Client, url: str, events: list[str] = EVENTS) -> Any:
    return client.post("/api/v1/webhooks", {"url": url, "events": events}, content_type="application/json")


def due_again() -> None:
    WebhookDelivery.objects.update(next_attempt_at=Now())


def test_event_arrives_signed_and_says_no_more_than_the_holder_may_know(
    client: Client, machine: User, hooked: Receiver
) -> None:
    secret = opened(client, hooked.url).json()["secret"]
    application = make_application(staff=machine, submitted=True, external_reference="A-1")
    assert deliver_webhooks() == 1
    ((headers, body),) = hooked.seen
    assert Webhook(secret).verify(body, headers) == {
        "type": "application.moved",
        "timestamp": IN_JULY.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {"id": str(application.pk), "external_reference": "A-1", "state": "SUBMITTED"},
    }
    row = WebhookDelivery.objects.get()
    assert (row.state, row.response_status, row.attempt, str(row.event_id)) == (
        "DELIVERED",
        204,
        1,
        headers["webhook-id"],
    )
    assert deliver_webhooks() == 0


def test_other_holders_learn_nothing(client: Client, hooked: Receiver) -> None:
    opened(client, hooked.url)
    make_application(submitted=True)
    assert not WebhookDelivery.objects.exists()


def test_refused_message_is_tried_again_and_then_given_up(client: Client, machine: User, hooked: Receiver) -> None:
    opened(client, hooked.url)
    make_application(staff=machine, submitted=True)
    hooked.answers += [500] * 10
    for _ in range(10):
        due_again()
        deliver_webhooks()
    row = WebhookDelivery.objects.get()
    assert (row.state, row.attempt, row.response_status, row.error_detail) == ("DEAD", 10, 500, "answered 500")
    assert len({headers["webhook-id"] for headers, _ in hooked.seen}) == 1


def test_redirect_is_not_followed(client: Client, machine: User, hooked: Receiver) -> None:
    opened(client, hooked.url)
    make_application(staff=machine, submitted=True)
    hooked.answers.append(302)
    deliver_webhooks()
    assert len(hooked.seen) == 1
    assert WebhookDelivery.objects.get().error_detail == "answered 302"


def test_nobody_at_the_address_is_told_in_the_log(client: Client, machine: User, hooked: Receiver) -> None:
    endpoint = opened(client, hooked.url).json()["id"]
    make_application(staff=machine, submitted=True)
    WebhookEndpoint.objects.update(url="https://localhost:1024/nobody")
    assert deliver_webhooks() == 0
    (row,) = client.get(f"/api/v1/webhooks/{endpoint}/deliveries?state=QUEUED").json()["results"]
    assert (row["attempt"], row["response_status"]) == (1, None)
    assert row["error_detail"].startswith("Unreachable")


def test_replay_sends_the_same_message_under_the_same_id(client: Client, machine: User, hooked: Receiver) -> None:
    endpoint = opened(client, hooked.url).json()["id"]
    make_application(staff=machine, submitted=True)
    deliver_webhooks()
    row = WebhookDelivery.objects.get()
    answer = client.post(f"/api/v1/webhooks/{endpoint}/deliveries/{row.pk}/replay")
    assert (answer.status_code, answer.json()["state"]) == (202, "QUEUED")
    deliver_webhooks()
    (first, body), (second, again) = hooked.seen
    assert (first["webhook-id"], body) == (second["webhook-id"], again)


def test_closed_endpoint_is_sent_nothing_more(client: Client, machine: User, hooked: Receiver) -> None:
    endpoint = opened(client, hooked.url).json()["id"]
    make_application(staff=machine, submitted=True)
    assert client.delete(f"/api/v1/webhooks/{endpoint}").status_code == 204
    assert deliver_webhooks() == 0
    assert hooked.seen == []
    answer = client.post(f"/api/v1/webhooks/{endpoint}/deliveries/{WebhookDelivery.objects.get().pk}/replay")
    assert (answer.status_code, answer.json()["code"]) == (409, "webhook-closed")


def test_secret_is_sealed_at_rest_and_shown_once(client: Client, hooked: Receiver) -> None:
    secret = opened(client, hooked.url).json()["secret"]
    endpoint = WebhookEndpoint.objects.get()
    assert secret not in endpoint.sealed_secret
    assert unseal(endpoint.sealed_secret) == secret
    (row,) = client.get("/api/v1/webhooks").json()["results"]
    assert "secret" not in row
    assert secret not in str(list(AuditEvent.objects.values_list("after", flat=True)))


def test_same_address_twice_is_a_conflict(client: Client, hooked: Receiver) -> None:
    opened(client, hooked.url)
    answer = opened(client, hooked.url)
    assert (answer.status_code, answer.json()["code"]) == (409, "webhook-twice")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "https://127.0.0.1/hook",
        "https://127.1/hook",
        "https://[::1]/hook",
        "https://169.254.169.254/latest",
        "https://10.0.0.1/",
        "https://0.0.0.0/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/hook",
        "https://user:word@example.org/",
        "https://example.org:99999/",
        "file:///etc/passwd",
        "https:///path",
    ],
)
def test_address_that_is_not_public_https_is_refused(client: Client, url: str) -> None:
    answer = opened(client, url)
    assert answer.status_code == 422
    assert [row["pointer"] for row in answer.json()["problems"]] == ["/url"]


def test_name_that_leads_inside_later_is_refused_when_sending(client: Client, machine: User, hooked: Receiver) -> None:
    opened(client, hooked.url)
    make_application(staff=machine, submitted=True)
    WebhookEndpoint.objects.update(url="https://127.0.0.1/moved")
    assert deliver_webhooks() == 0
    assert WebhookDelivery.objects.get().error_detail.startswith("UnsafeAddress")
    with pytest.raises(UnsafeAddress):
        require_safe_address("https://127.0.0.1/moved")


def test_faults_of_the_form_are_told_at_once(client: Client) -> None:
    answer = opened(client, "no address", ["nothing.known"])
    assert sorted(row["pointer"] for row in answer.json()["problems"]) == ["/events/0", "/url"]
