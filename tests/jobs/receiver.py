"""A receiver of webhooks as a client would run one: https with a certificate of its own, keeping what arrives."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from time import sleep

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class Receiver:
    url: str
    ca: Path
    answers: list[int] = field(default_factory=list)
    seen: list[tuple[dict[str, str], str]] = field(default_factory=list)
    drips: bool = False

    def next_answer(self) -> int:
        return self.answers.pop(0) if self.answers else 204


@contextmanager
def receiver(folder: Path) -> Iterator[Receiver]:
    """Answers 204, or in turn the statuses put into `answers`; a redirect leads back to itself.

    Once `drips` it never ends an answer.
    """
    certificate = _certificate(folder)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    running = Receiver(f"https://localhost:{server.server_port}/hooks?from=desk", certificate)
    server.RequestHandlerClass = type("Handler", (_Handler,), {"running": running})
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    running: Receiver

    def do_POST(self) -> None:  # the name that http.server calls
        body = self.rfile.read(int(self.headers["content-length"]))
        self.running.seen.append(({name.lower(): value for name, value in self.headers.items()}, body.decode()))
        if self.running.drips:
            self._drip()
            return
        status = self.running.next_answer()
        self.send_response(status)
        if status == 302:
            self.send_header("location", self.running.url)
        self.end_headers()

    def _drip(self) -> None:
        """A header that never ends, one letter at a time, until the caller has had enough."""
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 204 No Content\r\nX-Slow: ")
        with suppress(OSError):
            for _letter in range(200):
                self.wfile.write(b".")
                self.wfile.flush()
                sleep(0.05)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server gives it
        """Nothing: what arrived is in `seen`."""


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    at = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    path = folder / "certificate.pem"
    path.write_bytes(certificate.public_bytes(pem))
    return path
