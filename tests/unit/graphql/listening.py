"""Runs the reference client of docs/api.md against the real resolvers, without a network.

Events are the responses of mutations, as AppSync delivers them: with the fields that the sender selected, or not at
all. The test decides the fate of each event, so that a repair by the client can be distinguished from luck.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

from graphql import FieldNode, FragmentDefinitionNode, parse

from chat_client import Event, RoomView, document

if TYPE_CHECKING:
    from chat_client import RealtimeClient
    from tests.helpers.chat import Row
    from tests.unit.graphql.world import User, World

Fate = Literal["whole", "poor", "nameless", "null", "lost"]
"""Fate of an event: complete, only ids, not even the message's id, null, or not delivered."""

WINDOW = 3
PAGE = 4
"""Messages per response: few, so that there are several pages."""
EVENTS = {
    "createMessage": "onMessageCreated",
    "publishMessage": "onMessageCreated",
    "updateMessage": "onMessageUpdated",
    "deleteMessage": "onMessageDeleted",
    "createReaction": "onReactionAdded",
    "deleteReaction": "onReactionRemoved",
}


@cache
def selected(fragment: str) -> tuple[str, ...]:
    """Return the fields that the canonical documents select of a type."""
    for definition in parse(
        document("onMessageCreated" if fragment == "MessageFields" else "onReactionAdded")
    ).definitions:
        if isinstance(definition, FragmentDefinitionNode) and definition.name.value == fragment:
            return tuple(node.name.value for node in definition.selection_set.selections if isinstance(node, FieldNode))
    raise KeyError(fragment)


def shown(row: Row, fragment: str = "MessageFields") -> Row:
    """Return a row as in a GraphQL response: missing attributes are null."""
    return {name: row.get(name) for name in selected(fragment)}


@dataclass
class Line:
    """A subscription: the events that have arrived."""

    name: str
    events: deque[Event] = field(default_factory=deque)


@dataclass
class Connection:
    """A connection to the room's events."""

    network: Network

    async def subscribe(self, text: str, _: dict[str, str]) -> Line:
        """Start a subscription."""
        found = re.search(r"\b(on[A-Z]\w+)\(", text)
        assert found
        line = Line(found[1])
        self.network.lines.append(line)
        return line

    async def close(self) -> None:
        """Drop all events that were not processed."""
        self.network.lines.clear()


@dataclass
class Network:
    """The API for one subscriber, with control over lost events."""

    world: World
    user: User
    lines: list[Line] = field(default_factory=list)

    def view(self, room_id: str, kind: type[RoomView] = RoomView) -> RoomView:
        """Return a client of the subscriber."""
        return kind(self, room_id, window=WINDOW)

    def connection(self) -> RealtimeClient:
        """Return the subscriber's connection."""
        return cast("RealtimeClient", Connection(self))

    async def run(self, field: str, **variables: object) -> Any:  # noqa: ANN401 - any JSON
        """Run one of the queries of a view."""
        pages = {"limit": PAGE} if field == "messagesByRoom" else {}
        answer = self._answer(f"Query.{field}", **pages, **variables)
        if field == "getMessage":
            return shown(answer)
        if field == "messagesByRoom":
            return {**answer, "items": [shown(row) for row in answer["items"]], "nextToken": answer.get("nextToken")}
        return answer

    def happen(self, mutation: str, user: User | None, fate: Fate, **arguments: object) -> Row | None:
        """Run a mutation and apply the fate to its event; return None if the API refuses."""
        outcome = self.world.run(f"Mutation.{mutation}", user, **arguments)
        if outcome.error_type is not None:
            return None
        answer: Row = outcome.data
        name = EVENTS[mutation]
        payload = _arriving(answer, "ReactionFields" if "Reaction" in name else "MessageFields", fate)
        for line in self.lines:
            if line.name == name and fate != "lost":
                line.events.append(Event({"data": {name: payload}}, 0))
        return answer

    def _answer(self, query: str, **arguments: object) -> Any:  # noqa: ANN401 - any JSON
        outcome = self.world.run(query, self.user, **arguments)
        assert outcome.error_type is None, outcome.error_message
        return outcome.data


def _arriving(answer: Row, fragment: str, fate: Fate) -> Row | None:
    if fate == "null":
        return None
    row = shown(answer, fragment)
    kept = {"poor": ("id", "messageId", "chatRoomId"), "nameless": ("chatRoomId",)}.get(fate, tuple(row))
    return {name: value if name in kept else None for name, value in row.items()}
