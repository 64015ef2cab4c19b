"""The backend is killed while users send; afterwards every acknowledged message exists, once and in order.

A separate backend, so that the kills do not affect other tests.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from chat_client import OperationError, TransportError
from tests.helpers.accounts import UserPool
from tests.helpers.chat import ChatUser
from tests.helpers.deployed import deployed_backend
from tests.helpers.failing import HOT, IS_COMPLETE, Case, abandon, steps_of, telling_steps
from tests.helpers.faults import FAULTY
from tests.helpers.system_messages import telling
from tests.helpers.waiting import PATIENCE_SECONDS, eventually
from tests.helpers.write_paths import PATHS, Participants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import Row

SENDERS = 6
MESSAGES_EACH = 30
KILLS = 3
AT_ONCE = 50
"""Calls that one kill interrupts: all must reach their steps within AppSync's timeout of 30 seconds."""
LONG_AGO = "2020-01-01T00:00:00.000Z"

pytestmark = pytest.mark.backend


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:
    """Start a backend that tests may kill."""
    running = deployed_backend(tmp_path_factory, "mortal", FAULTY)
    running.up()
    yield running
    running.down()


@dataclass
class Sending:
    """One sender's attempts: acknowledged messages, and the number of failed attempts."""

    user: ChatUser
    room: Row
    acknowledged: dict[str, Row] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)

    async def send_all(self, count: int) -> None:
        """Send messages one after another, each until it is acknowledged."""
        for number in range(count):
            await self.send(number)

    async def send(self, number: int) -> None:
        """Send one message with one key until it is acknowledged."""
        key = str(uuid4())

        async def attempt() -> bool:
            return await self.attempt(key, number)

        await eventually(attempt, within=3 * PATIENCE_SECONDS, every=0.1)

    async def attempt(self, key: str, number: int) -> bool:
        """Try once; the caller retries after a lost response or a conflict, with the same key."""
        content = f"{self.user.account.username} {number}"
        try:
            self.acknowledged[key] = await self.user.send(self.room, content, clientMessageId=key)
        except TransportError as error:
            self.failures[type(error).__name__] += 1
            return False
        except OperationError as error:
            if error.types != ["Conflict"]:
                raise
            self.failures["Conflict"] += 1
            return False
        return True


async def people(backend: LocalBackend, *names: str) -> list[ChatUser]:
    """Sign users up and in."""
    pool = UserPool(backend)
    accounts = [await pool.sign_up(name) for name in names]
    return [ChatUser.of(account, await pool.sign_in(account), backend.outputs) for account in accounts]


async def come_and_go(user: ChatUser, room: Row) -> None:
    """Join and leave, each until it is acknowledged; both may be repeated."""
    for operation in ("joinChatRoom", "leaveChatRoom") * KILLS:
        await eventually(partial(is_done, user, operation, room), within=60, every=0.1)
        await asyncio.sleep(0.3)  # so that kills happen in between


async def is_done(user: ChatUser, operation: str, room: Row) -> bool:
    """Try once; the caller retries after a lost response or a conflict."""
    try:
        await user.run(operation, chatRoomId=room["id"])
    except TransportError:
        return False
    except OperationError as error:
        if error.types != ["Conflict"]:
            raise
        return False
    return True


async def is_told_of_everybody(user: ChatUser, room: Row) -> bool:
    """Return whether the room has, in order, system messages of Bob, who stays, and of Carol, who joined and left."""
    rows = await user.history(room, afterSeq=0, limit=100)
    told = [row["content"] for row in sorted(rows, key=lambda row: int(row["seq"])) if row["type"] == "SYSTEM"]
    return told == ["Bob joined.", *["Carol joined.", "Carol left."] * KILLS]


def let_time_pass(backend: LocalBackend, room: Row) -> None:
    """Make all items of the room old enough for gaps to be closed."""
    backend.table("rooms").update_item(
        Key={"roomId": room["id"]},
        UpdateExpression="SET lastMessageAt = :at",
        ExpressionAttributeValues={":at": LONG_AGO},
    )
    messages = backend.table("messages")
    for row in backend.rows("messages"):
        messages.update_item(
            Key={"roomId": row["roomId"], "seq": row["seq"]},
            UpdateExpression="SET createdAt = :at",
            ExpressionAttributeValues={":at": LONG_AGO},
        )


async def test_acknowledged_messages_survive_kills_exactly_once(mortal: LocalBackend) -> None:
    alice, bob, carol = await people(mortal, "Alice", "Bob", "Carol")
    room = await alice.create_room()
    await bob.join(room)
    sendings = [Sending(alice if number % 2 else bob, room) for number in range(SENDERS)]
    total = SENDERS * MESSAGES_EACH

    async def has_acknowledged(share: float) -> bool:
        return sum(len(sending.acknowledged) for sending in sendings) >= total * share

    tasks = [asyncio.create_task(sending.send_all(MESSAGES_EACH)) for sending in sendings]
    tasks.append(asyncio.create_task(come_and_go(carol, room)))
    for kill in range(1, KILLS + 1):
        await eventually(partial(has_acknowledged, kill / (KILLS + 1)), within=3 * PATIENCE_SECONDS, every=0.005)
        mortal.kill()
        await asyncio.to_thread(mortal.up)
    await asyncio.gather(*tasks)

    failures = sum((sending.failures for sending in sendings), Counter[str]())
    assert failures["TransportError"] > 0, f"no kill was felt: {failures}"
    expected = {key: message for sending in sendings for key, message in sending.acknowledged.items()}
    assert len(expected) == total

    await eventually(partial(is_told_of_everybody, bob, room), within=120, every=0.5)
    everything = await bob.history(room, limit=100)
    history = [message for message in everything if message["type"] != "SYSTEM"]
    assert len(everything) - len(history) == 1 + 2 * KILLS, "every coming and going is told once"
    found = Counter(message["clientMessageId"] for message in history)
    assert set(found.values()) == {1}, "every message is there once"
    assert {message["clientMessageId"]: message for message in history} == expected
    assert len({message["seq"] for message in everything}) == len(everything)

    let_time_pass(mortal, room)
    filled = await alice.history(room, afterSeq=0, limit=100)
    last = (await alice.room(room["id"]))["lastSeq"]
    assert [message["seq"] for message in filled] == list(range(1, last + 1)), "no hole stays unexplained"
    voids = [message for message in filled if message["type"] == "VOID"]
    assert len(voids) == last - len(everything)
    under_way = SENDERS + 2
    assert len(voids) <= KILLS * under_way, "a kill leaves at most one hole for each attempt and delivery under way"


async def test_kill_at_any_step_of_a_write_path_loses_nothing(mortal: LocalBackend) -> None:
    """With ``CHAT_FAULTS=all``, every write path is killed, and also at steps that read."""
    participants = Participants(mortal, *await people(mortal, "Alice", "Bob", "Carol", "Dave"))
    cases = []
    with telling(mortal, ()):
        for path in PATHS.values():
            if IS_COMPLETE or path.mutation in HOT:
                calls = await steps_of(path, participants)
                cases += [Case(path, "delay", step) for step in telling_steps(calls)]
                cases.append(Case(path, "delay_answer", len(calls)))

    found = []
    for first in range(0, len(cases), AT_ONCE):
        # A system message would become the room's last message, and an edited message would have no preview to update.
        with telling(mortal, ()):
            found += await abandon(cases[first : first + AT_ONCE], participants)
    assert found == []


async def test_accounts_rooms_and_tokens_survive_a_kill(mortal: LocalBackend) -> None:
    (grace,) = await people(mortal, "Grace")
    room = await grace.create_room(name="Survivors", visibility="PRIVATE")
    sent = await grace.send(room, "last words")
    before = mortal.outputs.addresses

    mortal.kill()

    assert mortal.up().addresses == before, "the same API, pool and tables at the same addresses"
    assert await grace.history(room) == [sent]
    assert (await grace.me())["id"] == grace.id
    again = ChatUser.of(grace.account, await UserPool(mortal).sign_in(grace.account), mortal.outputs)
    assert (await again.in_my_rooms(room))["chatRoom"]["name"] == "Survivors"


async def test_listeners_are_disconnected_by_a_kill_and_catch_up_by_seq(mortal: LocalBackend) -> None:
    (grace,) = await people(mortal, "Grace")
    room = await grace.create_room()
    async with grace.realtime() as connection:
        mortal.kill()
        await asyncio.wait_for(connection.disconnected.wait(), PATIENCE_SECONDS)
    mortal.up()

    missed = await grace.send(room, "while you were away")
    async with grace.listening(room) as subscription:
        assert (await grace.messages(room, afterSeq=0))["items"] == [missed]
        live = await grace.send(room, "welcome back")
        assert (await subscription.next()).data["onMessageCreated"] == live


async def test_all_data_survives_down_and_up(mortal: LocalBackend) -> None:
    (grace,) = await people(mortal, "Grace")
    room = await grace.create_room()
    sent = [await grace.send(room, str(number)) for number in range(3)]
    before = mortal.outputs.addresses

    mortal.down()
    after = mortal.up()

    assert after.addresses == before, "the same API, pool and tables at the same addresses"
    assert await grace.history(room, afterSeq=0) == sent
    assert (await grace.send(room))["seq"] == 4
