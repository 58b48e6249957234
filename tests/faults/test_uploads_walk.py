"""The running desk with its own PostgreSQL: a body that breaks off leaves nothing."""

import socket
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import requests

from benchmarks.bulk.rows import allografts_csv, booked, make_places
from config.embedded.place import DATABASE
from config.embedded.postgres import Server
from tests.faults.desks import one, server_of
from tests.running_desk import RunningDesk

pytestmark = [pytest.mark.walk, pytest.mark.slow]
ROWS = 20_000
FIELDS = {"kind": "allografts", "delivered_on": "2026-05-12", "source": "a fault", "on_ready": "commit"}


@pytest.fixture(scope="module")
def server(desk: RunningDesk) -> Server:
    return server_of(desk)


@pytest.fixture(scope="module")
def rows(server: Server) -> bytes:
    with psycopg.connect(server.url(DATABASE), autocommit=True) as database:
        return allografts_csv(booked(sorted(make_places(database)), ROWS))


@pytest.fixture(scope="module")
def token(desk: RunningDesk) -> str:
    return desk.token("demo-secretariat")


def test_connection_cut_in_the_middle_of_the_body_leaves_nothing(
    desk: RunningDesk, server: Server, rows: bytes, token: str
) -> None:
    """Also behind the file, where only the fields that say what it is are missing, or half there."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
    parts: dict[str, Any] = {"file": ("rows.csv", rows)} | {name: (None, value) for name, value in FIELDS.items()}
    call = requests.Request("POST", f"{desk.url}/api/v1/uploads", files=parts, headers=headers).prepare()
    before = one(server, "SELECT count(*) FROM applications_upload")
    assert isinstance(call.body, bytes)
    head = "".join(f"{name}: {value}\r\n" for name, value in call.headers.items())
    address = urlsplit(desk.url)
    day = call.body.index(b"2026-05-12")
    for end in (len(call.body) // 50, len(call.body) // 2, day - 10, day + 9, len(call.body) - 10):
        with socket.create_connection((address.hostname, address.port)) as wire:
            wire.sendall(f"POST /api/v1/uploads HTTP/1.1\r\nHost: {address.netloc}\r\n{head}\r\n".encode())
            wire.sendall(call.body[:end])
    time.sleep(2)
    assert one(server, "SELECT count(*) FROM applications_upload") == before
    sent = [requests.Session().send(call, timeout=60) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [202, 202]
    assert len({answer.json()["id"] for answer in sent}) == 1
    assert one(server, "SELECT count(*) FROM applications_upload") == before + 1
