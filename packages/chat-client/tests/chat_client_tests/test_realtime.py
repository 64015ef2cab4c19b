"""Tests of AppSync's real-time protocol: starting, receiving, ending, losing the connection and reconnecting."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import pytest

from chat_client import (
    Backoff,
    HandshakeError,
    RealtimeClient,
    SubscriptionEndedError,
    SubscriptionError,
    TransportError,
    keep_connected,
    realtime_url,
)
from chat_client_tests.fakes import realtime_server
from chat_client_tests.waiting import PATIENCE_SECONDS, eventually

if TYPE_CHECKING:
    from chat_client_tests.fakes import RealtimeServer

TOKEN = {"Authorization": "token"}
QUERY = "subscription { onMessageCreated { id } }"
UNAUTHORIZED = {"errors": [{"errorType": "UnauthorizedException", "errorCode": 401}]}
BAD = {"errors": [{"errorType": "BadRequestException", "errorCode": 400}]}
FAULT = {"errors": [{"errorType": "InternalFailure", "errorCode": 500}]}
LIMITED = {"errors": [{"errorType": "LimitExceededError", "errorCode": 429}]}
AT_ONCE = Backoff(first=0.0, longest=0.0)


def client_of(server: RealtimeServer) -> RealtimeClient:
    return RealtimeClient(server.url, TOKEN, host="api.example.com", timeout=PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("graphql", "realtime"),
    [
        (
            "https://abc.appsync-api.eu-west-1.amazonaws.com/graphql",
            "wss://abc.appsync-realtime-api.eu-west-1.amazonaws.com/graphql",
        ),
        ("https://chat.example.com/graphql", "wss://chat.example.com/graphql/realtime"),
        ("http://127.0.0.1:4566/graphql", "ws://127.0.0.1:4566/graphql/realtime"),
    ],
)
def test_the_address_of_subscriptions_follows_from_that_of_operations(graphql: str, realtime: str) -> None:
    assert realtime_url(graphql) == realtime


async def test_events_arrive_in_order_with_the_authorization_on_connection_and_subscription() -> None:
    async with realtime_server() as server, client_of(server) as client:
        subscription = await client.subscribe(QUERY, {"a": 1}, operation="Name")
        for number in (1, 2):
            await server.deliver("onMessageCreated", {"id": number})
        events = [await subscription.next(PATIENCE_SECONDS) for _ in range(2)]
        with pytest.raises(TimeoutError):
            await subscription.next(0.01)
    expected = {"host": "api.example.com", **TOKEN}
    assert server.authorizations == [expected]
    assert server.started[0]["payload"]["extensions"]["authorization"] == expected
    assert [event.data["onMessageCreated"]["id"] for event in events] == [1, 2]
    assert client.connection_timeout_milliseconds == 300_000


async def test_iteration_ends_when_the_server_ends_the_subscription() -> None:
    async with realtime_server() as server, client_of(server) as client:
        subscription = await client.subscribe(QUERY)
        await server.deliver("onMessageCreated", {"id": 1})
        await server.send({"type": "complete", "id": subscription.id})
        assert [event.data["onMessageCreated"]["id"] async for event in subscription] == [1]
        with pytest.raises(SubscriptionEndedError):
            await subscription.next()
        assert not client.disconnected.is_set()


async def test_a_subscription_that_the_server_ends_with_an_error_raises_it() -> None:
    async with realtime_server() as server, client_of(server) as client:
        subscription = await client.subscribe(QUERY)
        payload = {"errors": [{"errorType": "Forbidden", "message": "Not a member."}]}
        await server.send({"type": "error", "id": subscription.id, "payload": payload})
        with pytest.raises(SubscriptionError) as ended:
            await anext(aiter(subscription))
    assert ended.value.types == ["Forbidden"]


async def test_stopping_waits_for_the_server() -> None:
    async with realtime_server() as server, client_of(server) as client:
        subscription = await client.subscribe(QUERY)
        await subscription.stop()
        assert subscription.completed.is_set()


async def test_a_connection_that_the_server_closes_ends_its_subscriptions() -> None:
    async with realtime_server() as server, client_of(server) as client:
        subscription = await client.subscribe(QUERY)
        await server.connections[-1].close(reason="bye")
        with pytest.raises(TransportError):
            await subscription.next(PATIENCE_SECONDS)
        assert client.disconnected.is_set()
        with pytest.raises(TransportError):
            await client.subscribe(QUERY)


async def test_a_server_that_is_silent_beyond_its_timeout_is_disconnected() -> None:
    async with realtime_server(timeout_milliseconds=50) as server, client_of(server) as client:
        subscription = await client.subscribe(QUERY)
        with pytest.raises(TransportError):
            await subscription.next(PATIENCE_SECONDS)


async def test_keep_alives_keep_a_connection() -> None:
    async with realtime_server(timeout_milliseconds=1_000) as server, client_of(server) as client:
        for _ in range(6):
            await asyncio.sleep(0.25)
            await server.send({"type": "ka"})
        assert not client.disconnected.is_set()


async def test_a_rejected_connection_has_a_reason() -> None:
    async with realtime_server(refusal=UNAUTHORIZED) as server:
        with pytest.raises(HandshakeError) as refused:
            await client_of(server).connect()
    assert refused.value.codes == [401]
    assert [error.type for error in refused.value.errors] == ["UnauthorizedException"]


async def test_a_server_that_is_not_there_is_a_transport_error() -> None:
    with pytest.raises(TransportError, match=r"ws://127\.0\.0\.1:1/ cannot be reached"):
        await RealtimeClient("ws://127.0.0.1:1/", TOKEN).connect()


async def test_a_lost_connection_is_reopened_until_cancelled() -> None:
    lost: list[Exception] = []

    async with realtime_server() as server:

        async def listen(client: RealtimeClient) -> None:
            async for _ in await client.subscribe(QUERY):
                pass

        keeping = asyncio.create_task(
            keep_connected(lambda: client_of(server), listen, on_lost=lost.append, backoff=AT_ONCE)
        )
        for count in (1, 2, 3):

            async def is_subscribed(count: int = count) -> bool:
                return len(server.started) == count

            await eventually(is_subscribed)
            await server.connections[-1].close()
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
    assert len(lost) >= 2
    assert all(isinstance(error, TransportError) for error in lost)


async def never(_: RealtimeClient) -> None:
    """Fail if a connection is opened."""
    pytest.fail("it was connected")


@pytest.mark.parametrize("refusal", [UNAUTHORIZED, BAD])
async def test_a_permanently_rejected_connection_is_not_retried(refusal: dict[str, Any]) -> None:
    async with realtime_server(refusal=refusal) as server:
        with pytest.raises(HandshakeError):
            await keep_connected(lambda: client_of(server), never, backoff=AT_ONCE)
        assert len(server.connections) == 1


@pytest.mark.parametrize("refusal", [LIMITED, FAULT, {}])
async def test_a_temporarily_rejected_connection_is_retried(refusal: dict[str, Any]) -> None:
    async with realtime_server(refusal=refusal) as server:
        keeping = asyncio.create_task(keep_connected(lambda: client_of(server), never, backoff=AT_ONCE))

        async def has_come_back() -> bool:
            return len(server.connections) > 3

        await eventually(has_come_back)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def test_a_cancellation_ends_an_attempt_that_fails_at_the_same_moment() -> None:
    class Failing:
        attempts = 0

        async def __aenter__(self) -> None:
            Failing.attempts += 1
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if Failing.attempts == 1:
                    raise TransportError("it is gone") from None
                raise

        async def __aexit__(self, *_: object) -> None:
            return None

    keeping = asyncio.create_task(keep_connected(lambda: cast("RealtimeClient", Failing()), never, backoff=AT_ONCE))
    await asyncio.sleep(0.01)
    keeping.cancel()
    await asyncio.wait({keeping}, timeout=1)
    is_cancelled = keeping.cancelled()
    keeping.cancel()
    assert (is_cancelled, Failing.attempts) == (True, 1)


def test_pauses_grow_to_the_longest_and_differ_between_clients() -> None:
    runs = [list(islice(Backoff(first=1.0, longest=8.0).pauses(), 6)) for _ in range(50)]
    for run in runs:
        for pause, whole in zip(run, (1, 2, 4, 8, 8, 8), strict=True):
            assert whole / 2 <= pause <= whole
    assert len({run[0] for run in runs}) > 1
