"""The addresses of a running local AWS."""

from __future__ import annotations

from dataclasses import dataclass

HOST = "127.0.0.1"
WEB_PORT = 4580
READY_PATH = "/_local/ready"


@dataclass(frozen=True, slots=True)
class Instance:
    """A running server."""

    pid: int
    port: int
    tls_port: int
    web_port: int

    @property
    def url(self) -> str:
        """The URL of the local AWS."""
        return f"http://{HOST}:{self.port}"

    @property
    def web_url(self) -> str:
        """The URL of the web client."""
        return f"http://{HOST}:{self.web_port}/"
