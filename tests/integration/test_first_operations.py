"""The operations of the first release, with their original names and documents.

These documents select few fields and use only the arguments of that release; new arguments must be optional.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chat_client import SubscriptionError

if TYPE_CHECKING:
    from tests.helpers.chat import ChatUser, Row

CREATE_CHAT_ROOM = """mutation CreateChatRoom($input: CreateChatRoomInput!) {
  createChatRoom(input: $input) { id name description } }"""
CREATE_MESSAGE = """mutation CreateMessage($input: CreateMessageInput!) {
  createMessage(input: $input) { id chatRoomId content authorName createdAt } }"""
CREATE_REACTION = """mutation CreateReaction($input: CreateReactionInput!) {
  createReaction(input: $input) { messageId chatRoomId emoji userId } }"""
START_TYPING = (
    """mutation StartTyping($chatRoomId: ID!) { startTyping(chatRoomId: $chatRoomId) { chatRoomId userId } }"""
)
UPDATE_PRESENCE = """mutation UpdatePresence($status: PresenceStatus!) {
  updatePresence(status: $status) { userId status lastSeenAt } }"""
LIST_CHAT_ROOMS = "query ListChatRooms { listChatRooms { items { id name } } }"
GET_CHAT_ROOM = "query GetChatRoom($id: ID!) { getChatRoom(id: $id) { id name description } }"
MESSAGES_BY_ROOM = """query MessagesByRoom($chatRoomId: ID!) {
  messagesByRoom(chatRoomId: $chatRoomId) { items { id content authorName createdAt } } }"""
GET_USER_PRESENCE = "query GetUserPresence($id: ID!) { getUserPresence(id: $id) { userId status } }"
ON_MESSAGE_CREATED = """subscription OnMessageCreated($chatRoomId: ID!) {
  onMessageCreated(chatRoomId: $chatRoomId) { id content authorName createdAt } }"""
ON_TYPING_STARTED = """subscription OnTypingStarted($chatRoomId: ID!) {
  onTypingStarted(chatRoomId: $chatRoomId) { userId } }"""
ON_REACTION_ADDED = """subscription OnReactionAdded($messageId: ID!) {
  onReactionAdded(messageId: $messageId) { emoji userId } }"""
ON_PRESENCE_CHANGED = """subscription OnUserPresenceChanged($chatRoomId: ID) {
  onUserPresenceChanged(chatRoomId: $chatRoomId) { userId status } }"""
ON_PRESENCE_OF_EVERYBODY = "subscription OnUserPresenceChanged { onUserPresenceChanged { userId status } }"


async def answer(user: ChatUser, document: str, **variables: Any) -> Any:  # noqa: ANN401 - whatever the field answers
    """Return the value of the only field of a document."""
    (value,) = (await user.graphql.execute(document, variables)).values()
    return value


async def test_room_is_created_found_and_listed(alice: ChatUser, bob: ChatUser) -> None:
    wanted = {"name": "General Chat", "description": "General discussion room"}

    room = await answer(alice, CREATE_CHAT_ROOM, input=wanted)

    assert {"name": room["name"], "description": room["description"]} == wanted
    assert await answer(bob, GET_CHAT_ROOM, id=room["id"]) == room
    assert room["id"] in [item["id"] for item in (await answer(bob, LIST_CHAT_ROOMS))["items"]]


async def test_message_is_sent_delivered_and_read(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    async with bob.realtime() as connection:
        messages = await connection.subscribe(ON_MESSAGE_CREATED, {"chatRoomId": shared_room["id"]})
        sent = await answer(alice, CREATE_MESSAGE, input={"chatRoomId": shared_room["id"], "content": "Hello"})
        heard = (await messages.next(30)).data["onMessageCreated"]

    read = (await answer(bob, MESSAGES_BY_ROOM, chatRoomId=shared_room["id"]))["items"]
    assert read == [heard]
    assert heard == {name: sent[name] for name in heard}


async def test_reaction_is_added_and_delivered(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    message = await alice.send(shared_room)
    async with alice.realtime() as connection:
        reactions = await connection.subscribe(ON_REACTION_ADDED, {"messageId": message["id"]})
        given = await answer(bob, CREATE_REACTION, input={"messageId": message["id"], "emoji": "👍"})

        assert (await reactions.next(30)).data == {"onReactionAdded": {"emoji": "👍", "userId": bob.id}}
    assert given["messageId"] == message["id"]


async def test_typing_is_published_and_delivered(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    async with alice.realtime() as connection:
        typing = await connection.subscribe(ON_TYPING_STARTED, {"chatRoomId": shared_room["id"]})
        await answer(bob, START_TYPING, chatRoomId=shared_room["id"])

        assert (await typing.next(30)).data == {"onTypingStarted": {"userId": bob.id}}


async def test_presence_is_set_and_read(bob: ChatUser, alice: ChatUser) -> None:
    told = await answer(bob, UPDATE_PRESENCE, status="AWAY")

    assert (told["userId"], told["status"]) == (bob.id, "AWAY")
    assert await answer(alice, GET_USER_PRESENCE, id=bob.id) == {"userId": bob.id, "status": "AWAY"}


async def test_presence_is_delivered_by_room_only(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    async with alice.realtime() as connection:
        presences = await connection.subscribe(ON_PRESENCE_CHANGED, {"chatRoomId": shared_room["id"]})
        with pytest.raises(SubscriptionError) as refused:
            await connection.subscribe(ON_PRESENCE_OF_EVERYBODY)
        await bob.be("BUSY", shared_room)

        assert (await presences.next(30)).data == {"onUserPresenceChanged": {"userId": bob.id, "status": "BUSY"}}
    assert refused.value.types == ["ValidationError"]
    assert "chatRoomId" in refused.value.errors[0].message
