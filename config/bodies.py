"""A body that breaks off is never taken for a whole one: a form would be read as the fields that arrived."""

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class BrokenOff(OSError):  # noqa: N818  # named for what happened
    """The connection ended before the announced length; Django tells whoever reads as `UnreadablePostError`."""


class WholeBody:
    """The body of one call, up to its announced length.

    What arrives may be read piece by piece; who asks for the rest of it, or goes on reading where it broke off, learns
    that there is no more.
    """

    def __init__(self, stream: Any, length: int) -> None:
        self.stream, self.left = stream, length

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self.left if size is None or size < 0 else min(size, self.left)
        return self._told(self.stream.read(wanted) if wanted else b"", wanted)

    def readline(self, size: int | None = -1, /) -> bytes:
        wanted = self.left if size is None or size < 0 else min(size, self.left)
        line: bytes = self.stream.readline(wanted) if wanted else b""
        return self._told(line, len(line) if line else wanted)

    def _told(self, content: bytes, wanted: int) -> bytes:
        asked_for_the_rest, self.left = wanted == self.left, self.left - len(content)
        if len(content) < wanted and (asked_for_the_rest or not content):
            raise BrokenOff
        return content


def whole_bodies(application: Application) -> Application:
    """The same application, which reads bodies to their announced length or not at all."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = str(environ.get("CONTENT_LENGTH") or "")
        if length.isascii() and length.isdigit():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return answer
