"""Subscribers receive the complete event, once, a moment later, even if the sender's selection is incomplete."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.accounts import UserPool
from tests.helpers.chat import ChatUser
from tests.helpers.faults import FaultSwitch, fault
from tests.integration.event_listener import FIELDS, TYPES, called

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.helpers.chat import Row
from tests.integration.event_listener import EventListener, PrivateRoom

FEW_SECONDS = 20
"""For deferred events on a busy machine; they take a second or two otherwise."""


def poor(call: str, type_: str) -> str:
    """Select nearly no fields."""
    return f"mutation {{ {call} {{ {'id' if type_ == 'Message' else 'chatRoomId'} }} }}"


def named(call: str, type_: str) -> str:
    """Return the canonical document of the first release."""
    fields = FIELDS[TYPES[type_]].removesuffix(" selectionComplete")
    return f"mutation {{ {call} {{ ...{type_}Fields }} }} fragment {type_}Fields on {type_} {{ {fields} }}"


@dataclass(frozen=True, slots=True)
class Careless:
    """A sender with an incomplete selection, and the events that others receive."""

    listener: EventListener
    select: Callable[[str, str], str]

    async def do(self, user: ChatUser, call: str, type_: str, heard_by: str) -> tuple[Row, Row]:
        """Call a mutation; return its response and its only event, which all listeners received."""
        before = time.monotonic()
        (answer,) = (await user.graphql.execute(self.select(call, type_))).values()
        heard = {field: events for field, events in (await self.listener.events()).items() if events}
        assert time.monotonic() - before < FEW_SECONDS
        (event,) = heard.pop(heard_by)
        assert heard == {}
        assert event.pop("selectionComplete") is True
        return answer, event


@pytest.fixture(params=[poor, named])
async def careless(request: pytest.FixtureRequest, listener: EventListener) -> Careless:
    """Wait until the functions on the streams have started, which takes seconds."""
    await listener.events()
    return Careless(listener, request.param)


async def test_message_events_are_complete(private_room: PrivateRoom, careless: Careless) -> None:
    alice, bob, room = private_room.alice, private_room.bob, private_room.room["id"]
    call = called("createMessage", input={"chatRoomId": room, "content": "hello"})
    _, created = await careless.do(alice, call, "Message", "onMessageCreated")
    assert created == await bob.message(created["id"])

    call = called("updateMessage", input={"id": created["id"], "content": "better"})
    _, updated = await careless.do(alice, call, "Message", "onMessageUpdated")
    assert (updated["content"], updated["revision"]) == ("better", 2)
    assert updated == await bob.message(created["id"])

    call = called("createMessage", input={"chatRoomId": room, "content": "yes", "replyToId": created["id"]})
    _, reply = await careless.do(alice, call, "Message", "onMessageCreated")
    root = await bob.message(created["id"])
    thread = reply.pop("threadRoot")
    assert thread == {name: root[name] for name in thread}
    assert (thread["replyCount"], thread["lastReplySeq"]) == (1, reply["seq"])
    assert {**reply, "threadRoot": None} == await bob.message(reply["id"])

    call = called("deleteMessage", id=created["id"])
    _, deleted = await careless.do(alice, call, "Message", "onMessageDeleted")
    assert deleted["content"] is None
    assert deleted == await bob.message(created["id"])


async def test_events_of_a_moderators_deletion_are_complete(private_room: PrivateRoom, careless: Careless) -> None:
    message = await private_room.bob.send(private_room.room, "rude")
    await careless.listener.events()
    call = called("deleteMessage", id=message["id"], reason="rude")
    _, deleted = await careless.do(private_room.alice, call, "Message", "onMessageDeleted")
    assert deleted == await private_room.bob.message(message["id"])
    assert deleted["deletedBy"] == private_room.alice.id


async def test_reaction_events_are_complete(private_room: PrivateRoom, careless: Careless) -> None:
    message = await private_room.alice.send(private_room.room, "nice")
    await private_room.alice.react(message)
    await careless.listener.events()
    reaction = {"input": {"messageId": message["id"], "emoji": "👍"}}
    for field, heard_by, count in (
        ("createReaction", "onReactionAdded", 2),
        ("deleteReaction", "onReactionRemoved", 1),
    ):
        _, event = await careless.do(private_room.bob, called(field, **reaction), "Reaction", heard_by)
        assert event.pop("createdAt")
        assert event == {
            "messageId": message["id"],
            "chatRoomId": private_room.room["id"],
            "emoji": "👍",
            "userId": private_room.bob.id,
            "displayName": "Bob",
            "count": count,
            "revision": (await private_room.bob.message(message["id"]))["revision"],
        }


async def test_events_of_reactions_outside_of_the_message_are_complete(
    private_room: PrivateRoom, careless: Careless
) -> None:
    message = await private_room.alice.send(private_room.room, "popular")
    table = private_room.backend.table("messages")
    table.update_item(
        Key={"roomId": private_room.room["id"], "seq": message["seq"]},
        UpdateExpression="ADD reactions :them",
        ExpressionAttributeValues={":them": {f"👍#{number}" for number in range(32)}},
    )
    await careless.listener.events()
    reaction = {"input": {"messageId": message["id"], "emoji": "👍"}}
    for field, heard_by, count in (
        ("createReaction", "onReactionAdded", 33),
        ("deleteReaction", "onReactionRemoved", 32),
    ):
        _, event = await careless.do(private_room.bob, called(field, **reaction), "Reaction", heard_by)
        assert (event["emoji"], event["userId"], event["count"]) == ("👍", private_room.bob.id, count)


async def test_membership_events_are_complete(private_room: PrivateRoom, careless: Careless) -> None:
    alice, room = private_room.alice, private_room.room["id"]
    guest = private_room.mallory
    about: dict[str, Any] = {"chatRoomId": room, "userId": guest.id}
    await private_room.alice.send(private_room.room, "something to read")
    await careless.listener.events()
    seq = (await alice.room(room))["lastSeq"]
    for user, call, state in (
        (alice, called("inviteToChatRoom", **about), "INVITED"),
        (guest, called("joinChatRoom", chatRoomId=room), "ACTIVE"),
        (guest, called("markRoomRead", chatRoomId=room, seq=seq + 2), "ACTIVE"),
        (alice, called("setMemberRole", **about, role="MODERATOR"), "ACTIVE"),
        (alice, called("muteMember", **about, seconds=60, reason="loud"), "ACTIVE"),
        (alice, called("unmuteMember", **about), "ACTIVE"),
        (alice, called("removeMember", **about, reason="rude"), "LEFT"),
        (alice, called("banMember", **about, reason="rude"), "BANNED"),
        (alice, called("unbanMember", **about), "LEFT"),
        (alice, called("inviteToChatRoom", **about), "INVITED"),
        (guest, called("leaveChatRoom", chatRoomId=room), "LEFT"),
    ):
        _, event = await careless.do(user, call, "Membership", "onMembershipChanged")
        members = (await alice.run("roomMembers", chatRoomId=room, state=state))["items"]
        assert event in members
        assert (event["userId"], event["state"]) == (guest.id, state)


async def test_typing_and_presence_events_are_complete(private_room: PrivateRoom, careless: Careless) -> None:
    bob, room = private_room.bob, private_room.room
    for field, heard_by in (("startTyping", "onTypingStarted"), ("stopTyping", "onTypingStopped")):
        call = called(field, chatRoomId=room["id"])
        _, event = await careless.do(bob, call, "TypingIndicator", heard_by)
        assert event.pop("expiresAt").endswith("Z")
        assert event == {"chatRoomId": room["id"], "userId": bob.id, "displayName": "Bob"}

    call = called("updatePresence", status="AWAY", chatRoomId=room["id"])
    _, event = await careless.do(bob, call, "UserPresence", "onUserPresenceChanged")
    assert event.pop("lastSeenAt").endswith("Z")
    assert event.pop("headSeq") > 0
    assert event == {"chatRoomId": room["id"], "userId": bob.id, "status": "AWAY"}


async def test_events_of_moderators_without_a_membership_are_delivered(
    private_room: PrivateRoom, careless: Careless
) -> None:
    pool = UserPool(private_room.backend)
    account = await pool.sign_up("Mo")
    await pool.add_to_group(account, "Moderators")
    moderator = ChatUser.of(account, await pool.sign_in(account), private_room.backend.outputs)
    room = private_room.room["id"]
    for call, type_, heard_by in (
        (called("startTyping", chatRoomId=room), "TypingIndicator", "onTypingStarted"),
        (called("updatePresence", status="AWAY", chatRoomId=room), "UserPresence", "onUserPresenceChanged"),
    ):
        _, event = await careless.do(moderator, call, type_, heard_by)
        assert event["userId"] == moderator.id


@pytest.mark.parametrize("mode", ["refuse", "lose", "drop"])
async def test_reply_is_delivered_if_its_thread_could_not_be_counted(
    private_room: PrivateRoom, careless: Careless, mode: str
) -> None:
    alice, room = private_room.alice, private_room.room
    root = await alice.send(room, "a question")
    values = {"chatRoomId": room["id"], "replyToId": root["id"]}
    switch = FaultSwitch(private_room.backend)
    await switch.arm(fault("Mutation.createMessage", "watch", containing="is counted"))
    await alice.run("createMessage", input={**values, "content": "is counted"})
    (watched,) = await switch.state()
    *_, count = enumerate(watched["calls"], start=1)
    assert count[1].startswith("UpdateItem")
    await switch.arm(fault("Mutation.createMessage", mode, count[0], containing="not counted"))
    await careless.listener.events()

    call = called("createMessage", input={**values, "content": "not counted"})
    try:
        _, event = await careless.do(alice, call, "Message", "onMessageCreated")
    finally:
        (struck,) = await switch.arm()
    assert struck["struck"]
    assert event["content"] == "not counted"
    assert (event["threadId"], event["threadRoot"]["id"]) == (root["id"], root["id"])
