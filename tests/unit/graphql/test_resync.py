"""Random histories of lost events: the client must show the stored state, and each of its rules is necessary.

Histories are random with a seed each, and run against the real resolvers. Each rule of the reference client is removed
once; at least one history must detect it.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, get_args

import pytest

from chat_client import RoomView, room_view
from tests.unit.graphql.listening import WINDOW, Fate, Network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.helpers.chat import Row
    from tests.unit.graphql.world import Running, User, World

HISTORIES = 120
STEPS = 25
EMOJI = ("👍", "🎉")
LOSSES: tuple[Fate, ...] = tuple(fate for fate in get_args(Fate) if fate != "whole")
MINUTE = 61


@dataclass
class History:
    """A room with two users who write; one of them observes it through an unreliable connection."""

    world: World
    people: tuple[User, User]
    room_id: str
    network: Network
    view: RoomView
    chance: random.Random
    messages: list[str] = field(default_factory=list)
    owed: set[str] = field(default_factory=set)
    """Messages with a change whose event was lost, without a later change."""
    broken_off: list[Running] = field(default_factory=list)
    is_connected: bool = False
    is_end_open: bool = False
    """Whether there may be a number after the last event that arrived."""
    losses: Sequence[Fate] = ()
    """Losses in this history: one or two kinds, because one loss can repair another."""

    async def run(self) -> None:
        """Run random actions, some before the view is open."""
        self.losses = self.chance.sample(LOSSES, self.chance.randint(1, 2))
        breaks = self.chance.random() < 0.3
        for _ in range(WINDOW + 2):
            self.send("whole")
        await self.connect()
        actions = [self.send, self.reply, self.edit, self.delete, self.react, self.unreact, self.tell, self.break_off]
        moments = [self.take, self.take, self.go_on, *([self.leave] if breaks else [])]
        for _ in range(STEPS):
            if self.chance.random() < 0.75:
                self.chance.choice(actions)(self.fate())
            else:
                await self.chance.choice(moments)()

    async def settle(self) -> None:
        """Wait a minute, and change every message whose last event was lost without a trace."""
        if not self.is_connected:
            await self.connect()
        await self.go_on()
        self.world.wait(MINUTE)
        for message_id in sorted(self.owed):
            self.change("createReaction", self.people[0], "whole", message_id, emoji="👋")
        if self.is_end_open:
            self.send("whole")
        await self.take()

    async def fresh(self) -> list[Row]:
        """Return the rows that a newly opened client shows."""
        rows: list[Row] = []
        token = None
        while True:
            more: dict[str, object] = {"nextToken": token} if token else {}
            page = await self.network.run("messagesByRoom", chatRoomId=self.room_id, afterSeq=self.view.floor, **more)
            rows += page["items"]
            token = page["nextToken"]
            if token is None:
                return rows

    def fate(self) -> Fate:
        """Return a random fate; most events arrive."""
        return "whole" if self.chance.random() < 0.6 else self.chance.choice(self.losses)

    def send(self, fate: Fate) -> None:
        """Send a message."""
        self._create(fate, content="hello")

    def reply(self, fate: Fate) -> None:
        """Send a reply."""
        self._create(fate, content="reply", replyToId=self._recent())

    def edit(self, fate: Fate) -> None:
        """Edit a message."""
        message_id = self._recent()
        self.change("updateMessage", self._author(message_id), fate, message_id, content=f"{self.chance.random()}")

    def delete(self, fate: Fate) -> None:
        """Delete a message. Tombstones have no later changes, so this event is never lost without a trace."""
        message_id = self._recent()
        self.network.happen("deleteMessage", self.people[0], "null" if fate == "lost" else fate, id=message_id)

    def react(self, fate: Fate) -> None:
        """Add a reaction."""
        self._reaction("createReaction", fate)

    def unreact(self, fate: Fate) -> None:
        """Remove a reaction."""
        self._reaction("deleteReaction", fate)

    def tell(self, fate: Fate) -> None:
        """Post a system message, as its function does."""
        (room,) = self.world.items("rooms")
        seq = room["lastSeq"] + 1
        event = {"kind": "MEMBER_JOINED", "userId": "id-carol", "userName": "Carol"}
        message = {
            "seq": seq,
            "content": "Carol joined.",
            "authorId": "id-carol",
            "authorName": "Carol",
            "clientMessageId": f"event-{seq}",
            "createdAt": room["lastMessageAt"],
            "systemEvent": event,
        }
        self.world.give("rooms", **{**room, "lastSeq": seq})
        self.world.give("messages", roomId=self.room_id, type="SYSTEM", **message)
        self.network.happen("publishMessage", None, fate, input={"chatRoomId": self.room_id, **message})
        self.is_end_open = fate == "lost"
        self.messages.append(f"{self.room_id}:{seq}")

    def break_off(self, _: Fate) -> None:
        """Allocate a number for a message and interrupt the sender."""
        running = self.world.start(
            "Mutation.createMessage", self.people[0], input={"chatRoomId": self.room_id, "content": "late"}
        )
        running.step()
        running.step()
        self.broken_off.append(running)
        self.is_end_open = True

    async def go_on(self) -> None:
        """Continue interrupted senders, immediately or after a minute, when their numbers may be closed."""
        if self.chance.random() < 0.5:
            self.world.wait(MINUTE)
            await self.take()
        for running in self.broken_off:
            outcome = running.finish()
            if outcome.data is not None:
                self.messages.append(outcome.data["id"])
                self.is_end_open = True
        self.broken_off.clear()

    async def take(self) -> None:
        """Process the events that arrived, in random order of the subscriptions."""
        for line in self.chance.sample(self.network.lines, len(self.network.lines)):
            while line.events:
                await self.view.apply(line.name, (line.events.popleft().data or {}).get(line.name))

    async def leave(self) -> None:
        """Close the connection, or open it again."""
        if self.is_connected:
            self.network.lines.clear()
            self.is_connected = False
        else:
            await self.connect()

    async def connect(self) -> None:
        """Subscribe and read."""
        await self.view.open(self.network.connection())
        self.is_connected = True
        self.owed.clear()

    def change(self, mutation: str, user: User, fate: Fate, message_id: str, **values: object) -> None:
        """Change a message; after a lost event, the message needs a later change."""
        name = "id" if mutation == "updateMessage" else "messageId"
        done = self.network.happen(mutation, user, fate, input={name: message_id, **values})
        if done is not None:
            (self.owed.add if fate == "lost" else self.owed.discard)(message_id)

    def _create(self, fate: Fate, **values: object) -> None:
        user = self.chance.choice(self.people)
        sent = self.network.happen("createMessage", user, fate, input={"chatRoomId": self.room_id, **values})
        if sent is not None:
            self.messages.append(sent["id"])
            self.is_end_open = fate == "lost"

    def _reaction(self, mutation: str, fate: Fate) -> None:
        emoji = self.chance.choice(EMOJI)
        self.change(mutation, self.chance.choice(self.people), fate, self._recent(), emoji=emoji)

    def _recent(self) -> str:
        """Return one of the last messages, so that few messages have many changes."""
        return self.chance.choice(self.messages[-4:])

    def _author(self, message_id: str) -> User:
        author = self._row(message_id)["authorId"]
        return next((user for user in self.people if author == f"id-{user.name}"), self.people[0])

    def _row(self, message_id: str) -> Row:
        return next(row for row in self.world.items("messages") if f"{row['roomId']}:{row['seq']}" == message_id)


async def difference(world: World, people: tuple[User, User], seed: int, kind: type[RoomView]) -> str | None:
    """Run a history; return the difference if the view shows other rows than a fresh client."""
    world.reset()
    for user in people:
        world.give("users", userId=f"id-{user.name}", displayName=user.name.title(), createdAt="2026-01-01T00:00:00Z")
    room_id: str = world.run("Mutation.createChatRoom", people[0], input={"name": "Room"}).data["id"]
    world.run("Mutation.joinChatRoom", people[1], chatRoomId=room_id)
    network = Network(world, people[1])
    view = network.view(room_id, kind)
    history = History(world, people, room_id, network, view, random.Random(seed))  # noqa: S311 - no secret
    await history.run()
    await history.settle()
    expected = await history.fresh()
    return None if view.shown() == expected else f"seed {seed}: {view.shown()} is shown instead of {expected}"


@dataclass(frozen=True, slots=True)
class Mutant:
    """The client without one of its rules: a part of its source, and the replacement."""

    rule: str
    source: str
    instead: str
    first: int = 0
    """The first history to run. Earlier ones do not detect this mutant and only take time."""

    def client(self) -> type[RoomView]:
        """Return the class of the modified client.

        Raises:
            AssertionError: the part does not occur exactly once.
        """
        whole = Path(room_view.__file__).read_text(encoding="utf-8")
        assert whole.count(self.source) == 1, f"{self.rule}: {self.source!r} is there {whole.count(self.source)} times"
        module = ModuleType("chat_client.room_view_mutant")
        sys.modules[module.__name__] = module  # where dataclass looks for the names of annotations
        exec(compile(whole.replace(self.source, self.instead), room_view.__file__, "exec"), vars(module))  # noqa: S102 - our own source
        client: type[RoomView] = module.RoomView
        return client


MUTANTS = (
    Mutant("fill on a gap", 'if row["seq"] > self.settled:', "if False:"),
    Mutant("read the window again after a break", "self.settled = self.floor", "pass"),
    Mutant(
        "read again what a null event may have been about",
        "await self.read_window()\n\n    async def _read",
        "pass\n\n    async def _read",
    ),
    Mutant(
        "read a message whose event was not whole",
        'elif known is not None:\n            await self._read_message(known["id"])',
        "elif known is not None:\n            pass",
    ),
    Mutant(
        "fill when a new message's event was not whole",
        "if is_new:\n            await self.fill()",
        "if is_new:\n            pass",
    ),
    Mutant(
        "an event is whole or not",
        "return all(row.get(name) is not None for name in names)",
        'return row.get("id" if "id" in names else "messageId") is not None and "revision" in row',
    ),
    Mutant("the newer of two copies", 'row["revision"] >= known["revision"]', "True"),
    Mutant("a reaction that is known already", 'row["revision"] <= known["revision"]', "False"),
    Mutant("a reaction after a change that was missed", 'row["revision"] > known["revision"] + 1 or ', ""),
    Mutant("a reaction that changed nothing", ' or row["count"] == counts.get(row["emoji"], 0):', ":", first=181),
    Mutant(
        "a reply that comes first by its deletion",
        '(is_new or name == "onMessageCreated")',
        'name == "onMessageCreated"',
        first=105,
    ),
    Mutant(
        "a reaction that came before its message",
        '> row["revision"]:\n                self._behind',
        "> 99:\n                self._behind",
        first=274,
    ),
    Mutant("a root after a change that was missed", 'root["revision"] > known["revision"] + 1', "False"),
    Mutant("a root that changed", 'elif root["revision"] > known["revision"]:', "elif False:"),
    Mutant("the roots of replies that were missed", "for thread in sorted(threads):", "for thread in ():"),
    Mutant("nothing from before the window", 'row["seq"] > self.floor and', "True and"),
    Mutant(
        "listen first, read then",
        "names = (*MESSAGE_FIELDS, *REACTION_FIELDS, *further_fields)",
        "names = MESSAGE_FIELDS",
    ),
    Mutant("every page", 'if page["nextToken"] is None:', "if True:"),
    Mutant("up to where the answer is complete", 'max(self.settled, page["settledSeq"])', "max(self.settled, last)"),
)


async def test_what_is_shown_is_what_a_fresh_client_shows(world: World, alice: User, bob: User) -> None:
    for seed in range(HISTORIES):
        assert await difference(world, (alice, bob), seed, RoomView) is None


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.rule)
async def test_a_client_without_one_of_its_rules_is_detected(
    mutant: Mutant, world: World, alice: User, bob: User
) -> None:
    client = mutant.client()
    for seed in range(mutant.first, mutant.first + HISTORIES):
        try:
            if await difference(world, (alice, bob), seed, client) is not None:
                return
        except (KeyError, TypeError):
            return
    pytest.fail(f"no history notices that this rule is gone: {mutant.rule}")
