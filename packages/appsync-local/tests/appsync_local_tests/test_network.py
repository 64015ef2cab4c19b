"""Tests of the data plane with a real server: sockets, frames, and misbehaving clients."""

from __future__ import annotations

import asyncio
import base64
import json
import math
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from appsync_local_tests.fakes import FakeApi, FakeResolvers, plane_for, token
from appsync_local_tests.network import served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SDL = """
type Query { a: Int }
type Mutation { send(text: String!): Message }
type Message { text: String }
type Subscription { onSend: Message @aws_subscribe(mutations: ["send"]) }
"""


@pytest.fixture
async def address() -> AsyncIterator[str]:
    resolvers = FakeResolvers()
    resolvers.on("Mutation", "send")(lambda request: dict(request.arguments))
    plane, _ = plane_for(FakeApi(SDL, resolvers=[("Mutation", "send")]), resolvers)
    await plane.start()
    async with served(plane) as server:
        yield server.address
        await plane.close()


async def _open(address: str) -> ClientConnection:
    header = base64.b64encode(json.dumps({"host": address, "Authorization": token()}).encode()).decode()
    client = await connect(
        f"ws://{address}/graphql?header={header}&payload=e30=",
        subprotocols=[Subprotocol("graphql-ws")],
        open_timeout=60,
        ping_interval=None,
    )
    await client.send('{"type":"connection_init"}')
    assert json.loads(await client.recv())["type"] == "connection_ack"
    return client


async def _subscribe(client: ClientConnection, number: int) -> None:
    authorization = {"Authorization": token()}
    data = json.dumps({"query": "subscription { onSend { text } }"})
    payload = {"data": data, "extensions": {"authorization": authorization}}
    await client.send(json.dumps({"id": str(number), "type": "start", "payload": payload}))
    while json.loads(await client.recv())["type"] != "start_ack":
        pass


def _send(address: str, text: str) -> Any:  # noqa: ANN401 - the JSON of an answer
    body = json.dumps({"query": "mutation ($t: String!) { send(text: $t) { text } }", "variables": {"t": text}})
    request = urllib.request.Request(
        f"http://{address}/graphql", body.encode(), {"Authorization": token(), "Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - the same
        return json.load(response)


@pytest.mark.conforms("realtime.start")
async def test_a_message_is_delivered_over_the_network(address: str) -> None:
    client = await _open(address)
    await _subscribe(client, 1)
    await asyncio.to_thread(_send, address, "héllo")
    assert json.loads(await client.recv())["payload"] == {"data": {"onSend": {"text": "héllo"}}}
    await client.close()


async def test_an_invalid_token_is_reported_and_the_socket_is_closed(address: str) -> None:
    header = base64.b64encode(json.dumps({"Authorization": "nonsense"}).encode()).decode()
    client = await connect(f"ws://{address}/graphql?header={header}", subprotocols=[Subprotocol("graphql-ws")])
    await client.send('{"type":"connection_init"}')
    assert json.loads(await client.recv())["type"] == "connection_error"
    with pytest.raises(ConnectionClosed):
        await client.recv()
    assert client.close_code == 1008


@pytest.mark.conforms("realtime.fan-out")
async def test_a_thousand_connections_receive_an_event_within_half_a_second_of_cpu_time(address: str) -> None:
    clients: list[ClientConnection] = []
    for _ in range(20):
        opened = await asyncio.gather(*(_open(address) for _ in range(50)))
        await asyncio.gather(*(_subscribe(client, 1) for client in opened))
        clients += opened
    best = math.inf
    for attempt in range(3):
        started = time.thread_time()  # of this thread only, to exclude other programs
        receiving = [asyncio.create_task(client.recv()) for client in clients]
        await asyncio.to_thread(_send, address, str(attempt))
        for answer in await asyncio.gather(*receiving):
            assert json.loads(answer)["payload"]["data"]["onSend"]["text"] == str(attempt)
        best = min(best, time.thread_time() - started)
    # The thousand clients share this thread with the server.
    assert best < 0.5
    await asyncio.gather(*(client.close() for client in clients))
