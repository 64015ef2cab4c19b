"""Checks the Host header of requests to loopback servers, and the origin of pages that send them.

A remote page can make its own name resolve to 127.0.0.1 (DNS rebinding), so that the browser treats the server as
same-origin. The Host header still contains the page's name. Therefore, only names that no one else can use are
accepted: loopback addresses, ``localhost`` and names that end with ``.localhost`` (RFC 6761, section 6.3), and
AppSync's names in AWS.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.embedded.emulator import Scope

_PLAIN_LOOPBACK: Final = re.compile(r"127\.0\.0\.1|\[::1\]|localhost", re.IGNORECASE)
_LOOPBACK: Final = re.compile(r"127\.0\.0\.1|\[::1\]|(?:[a-z0-9_-]+\.)*localhost", re.IGNORECASE)
_APPSYNC: Final = re.compile(r"[a-z0-9-]+\.appsync(?:-realtime)?-api\.[a-z0-9-]+\.amazonaws\.com", re.IGNORECASE)
_EMULATED_DEVICE: Final = "10.0.2.2"
"""The address of the host's loopback in an Android emulator; as an address, it cannot be rebound."""


class Hosts:
    """The Host headers that a server accepts.

    Args:
        ports: the server's ports.
        is_appsync: whether AppSync's names in AWS are accepted too.
    """

    def __init__(self, ports: Iterable[int], *, is_appsync: bool = False) -> None:
        self._ports = {str(port) for port in ports}
        self._is_appsync = is_appsync

    def refused(self, scope: Scope) -> tuple[int, str] | None:
        """Return the status and the reason for refusing a request to another host; None if the host is accepted."""
        hosts = values_of(scope, b"host")
        if len(hosts) == 1 and self._knows(hosts[0]):
            return None
        own = " or ".join(f"127.0.0.1:{port}" for port in sorted(self._ports))
        return 421, f"This server answers to {own} (localhost and names in it as well), and to no other Host."

    def _knows(self, host: str) -> bool:
        name, _, port = host.rpartition(":")
        if self._is_appsync and _APPSYNC.fullmatch(name or host):
            return True
        return port in self._ports and (name == _EMULATED_DEVICE or _LOOPBACK.fullmatch(name) is not None)


def has_loopback_host(scope: Scope) -> bool:
    """Return whether the Host header is a loopback address or exactly ``localhost``."""
    names = [host.rpartition(":")[0] for host in values_of(scope, b"host")]
    return len(names) == 1 and (names[0] == _EMULATED_DEVICE or _PLAIN_LOOPBACK.fullmatch(names[0]) is not None)


def values_of(scope: Scope, name: bytes) -> list[str]:
    """Return the values of all headers with a name, which must be in lower case."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def is_foreign_page(scope: Scope) -> bool:
    """Return whether a page that was not served on loopback sends the request.

    Browsers send the page's origin with every request except plain GET and HEAD, or ``null`` if it has none (a
    sandboxed frame, a file).
    """
    return any(not _is_loopback(origin) for origin in values_of(scope, b"origin"))


def _is_loopback(origin: str) -> bool:
    try:
        parts = urlsplit(origin)
        name = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and _LOOPBACK.fullmatch(name) is not None
