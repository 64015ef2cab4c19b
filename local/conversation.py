"""The demo conversation of Alice and Bob, through public APIs: Cognito, GraphQL over HTTP and WebSocket."""

from __future__ import annotations

import asyncio
import time
import uuid
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from chat_client import ChatClientError, document
from local.demo.person import Person, RefusedError, cognito_client, explained, token_of
from local.demo.users import NAMES
from local.errors import LocalAwsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from chat_client import Subscription

_ROOM = "Welcome"
_SECONDS = 60
_MESSAGE = "{ id chatRoomId seq type content authorId authorName clientMessageId createdAt }"
_LINES = (
    ("alice", "Hello Bob, can you hear me?"),
    ("bob", "Loud and clear. That was quick!"),
    ("alice", "Everything between us is on this machine."),
)


def converse(outputs: dict[str, Any], *, say: Callable[[str], None]) -> None:
    """Sign both users in, run the conversation and print it.

    The conversation runs once: lines that are in the room already are not sent again; lines that an interrupted run did
    not send are sent.

    Raises:
        LocalAwsError: an operation was refused, or a message did not arrive in time.
    """
    cognito = cognito_client(outputs)
    people = {}
    for name in NAMES:
        begun = time.perf_counter()
        token = token_of(cognito, outputs, outputs["Users"][name])
        people[name] = Person(name, token, outputs)
        say(f"{name.capitalize():>7} signed in ({_milliseconds(begun)}).")
    try:
        asyncio.run(_converse(people["alice"], people["bob"], say))
    except (TimeoutError, OSError, ChatClientError) as error:
        message = f"The conversation failed: {error or 'no message arrived in time'}"
        raise LocalAwsError(message) from error


async def _converse(alice: Person, bob: Person, say: Callable[[str], None]) -> None:
    rooms = await _rooms(alice)
    missing = await _not_said_yet(alice, rooms, say) if rooms else list(range(len(_LINES)))
    if missing:
        try:
            await _talk(alice, bob, missing, say)
        except RefusedError as error:
            if not rooms:
                raise
            # A user has left or archived the room, or removed Bob. This is not an error of the backend.
            say(f'{"":>7} They cannot continue their conversation in "{_ROOM}". {error}')


async def _not_said_yet(alice: Person, rooms: list[dict[str, Any]], say: Callable[[str], None]) -> list[int]:
    """Return the indexes of the lines to send; if there is nothing to send, report it and return none."""
    room = rooms[0]
    query = (
        "query ($chatRoomId: ID!) { messagesByRoom(chatRoomId: $chatRoomId, afterSeq: 0, limit: 100) "
        "{ items { type content clientMessageId } nextToken } }"
    )
    page = await alice.ask(query, {"chatRoomId": room["id"]})
    ids = {message["clientMessageId"] for message in page["items"]}
    contents = {message["content"] for message in page["items"]}  # identifies lines that earlier versions sent
    missing = [
        number
        for number, (_name, content) in enumerate(_LINES)
        if _client_message_id(room["id"], number) not in ids and content not in contents
    ]
    if missing and not page["nextToken"] and room["archivedAt"] is None:
        return missing
    count = sum(message["type"] not in {"SYSTEM", "VOID"} for message in page["items"])
    many = f"{'more than ' if page['nextToken'] else ''}{count} message{'' if count == 1 else 's'}"
    say(f'{"":>7} Alice and Bob have already talked: {many} in "{_ROOM}".')
    return []


async def _talk(alice: Person, bob: Person, numbers: list[int], say: Callable[[str], None]) -> None:
    """Send the lines with these indexes."""
    room = await meet(alice, bob, say=say)
    variables = {"chatRoomId": room["id"]}
    query = f"subscription ($chatRoomId: ID!) {{ onMessageCreated(chatRoomId: $chatRoomId) {_MESSAGE} }}"
    people = {"alice": alice, "bob": bob}
    async with AsyncExitStack() as connections:
        heard_by = {}
        for name, person in people.items():
            with explained(name):
                realtime = await connections.enter_async_context(person.realtime())
                heard_by[name] = await realtime.subscribe(query, variables)
        for number in numbers:
            name, content = _LINES[number]
            listener = "bob" if name == "alice" else "alice"
            sent_as = _client_message_id(room["id"], number)
            begun = time.perf_counter()
            arriving = asyncio.create_task(_arrival(heard_by[listener], sent_as))
            await _send(people[name], room["id"], content, sent_as)
            sent = _milliseconds(begun)
            message = await arriving
            heard = f"{listener.capitalize()} heard it after {_milliseconds(begun)}"
            say(f"{name.capitalize():>7}: {message['content']}   (#{message['seq']}, sent in {sent}; {heard})")
            await _arrival(heard_by[name], sent_as)  # the sender also receives its own message


async def _arrival(subscription: Subscription, client_message_id: str) -> dict[str, Any]:
    """Wait for one message; skip other events, such as the system message about Bob joining."""
    async with asyncio.timeout(_SECONDS):
        while True:
            (delivered,) = (await subscription.next()).data.values()
            if delivered["clientMessageId"] == client_message_id:
                found: dict[str, Any] = delivered
                return found


async def meet(alice: Person, bob: Person, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Return ``{"id", "name"}`` of a room with both users; create and join it if necessary.

    Raises:
        LocalAwsError: an operation was refused.
    """
    room = await _room(alice, say)
    await bob.ask(document("joinChatRoom"), {"chatRoomId": room["id"]})
    say(f'{"Bob":>7} is in "{room["name"]}".')
    return room


async def _room(alice: Person, say: Callable[[str], None]) -> dict[str, Any]:
    for known in await _rooms(alice):
        if known["archivedAt"] is None:
            say(f'{"Alice":>7} joined "{_ROOM}" again.')
            return known
    query = "mutation ($input: CreateChatRoomInput!) { createChatRoom(input: $input) { id name } }"
    room: dict[str, Any] = await alice.ask(query, {"input": {"name": _ROOM, "visibility": "PUBLIC"}})
    say(f'{"Alice":>7} created the room "{_ROOM}".')
    return room


async def _rooms(alice: Person) -> list[dict[str, Any]]:
    """Return Alice's rooms with this name, archived rooms last."""
    query = (
        "query ($nextToken: String) { myChatRooms(limit: 100, nextToken: $nextToken) "
        "{ items { chatRoom { id name archivedAt } } nextToken } }"
    )
    found: list[dict[str, Any]] = []
    token = None
    while True:
        page = await alice.ask(query, {"nextToken": token})
        found += [entry["chatRoom"] for entry in page["items"] if entry["chatRoom"]["name"] == _ROOM]
        token = page["nextToken"]
        if token is None:
            return sorted(found, key=lambda room: room["archivedAt"] is not None)


async def _send(person: Person, room_id: str, content: str, client_message_id: str) -> None:
    message = {"chatRoomId": room_id, "content": content, "clientMessageId": client_message_id}
    await person.ask(document("createMessage"), {"input": message})


def _client_message_id(room_id: str, number: int) -> str:
    """Return a deterministic id for a line in a room, so that the line is not sent twice."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{room_id}/{number}"))


def _milliseconds(begun: float) -> str:
    return f"{(time.perf_counter() - begun) * 1000:.0f} ms"
