"""Two people of the chat, as any client would be: public Cognito operations, GraphQL over HTTP, WebSocket."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import TYPE_CHECKING, Any

from local.demo.operations import document
from local.demo.person import Person, cognito_client, token_of
from local.demo.realtime import Realtime, opened
from local.demo.users import NAMES
from local.errors import LocalBackendError

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOM = "Welcome"
_SECONDS = 60
_MESSAGE = "{ id chatRoomId seq type content authorId authorName clientMessageId createdAt }"
_LINES = (
    ("alice", "Hello Bob, can you hear me?"),
    ("bob", "Loud and clear. That was quick!"),
    ("alice", "Everything between us is on this machine."),
)


def converse(outputs: dict[str, Any], *, say: Callable[[str], None]) -> None:
    """Let the two sign in, meet in a room and talk; print it.

    Raises:
        LocalBackendError: anything was refused, or did not arrive in time.
    """
    cognito = cognito_client(outputs)
    people = {}
    for name in NAMES:
        begun = time.perf_counter()
        token = token_of(cognito, outputs, outputs["Users"][name])
        people[name] = Person(name, token, outputs["GraphQLURL"], outputs["RealtimeURL"])
        say(f"{name.capitalize():>7} signed in ({_milliseconds(begun)}).")
    try:
        asyncio.run(_converse(people["alice"], people["bob"], say))
    except (TimeoutError, OSError) as error:
        message = f"The conversation broke off: {error or 'nothing arrived in time'}"
        raise LocalBackendError(message) from error


async def _converse(alice: Person, bob: Person, say: Callable[[str], None]) -> None:
    room = await meet(alice, bob, say=say)
    variables = {"chatRoomId": room["id"]}
    query = f"subscription ($chatRoomId: ID!) {{ onMessageCreated(chatRoomId: $chatRoomId) {_MESSAGE} }}"
    async with opened(alice) as at_alice, opened(bob) as at_bob:
        heard_by = {"alice": at_alice, "bob": at_bob}
        for realtime in heard_by.values():
            await realtime.subscribe(query, variables)
        people = {"alice": alice, "bob": bob}
        for name, content in _LINES:
            listener = "bob" if name == "alice" else "alice"
            begun = time.perf_counter()
            arriving = asyncio.create_task(_next_message(heard_by[listener]))
            await _send(people[name], room["id"], content)
            sent = _milliseconds(begun)
            message = await arriving
            heard = f"{listener.capitalize()} heard it after {_milliseconds(begun)}"
            say(f"{name.capitalize():>7}: {message['content']}   (#{message['seq']}, sent in {sent}; {heard})")
            await _next_message(heard_by[name])  # the sender is subscribed too


async def _next_message(realtime: Realtime) -> dict[str, Any]:
    async with asyncio.timeout(_SECONDS):
        _, payload = await realtime.event()
    if payload is None:
        message = "The subscription was ended."
        raise LocalBackendError(message)
    (delivered,) = payload["data"].values()
    found: dict[str, Any] = delivered
    return found


async def meet(alice: Person, bob: Person, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Return ``{"id", "name"}`` of the room in which both are, made and joined where that is new.

    Raises:
        LocalBackendError: anything was refused.
    """
    room = await _room(alice, say)
    await bob.ask(document("joinChatRoom"), {"chatRoomId": room["id"]})
    say(f'{"Bob":>7} is in "{room["name"]}".')
    return room


async def _room(alice: Person, say: Callable[[str], None]) -> dict[str, Any]:
    page = await alice.ask("query { myChatRooms(limit: 100) { items { chatRoom { id name } } } }", {})
    for entry in page["items"]:
        if entry["chatRoom"]["name"] == _ROOM:
            say(f'{"Alice":>7} is back in "{_ROOM}".')
            known: dict[str, Any] = entry["chatRoom"]
            return known
    query = "mutation ($input: CreateChatRoomInput!) { createChatRoom(input: $input) { id name } }"
    room: dict[str, Any] = await alice.ask(query, {"input": {"name": _ROOM, "visibility": "PUBLIC"}})
    say(f'{"Alice":>7} made the room "{_ROOM}".')
    return room


async def _send(person: Person, room_id: str, content: str) -> None:
    message = {"chatRoomId": room_id, "content": content, "clientMessageId": str(uuid.uuid4())}
    await person.ask(document("createMessage"), {"input": message})


def _milliseconds(begun: float) -> str:
    return f"{(time.perf_counter() - begun) * 1000:.0f} ms"
