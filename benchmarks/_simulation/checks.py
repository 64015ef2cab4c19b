"""Checks at the end of a load test: the complete history of every room against the expected state of all processes."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from chat_client import OperationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks._simulation.expected_state import ExpectedState
    from tests.helpers.chat import ChatUser, Row

_AT_ONCE = 8
_READERS = 3


class Checks:
    """Reads rooms as their members and compares them with the expected state.

    Args:
        people: all users by id.
        expected: of all processes; receives the violations.
        patience: seconds for which readers may differ, because system messages and reply counts may be pending.
    """

    def __init__(self, people: Mapping[str, ChatUser], expected: ExpectedState, *, patience: int = 60) -> None:
        self._people = people
        self._expected = expected
        self._patience = patience

    async def run(self, rooms: Sequence[Row]) -> None:
        """Check every room, then every reaction."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(room: Row) -> None:
            async with gate:
                await self._room(room)

        await asyncio.gather(*(one(room) for room in rooms))

    async def _room(self, room: Row) -> None:
        readers = [self._people[member] for member in room["members"][:_READERS]]
        try:
            histories = [await reader.history(room, afterSeq=0) for reader in readers]
        except OperationError as error:
            self._expected.check("members can read", False, f"{room['id']}: {error}")
            return
        for _ in range(self._patience):
            if all(history == histories[0] for history in histories):
                break
            await asyncio.sleep(1)
            histories = [await reader.history(room, afterSeq=0) for reader in readers]
        rows = histories[0]
        equal = all(history == rows for history in histories)
        self._expected.check(
            "same order for all members", equal, f"{room['id']} is read differently by {len(readers)} members"
        )
        seqs = [row["seq"] for row in rows]
        self._expected.check("sequence numbers increase", seqs == sorted(set(seqs)), f"{room['id']}: {seqs}")
        self._sent(room, rows)
        self._changed(room, rows)
        self._expected.saw(rows)
        for row in rows:
            if row["id"] in self._expected.reactions:
                await self._reactions(readers[0], row)

    def _sent(self, room: Row, rows: list[Row]) -> None:
        """Check that every acknowledged message exists once, at its sequence number, without duplicates."""
        counts = Counter(row["clientMessageId"] for row in rows if row["clientMessageId"])
        by_seq = {row["seq"]: row for row in rows}
        for (room_id, seq), (message_id, identity) in self._expected.sent.items():
            if room_id == room["id"]:
                there = by_seq.get(seq) or {"id": None, "clientMessageId": None}
                holds = (there["id"], there["clientMessageId"]) == (message_id, identity)
                detail = f"{identity} was {message_id} at {seq}: there is {there['id']}, {counts[identity]} times"
                self._expected.check("acknowledged messages exist once", holds and counts[identity] == 1, detail)
        twice = [identity for identity, count in counts.items() if count > 1 and identity in self._expected.attempted]
        self._expected.check("no duplicate messages", not twice, f"{room['id']}: {twice}")

    def _changed(self, room: Row, rows: list[Row]) -> None:
        """Check that acknowledged edits and deletions exist."""
        for row in rows:
            place = (room["id"], row["seq"])
            if place in self._expected.deleted:
                holds = bool(row["deletedAt"]) and row["content"] is None
                self._expected.check("deleted messages stay deleted", holds, f"{place}: {row}")
            elif place in self._expected.versions:
                wanted = self._expected.versions[place]
                self._expected.check(
                    "edits are stored", row["version"] >= wanted, f"{place}: {row['version']} < {wanted}"
                )

    async def _reactions(self, reader: ChatUser, row: Row) -> None:
        """Check that the counts match the reactions, and the reactions match the acknowledged ones."""
        if row["deletedAt"]:
            return
        listed: list[Row] = []
        page = await reader.reactions(row, limit=100)
        listed += page["items"]
        while page["nextToken"]:
            page = await reader.reactions(row, limit=100, nextToken=page["nextToken"])
            listed += page["items"]
        there = {(one["userId"], one["emoji"]) for one in listed}
        shown = {one["emoji"]: one["count"] for one in row["reactions"]}
        counted = Counter(emoji for _, emoji in there)
        self._expected.check("reaction counts are correct", shown == dict(counted), f"{row['id']}: {shown}, {counted}")
        for (user, emoji), wanted in self._expected.reactions[row["id"]].items():
            if (row["id"], user, emoji) not in self._expected.unsure:
                holds = ((user, emoji) in there) == wanted
                self._expected.check("reactions are stored", holds, f"{row['id']}, {user}, {emoji}: not {wanted}")
