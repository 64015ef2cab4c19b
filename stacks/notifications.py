"""Notifications: the function on the streams of messages and memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.functions import FunctionDefinition
from stacks.patterns import MEMBERSHIPS_FOR_NOTIFICATIONS, MESSAGES_FOR_NOTIFICATIONS
from stacks.permissions import Statement
from stacks.streams import StreamFunction

if TYPE_CHECKING:
    from stacks.bindings import Construct
    from stacks.foundation import Foundation

NOTIFICATIONS = "notifications"


class Notifications(StreamFunction):
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
            sources={"messages": MESSAGES_FOR_NOTIFICATIONS, "memberships": MEMBERSHIPS_FOR_NOTIFICATIONS},
        )


def _definition(foundation: Foundation) -> FunctionDefinition:
    tables = foundation.tables
    rooms, memberships, messages = tables["rooms"], tables["memberships"], tables["messages"]
    return FunctionDefinition(
        name=NOTIFICATIONS,
        description="Tells users of mentions, replies, direct messages, invitations and moderation",
        environment={
            "GRAPHQL_URL": foundation.api.url,
            "ROOMS_TABLE_NAME": rooms.name,
            "MEMBERSHIPS_TABLE_NAME": memberships.name,
            "MESSAGES_TABLE_NAME": messages.name,
            "NOTIFICATIONS_TABLE_NAME": tables["notifications"].name,
        },
        statements=(
            Statement(("dynamodb:GetItem",), (rooms.arn, messages.arn)),
            Statement(("dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem"), (memberships.arn,)),
            Statement(("dynamodb:DeleteItem", "dynamodb:PutItem"), (tables["notifications"].arn,)),
            foundation.api.publish_statement("publishNotification"),
        ),
        timeout_seconds=29,
    )
