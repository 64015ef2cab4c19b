"""Whatever the sender selected, subscribers get the whole event, once, a moment later."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.accounts import UserPool
from tests.helpers.chat import ChatUser
from tests.helpers.faults import FaultSwitch, fault
from tests.integration.arena import FIELDS, TYPES, called

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.helpers.chat import Row
from tests.integration.arena import Arena, Ears

FEW_SECONDS = 20
"""For the streams, on a machine that does other things beside; a second or two where it does not."""


def poor(call: str, type_: str) -> str:
    """A selection that has next to nothing."""
    return f"mutation {{ {call} {{ {'id' if type_ == 'Message' else 'chatRoomId'} }} }}"


def named(call: str, type_: str) -> str:
    """The canonical document of the first release."""
    fields = FIELDS[TYPES[type_]].removesuffix(" selectionComplete")
    return f"mutation {{ {call} {{ ...{type_}Fields }} }} fragment {type_}Fields on {type_} {{ {fields} }}"


@dataclass(frozen=True, slots=True)
class Careless:
    """Somebody who selects in a way of the own, and what others hear of it."""

    ears: Ears
    select: Callable[[str, str], str]

    async def do(self, user: ChatUser, call: str, type_: str, heard_by: str) -> tuple[Row, Row]:
        """Call a mutation; returns its answer and the only event that comes of it, which all listeners got."""
        before = time.monotonic()
        (answer,) = (await user.graphql.execute(self.select(call, type_))).values()
        heard = {field: events for field, events in (await self.ears.hear()).items() if events}
        assert time.monotonic() - before < FEW_SECONDS
        (event,) = heard.pop(heard_by)
        assert heard == {}
        assert event.pop("selectionComplete") is True
        return answer, event


@pytest.fixture(params=[poor, named])
async def careless(request: pytest.FixtureRequest, ears: Ears) -> Careless:
    """The functions on the streams have been started by then, which takes seconds."""
    await ears.hear()
    return Careless(ears, request.param)


async def test_messages_are_heard_whole(arena: Arena, careless: Careless) -> None:
    alice, bob, room = arena.alice, arena.bob, arena.room["id"]
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


async def test_a_moderators_deletion_is_heard_whole(arena: Arena, careless: Careless) -> None:
    message = await arena.bob.send(arena.room, "rude")
    await careless.ears.hear()
    call = called("deleteMessage", id=message["id"], reason="rude")
    _, deleted = await careless.do(arena.alice, call, "Message", "onMessageDeleted")
    assert deleted == await arena.bob.message(message["id"])
    assert deleted["deletedBy"] == arena.alice.id


async def test_reactions_are_heard_whole(arena: Arena, careless: Careless) -> None:
    message = await arena.alice.send(arena.room, "nice")
    await arena.alice.react(message)
    await careless.ears.hear()
    reaction = {"input": {"messageId": message["id"], "emoji": "👍"}}
    for field, heard_by, count in (
        ("createReaction", "onReactionAdded", 2),
        ("deleteReaction", "onReactionRemoved", 1),
    ):
        _, event = await careless.do(arena.bob, called(field, **reaction), "Reaction", heard_by)
        assert event.pop("createdAt")
        assert event == {
            "messageId": message["id"],
            "chatRoomId": arena.room["id"],
            "emoji": "👍",
            "userId": arena.bob.id,
            "displayName": "Bob",
            "count": count,
            "revision": (await arena.bob.message(message["id"]))["revision"],
        }


async def test_reactions_outside_of_the_message_are_heard_whole(arena: Arena, careless: Careless) -> None:
    message = await arena.alice.send(arena.room, "popular")
    table = arena.backend.table("messages")
    table.update_item(
        Key={"roomId": arena.room["id"], "seq": message["seq"]},
        UpdateExpression="ADD reactions :them",
        ExpressionAttributeValues={":them": {f"👍#{number}" for number in range(32)}},
    )
    await careless.ears.hear()
    reaction = {"input": {"messageId": message["id"], "emoji": "👍"}}
    for field, heard_by, count in (
        ("createReaction", "onReactionAdded", 33),
        ("deleteReaction", "onReactionRemoved", 32),
    ):
        _, event = await careless.do(arena.bob, called(field, **reaction), "Reaction", heard_by)
        assert (event["emoji"], event["userId"], event["count"]) == ("👍", arena.bob.id, count)


async def test_memberships_are_heard_whole(arena: Arena, careless: Careless) -> None:
    alice, room = arena.alice, arena.room["id"]
    guest = arena.mallory
    about: dict[str, Any] = {"chatRoomId": room, "userId": guest.id}
    await arena.alice.send(arena.room, "something to read")
    await careless.ears.hear()
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


async def test_typing_and_presence_are_heard_whole(arena: Arena, careless: Careless) -> None:
    bob, room = arena.bob, arena.room
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


async def test_moderators_without_a_membership_are_heard(arena: Arena, careless: Careless) -> None:
    pool = UserPool(arena.backend)
    account = await pool.sign_up("Mo")
    await pool.add_to_group(account, "Moderators")
    moderator = ChatUser.of(account, await pool.sign_in(account), arena.backend.outputs)
    room = arena.room["id"]
    for call, type_, heard_by in (
        (called("startTyping", chatRoomId=room), "TypingIndicator", "onTypingStarted"),
        (called("updatePresence", status="AWAY", chatRoomId=room), "UserPresence", "onUserPresenceChanged"),
    ):
        _, event = await careless.do(moderator, call, type_, heard_by)
        assert event["userId"] == moderator.id


@pytest.mark.parametrize("mode", ["refuse", "lose", "drop"])
async def test_a_reply_is_heard_whose_thread_could_not_be_counted(arena: Arena, careless: Careless, mode: str) -> None:
    alice, room = arena.alice, arena.room
    root = await alice.send(room, "a question")
    values = {"chatRoomId": room["id"], "replyToId": root["id"]}
    switch = FaultSwitch(arena.backend)
    await switch.arm(fault("Mutation.createMessage", "watch", containing="is counted"))
    await alice.run("createMessage", input={**values, "content": "is counted"})
    (watched,) = await switch.state()
    *_, count = enumerate(watched["calls"], start=1)
    assert count[1].startswith("UpdateItem")
    await switch.arm(fault("Mutation.createMessage", mode, count[0], containing="not counted"))
    await careless.ears.hear()

    call = called("createMessage", input={**values, "content": "not counted"})
    try:
        _, event = await careless.do(alice, call, "Message", "onMessageCreated")
    finally:
        (struck,) = await switch.arm()
    assert struck["struck"]
    assert event["content"] == "not counted"
    assert (event["threadId"], event["threadRoot"]["id"]) == (root["id"], root["id"])
