"""What an uploaded PDF really is: opened strictly, in a process of its own, and refused when it can do anything.

The file is judged, never repaired: what a reader would have to guess at counts as broken.
"""

import hashlib
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

MAGIC: Final = b"%PDF-"
CHECKER: Final = Path(__file__).with_name("pdf_check.py")
CODES: Final = frozenset(
    {
        "too_large",
        "not_pdf",
        "encrypted",
        "javascript",
        "launch_action",
        "embedded_files",
        "xfa",
        "broken",
        "no_pages",
        "too_many_pages",
    }
)


@dataclass(frozen=True, slots=True)
class PdfLimits:
    """How large a file may be and how much may be spent on looking at it. Sizes in bytes, times in seconds."""

    size: int = 50 * 1024 * 1024
    pages: int = 2000
    memory: int = 1024 * 1024 * 1024
    seconds: int = 20


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What is recorded of an accepted PDF; `version` as the file states it, such as `1.7`."""

    pages: int
    sha256: str
    size: int
    version: str


ACCEPTED: Final[dict[tuple[str, PdfLimits], PdfFacts]] = {}
"""What this process has accepted: one document often proves several things, or serves several applications."""
MOST_ACCEPTED: Final = 1000


class PdfRefused(Exception):  # noqa: N818  # named for the answer it gives
    """The file is not taken in; `code` is one of `CODES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def inspect_pdf(source: Path | bytes, limits: PdfLimits | None = None) -> PdfFacts:
    """A PDF that opens without a password and can neither act nor carry other files; else `PdfRefused`."""
    limits = limits or PdfLimits()
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.size:
        raise PdfRefused("too_large")
    content = source if isinstance(source, bytes) else source.read_bytes()
    if not content.startswith(MAGIC):
        raise PdfRefused("not_pdf")
    sha256 = hashlib.sha256(content).hexdigest()
    if (sha256, limits) not in ACCEPTED:
        pages, version = _checked(content, limits)
        if len(ACCEPTED) >= MOST_ACCEPTED:
            ACCEPTED.clear()
        ACCEPTED[sha256, limits] = PdfFacts(pages=pages, sha256=sha256, size=len(content), version=version)
    return ACCEPTED[sha256, limits]


def _checked(content: bytes, limits: PdfLimits) -> tuple[int, str]:
    """Ask the checker; one that dies, hangs or runs out of memory makes the file broken."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHECKER), json.dumps(asdict(limits))],
            input=content,
            capture_output=True,
            timeout=limits.seconds + 5,
            check=True,
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise PdfRefused("broken") from error
    if "code" in answer:
        raise PdfRefused(answer["code"] if answer["code"] in CODES else "broken")
    return int(answer["pages"]), str(answer["version"])
