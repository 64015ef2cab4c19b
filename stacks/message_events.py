"""Message events: the function on the stream of messages that looks after what belongs to one and is not in its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.functions import FunctionDefinition
from stacks.patterns import MESSAGES_FOR_MESSAGE_EVENTS
from stacks.permissions import Statement
from stacks.streams import StreamFunction

if TYPE_CHECKING:
    from stacks.bindings import Construct, S3Bucket
    from stacks.foundation import Foundation

MESSAGE_EVENTS = "message_events"


class MessageEvents(StreamFunction):
    """The function, its stream, and the queue of what it could not handle."""

    def __init__(self, scope: Construct, id_: str, foundation: Foundation, *, bucket: S3Bucket) -> None:
        """Add the function on its stream.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            foundation: What it stands on.
            bucket: Where the files of messages are.
        """
        super().__init__(
            scope,
            id_,
            foundation=foundation,
            definition=_definition(foundation, bucket),
            sources={"messages": MESSAGES_FOR_MESSAGE_EVENTS},
        )


def _definition(foundation: Foundation, bucket: S3Bucket) -> FunctionDefinition:
    api, reactions = foundation.api, foundation.tables["reactions"]
    return FunctionDefinition(
        name=MESSAGE_EVENTS,
        description="Keeps the files of messages, removes what messages leave behind, publishes what senders did not",
        environment={
            "GRAPHQL_URL": api.url,
            "BUCKET_NAME": bucket.bucket,
            "REACTIONS_TABLE_NAME": reactions.name,
        },
        statements=(
            Statement(("dynamodb:DeleteItem", "dynamodb:Query"), (reactions.arn,)),
            Statement(("s3:DeleteObject", "s3:DeleteObjectTagging"), (f"{bucket.arn}/rooms/*",)),
            # Without it S3 says of a file that is not there that it is forbidden.
            Statement(("s3:ListBucket",), (bucket.arn,)),
            api.publish_statement(
                "publishMessageCreated",
                "publishMessageDeleted",
                "publishMessageUpdated",
                "publishReactionAdded",
                "publishReactionRemoved",
            ),
        ),
        timeout_seconds=29,
    )
