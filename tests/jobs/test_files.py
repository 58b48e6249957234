import hashlib
from pathlib import Path

import pytest
from pytest_django import Settings

from jobs.files import StoredFile, open_file, store_file
from tests.faults.disks import files_of_at_most

CONTENT = b"a small file"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def media(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_store_file_puts_the_bytes_under_their_sha256(media: Path) -> None:
    assert store_file(CONTENT) == StoredFile(sha256=SHA256, size=12)
    assert files_below(media) == [f"{SHA256[:2]}/{SHA256}"]
    with open_file(SHA256) as stored:
        assert stored.read() == CONTENT


def test_store_file_twice_keeps_one_file(media: Path) -> None:
    store_file(CONTENT)
    before = (media / SHA256[:2] / SHA256).stat().st_mtime_ns
    assert store_file(CONTENT) == StoredFile(sha256=SHA256, size=12)
    assert files_below(media) == [f"{SHA256[:2]}/{SHA256}"]
    assert (media / SHA256[:2] / SHA256).stat().st_mtime_ns == before


def test_store_file_that_cannot_be_written_leaves_nothing(media: Path) -> None:
    with files_of_at_most(1000), pytest.raises(OSError, match="File too large"):
        store_file(b"x" * 100_000)
    assert files_below(media) == []


def test_open_file_of_an_unknown_sha256_is_not_found(media: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_file("0" * 64)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", SHA256.upper(), SHA256 + "0"])
def test_open_file_of_anything_but_a_sha256_is_refused(media: Path, name: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        open_file(name)
