"""Files on disk by what is in them: the sha256 is the name, so the same bytes are stored once.

A row that names a file is written only after `store_file` has returned.
"""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is safely on disk; `size` in bytes."""

    sha256: str
    size: int


def store_file(content: bytes) -> StoredFile:
    """Bytes are on disk, whole or not at all, when this returns; storing them again changes nothing.

    Raises `OSError` when the disk is full or cannot be written.
    For the doors that take uploads and for the dossier pipeline.
    """
    stored = StoredFile(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    path = _path(stored.sha256)
    if not path.exists():
        _make_folder(path.parent)
        _write_whole(path, content)
    return stored


def open_file(sha256: str) -> BinaryIO:
    """The stored file, open for reading; `FileNotFoundError` when there is none of that sha256."""
    return _path(sha256).open("rb")


def _path(sha256: str) -> Path:
    if not SHA256.fullmatch(sha256):
        raise ValueError("a sha256 is 64 hexadecimal digits")
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        sync_folder(folder.parent)


def _write_whole(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as temporary:
        try:
            temporary.write(content)
            temporary.flush()
            os.fsync(temporary.fileno())
            Path(temporary.name).replace(path)
        except BaseException:
            Path(temporary.name).unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """What the folder lists is on disk when this returns."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
