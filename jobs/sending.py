"""A request to an address that somebody else chose: https, public hosts, no redirects, the checked address dialled."""

import ipaddress
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from threading import Event, Timer
from urllib.parse import quote, urlsplit

from django.conf import settings

CONNECT = 5.0
WHOLE = 15.0
"""Seconds for one message from dialling to the status: whoever answers byte by byte is cut off then."""
AT_MOST = 4
"""Of so many addresses behind one name one has to take the call."""
AS_IT_STANDS = "/?:@!$&'()*+,;=%-._~"
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class UnsafeAddress(ValueError):  # noqa: N818  # named for what is wrong
    """The address is not https, or it leads into a network that is not public."""


class Unreachable(OSError):  # noqa: N818  # named for what is wrong
    """Nobody answered at the address."""


def require_safe_address(url: str) -> tuple[str, int, tuple[str, ...]]:
    """Host, port and the public IP addresses that stand behind the host now, IPv4 first.

    Raises UnsafeAddress, Unreachable.
    """
    parts = urlsplit(url)
    try:
        port = 443 if parts.port is None else parts.port
    except ValueError as error:
        raise UnsafeAddress("port") from error
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or not parts.netloc.isascii():
        raise UnsafeAddress("https://host/path is asked for")
    if port != 443 and port < 1024:
        raise UnsafeAddress("only port 443 and those from 1024 on")
    return parts.hostname, port, _public_addresses(parts.hostname, port)


def _public_addresses(host: str, port: int) -> tuple[str, ...]:
    """Every address behind the name must be public: a name that also leads inside is refused."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{host} has no address") from error
    allowed = frozenset(settings.CART_WEBHOOK_HOSTS)
    if host not in allowed and not all(is_public(each) for each in found):
        raise UnsafeAddress(f"{host} leads into a network that is not public")
    return tuple(sorted(found, key=lambda each: (":" in each, each)))


def is_public(address: str) -> bool:
    """Whether an IP address lies in the open internet; one that wraps another, as 6to4 does, is what it wraps."""
    found = ipaddress.ip_address(address)
    inner = _wrapped(found) if isinstance(found, ipaddress.IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    shut = found.is_multicast or found.is_reserved or getattr(found, "is_site_local", False)
    return found.is_global and not shut


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def post_signed(url: str, body: bytes, *, headers: Mapping[str, str]) -> int:
    """The status of the answer; nothing beyond it is read. Raises UnsafeAddress, Unreachable."""
    host, port, addresses = require_safe_address(url)
    parts = urlsplit(url)
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=AS_IT_STANDS)
    try:
        with _dialled(addresses, host, port) as (line, over):
            call = HTTPConnection(host, port)
            call.sock = line
            call.request("POST", target, body=body, headers={**headers, "host": parts.netloc, "connection": "close"})
            status = call.getresponse().status
            if over.is_set():
                raise TimeoutError
            return status
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(type(error).__name__) from error


@contextmanager
def _dialled(addresses: tuple[str, ...], host: str, port: int) -> Iterator[tuple[ssl.SSLSocket, Event]]:
    """A line to the first address that takes the call, with a certificate of the host; cut when its time is over.

    The event tells that it was cut.
    """
    plain = _first_that_answers(addresses, port)
    watched = plain.dup()
    over = Event()
    cut = Timer(WHOLE, _cut, [watched, over])
    cut.daemon = True
    cut.start()
    try:
        trust = ssl.create_default_context(cafile=settings.CART_WEBHOOK_CA)
        with trust.wrap_socket(plain, server_hostname=host) as line:
            yield line, over
    finally:
        cut.cancel()
        watched.close()
        plain.close()


def _first_that_answers(addresses: tuple[str, ...], port: int) -> socket.socket:
    last: OSError = OSError("no address")
    for address in addresses[:AT_MOST]:
        try:
            return socket.create_connection((address, port), timeout=CONNECT)
        except OSError as error:
            last = error
    raise last


def _cut(line: socket.socket, over: Event) -> None:
    """Tells it first: what is cut in the middle of a header reads like a whole answer."""
    over.set()
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was closed from the other side already
