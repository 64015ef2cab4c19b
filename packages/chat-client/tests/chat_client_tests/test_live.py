"""Tests that a view stays up to date after lost connections and failures, until the membership ends."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Self, cast

import pytest

from chat_client import Backoff, Event, LiveRoomView, OperationError, SubscriptionEndedError, TransportError, live
from chat_client.errors import GraphQLError
from chat_client.live import running
from chat_client_tests.waiting import PATIENCE_SECONDS, eventually

if TYPE_CHECKING:
    from chat_client import RealtimeClient, Row

AT_ONCE = Backoff(first=0.0, longest=0.0)


def message(seq: int, **more: object) -> Row:
    row = {
        "id": f"r:{seq}",
        "seq": seq,
        "type": "TEXT",
        "content": f"text {seq}",
        "createdAt": "2030",
        "threadId": None,
    }
    return {**row, "version": 1, "revision": 1, "reactions": [], "replyCount": 0, "mentions": [], **more}


class Room:
    """A room of the API, with the connection of one member."""

    def __init__(self) -> None:
        self.rows: list[Row] = [message(1)]
        self.failure: Exception | None = None
        self.heartbeats = 0
        self.connections: list[Connection] = []

    async def run(self, field: str, **_: object) -> Any:  # noqa: ANN401 - any JSON
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
        if field == "getChatRoom":
            return {"lastSeq": len(self.rows)}
        if field == "updatePresence":
            self.heartbeats += 1
            return {"headSeq": len(self.rows)}
        return {"items": list(self.rows), "settledSeq": len(self.rows), "nextToken": None}

    def connect(self) -> RealtimeClient:
        connection = Connection()
        self.connections.append(connection)
        return cast("RealtimeClient", connection)

    def post(self, row: Row, *, is_heard: bool = True) -> None:
        self.rows.append(row)
        if is_heard:
            self.connections[-1].subscriptions[0].receive(row)


class Line:
    """A subscription."""

    def __init__(self) -> None:
        self.events: deque[Event] = deque()
        self.completed = asyncio.Event()
        self.error: Exception | None = None
        self.on_change: Any = None

    def receive(self, row: Row) -> None:
        self.events.append(Event({"data": {"onMessageCreated": row}}, 0))
        self.on_change()

    def end(self, error: Exception) -> None:
        self.error = error
        self.completed.set()
        self.on_change()

    async def stop(self) -> None:
        self.completed.set()


class Connection:
    """A connection that opens at once."""

    def __init__(self) -> None:
        self.subscriptions: list[Any] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def subscribe(self, *_: object) -> Line:
        line = Line()
        self.subscriptions.append(line)
        return line


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the heartbeat's interval, and remove the pause before reading again."""
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr("random.random", lambda: 0.0)


async def shows(view: LiveRoomView, *seqs: int) -> None:
    """Wait until a view displays these messages."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for rows in view.updates():
            if [row["seq"] for row in rows] == list(seqs):
                return


async def test_it_shows_existing_and_new_messages(room: Room) -> None:
    async with running(LiveRoomView(room, "r"), room.connect) as view:
        assert [row["seq"] for row in view.visible()] == [1]
        room.post(message(2))
        room.post(message(3, type="VOID"))
        await shows(view, 1, 2)
        assert [row["seq"] for row in view.shown()] == [1, 2, 3]
    assert all(line.completed.is_set() for line in room.connections[-1].subscriptions)


async def test_messages_missed_while_the_connection_was_lost_are_read(room: Room) -> None:
    view, lost = LiveRoomView(room, "r"), list[Exception]()
    task = asyncio.create_task(view.run(room.connect, on_lost=lost.append, backoff=AT_ONCE))
    await shows(view, 1)
    room.post(message(2), is_heard=False)
    room.connections[-1].subscriptions[0].end(TransportError("gone"))
    await shows(view, 1, 2)
    assert len(room.connections) == 2
    assert [str(error) for error in lost] == ["gone"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.usefixtures("impatient")
async def test_an_event_that_could_not_be_applied_makes_it_read_everything_again(room: Room) -> None:
    async with running(LiveRoomView(room, "r"), room.connect) as view:
        room.failure = TransportError("no answer")
        room.post(message(3, threadId="r:1", threadRoot=None))

        async def is_behind() -> bool:
            return view.is_behind

        await eventually(is_behind)
        room.rows.insert(1, message(2))
        room.failure = None
        await shows(view, 1, 2, 3)
        assert not view.is_behind


@pytest.mark.usefixtures("impatient")
async def test_the_heartbeat_finds_a_lost_last_message(room: Room) -> None:
    async with running(LiveRoomView(room, "r", heartbeat=True), room.connect) as view:
        room.post(message(2), is_heard=False)
        await shows(view, 1, 2)
        assert room.heartbeats


@pytest.mark.usefixtures("impatient")
async def test_without_a_heartbeat_the_user_is_not_online_and_everything_is_read_periodically(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(LiveRoomView(room, "r"), room.connect) as view:
        room.post(message(2), is_heard=False)
        await asyncio.sleep(0.1)
        assert [row["seq"] for row in view.visible()] == [1]
        monkeypatch.setattr(live, "REFRESH_SECONDS", 0.0)
        await shows(view, 1, 2)
    assert room.heartbeats == 0


async def test_it_ends_when_the_membership_does(room: Room) -> None:
    async with running(LiveRoomView(room, "r"), room.connect) as view:
        room.connections[-1].subscriptions[0].end(SubscriptionEndedError("ended"))
        with pytest.raises(SubscriptionEndedError):
            await shows(view, 0)
    assert len(room.connections) == 1


async def test_a_room_that_temporarily_cannot_be_read_is_retried(room: Room) -> None:
    room.failure = OperationError([GraphQLError.parse({"errorType": "RateLimited", "message": "Later."})])
    view, lost = LiveRoomView(room, "r"), list[Exception]()
    task = asyncio.create_task(view.run(room.connect, on_lost=lost.append, backoff=AT_ONCE))

    async def has_failed() -> bool:
        return len(lost) > 1

    await eventually(has_failed)
    room.failure = None
    await shows(view, 1)
    assert "RateLimited" in str(lost[0])
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_room_that_the_user_may_not_read_is_not_opened(room: Room) -> None:
    room.failure = OperationError([GraphQLError.parse({"errorType": "Forbidden", "message": "No."})])
    with pytest.raises(OperationError, match="Forbidden"):
        async with running(LiveRoomView(room, "r"), room.connect):
            pytest.fail("it was opened")
