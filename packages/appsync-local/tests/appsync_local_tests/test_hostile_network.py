"""Fuzzes real sockets with invalid bytes: the server keeps running, and no connection stays open.

The default run is short; ``CHAT_FUZZ_EXAMPLES=10000 python -m pytest`` in the package's folder is a long run.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appsync_local_tests.fakes import FakeApi, FakeResolvers, header_protocol, plane_for, token
from appsync_local_tests.network import Served, served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SDL = """
type Query { a: Int }
type Mutation { send(text: String): Message }
type Message { text: String }
type Subscription { onSend: Message @aws_subscribe(mutations: ["send"]) }
"""
QUICK = settings(
    max_examples=int(os.environ.get("CHAT_FUZZ_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
AUTHORIZATION = {"host": "localhost", "Authorization": token()}
_TEXT = 1
_LONG = 126


def _frame(operation: int, payload: bytes, *, final: bool = True, masked: bool = True) -> bytes:
    """Return a WebSocket frame (RFC 6455), valid or invalid, with a mask of zeros."""
    mask = 0x80 if masked else 0
    size = len(payload)
    length = bytes([mask | size]) if size < _LONG else bytes([mask | _LONG]) + size.to_bytes(2, "big")
    return bytes([final << 7 | operation]) + length + (bytes(4) if masked else b"") + payload


INIT = _frame(_TEXT, b'{"type":"connection_init"}')
START = _frame(
    _TEXT,
    json.dumps(
        {
            "id": "1",
            "type": "start",
            "payload": {
                "data": json.dumps({"query": "subscription { onSend { text } }"}),
                "extensions": {"authorization": AUTHORIZATION},
            },
        }
    ).encode(),
)
FRAMES = st.builds(
    _frame,
    st.integers(0, 15),
    st.binary(max_size=200),
    final=st.booleans(),
    masked=st.sampled_from([True, True, False]),
)
CHUNKS = st.lists(st.sampled_from([INIT, START]) | FRAMES | st.binary(max_size=60), max_size=6)
REQUESTS = st.sampled_from(
    [
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\nabc",
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: \xff\r\ncontent-length: -1\r\n\r\n",
        b"GET /graphql/realtime HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
    ]
)


@pytest.fixture
async def server() -> AsyncIterator[Served]:
    plane, _ = plane_for(FakeApi(SDL, resolvers=[("Mutation", "send")]), FakeResolvers())
    await plane.start()
    async with served(plane) as running:
        yield running
        await _answers(running)
        await running.all_gone()
        await plane.close()


async def _upgraded(server: Served) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        (
            f"GET /graphql/realtime HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
            f"sec-websocket-version: 13\r\nsec-websocket-key: {key}\r\n"
            f"sec-websocket-protocol: graphql-ws, {header_protocol(AUTHORIZATION)}\r\n\r\n"
        ).encode()
    )
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def _answers(server: Served) -> None:
    """Verify that the server still accepts and acknowledges connections."""
    reader, writer = await _upgraded(server)
    writer.write(INIT)
    async with asyncio.timeout(60):
        assert b"connection_ack" in await reader.readuntil(b"}}")
    writer.transport.abort()


@pytest.mark.conforms("execution.hostile")
@QUICK
@given(chunks=CHUNKS, abruptly=st.booleans())
async def test_any_bytes_on_a_websocket_leave_no_connection(
    server: Served, chunks: list[bytes], abruptly: bool
) -> None:
    _reader, writer = await _upgraded(server)
    writer.write(b"".join(chunks))
    if abruptly:
        writer.transport.abort()
    else:
        writer.close()


@QUICK
@given(request=REQUESTS | st.binary(max_size=200), abruptly=st.booleans())
async def test_any_bytes_instead_of_a_request_leave_no_connection(
    server: Served, request: bytes, abruptly: bool
) -> None:
    _reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(request)
    if abruptly:
        writer.transport.abort()
    else:
        writer.close()
