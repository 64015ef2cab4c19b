"""The environment of a load test: rooms with members and a history."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from benchmarks._simulation.room_client import client_message_id
from benchmarks._simulation.virtual_user import as_chat_user

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Sequence
    from random import Random

    from benchmarks._simulation.expected_state import ExpectedState
    from benchmarks._simulation.metrics import Metrics
    from benchmarks._simulation.target import Credentials
    from benchmarks._simulation.workload import RoomPlan
    from tests.helpers.backend import Outputs
    from tests.helpers.chat import ChatUser, Row

T = TypeVar("T")
_AT_ONCE = 12
_WORDS = "The tomatoes need water, the beans a longer pole, and somebody has to talk to the snails. "


class Environment:
    """The users and their rooms.

    Args:
        accounts: the credentials of the users.
        outputs: the outputs of the backend.
        run: prefix of the names of rooms and of the ids of messages.
        metrics: receives the measurements.
        expected: receives the acknowledged changes.
    """

    def __init__(
        self,
        accounts: Sequence[Credentials],
        outputs: Outputs,
        run: str,
        *,
        metrics: Metrics,
        expected: ExpectedState,
    ) -> None:
        self.accounts = accounts
        self.outputs = outputs
        self.run = run
        self.people: list[ChatUser] = [as_chat_user(credentials, outputs, metrics) for credentials in accounts]
        self.rooms: list[Row] = []
        self.expected = expected

    async def build(self, plans: Sequence[RoomPlan], random: Random, *, history: int) -> None:
        """Create the rooms, add their members, and write the history of each.

        Raises:
            OperationError: the API refused.
        """
        made = await self._all(self._room(plan, number) for number, plan in enumerate(plans))
        self.rooms = list({room["id"]: room for room in made}.values())
        await self._all(
            self._let_in(room, plan, member)
            for room, plan in zip(made, plans, strict=True)
            if plan.kind != "direct"
            for member in plan.members[1:]
        )
        await self._all(self._chatter(room, random, history) for room in self.rooms)

    async def archive(self) -> None:
        """Archive the created rooms; direct rooms cannot be archived."""
        by_id = {user.id: user for user in self.people}
        owned = [room for room in self.rooms if room["owner"]]
        await self._all(by_id[room["owner"]].run("archiveChatRoom", id=room["id"]) for room in owned)

    @staticmethod
    async def _all(acts: Iterable[Awaitable[T]]) -> list[T]:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(act: Awaitable[T]) -> T:
            async with gate:
                return await act

        return await asyncio.gather(*(one(act) for act in acts))

    async def _room(self, plan: RoomPlan, number: int) -> Row:
        maker, ids = self.people[plan.members[0]], [self.people[member].id for member in plan.members]
        if plan.kind == "direct":
            row = await maker.run("openDirectRoom", userId=ids[1])
        else:
            visibility = "PUBLIC" if plan.kind == "public" else "PRIVATE"
            row = await maker.create_room(name=f"{self.run} {plan.kind} {number}", visibility=visibility)
        owner = None if plan.kind == "direct" else maker.id
        return {"id": row["id"], "kind": plan.kind, "owner": owner, "members": ids}

    async def _let_in(self, room: Row, plan: RoomPlan, member: int) -> None:
        user = self.people[member]
        if plan.kind != "public":
            await self.people[plan.members[0]].run("inviteToChatRoom", chatRoomId=room["id"], userId=user.id)
        await user.join(room)

    async def _chatter(self, room: Row, random: Random, count: int) -> None:
        by_id = {user.id: user for user in self.people}
        for number in range(count):
            identity = client_message_id(f"{self.run}-before", 0, number)
            self.expected.attempted[identity] = room["id"]
            author = by_id[random.choice(room["members"])]
            words = (_WORDS * 3)[: random.randint(10, 250)]
            self.expected.acknowledge(await author.send(room, words, clientMessageId=identity))
