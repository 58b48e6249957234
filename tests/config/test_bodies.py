"""A form is read whole or not at all, wherever its connection breaks off."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.core.handlers.wsgi import WSGIRequest
from django.http import UnreadablePostError

from config.bodies import BrokenOff, WholeBody, whole_bodies

FILE = b"a,b\n" + b"1,2\n" * 50_000
FIELDS = {"delivered_on": "2026-05-12", "on_ready": "commit"}
PARTS: dict[str, Any] = {"file": ("rows.csv", FILE)} | {name: (None, value) for name, value in FIELDS.items()}
AFTER_THE_FILE = requests.Request("POST", "http://desk", files=PARTS).prepare()
PLAIN = requests.Request("POST", "http://desk", data=FIELDS).prepare()


def request_of(call: requests.PreparedRequest, arrived: int) -> WSGIRequest:
    """What Django is given when so many bytes of a call arrived."""
    content = call.body if isinstance(call.body, bytes) else str(call.body).encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": call.headers["Content-Type"],
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.input": io.BytesIO(content[:arrived]),
    }
    given: list[dict[str, Any]] = []

    def application(environ: dict[str, Any], _start: Any) -> Iterator[bytes]:
        given.append(environ)
        return iter(())

    whole_bodies(application)(environ, None)
    return WSGIRequest(given[0])


@pytest.mark.parametrize("call", [AFTER_THE_FILE, PLAIN])
def test_form_that_arrived_is_read_whole(call: requests.PreparedRequest) -> None:
    request = request_of(call, len(call.body or b""))
    assert dict(request.POST.items()) == FIELDS
    assert [file.read() for file in request.FILES.getlist("file")] == ([FILE] if call is AFTER_THE_FILE else [])


@pytest.mark.parametrize("call", [AFTER_THE_FILE, PLAIN])
@pytest.mark.parametrize("missing", [1, 5, 30, 60, 150, 100_000])
def test_form_that_breaks_off_is_not_read(call: requests.PreparedRequest, missing: int) -> None:
    request = request_of(call, max(0, len(call.body or b"") - missing))
    with pytest.raises(UnreadablePostError):
        _ = request.POST


def test_part_that_breaks_off_is_read_as_far_as_it_arrived() -> None:
    body = WholeBody(io.BytesIO(b"x" * 250), 1_000)
    assert [len(body.read(100)) for _ in range(3)] == [100, 100, 50]
    with pytest.raises(BrokenOff):
        body.read(100)


def test_lines_end_where_the_body_does() -> None:
    body = WholeBody(io.BytesIO(b"one\ntwo\nof the next call"), 8)
    assert [body.readline(), body.readline(2), body.readline(), body.readline()] == [b"one\n", b"tw", b"o\n", b""]
    cut = WholeBody(io.BytesIO(b"one\n"), 8)
    assert cut.readline() == b"one\n"
    with pytest.raises(BrokenOff):
        cut.readline()
