"""Documents in parts over real connections: cut, doubled, on a full disk, and from an independent client."""

import io
import socket
import time
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from accounts.models import AuditEvent
from applications.models import Annex, AnnexUpload
from tests.accounts.builders import make_token
from tests.applications.arriving import PDF, STREAM, TUS, Sender, code_of, sender_of
from tests.builders import make_application, make_staff, pdf_bytes
from tests.faults.disks import files_of_at_most
from tests.faults.workers import at_once

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8
LARGE = pdf_bytes(1, mark="x" * 3_000_000)
META = {"slot": "LABORATORY", "title": "Licence", "filename": "licence.pdf"}


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def sender() -> Sender:
    staff = make_staff()
    return sender_of(staff, make_application(staff=staff))


@pytest.fixture
def authority(sender: Sender) -> dict[str, str]:
    staff = sender.application.holder.memberships.get().user
    return {"Authorization": f"Bearer {make_token(staff, 'applications:read', 'applications:write')}"}


def tus_client(live_server: Any, sender: Sender, authority: dict[str, str]) -> TusClient:
    return TusClient(f"{live_server.url}{sender.place}", headers=authority)


def test_independent_client_sends_a_document_in_chunks(
    live_server: Any, sender: Sender, authority: dict[str, str]
) -> None:
    client = tus_client(live_server, sender, authority)
    about: dict[str, Any] = {"chunk_size": 1_000_000, "metadata": META, "upload_checksum": True}
    uploader: Any = client.uploader(file_stream=io.BytesIO(LARGE), **about)
    uploader.upload_chunk()
    assert (uploader.offset, uploader.get_offset()) == (1_000_000, 1_000_000)
    later = client.uploader(file_stream=io.BytesIO(LARGE), url=uploader.url, **about)
    assert later.offset == 1_000_000
    later.upload()
    annex = Annex.objects.get()
    assert (annex.sha256, annex.file_name, annex.title) == (sha256(LARGE).hexdigest(), "licence.pdf", "Licence")
    assert requests.head(str(later.url), headers=TUS | authority, timeout=10).headers["Annex-Id"] == str(annex.pk)


def test_independent_client_learns_of_a_refusal_and_starts_anew(
    live_server: Any, sender: Sender, authority: dict[str, str]
) -> None:
    client = tus_client(live_server, sender, authority)
    uploader = client.uploader(file_stream=io.BytesIO(b"no PDF"), metadata=META)
    with pytest.raises(TusUploadFailed) as refused:
        uploader.upload()
    assert refused.value.status_code == 422
    with pytest.raises(TusCommunicationError) as gone:
        client.uploader(file_stream=io.BytesIO(b"no PDF"), url=uploader.url)
    assert gone.value.status_code == 410


def cut(url: str, authority: dict[str, str], content: bytes, *, share: float, **headers: str) -> None:
    """A call whose connection ends in the middle of its body."""
    parts = urlsplit(url)
    told = (
        TUS | authority | {"Host": parts.netloc, "Content-Type": STREAM, "Content-Length": str(len(content))} | headers
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    with socket.create_connection((parts.hostname, parts.port)) as wire:
        wire.sendall(f"PATCH {parts.path} HTTP/1.1\r\n{head}\r\n".encode())
        wire.sendall(content[: int(len(content) * share)])


def until_still(address: str, sender: Sender) -> int:
    """What HEAD says once it says the same twice, half a second apart."""
    before = -1
    while (found := int(sender.head(address)["Upload-Offset"])) != before:
        before = found
        time.sleep(0.5)
    return found


def test_connection_cut_in_the_middle_keeps_what_arrived(
    live_server: Any, sender: Sender, authority: dict[str, str], media: Path
) -> None:
    address = sender.opened(len(LARGE))
    reached = 0
    for share in (0.3, 0.5, 0.99):
        rest = LARGE[reached:]
        cut(f"{live_server.url}{address}", authority, rest, share=share, **{"Upload-Offset": str(reached)})
        found = until_still(address, sender)
        assert reached < found <= reached + int(len(rest) * share)
        reached = found
        (part,) = (media / "arriving").iterdir()
        assert part.read_bytes()[:reached] == LARGE[:reached]
    assert not Annex.objects.exists()
    assert sender.send(address, reached, LARGE[reached:])["Annex-Id"] == str(Annex.objects.get().pk)
    assert Annex.objects.get().sha256 == sha256(LARGE).hexdigest()


def test_connection_cut_under_a_checksum_keeps_nothing(
    live_server: Any, sender: Sender, authority: dict[str, str]
) -> None:
    address = sender.opened(len(LARGE))
    digest = b64encode(sha256(LARGE).digest()).decode()
    told = {"Upload-Offset": "0", "Upload-Checksum": f"sha256 {digest}"}
    cut(f"{live_server.url}{address}", authority, LARGE, share=0.5, **told)
    assert until_still(address, sender) == 0


def test_of_parts_sent_at_once_to_one_offset_one_is_kept(sender: Sender, authority: dict[str, str]) -> None:
    address = sender.opened()
    half = len(PDF) // 2

    def send(place: int) -> Any:
        return Sender(Client(headers=authority), sender.application).send(address, 0, PDF[: half + place]).status_code

    assert sorted(at_once(send, AT_ONCE), key=str) == [204] + [409] * (AT_ONCE - 1)
    reached = int(sender.head(address)["Upload-Offset"])
    assert half <= reached < half + AT_ONCE
    assert sender.send(address, reached, PDF[reached:]).status_code == 204


def test_of_last_parts_sent_at_once_one_becomes_the_annex(sender: Sender, authority: dict[str, str]) -> None:
    address = sender.opened()

    def send(_place: int) -> Any:
        return Sender(Client(headers=authority), sender.application).send(address, 0, PDF).status_code

    assert sorted(at_once(send, AT_ONCE), key=str) == [204] + [409] * (AT_ONCE - 1)
    assert (Annex.objects.count(), AuditEvent.objects.filter(verb="add annex").count()) == (1, 1)


def test_announcements_at_once_stay_within_what_may_be_under_way(sender: Sender, authority: dict[str, str]) -> None:
    for _ in range(17):
        sender.opened()

    def announce(_place: int) -> Any:
        return Sender(Client(headers=authority), sender.application).announce().status_code

    assert sorted(at_once(announce, AT_ONCE), key=str) == [201] * 3 + [409] * (AT_ONCE - 3)
    assert AnnexUpload.objects.count() == 20


@pytest.mark.parametrize("room", [1_200_000, 2_100_000])
def test_full_disk_loses_nothing_that_counted(sender: Sender, room: int) -> None:
    """With little room the bytes cannot even be held; with more they cannot be put after the others."""
    address = sender.opened(len(LARGE))
    sender.send(address, 0, LARGE[:1_000_000])
    with files_of_at_most(room):
        assert code_of(sender.send(address, 1_000_000, LARGE[1_000_000:])) == (503, "storage-fails")
        assert sender.head(address)["Upload-Offset"] == "1000000"
    assert sender.send(address, 1_000_000, LARGE[1_000_000:])["Upload-Offset"] == str(len(LARGE))
    assert Annex.objects.get().sha256 == sha256(LARGE).hexdigest()


def test_disk_that_is_full_when_all_arrived_asks_for_one_byte_again(sender: Sender, media: Path) -> None:
    address = sender.opened(len(LARGE))
    sender.send(address, 0, LARGE[:-1])
    stores = media / sha256(LARGE).hexdigest()[:2]
    stores.write_text("in the way of a folder")
    assert code_of(sender.send(address, len(LARGE) - 1, LARGE[-1:])) == (503, "storage-fails")
    assert sender.head(address)["Upload-Offset"] == str(len(LARGE) - 1)
    stores.unlink()
    assert sender.send(address, len(LARGE) - 1, LARGE[-1:])["Annex-Id"] == str(Annex.objects.get().pk)
