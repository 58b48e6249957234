import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from jobs.enums import Claim
from jobs.models import IdempotencyKey
from jobs.services import KeyOutcome, claim_key, release_key, store_response
from tests.jobs.conftest import AT

NAME = {"client_id": "demo-holder1", "key": "upload-1"}
THIS, OTHER = "a" * 64, "b" * 64


def claim(sha256: str = THIS) -> KeyOutcome:
    return claim_key(**NAME, request_sha256=sha256, at=AT)


def test_claim_key_first_then_in_progress_then_replay(db: None) -> None:
    assert [claim(), claim()] == [KeyOutcome(Claim.NEW), KeyOutcome(Claim.IN_PROGRESS)]
    store_response(**NAME, status=202, body={"id": 7})
    assert claim() == KeyOutcome(Claim.REPLAY, 202, {"id": 7})


def test_claim_key_with_another_request(db: None) -> None:
    claim()
    assert claim(OTHER) == KeyOutcome(Claim.MISMATCH)
    store_response(**NAME, status=202, body={})
    assert claim(OTHER) == KeyOutcome(Claim.MISMATCH)


def test_claim_key_of_another_client(db: None) -> None:
    claim()
    assert claim_key(client_id="demo-holder2", key="upload-1", request_sha256=OTHER, at=AT) == KeyOutcome(Claim.NEW)


def test_claim_key_after_release(db: None) -> None:
    claim()
    release_key(**NAME)
    assert claim(OTHER) == KeyOutcome(Claim.NEW)


def test_release_key_keeps_an_answer(db: None) -> None:
    claim()
    store_response(**NAME, status=202, body=None)
    release_key(**NAME)
    assert claim() == KeyOutcome(Claim.REPLAY, 202, None)


def test_claim_key_abandoned_for_five_minutes(db: None) -> None:
    claim()
    IdempotencyKey.objects.update(claimed_at=F("claimed_at") - timedelta(minutes=6))
    assert [claim(), claim()] == [KeyOutcome(Claim.NEW), KeyOutcome(Claim.IN_PROGRESS)]


@pytest.mark.django_db(transaction=True)
def test_claim_key_in_the_transaction_of_the_write_makes_the_second_wait() -> None:
    inside = threading.Event()

    def second() -> KeyOutcome:
        inside.wait()
        try:
            return claim()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(second)
        with transaction.atomic():
            first = claim()
            inside.set()
            threading.Event().wait(0.2)
            store_response(**NAME, status=202, body={"id": 7})
        assert [first, other.result()] == [KeyOutcome(Claim.NEW), KeyOutcome(Claim.REPLAY, 202, {"id": 7})]
