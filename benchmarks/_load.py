"""Clients that send one request after another as fast as they get responses, with as little overhead as possible."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass, field

_ANSWER_SECONDS = 30.0


@dataclass(slots=True)
class Measured:
    """Measurements of some requests."""

    latencies: list[float] = field(default_factory=list)
    """Seconds per request."""
    seconds: float = 0.0
    """Wall-clock time of all of them."""

    def add(self, other: Measured) -> None:
        """Add another round."""
        self.latencies += other.latencies
        self.seconds += other.seconds

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: int) -> float:
        """Return a percentile of the latency in milliseconds: ``share`` of a hundred requests were not slower."""
        if len(self.latencies) < 2:  # noqa: PLR2004 - quantiles needs two
            return self.latencies[0] * 1000
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[share - 1] * 1000


@dataclass(frozen=True, slots=True)
class Target:
    """One prepared request, and the expected part of its response."""

    port: int
    request: bytes
    expected: bytes

    @classmethod
    def post(cls, port: int, path: str, headers: dict[str, str], body: bytes, expected: bytes) -> Target:
        """Return a POST to loopback over a keep-alive connection."""
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        head = "\r\n".join([*lines, f"content-length: {len(body)}", "", ""])
        return cls(port, head.encode() + body, expected)


class AnswerError(Exception):
    """The response is not the expected one."""


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: Target) -> bytes:
    """Send the request once and return the body of the response.

    Raises:
        AnswerError: it is not the expected one.
    """
    writer.write(target.request)
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    if b"transfer-encoding: chunked" in lower:
        body = b""
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    else:
        body = await reader.readexactly(int(lower.partition(b"content-length:")[2].partition(b"\r\n")[0]))
    if target.expected not in body:
        status = head.splitlines()[0].decode()
        raise AnswerError(f"{status}: {body[:500].decode()}")
    return body


async def measure(target: Target, *, clients: int, requests: int, seconds: float) -> Measured:
    """Let this many clients send requests concurrently until all are done or the time is over."""
    measured = Measured()
    left = requests
    deadline = time.perf_counter() + seconds

    async def client() -> None:
        nonlocal left
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        try:
            while left > 0 and time.perf_counter() < deadline:
                left -= 1
                started = time.perf_counter()
                try:
                    await asyncio.wait_for(ask(reader, writer, target), _ANSWER_SECONDS)
                except (asyncio.IncompleteReadError, ConnectionError):
                    # Hypercorn, under MiniStack, closes a connection after 1,000 requests; as any client does,
                    # reconnect.
                    writer.close()
                    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
                    await asyncio.wait_for(ask(reader, writer, target), _ANSWER_SECONDS)
                measured.latencies.append(time.perf_counter() - started)
        finally:
            writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    measured.seconds = time.perf_counter() - started
    return measured
