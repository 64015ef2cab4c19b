"""Room events: the function on the stream of memberships that does what AppSync cannot do in the mutation itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import Construct, DynamodbTable
from stacks.functions import Function, FunctionDefinition
from stacks.patterns import MEMBERSHIPS_FOR_ROOM_EVENTS
from stacks.permissions import Statement
from stacks.streams import FailureQueue, StreamSource, stream_statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.api import Api
    from stacks.archives import Archive
    from stacks.settings import Settings

ROOM_EVENTS = "room_events"


class RoomEvents(Construct):
    """The function, its stream, and the queue of what it could not handle."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        api: Api,
        tables: Mapping[str, DynamodbTable],
        archives: Mapping[str, Archive],
    ) -> None:
        """Add the function on its stream.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            settings: The environment.
            api: Where subscriptions end.
            tables: The DynamoDB tables by key.
            archives: The functions' code by name.
        """
        super().__init__(scope, id_)
        self.function = Function(
            self,
            ROOM_EVENTS,
            settings=settings,
            definition=self._definition(api, tables),
            archive=archives[ROOM_EVENTS],
        )
        self.failures = FailureQueue(self, "failures", settings=settings, function=self.function)
        StreamSource(
            self,
            "memberships_source",
            address=f"{ROOM_EVENTS}_memberships",
            function=self.function,
            table=tables["memberships"],
            patterns=MEMBERSHIPS_FOR_ROOM_EVENTS,
            failures=self.failures,
        )

    def _definition(self, api: Api, tables: Mapping[str, DynamodbTable]) -> FunctionDefinition:
        memberships = tables["memberships"]
        return FunctionDefinition(
            name=ROOM_EVENTS,
            description="Ends the subscriptions of whoever is not in a room any more",
            environment={"GRAPHQL_URL": api.url, "MEMBERSHIPS_TABLE_NAME": memberships.name},
            statements=(
                stream_statement((memberships,)),
                Statement(("dynamodb:GetItem",), (memberships.arn,)),
                api.publish_statement("publishAccessEnded"),
            ),
            timeout_seconds=29,
        )
