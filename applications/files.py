"""Files that are still arriving: their bytes lie in a private folder below the media root, one file each.

How many of those bytes count stands in a row, which is written only after they are on disk. What lies beyond that
count is nobody's and is overwritten.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final
from uuid import UUID

from django.conf import settings

from jobs.files import sync_folder

FOLDER: Final = "arriving"
IN_MEMORY: Final = 1024 * 1024
BLOCK: Final = 256 * 1024
NAME: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class TooMuch(Exception):  # noqa: N818  # named for what it says
    """More bytes arrived than there is room for."""


class Shortened(Exception):  # noqa: N818  # named for what it says
    """Fewer bytes lie on disk than were counted, as after a restored backup; `size` says how many."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


@contextmanager
def held_back(pieces: Iterable[bytes], *, most: int) -> Iterator[IO[bytes]]:
    """Bytes from a connection, held where nobody else sees them until all are there; without a name on disk.

    Raises `TooMuch`, and `OSError` when they cannot be written.
    """
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(_folder())) as held:
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > most:
                raise TooMuch
            held.write(piece)
        held.seek(0)
        yield held


def put_after(key: UUID, held: IO[bytes], *, start: int) -> int:
    """The held bytes are on disk from `start` on when this returns; gives where they end.

    Only one may write a file at a time. Raises `Shortened` when the file ends before `start`, `OSError` when it cannot
    be written; the bytes before `start` are untouched by either.
    """
    path = _path(key)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        if size < start:
            raise Shortened(size)
        file.truncate(start)
        file.seek(start)
        while block := held.read(BLOCK):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
        end = file.tell()
    sync_folder(path.parent)
    return end


def arrived(key: UUID) -> bytes:
    """All bytes of a file. Raises `FileNotFoundError`."""
    return _path(key).read_bytes()


def forget(key: UUID) -> None:
    """The bytes of a file that nobody waits for are gone; that they were gone already is no fault."""
    _path(key).unlink(missing_ok=True)


def arriving() -> set[UUID]:
    """The files that lie there."""
    return {UUID(path.name) for path in _folder().iterdir() if NAME.fullmatch(path.name)}


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        folder.mkdir(exist_ok=True, mode=0o700)
        sync_folder(folder.parent)
    return folder


def _path(key: UUID) -> Path:
    return _folder() / str(key)
