"""Room events: the function on the streams of memberships and rooms that does what a mutation cannot do itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stacks.functions import FunctionDefinition
from stacks.patterns import MEMBERSHIPS_FOR_ROOM_EVENTS, ROOMS_FOR_ROOM_EVENTS
from stacks.permissions import Statement
from stacks.streams import StreamFunction

if TYPE_CHECKING:
    from stacks.bindings import Construct
    from stacks.foundation import Foundation

ROOM_EVENTS = "room_events"


class RoomEvents(StreamFunction):
    """The function, its streams, and the queue of what it could not handle."""

    def __init__(self, scope: Construct, id_: str, foundation: Foundation) -> None:
        """Add the function on its streams.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            foundation: What it stands on.
        """
        super().__init__(
            scope,
            id_,
            foundation=foundation,
            definition=_definition(foundation),
            sources={"memberships": MEMBERSHIPS_FOR_ROOM_EVENTS, "rooms": ROOMS_FOR_ROOM_EVENTS},
        )


def _definition(foundation: Foundation) -> FunctionDefinition:
    api, tables = foundation.api, foundation.tables
    rooms, memberships, messages = tables["rooms"], tables["memberships"], tables["messages"]
    deduplication = tables["deduplication"]
    return FunctionDefinition(
        name=ROOM_EVENTS,
        description="Ends the subscriptions of whoever has gone, and tells rooms of their members and names",
        environment={
            "GRAPHQL_URL": api.url,
            "ROOMS_TABLE_NAME": rooms.name,
            "MEMBERSHIPS_TABLE_NAME": memberships.name,
            "MESSAGES_TABLE_NAME": messages.name,
            "DEDUPLICATION_TABLE_NAME": deduplication.name,
            "RETENTION_DAYS": str(foundation.settings.privacy.retention_days),
            "SYSTEM_MESSAGES": json.dumps(foundation.settings.system_messages.topics),
        },
        statements=(
            Statement(("dynamodb:GetItem",), (memberships.arn,)),
            Statement(("dynamodb:GetItem", "dynamodb:UpdateItem"), (rooms.arn,)),
            Statement(("dynamodb:GetItem", "dynamodb:PutItem"), (messages.arn,)),
            Statement(("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"), (deduplication.arn,)),
            api.publish_statement(
                "publishAccessEnded",
                "publishMembershipChanged",
                "publishMessage",
                "publishPresence",
                "publishTypingStarted",
                "publishTypingStopped",
            ),
        ),
        timeout_seconds=29,
    )
