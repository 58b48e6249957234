"""The running desk behind its real web server: a document whose connection breaks again and again arrives whole."""

import io
import socket
import time
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from tusclient.client import TusClient

from tests.builders import pdf_bytes
from tests.running_desk import RunningDesk

pytestmark = [pytest.mark.walk, pytest.mark.slow]
PDF = pdf_bytes(2, mark="x" * 8_000_000)
TUS = {"Tus-Resumable": "1.0.0"}
META = {"slot": "LABORATORY", "title": "Licence", "filename": "licence.pdf"}
DRAFT = {
    "external_reference": "IN-PARTS-1",
    "product_code": "9000019",
    "paragraph": "99010200",
    "site_number": "8000000269",
    "populations": ["ADULT"],
    "language": "nl",
    "apheresis_site": "8000000269",
    "contact_email": "dossier@example.be",
}


@pytest.fixture(scope="module")
def authority(desk: RunningDesk) -> dict[str, str]:
    return {"Authorization": f"Bearer {desk.token('demo-holder1')}"}


@pytest.fixture(scope="module")
def draft(desk: RunningDesk, authority: dict[str, str]) -> str:
    told = authority | {"Idempotency-Key": "in-parts-1"}
    answer = requests.post(f"{desk.url}/api/v1/applications", json=DRAFT, headers=told, timeout=30)
    assert answer.status_code == 201, answer.text
    return f"{desk.url}{answer.headers['Location']}"


def cut(url: str, told: dict[str, str], content: bytes, *, chunked: bool) -> None:
    """A `PATCH` that announces more than it sends, then hangs up."""
    parts = urlsplit(url)
    length = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(2 * len(content))}
    told = told | length | {"Host": parts.netloc, "Content-Type": "application/offset+octet-stream"}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    body = f"{2 * len(content):x}\r\n".encode() + content if chunked else content
    with socket.create_connection((parts.hostname, parts.port)) as wire:
        wire.sendall(f"PATCH {parts.path} HTTP/1.1\r\n{head}\r\n".encode() + body)


def offset(url: str, authority: dict[str, str]) -> int:
    """What HEAD says once it says the same twice, a second apart."""
    before = -1
    while (found := int(requests.head(url, headers=TUS | authority, timeout=30).headers["Upload-Offset"])) != before:
        before = found
        time.sleep(1)
    return found


def test_connection_cut_in_the_middle_of_a_part_goes_on_where_head_says(
    desk: RunningDesk, authority: dict[str, str], draft: str
) -> None:
    client = TusClient(f"{draft}/annex-uploads", headers=authority)
    uploader: Any = client.uploader(file_stream=io.BytesIO(PDF), metadata=META, chunk_size=2_000_000)
    uploader.set_url(uploader.create_url())
    reached = 0
    for size, chunked in ((1_000_000, False), (1_500_000, True), (500_000, False)):
        told = TUS | authority | {"Upload-Offset": str(reached)}
        cut(uploader.url, told, PDF[reached : reached + size], chunked=chunked)
        found = offset(uploader.url, authority)
        assert reached <= found <= reached + size
        reached = found
    assert reached > 0
    later: Any = client.uploader(file_stream=io.BytesIO(PDF), url=uploader.url, chunk_size=2_000_000)
    assert later.offset == reached
    later.upload()
    (annex,) = requests.get(f"{draft}/annexes", headers=authority, timeout=30).json()["results"]
    told = requests.get(uploader.url, headers=authority, timeout=30).json()
    assert (annex["sha256"], told["annex"], told["state"]) == (sha256(PDF).hexdigest(), annex["id"], "TAKEN")


def test_body_without_a_length_is_taken_as_it_comes(desk: RunningDesk, authority: dict[str, str], draft: str) -> None:
    content = pdf_bytes(1, mark="y" * 2_000_000)
    client = TusClient(f"{draft}/annex-uploads", headers=authority)
    uploader: Any = client.uploader(file_stream=io.BytesIO(content), metadata=META)
    url = uploader.create_url()
    pieces = (content[start : start + 100_000] for start in range(0, len(content), 100_000))
    told = TUS | authority | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    answer = requests.patch(url, data=pieces, headers=told, timeout=60)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(content)))
    assert requests.get(url, headers=authority, timeout=30).json()["annex"] == answer.headers["Annex-Id"]
