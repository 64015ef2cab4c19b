"""The demo conversation takes place once: the next `up` does not repeat it, and completes it after an interruption."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from local import conversation as module
from local.conversation import converse, meet
from local.demo.person import Person, sign_in

if TYPE_CHECKING:
    from tests.helpers.accounts import UserPool
    from tests.helpers.backend import Outputs

LINES = [content for _name, content in module._LINES]  # noqa: SLF001 - what is to be said


class InterruptedTalkError(Exception):
    """An interruption like Ctrl-C, which would also end the tests."""


@pytest.fixture
async def people(pool: UserPool, outputs: Outputs) -> dict[str, Any]:
    """Return the outputs of a backend without demo users."""
    users = {}
    for name in ("alice", "bob"):
        account = await pool.sign_up(name.capitalize())
        users[name] = {"username": account.username, "password": account.password, "email": account.username}
    return {**outputs.values, "Users": users}


async def talk(people: dict[str, Any]) -> list[str]:
    """Run the conversation; return its output."""
    said: list[str] = []
    await asyncio.to_thread(converse, people, say=said.append)
    return said


async def room_of(alice: Person) -> dict[str, Any]:
    (room,) = await module._rooms(alice)  # noqa: SLF001
    return room


async def contents(alice: Person) -> list[str]:
    """Return the contents of all messages in the room, in order."""
    query = "query ($room: ID!) { messagesByRoom(chatRoomId: $room, afterSeq: 0) { items { type content } } }"
    page = await alice.ask(query, {"room": (await room_of(alice))["id"]})
    return [message["content"] for message in page["items"] if message["type"] == "TEXT"]


async def test_conversation_is_not_repeated(people: dict[str, Any]) -> None:
    first, second = await talk(people), await talk(people)

    assert all(any(line in shown for shown in first) for line in LINES)
    assert 'Alice and Bob have already talked: 3 messages in "Welcome".' in second[-1]
    assert not any(line in shown for line in LINES for shown in second)
    assert await contents(sign_in(people, "alice")) == LINES


@pytest.mark.parametrize("count", range(3))
@pytest.mark.parametrize("is_sent", [True, False], ids=["sent", "not sent"])
async def test_interrupted_conversation_is_completed(
    count: int, is_sent: bool, people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    send, sent = module._send, 0  # noqa: SLF001

    async def interrupted(*arguments: Any) -> None:  # noqa: ANN401
        nonlocal sent
        if sent == count and not is_sent:
            raise InterruptedTalkError
        await send(*arguments)
        sent += 1
        if sent == count + 1:
            raise InterruptedTalkError

    monkeypatch.setattr(module, "_send", interrupted)
    with pytest.raises(InterruptedTalkError):
        await talk(people)
    monkeypatch.undo()

    shown = "\n".join(await talk(people))

    assert await contents(sign_in(people, "alice")) == LINES
    assert [line in shown for line in LINES] == [number >= count + is_sent for number in range(3)]


async def test_same_line_is_one_message_however_often_it_is_sent(people: dict[str, Any]) -> None:
    alice, bob = sign_in(people, "alice"), sign_in(people, "bob")
    room = await meet(alice, bob, say=print)
    for _time in range(2):
        await module._send(alice, room["id"], LINES[0], module._client_message_id(room["id"], 0))  # noqa: SLF001
    assert await contents(alice) == LINES[:1]


async def test_lines_of_an_earlier_version_are_recognized_by_their_content(people: dict[str, Any]) -> None:
    alice, bob = sign_in(people, "alice"), sign_in(people, "bob")
    room = await meet(alice, bob, say=print)
    for number, line in enumerate(LINES):
        await module._send(alice, room["id"], line, f"something-else-{number}")  # noqa: SLF001
    await talk(people)
    assert await contents(alice) == LINES


async def test_later_actions_in_the_room_do_not_break_up(people: dict[str, Any]) -> None:
    """Bob is removed before the end of the conversation: this is reported, and `up` continues."""
    alice, bob = sign_in(people, "alice"), sign_in(people, "bob")
    room = await meet(alice, bob, say=print)
    bob_id = (await bob.ask("query { me { id } }"))["id"]
    ban = 'mutation ($room: ID!, $user: ID!) { banMember(chatRoomId: $room, userId: $user, reason: "Out.") { state } }'
    await alice.ask(ban, {"room": room["id"], "user": bob_id})

    shown = await talk(people)

    assert "cannot continue their conversation" in shown[-1]
    assert "The request of Bob was rejected" in shown[-1]
