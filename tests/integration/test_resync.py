"""Snapshot, events and gap filling yield the same state as a new snapshot, whatever was lost in between."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_client import OperationError
from tests.helpers.resync import SteppedView
from tests.helpers.system_messages import telling
from tests.helpers.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import NewUser
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

EMOJI = ("👍", "❤️", "🎉")
HISTORIES = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 1)),
        st.tuples(st.just("reply"), st.integers(0, 9)),
        st.tuples(st.just("edit"), st.integers(0, 9)),
        st.tuples(st.just("delete"), st.integers(0, 9)),
        st.tuples(st.just("react"), st.integers(0, 29)),
        st.tuples(st.just("unreact"), st.integers(0, 29)),
        st.tuples(st.just("hide"), st.integers(0, 5)),
        st.tuples(st.just("disconnect"), st.just(0)),
        st.tuples(st.just("connect"), st.just(0)),
        st.tuples(st.just("lose"), st.just(0)),
        st.tuples(st.just("come_or_go"), st.just(0)),
        st.tuples(st.just("rename"), st.integers(0, 9)),
        st.tuples(st.just("take"), st.just(0)),
    ),
    min_size=8,
    max_size=20,
)
CARELESS = (
    'mutation { createMessage(input: { chatRoomId: "ROOM", content: "hidden" }) { id chatRoomId } }',
    'mutation { createMessage(input: { chatRoomId: "ROOM", content: "hidden" }) { id } }',
    'mutation { updateMessage(input: { id: "MESSAGE", content: "hidden" }) { id chatRoomId } }',
    'mutation { updateMessage(input: { id: "MESSAGE", content: "hidden" }) { chatRoomId } }',
    'mutation { deleteMessage(id: "MESSAGE") { chatRoomId content } }',
    'mutation { createReaction(input: { messageId: "MESSAGE", emoji: "👻" }) { messageId chatRoomId } }',
)
"""Selections of a sender who wants to hide an event from others."""


class Room:
    """A room with two users who write, and a separate view of the second user."""

    def __init__(self, alice: ChatUser, bob: ChatUser, room: Row, *, guest: ChatUser | None = None) -> None:
        self.people = (alice, bob)
        self.guest = guest
        self.is_guest_there = False
        self.room = room
        self.view = SteppedView(bob, room)
        self.is_connected = False
        self._messages: list[Row] = []

    async def step(self, action: str, number: int) -> None:
        """Perform an action; ignore the errors of the API."""
        with suppress(OperationError):
            await getattr(self, f"_{action}")(number)

    async def settle(self) -> None:
        """Wait for all pending events, after a last message that reveals all losses."""
        await self._connect(0)
        await self._send(0)
        await self.view.take_events()
        assert self._messages[-1]["seq"] in self.view.messages

    async def fresh(self) -> list[Row]:
        """Return the messages that a new client shows."""
        return await self.people[1].history(self.room, afterSeq=self.view.floor)

    async def _send(self, number: int) -> None:
        self._messages.append(await self.people[number].send(self.room, "hello"))

    async def _reply(self, number: int) -> None:
        if self._messages:
            self._messages.append(await self.people[0].send(self.room, "reply", replyToId=self._chosen(number)["id"]))

    async def _edit(self, number: int) -> None:
        if self._messages:
            message = self._chosen(number)
            await self._author(message).edit(message, f"edit {number}")

    async def _delete(self, number: int) -> None:
        if self._messages:
            await self.people[0].delete(self._chosen(number))

    async def _react(self, number: int) -> None:
        if self._messages:
            await self.people[number % 2].react(self._chosen(number // 3), EMOJI[number % 3])

    async def _unreact(self, number: int) -> None:
        if self._messages:
            await self.people[number % 2].unreact(self._chosen(number // 3), EMOJI[number % 3])

    async def _hide(self, number: int) -> None:
        """Call a mutation with a selection that would hide its event from others."""
        if not self._messages:
            return
        message = self._chosen(number)
        text = CARELESS[number].replace("ROOM", self.room["id"]).replace("MESSAGE", message["id"])
        await self._author(message).graphql.execute(text)

    async def _connect(self, _: int) -> None:
        if not self.is_connected:
            await self.view.connect()
            self.is_connected = True

    async def _disconnect(self, _: int) -> None:
        if self.is_connected:
            await self.view.disconnect()
            self.is_connected = False

    async def _lose(self, _: int) -> None:
        """Drop the event of a new message; the next message reveals the gap."""
        if self.is_connected:
            await self._send(0)
            await self.view.lose("onMessageCreated")

    async def _come_or_go(self, _: int) -> None:
        """Let a guest join or leave; the system message follows a moment later."""
        if self.guest is not None:
            await self.guest.run("leaveChatRoom" if self.is_guest_there else "joinChatRoom", chatRoomId=self.room["id"])
            self.is_guest_there = not self.is_guest_there

    async def _rename(self, number: int) -> None:
        await self.people[0].run("updateChatRoom", input={"id": self.room["id"], "name": f"Name {number}"})

    async def _take(self, _: int) -> None:
        await self.view.take_events()

    def _chosen(self, number: int) -> Row:
        return self._messages[number % len(self._messages)]

    def _author(self, message: Row) -> ChatUser:
        return next(person for person in self.people if person.id == message["authorId"])


@pytest.fixture
def told(backend: LocalBackend) -> Iterator[None]:
    """Enable system messages about joins, leaves and names."""
    with telling(backend):
        yield


@pytest.fixture(scope="session")
async def guest(new_user: NewUser) -> ChatUser:
    """Return a user who joins and leaves."""
    return await new_user("Grace")


@HISTORIES
@given(steps=STEPS)
@pytest.mark.usefixtures("told")
async def test_what_is_shown_is_what_a_fresh_client_shows(
    alice: ChatUser, bob: ChatUser, guest: ChatUser, steps: list[tuple[str, int]]
) -> None:
    room = await alice.create_room()
    await bob.join(room)
    history = Room(alice, bob, room, guest=guest)
    try:
        for action, number in [("connect", 0), ("send", 0), *steps]:
            await history.step(action, number)
        await history.settle()
        await is_up_to_date(history)
    finally:
        await history.view.disconnect()


async def is_up_to_date(history: Room) -> None:
    """Apply all events, and compare with a new client; system messages may still arrive."""

    async def is_equal() -> bool:
        await history.view.take_events()
        return history.view.shown() == await history.fresh()

    try:
        await eventually(is_equal, every=0.2)
    except AssertionError:  # show the difference
        assert history.view.shown() == await history.fresh()


@settings(HISTORIES, max_examples=5)
@given(keys=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 5)), min_size=2, max_size=14))
async def test_all_members_read_the_same_order_with_every_message_once(
    alice: ChatUser, bob: ChatUser, keys: list[tuple[int, int]]
) -> None:
    people, room = (alice, bob), await alice.create_room()
    await bob.join(room)

    attempts = await asyncio.gather(
        *(people[who].send(room, f"{who} {key}", clientMessageId=f"key-{key}") for who, key in keys),
        return_exceptions=True,
    )

    hers, his = await alice.history(room, afterSeq=0), await bob.history(room, afterSeq=0)
    assert hers == his
    assert [row["seq"] for row in hers] == sorted({row["seq"] for row in hers})
    stored = [(row["authorId"], row["clientMessageId"]) for row in hers]
    assert len(stored) == len(set(stored))
    for (who, key), answer in zip(keys, attempts, strict=True):
        if isinstance(answer, BaseException):
            assert isinstance(answer, OperationError)
            assert answer.types == ["Conflict"]
        else:
            assert answer in hers
            assert (answer["authorId"], answer["clientMessageId"]) == (people[who].id, f"key-{key}")


@settings(HISTORIES, max_examples=5)
@given(steps=st.lists(st.tuples(st.integers(0, 1), st.sampled_from(EMOJI), st.booleans()), min_size=1, max_size=12))
async def test_reaction_count_is_the_size_of_the_set(
    alice: ChatUser, bob: ChatUser, steps: list[tuple[int, str, bool]]
) -> None:
    people, room = (alice, bob), await alice.create_room()
    await bob.join(room)
    message = await alice.send(room)

    await asyncio.gather(
        *(
            people[who].react(message, emoji) if adds else people[who].unreact(message, emoji)
            for who, emoji, adds in steps
        )
    )

    counts = {one["emoji"]: one["count"] for one in (await bob.message(message["id"]))["reactions"]}
    listed = (await bob.reactions(message))["items"]
    assert len({(one["userId"], one["emoji"]) for one in listed}) == len(listed)
    assert counts == {emoji: sum(one["emoji"] == emoji for one in listed) for emoji in {one["emoji"] for one in listed}}
    for who, emoji in {(who, emoji) for who, emoji, _ in steps}:
        wishes = {adds for w, e, adds in steps if (w, e) == (who, emoji)}
        is_there = any((one["userId"], one["emoji"]) == (people[who].id, emoji) for one in listed)
        assert is_there in wishes, "what only one call asked for has come true"


@settings(HISTORIES, max_examples=5)
@given(marks=st.lists(st.integers(0, 9), min_size=1, max_size=10), sent=st.integers(1, 5))
async def test_read_marker_only_moves_forward_and_unread_is_never_negative(
    alice: ChatUser, bob: ChatUser, marks: list[int], sent: int
) -> None:
    room = await alice.create_room()
    await bob.join(room)
    for _ in range(sent):
        await alice.send(room)

    await asyncio.gather(*(bob.mark_read(room, mark) for mark in marks), alice.send(room))

    entry = await bob.in_my_rooms(room)
    read = entry["membership"]["readSeq"]
    assert min(max(marks), sent) <= read <= sent + 1
    assert entry["unreadCount"] == sent + 1 - read >= 0
    for mark in marks:
        assert (await bob.mark_read(room, mark))["readSeq"] >= read


async def test_lost_last_message_is_detected_by_the_heartbeat(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    view = SteppedView(bob, shared_room)
    await view.connect()
    sent = await alice.send(shared_room)
    await view.lose("onMessageCreated")
    await view.take_events()
    assert view.shown() == []

    await view.apply_head_seq((await bob.be("ONLINE", shared_room))["headSeq"])
    await view.disconnect()

    assert view.shown() == [sent]


async def test_unnoticed_losses_are_detected_by_the_next_event(
    shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    view = SteppedView(bob, shared_room)
    await view.connect()
    root = await alice.send(shared_room)
    await alice.send(shared_room, "lost reply", replyToId=root["id"])
    await view.lose("onMessageCreated")
    await view.lose("onMessageCreated")
    await alice.send(shared_room)
    await view.take_events()
    assert view.shown() == await bob.history(shared_room, afterSeq=0)

    reads = view.reads
    await alice.react(root, EMOJI[0])
    await view.lose("onReactionAdded")
    await bob.react(root, EMOJI[1])
    await alice.send(shared_room)
    await view.take_events()
    await view.disconnect()

    assert view.shown() == await bob.history(shared_room, afterSeq=0)
    assert view.reads == reads + 1, "only the message whose revision skipped was read again"


async def test_senders_with_minimal_selections_hide_no_events(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    view = SteppedView(bob, shared_room)
    await view.connect()
    history = Room(alice, bob, shared_room)
    history.view, history.is_connected = view, True
    for number in range(len(CARELESS)):
        await history.step("send", 0)
        await history.step("hide", number)
        await view.take_events()
    await history.settle()
    await is_up_to_date(history)
    await view.disconnect()

    shown = str(view.shown())
    assert shown.count("'hidden'") == 4
    assert "👻" in shown
    assert any(row["deletedAt"] for row in view.shown())
