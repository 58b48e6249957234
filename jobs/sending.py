"""A request to an address that somebody else chose: https, public hosts, no redirects, the checked address dialled."""

import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import urllib3
from django.conf import settings

TIMEOUT = urllib3.Timeout(connect=5, read=10)
READ_AT_MOST = 64 * 1024


class UnsafeAddress(ValueError):  # noqa: N818  # named for what is wrong
    """The address is not https, or it leads into a network that is not public."""


class Unreachable(OSError):  # noqa: N818  # named for what is wrong
    """Nobody answered at the address."""


def require_safe_address(url: str) -> tuple[str, int, str]:
    """Host, port and the public IP address that stands behind the host now. Raises UnsafeAddress, Unreachable."""
    parts = urlsplit(url)
    try:
        port = parts.port or 443
    except ValueError as error:
        raise UnsafeAddress("port") from error
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        raise UnsafeAddress("https://host/path is asked for")
    return parts.hostname, port, _public_address(parts.hostname, port)


def _public_address(host: str, port: int) -> str:
    """Every address behind the name must be public: a name that also leads inside is refused."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{host} has no address") from error
    allowed = frozenset(settings.CART_WEBHOOK_HOSTS)
    if host not in allowed and not all(ipaddress.ip_address(each).is_global for each in found):
        raise UnsafeAddress(f"{host} leads into a network that is not public")
    return min(found)


def post_signed(url: str, body: bytes, *, headers: Mapping[str, str]) -> int:
    """The status of the answer; its content is not kept. Raises UnsafeAddress, Unreachable."""
    host, port, address = require_safe_address(url)
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    pool = urllib3.HTTPSConnectionPool(
        address,
        port,
        timeout=TIMEOUT,
        retries=False,
        server_hostname=host,
        assert_hostname=host,
        ca_certs=settings.CART_WEBHOOK_CA,
    )
    try:
        answer = pool.request(
            "POST", target, body=body, headers={**headers, "host": parts.netloc}, redirect=False, preload_content=False
        )
        answer.read(READ_AT_MOST)
        return int(answer.status)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise Unreachable(type(error).__name__) from error
    finally:
        pool.close()
