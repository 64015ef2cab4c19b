"""The clock is stepped back and forward while users chat: messages are not lost, duplicated or reordered.

A separate backend, whose server, functions and resolvers all use the stepped clock (`tests.helpers.clock`).
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from chat_client import OperationError, document
from tests.helpers.accounts import UserPool
from tests.helpers.chat import ChatUser
from tests.helpers.clock import SteppedClock
from tests.helpers.deployed import deployed_backend
from tests.helpers.invariants import RoomRows, violations
from tests.helpers.system_messages import UNTOLD
from tests.helpers.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import Row
    from tests.helpers.realtime_client import Subscription

HOUR, DAY = 3600, 86_400
STEPS = [(-5, False), (-HOUR, True), (0, False), (2 * DAY, True), (0, True), (-5, False), (-HOUR, False), (0, False)]
"""Offset of the clock after each step, and whether the server is killed right after it."""
MESSAGES = 3

pytestmark = pytest.mark.backend


@pytest.fixture(scope="module")
def stepped_clock(tmp_path_factory: pytest.TempPathFactory) -> SteppedClock:
    return SteppedClock(tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="module")
def stepped(tmp_path_factory: pytest.TempPathFactory, stepped_clock: SteppedClock) -> Iterator[LocalBackend]:
    """Start a backend whose clock can be stepped; expired items are deleted at once, and none expires in three days."""
    expiry = {"CHAT_LOCAL_EXPIRY_SECONDS": "0.2", "CHAT_MESSAGING__DEDUPLICATION_HOURS": "72"}
    running = deployed_backend(tmp_path_factory, "stepped-backend", {**UNTOLD, **expiry, **stepped_clock.settings})
    running.up()
    yield running
    running.down()


@pytest.fixture
def clock(stepped_clock: SteppedClock) -> Iterator[SteppedClock]:
    """Return the clock of the backend, which is correct before and after each test."""
    yield stepped_clock
    stepped_clock.set(0)


@dataclass
class Conversation:
    """Two users and the events that both have received."""

    backend: LocalBackend
    pool: UserPool
    alice: ChatUser
    bob: ChatUser
    room: Row
    sent: list[Row] = field(default_factory=list)
    heard: list[list[Row]] = field(default_factory=lambda: [[], []])
    notified: list[str] = field(default_factory=list)

    async def sign_in(self) -> None:
        """Get new tokens: the old ones may have expired after a step."""
        self.alice, self.bob = [
            ChatUser.of(user.account, await self.pool.sign_in(user.account), self.backend.outputs)
            for user in (self.alice, self.bob)
        ]

    async def send(self, key: str, content: str) -> Row:
        """Send a message that mentions Bob."""
        return await self.alice.send(self.room, content, mentions=[self.bob.id], clientMessageId=key)

    async def send_some(self, label: str) -> str:
        """Send a few messages; return the key of the last."""
        key = ""
        for number in range(MESSAGES):
            key = str(uuid4())
            self.sent.append(await self.send(key, f"{label} {number}"))
        return key

    async def hear(self, streams: list[Subscription], notifications: Subscription, count: int) -> None:
        """Receive the events of the newest messages; a notification may be delivered again."""
        for heard, stream in zip(self.heard, streams, strict=True):
            heard += [(event.data or {})["onMessageCreated"] for event in await stream.collect(count)]
        wanted = {row["id"] for row in self.sent[-count:]}
        while wanted:
            event = await notifications.next()
            message_id = (event.data or {})["onNotificationReceived"]["messageId"]
            wanted.discard(message_id)
            self.notified.append(message_id)

    async def inbox(self) -> list[Row]:
        """Return all of Bob's notifications."""
        rows: list[Row] = []
        token = None
        while True:
            page = await self.bob.run("myNotifications", limit=10, nextToken=token)
            rows += page["items"]
            token = page["nextToken"]
            if token is None:
                return rows


async def conversation(backend: LocalBackend) -> Conversation:
    """Create a room with two new users."""
    pool = UserPool(backend)
    accounts = [await pool.sign_up(name) for name in ("Alice", "Bob")]
    alice, bob = [ChatUser.of(account, await pool.sign_in(account), backend.outputs) for account in accounts]
    room = await alice.create_room()
    await bob.join(room)
    return Conversation(backend, pool, alice, bob, room)


async def test_messages_are_not_lost_duplicated_or_reordered(stepped: LocalBackend, clock: SteppedClock) -> None:
    talk = await conversation(stepped)
    room = talk.room
    for seconds, is_killed in STEPS:
        async with AsyncExitStack() as connections:
            streams = [await connections.enter_async_context(user.listening(room)) for user in (talk.alice, talk.bob)]
            inbox = await connections.enter_async_context(talk.bob.realtime())
            notifications = await inbox.subscribe(document("onNotificationReceived"), {})
            await talk.send_some(f"before {seconds}")
            clock.set(seconds)
            await talk.sign_in()
            key = await talk.send_some(f"after {seconds}")
            await talk.hear(streams, notifications, 2 * MESSAGES)
        if is_killed:
            stepped.kill()
            await asyncio.to_thread(stepped.up)
            await talk.sign_in()
        await asyncio.sleep(0.5)  # so that expired items are looked for
        assert await talk.send(key, f"after {seconds} {MESSAGES - 1}") == talk.sent[-1], "a repeated call is known"

    assert clock.seconds == 0
    assert [row["seq"] for row in talk.sent] == list(range(1, len(talk.sent) + 1))
    assert await talk.bob.history(room, afterSeq=0, limit=100) == talk.sent
    assert talk.heard == [talk.sent, talk.sent], "both have heard everything once and in order"
    everything = [row["id"] for row in talk.sent]
    # If the step made a publication fail, it is repeated with its stream record, after those of later messages.
    assert set(talk.notified) == set(everything)
    found = await eventually(talk.inbox, until=lambda rows: len(rows) >= len(talk.sent))
    assert sorted(row["messageId"] for row in found) == sorted(everything)
    rows = RoomRows.read(stepped, room["id"])
    assert violations(rows) == []
    assert (rows.membership(talk.bob.id) or {})["mentionCount"] == len(talk.sent)


async def test_pending_stream_records_survive_a_step_forward(stepped: LocalBackend, clock: SteppedClock) -> None:
    """The mapping's maximum record age is one day, and the clock is two days ahead when the function works again."""
    talk = await conversation(stepped)
    functions = stepped.functions()
    functions.put_function_concurrency(FunctionName="chat-notifications-local", ReservedConcurrentExecutions=0)
    await talk.send_some("while nothing runs")
    clock.set(2 * DAY)
    await talk.sign_in()
    await talk.send_some("two days later")
    stepped.kill()
    await asyncio.to_thread(stepped.up)
    clock.set(0)
    await talk.sign_in()
    assert await talk.inbox() == []
    stepped.functions().delete_function_concurrency(FunctionName="chat-notifications-local")
    found = await eventually(talk.inbox, until=lambda rows: len(rows) >= len(talk.sent))
    assert sorted(row["messageId"] for row in found) == sorted(row["id"] for row in talk.sent)


async def test_tokens_are_valid_after_a_step_back(stepped: LocalBackend, clock: SteppedClock) -> None:
    """Tokens from the future are valid: users need not wait until the clock has reached the time of their sign-in."""
    talk = await conversation(stepped)
    before = talk.alice
    for seconds in (-5, -HOUR):
        clock.set(seconds)
        assert (await before.me())["id"] == before.id
        async with before.listening(talk.room) as subscription:
            await talk.sign_in()
            sent = await talk.alice.send(talk.room)
            assert (await subscription.next()).data == {"onMessageCreated": sent}


async def test_token_expires_by_the_stepped_clock(stepped: LocalBackend, clock: SteppedClock) -> None:
    talk = await conversation(stepped)
    before = talk.alice
    clock.set(2 * DAY)
    with pytest.raises(OperationError):
        await before.me()
    await talk.sign_in()
    assert (await talk.alice.me())["id"] == before.id
    clock.set(0)
    assert (await before.me())["id"] == (await talk.alice.me())["id"] == before.id
