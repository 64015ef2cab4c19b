"""Third-party clients reconnect after the server is killed and restarted.

A separate backend, so that the kills do not affect other tests.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from gql import Client, GraphQLRequest
from gql.transport.appsync_auth import AppSyncJWTAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport
from gql.transport.exceptions import TransportError

from tests.helpers.accounts import UserPool
from tests.helpers.backend import ROOT, LocalBackend
from tests.helpers.chat import ON_MESSAGE_CREATED, ChatUser
from tests.helpers.deployed import deployed_backend

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from gql.client import ReconnectingAsyncClientSession

    from tests.helpers.chat import Row

SCRIPT = ROOT / "tests" / "e2e" / "amplify_reconnect.mjs"
BACK_SECONDS = 300

pytestmark = pytest.mark.backend


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:
    """Start a backend that tests may kill."""
    running = deployed_backend(tmp_path_factory, "mortal")
    running.up()
    yield running
    running.down()


@pytest.fixture(scope="module")
async def listener(mortal: LocalBackend) -> ChatUser:
    """Create a user with a separate account."""
    pool = UserPool(mortal)
    account = await pool.sign_up("Listener")
    return ChatUser.of(account, await pool.sign_in(account), mortal.outputs)


async def send_until(user: ChatUser, room: Row, event: asyncio.Task[str]) -> str:
    """Send one message per second until the listener has received a message; return its content."""
    async with asyncio.timeout(BACK_SECONDS):
        while not event.done():
            await user.send(room, f"after {uuid4()}")
            await asyncio.wait({event}, timeout=1)
    return event.result()


async def killed_and_started(backend: LocalBackend) -> None:
    """Kill the server with SIGKILL and restart it on the same ports."""
    await asyncio.to_thread(backend.kill)
    await asyncio.to_thread(backend.up)


async def next_content(session: ReconnectingAsyncClientSession, room: Row) -> str:
    """Return the content of the next message in a room; subscribe again, because gql leaves that to the application."""
    subscription = GraphQLRequest(ON_MESSAGE_CREATED, variable_values={"chatRoomId": room["id"]})
    while True:
        with suppress(TransportError, OSError, StopAsyncIteration):
            event = await anext(aiter(session.subscribe(subscription)))
            return str(event["onMessageCreated"]["content"])
        await asyncio.sleep(0.2)


@pytest.mark.conforms("execution.reconnect")
async def test_gql_reconnects(mortal: LocalBackend, listener: ChatUser) -> None:
    outputs, room = mortal.outputs, await listener.create_room()
    url = outputs["GraphQLSecureURL"]
    authorization = AppSyncJWTAuthentication(urlsplit(url).netloc, listener.tokens.access_token)
    client: Any = Client(transport=AppSyncWebsocketsTransport(url=url, auth=authorization, ssl=outputs.trust()))
    session: ReconnectingAsyncClientSession = await client.connect_async(reconnecting=True)
    try:
        before = asyncio.create_task(next_content(session, room))
        assert (await send_until(listener, room, before)).startswith("after ")
        after = asyncio.create_task(next_content(session, room))
        await asyncio.sleep(0.5)
        await killed_and_started(mortal)
        assert not after.done()
        assert (await send_until(listener, room, after)).startswith("after ")
    finally:
        with suppress(TransportError, OSError):
            await client.close_async()


@pytest.fixture
async def amplify(mortal: LocalBackend) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start Amplify's listener, which still waits for its input."""
    if shutil.which("node") is None or not (ROOT / "node_modules" / "aws-amplify").is_dir():
        pytest.skip("aws-amplify is not installed: `make bootstrap-all` does it")
    process = await asyncio.create_subprocess_exec(
        "node",
        str(SCRIPT),
        cwd=ROOT,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": mortal.outputs["CertificateAuthority"]},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    yield process
    if process.returncode is None:
        process.kill()
    await process.wait()


@pytest.mark.node
@pytest.mark.conforms("execution.reconnect")
async def test_amplify_reconnects(
    mortal: LocalBackend, listener: ChatUser, amplify: asyncio.subprocess.Process
) -> None:
    room = await listener.create_room()
    assert amplify.stdin is not None
    assert amplify.stdout is not None
    account = {"username": listener.account.username, "password": listener.account.password}
    start = {"outputs": mortal.outputs.values, "listener": account, "chatRoomId": room["id"]}
    amplify.stdin.write(json.dumps(start).encode() + b"\n")
    output = amplify.stdout

    async def content() -> str:
        return str(json.loads(await output.readline())["content"])

    assert await asyncio.wait_for(output.readline(), BACK_SECONDS) == b"listening\n"
    assert (await send_until(listener, room, asyncio.create_task(content()))).startswith("after ")
    after = asyncio.create_task(content())
    await killed_and_started(mortal)
    assert not after.done()
    assert (await send_until(listener, room, after)).startswith("after ")
