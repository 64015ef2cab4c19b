"""A chat user: the API's operations as methods, called through the public endpoint with the user's token."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from chat_client import HeaderStyle, document
from chat_client.client import without_selection
from contract import fields
from tests.helpers.graphql_client import GraphQLClient
from tests.helpers.realtime_client import RealtimeClient, Subscription
from tests.helpers.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from chat_client.cognito import Tokens
    from tests.helpers.accounts import Account
    from tests.helpers.backend import Outputs

Row = dict[str, Any]

ROOM = fields.ROOM.selection(completeness=False)
MEMBERSHIP = fields.MEMBERSHIP.selection(completeness=False)
MESSAGE = fields.MESSAGE.selection(completeness=False)

ME = "query Me { me { id displayName groups createdAt } }"
GET_CHAT_ROOM = f"query GetChatRoom($id: ID!) {{ getChatRoom(id: $id) {{ {ROOM} }} }}"
LIST_CHAT_ROOMS = f"""query ListChatRooms($limit: Int, $nextToken: String) {{
  listChatRooms(limit: $limit, nextToken: $nextToken) {{ items {{ {ROOM} }} nextToken }} }}"""
MY_CHAT_ROOMS = f"""query MyChatRooms($limit: Int, $nextToken: String) {{
  myChatRooms(limit: $limit, nextToken: $nextToken) {{
    items {{
      chatRoom {{ {ROOM} }} membership {{ {MEMBERSHIP} }}
      lastMessage {{ seq type content authorId authorName createdAt }} unreadCount
    }}
    nextToken
  }} }}"""
MESSAGES_BY_ROOM = f"""query MessagesByRoom(
  $chatRoomId: ID!, $limit: Int, $nextToken: String, $beforeSeq: Int, $afterSeq: Int
) {{
  messagesByRoom(
    chatRoomId: $chatRoomId, limit: $limit, nextToken: $nextToken, beforeSeq: $beforeSeq, afterSeq: $afterSeq
  ) {{ items {{ {MESSAGE} }} settledSeq nextToken }} }}"""
CREATE_CHAT_ROOM = f"""mutation CreateChatRoom($input: CreateChatRoomInput!) {{
  createChatRoom(input: $input) {{ {ROOM} }} }}"""
JOIN_CHAT_ROOM = f"""mutation JoinChatRoom($chatRoomId: ID!) {{
  joinChatRoom(chatRoomId: $chatRoomId) {{ {MEMBERSHIP} selectionComplete }} }}"""
CREATE_MESSAGE = f"""mutation CreateMessage($input: CreateMessageInput!) {{
  createMessage(input: $input) {{ {MESSAGE} selectionComplete }} }}"""
UPDATE_MESSAGE = f"""mutation UpdateMessage($input: UpdateMessageInput!) {{
  updateMessage(input: $input) {{ {MESSAGE} selectionComplete }} }}"""
DELETE_MESSAGE = f"""mutation DeleteMessage($id: ID!, $reason: String) {{
  deleteMessage(id: $id, reason: $reason) {{ {MESSAGE} selectionComplete }} }}"""
GET_MESSAGE = f"query GetMessage($id: ID!) {{ getMessage(id: $id) {{ {MESSAGE} }} }}"
ON_MESSAGE_UPDATED = f"""subscription OnMessageUpdated($chatRoomId: ID!) {{
  onMessageUpdated(chatRoomId: $chatRoomId) {{ {MESSAGE} }} }}"""
ON_MESSAGE_DELETED = f"""subscription OnMessageDeleted($chatRoomId: ID!) {{
  onMessageDeleted(chatRoomId: $chatRoomId) {{ {MESSAGE} }} }}"""
ON_MESSAGE_CREATED = f"""subscription OnMessageCreated($chatRoomId: ID!) {{
  onMessageCreated(chatRoomId: $chatRoomId) {{ {MESSAGE} }} }}"""


@dataclass(frozen=True, slots=True)
class ChatUser:
    """A signed-in user. Every method raises ``OperationError`` if the response contains errors."""

    account: Account
    tokens: Tokens
    outputs: Outputs
    graphql: GraphQLClient

    @classmethod
    def of(cls, account: Account, tokens: Tokens, outputs: Outputs) -> ChatUser:
        """Return the user's client, which sends the ID token; Amplify sends the access token."""
        client = GraphQLClient(outputs["GraphQLURL"], {"Authorization": tokens.id_token}, timeout=PATIENCE_SECONDS)
        return cls(account, tokens, outputs, client)

    @property
    def headers(self) -> dict[str, str]:
        """Return the user's authorization headers."""
        return {"Authorization": self.tokens.id_token}

    @property
    def id(self) -> str:
        """Return the user's id."""
        return self.account.sub

    async def run(self, field: str, **variables: object) -> Any:  # noqa: ANN401 - whatever the field answers
        """Run a query or mutation with its canonical document and return the field's value."""
        answer = (await self.graphql.execute(document(field), variables))[field]
        return without_selection(answer) if isinstance(answer, dict) else answer

    async def refusal(self, field: str, **variables: object) -> str | None:
        """Run a query or mutation that should be refused; return the type of its error, or None if it succeeded.

        Raises:
            AssertionError: the response contains several errors, or data in addition to the error.
        """
        answer = await self.graphql.attempt(document(field), variables)
        if not answer.errors:
            return None
        assert (len(answer.errors), answer.data) == (1, {field: None}), answer.body
        return answer.errors[0].type

    async def me(self) -> Row:
        """Return the user's own profile."""
        row: Row = (await self.graphql.execute(ME))["me"]
        return row

    async def create_room(self, **room: object) -> Row:
        """Create a room: public and with a unique name by default."""
        wanted = {"name": f"Room {uuid4()}", **room}
        row: Row = (await self.graphql.execute(CREATE_CHAT_ROOM, {"input": wanted}))["createChatRoom"]
        return row

    async def join(self, room: Row) -> Row:
        """Join a public room; return the membership."""
        row: Row = (await self.graphql.execute(JOIN_CHAT_ROOM, {"chatRoomId": room["id"]}))["joinChatRoom"]
        return without_selection(row)

    async def room(self, room_id: str) -> Row:
        """Return one room."""
        row: Row = (await self.graphql.execute(GET_CHAT_ROOM, {"id": room_id}))["getChatRoom"]
        return row

    async def public_rooms(self, **page: object) -> Row:
        """Return a page of public rooms: items and nextToken."""
        row: Row = (await self.graphql.execute(LIST_CHAT_ROOMS, page))["listChatRooms"]
        return row

    async def my_rooms(self, **page: object) -> Row:
        """Return a page of the user's rooms: items and nextToken."""
        row: Row = (await self.graphql.execute(MY_CHAT_ROOMS, page))["myChatRooms"]
        return row

    async def in_my_rooms(self, room: Row) -> Row:
        """Return the entry of one room in the list of the user's rooms.

        Raises:
            AssertionError: the room is not in the list.
        """
        token = None
        while True:
            page = await self.my_rooms(limit=100, nextToken=token)
            for entry in page["items"]:
                if entry["chatRoom"]["id"] == room["id"]:
                    found: Row = entry
                    return found
            token = page["nextToken"]
            if token is None:
                break
        raise AssertionError(f"{room['id']} is not in {self.account.username}'s rooms")

    async def send(self, room: Row, content: str = "Hello", **more: object) -> Row:
        """Send a message."""
        message = {"chatRoomId": room["id"], "content": content, **more}
        row: Row = (await self.graphql.execute(CREATE_MESSAGE, {"input": message}))["createMessage"]
        return without_selection(row)

    async def edit(self, message: Row, content: str, **more: object) -> Row:
        """Edit a message."""
        values = {"id": message["id"], "content": content, **more}
        row: Row = (await self.graphql.execute(UPDATE_MESSAGE, {"input": values}))["updateMessage"]
        return without_selection(row)

    async def delete(self, message: Row, **reason: object) -> Row:
        """Delete a message; return its tombstone."""
        row: Row = (await self.graphql.execute(DELETE_MESSAGE, {"id": message["id"], **reason}))["deleteMessage"]
        return without_selection(row)

    async def message(self, message_id: str) -> Row:
        """Return one message."""
        row: Row = (await self.graphql.execute(GET_MESSAGE, {"id": message_id}))["getMessage"]
        return row

    async def react(self, message: Row, emoji: str = "👍") -> Row:
        """React to a message."""
        row: Row = await self.run("createReaction", input={"messageId": message["id"], "emoji": emoji})
        return row

    async def unreact(self, message: Row, emoji: str = "👍") -> Row:
        """Remove a reaction."""
        row: Row = await self.run("deleteReaction", input={"messageId": message["id"], "emoji": emoji})
        return row

    async def reactions(self, message: Row, **page: object) -> Row:
        """Return a page of a message's reactions: items and nextToken."""
        row: Row = await self.run("reactionsByMessage", messageId=message["id"], **page)
        return row

    async def mark_read(self, room: Row, seq: int) -> Row:
        """Mark a room as read up to a message; return the membership."""
        row: Row = await self.run("markRoomRead", chatRoomId=room["id"], seq=seq)
        return row

    async def be(self, status: str, room: Row | None = None) -> Row:
        """Set the user's presence, and the room in view."""
        row: Row = await self.run("updatePresence", status=status, chatRoomId=room["id"] if room else None)
        return row

    async def messages(self, room: Row, **window: object) -> Row:
        """Return a page of messages: items and nextToken."""
        variables = {"chatRoomId": room["id"], **window}
        row: Row = (await self.graphql.execute(MESSAGES_BY_ROOM, variables))["messagesByRoom"]
        return row

    async def history(self, room: Row, **window: object) -> list[Row]:
        """Return the messages of all pages, in the order of the pages."""
        page = await self.messages(room, **window)
        rows: list[Row] = list(page["items"])
        while page["nextToken"]:
            page = await self.messages(room, **window, nextToken=page["nextToken"])
            rows += page["items"]
        return rows

    def realtime(self, style: HeaderStyle = "subprotocol") -> RealtimeClient:
        """Return a connection of the user, to be used with ``async with``."""
        return RealtimeClient(
            self.outputs["RealtimeURL"], self.graphql.authorization, style=style, timeout=PATIENCE_SECONDS
        )

    @asynccontextmanager
    async def listening(self, room: Row, field: str = "onMessageCreated") -> AsyncIterator[Subscription]:
        """Subscribe to new messages of a room, or to other events of the room, for the duration of the block."""
        async with self.realtime() as connection:
            yield await connection.subscribe(document(field), {"chatRoomId": room["id"]})
