"""The reference client of docs/api.md against the real resolvers, without a network between them.

Events are what mutations answer, as AppSync delivers them: with the fields that the sender selected, or not at all.
What happens to each is the test's to say, so that what the client does about a loss can be told apart from luck.
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
"""Of an event: all of it arrives; only ids do; not even the message's id; null does; nothing does."""

WINDOW = 3
PAGE = 4
"""Messages of one answer: few, so that there are several pages."""
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
    """The fields that the canonical documents select of a type."""
    for definition in parse(
        document("onMessageCreated" if fragment == "MessageFields" else "onReactionAdded")
    ).definitions:
        if isinstance(definition, FragmentDefinitionNode) and definition.name.value == fragment:
            return tuple(node.name.value for node in definition.selection_set.selections if isinstance(node, FieldNode))
    raise KeyError(fragment)


def shown(row: Row, fragment: str = "MessageFields") -> Row:
    """A row as GraphQL answers it: what is not there is null."""
    return {name: row.get(name) for name in selected(fragment)}


@dataclass
class Line:
    """One subscription: the events that have arrived."""

    name: str
    events: deque[Event] = field(default_factory=deque)


@dataclass
class Connection:
    """A connection to the room's events."""

    network: Network

    async def subscribe(self, text: str, _: dict[str, str]) -> Line:
        """Listen from now on."""
        found = re.search(r"\b(on[A-Z]\w+)\(", text)
        assert found
        line = Line(found[1])
        self.network.lines.append(line)
        return line

    async def close(self) -> None:
        """Lose every event that was not taken."""
        self.network.lines.clear()


@dataclass
class Network:
    """The API for one listener, and the way on which events get lost."""

    world: World
    user: User
    lines: list[Line] = field(default_factory=list)

    def view(self, room_id: str, kind: type[RoomView] = RoomView) -> RoomView:
        """A client of the listener's."""
        return kind(self, room_id, window=WINDOW)

    def connection(self) -> RealtimeClient:
        """The listener's connection."""
        return cast("RealtimeClient", Connection(self))

    async def run(self, field: str, **variables: object) -> Any:  # noqa: ANN401 - any JSON
        """Answer one of the queries of a view."""
        pages = {"limit": PAGE} if field == "messagesByRoom" else {}
        answer = self._answer(f"Query.{field}", **pages, **variables)
        if field == "getMessage":
            return shown(answer)
        if field == "messagesByRoom":
            return {**answer, "items": [shown(row) for row in answer["items"]], "nextToken": answer.get("nextToken")}
        return answer

    def happen(self, mutation: str, user: User | None, fate: Fate, **arguments: object) -> Row | None:
        """Let somebody do something, and its event have a fate; None where the API refuses."""
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
