"""Tests of long connections: sent messages do not fill the outbox, keep-alives continue, and 24 hours is the limit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from appsync_local.realtime.connection import RealtimeSettings
from appsync_local.realtime.outbox import MAXIMUM_CHARACTERS, MAXIMUM_MESSAGES, Outbox
from appsync_local_tests.fakes import FakeApi, FakeResolvers, Json, connected, leaving_no_task, plane_for, post

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.asyncio(loop_scope="module")

SDL = """
type Query { ping: String }
type Mutation { send(text: String): Message }
type Subscription { onSend: Message @aws_subscribe(mutations: ["send"]) }
type Message { text: String }
"""
ALL = "subscription { onSend { text } }"
DAY = 24 * 3600


class Client:
    """A client of an outbox, which reads or does not."""

    def __init__(self) -> None:
        self.read: list[Json] = []
        self.reading = asyncio.Event()
        self.reading.set()

    async def take(self, event: Json) -> None:
        """Accept an event, as the ASGI server does."""
        await self.reading.wait()
        self.read.append(event)


@pytest.mark.parametrize(("size", "count"), [(MAXIMUM_CHARACTERS // 4, 40), (1, 3 * MAXIMUM_MESSAGES)])
async def test_only_unread_messages_count(size: int, count: int) -> None:
    async with leaving_no_task():
        client = Client()
        outbox = Outbox(client.take)
        sending = asyncio.create_task(outbox.run())
        for number in range(count):
            outbox.offer("x" * size)
            if number % 4 == 3:
                await asyncio.sleep(0)
        outbox.close(1000, "The end.")
        await sending
        await outbox.say_goodbye()
    assert [event["type"] for event in client.read] == ["websocket.send"] * count + ["websocket.close"]
    assert client.read[-1] == {"type": "websocket.close", "code": 1000, "reason": "The end."}


@pytest.mark.parametrize(("size", "most"), [(MAXIMUM_CHARACTERS // 4, 4), (1, MAXIMUM_MESSAGES)])
async def test_the_outbox_has_a_limit(size: int, most: int) -> None:
    client = Client()
    outbox = Outbox(client.take)
    for _ in range(most):
        outbox.offer("x" * size)
    closed = asyncio.create_task(outbox.closed())
    await asyncio.sleep(0)
    assert not closed.done()
    outbox.offer("x")
    await closed
    outbox.offer("too late")
    outbox.close(1000, "A second reason.")
    await outbox.run()
    await outbox.say_goodbye()
    (goodbye,) = client.read
    assert (goodbye["code"], goodbye["reason"][:13]) == (1008, "Slow consumer")


@pytest_asyncio.fixture(loop_scope="module")
async def later(monkeypatch: pytest.MonkeyPatch) -> dict[float, Callable[[], object]]:
    """Return the loop's timers of more than a minute, by their seconds, so that a test can run them at once."""
    timers: dict[float, Callable[[], object]] = {}
    loop = asyncio.get_running_loop()
    call_later = loop.call_later

    def noting(delay: float, callback: Callable[..., object], *arguments: object) -> asyncio.TimerHandle:
        timer = call_later(delay, callback, *arguments)
        if delay > 60:
            timers[delay] = lambda: None if timer.cancelled() else callback(*arguments)
        return timer

    monkeypatch.setattr(loop, "call_later", noting)
    return timers


@pytest.mark.conforms("realtime.expiry")
async def test_a_connection_ends_after_a_day(later: dict[float, Callable[[], object]]) -> None:
    plane, _ = plane_for(FakeApi(SDL))
    async with leaving_no_task():
        socket = await connected(plane)
        await socket.subscribe("1", ALL)
        later[DAY]()
        assert await socket.closed() == (1000, "The connection is 24 hours old.")
        await plane.close()


@pytest.mark.conforms("realtime.init")
async def test_keep_alives_are_sent_to_every_connection_until_it_closes() -> None:
    plane, _ = plane_for(FakeApi(SDL), settings=RealtimeSettings(keep_alive_seconds=0.01))
    async with leaving_no_task():
        await plane.start()
        quiet, leaving = await connected(plane), await connected(plane)
        for _ in range(3):
            assert await quiet.message(keep_alives=True) == {"type": "ka"}
            assert await leaving.message(keep_alives=True) == {"type": "ka"}
        await leaving.disconnect()
        assert await quiet.message(keep_alives=True) == {"type": "ka"}
        await plane.close()


async def test_times_are_those_of_appsync() -> None:
    """See "Building a real-time WebSocket client" and the quotas of AppSync."""
    settings = RealtimeSettings()
    assert settings.connection_timeout_milliseconds == 300_000
    assert settings.keep_alive_seconds == 60
    assert settings.connection_init_seconds == 15
    assert settings.connection_lifetime_seconds == DAY
    assert settings.subscriptions_per_connection == 100


@pytest.mark.conforms("realtime.failures")
async def test_a_mutation_that_returns_null_publishes_nothing() -> None:
    resolvers = FakeResolvers()
    resolvers.on("Mutation", "send")(lambda request: {"text": "x"} if request.arguments.get("text") else None)
    plane, _ = plane_for(FakeApi(SDL, resolvers=[("Mutation", "send")]), resolvers)
    async with leaving_no_task():
        socket = await connected(plane)
        await socket.subscribe("1", ALL)
        assert (await post(plane, "mutation { send { text } }")).body == {"data": {"send": None}}
        await post(plane, 'mutation { send(text: "x") { text } }')
        assert (await socket.message())["payload"] == {"data": {"onSend": {"text": "x"}}}
        assert socket.nothing_waits()
        await plane.close()
