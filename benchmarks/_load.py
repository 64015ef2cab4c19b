"""Clients that ask one after the other as fast as they are answered, with as little work of their own as possible."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass, field

_ANSWER_SECONDS = 30.0


@dataclass(slots=True)
class Measured:
    """What some requests took."""

    latencies: list[float] = field(default_factory=list)
    """Seconds, one a request."""
    seconds: float = 0.0
    """Wall clock of all of them."""

    def add(self, other: Measured) -> None:
        """Take in another round."""
        self.latencies += other.latencies
        self.seconds += other.seconds

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: int) -> float:
        """Milliseconds that ``share`` of a hundred requests stayed under."""
        if len(self.latencies) < 2:  # noqa: PLR2004 - quantiles needs two
            return self.latencies[0] * 1000
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[share - 1] * 1000


@dataclass(frozen=True, slots=True)
class Target:
    """One request, ready to send, and what a good answer to it contains."""

    port: int
    request: bytes
    expected: bytes

    @classmethod
    def post(cls, port: int, path: str, headers: dict[str, str], body: bytes, expected: bytes) -> Target:
        """A POST to loopback over a connection that stays open."""
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        head = "\r\n".join([*lines, f"content-length: {len(body)}", "", ""])
        return cls(port, head.encode() + body, expected)


class AnswerError(Exception):
    """The server answered something else."""


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: Target) -> bytes:
    """Send the request once and return the body of the answer.

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
    """Let so many clients ask together until all requests are made or the time is over."""
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
                    # Hypercorn, under MiniStack, closes a connection after 1,000 requests: as any client does, again.
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
