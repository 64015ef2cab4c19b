"""Notifications: the function on the streams of messages and memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import Construct, DynamodbTable
from stacks.functions import Function, FunctionDefinition
from stacks.patterns import MEMBERSHIPS_FOR_NOTIFICATIONS, MESSAGES_FOR_NOTIFICATIONS
from stacks.permissions import Statement
from stacks.streams import FailureQueue, StreamSource, stream_statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.api import Api
    from stacks.archives import Archive
    from stacks.settings import Settings

NOTIFICATIONS = "notifications"


class Notifications(Construct):
    """The function, what it reads, and the queue of what it could not handle."""

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
        """Add the function on its streams.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            settings: The environment.
            api: Where notifications are published.
            tables: The DynamoDB tables by key.
            archives: The functions' code by name.
        """
        super().__init__(scope, id_)
        self.function = Function(
            self,
            NOTIFICATIONS,
            settings=settings,
            definition=self._definition(api, tables),
            archive=archives[NOTIFICATIONS],
        )
        self.failures = FailureQueue(self, "failures", settings=settings, function=self.function)
        self._build_source("messages", tables["messages"], MESSAGES_FOR_NOTIFICATIONS)
        self._build_source("memberships", tables["memberships"], MEMBERSHIPS_FOR_NOTIFICATIONS)

    def _definition(self, api: Api, tables: Mapping[str, DynamodbTable]) -> FunctionDefinition:
        rooms, memberships, messages = tables["rooms"], tables["memberships"], tables["messages"]
        return FunctionDefinition(
            name=NOTIFICATIONS,
            description="Tells users of mentions, replies, direct messages, invitations and moderation",
            environment={
                "GRAPHQL_URL": api.url,
                "ROOMS_TABLE_NAME": rooms.name,
                "MEMBERSHIPS_TABLE_NAME": memberships.name,
                "MESSAGES_TABLE_NAME": messages.name,
                "NOTIFICATIONS_TABLE_NAME": tables["notifications"].name,
            },
            statements=(
                stream_statement((messages, memberships)),
                Statement(("dynamodb:GetItem",), (rooms.arn, messages.arn)),
                Statement(("dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem"), (memberships.arn,)),
                Statement(("dynamodb:DeleteItem", "dynamodb:PutItem"), (tables["notifications"].arn,)),
                api.publish_statement("publishNotification"),
            ),
            timeout_seconds=29,
        )

    def _build_source(self, key: str, table: DynamodbTable, patterns: tuple[str, ...]) -> None:
        StreamSource(
            self,
            f"{key}_source",
            address=f"{NOTIFICATIONS}_{key}",
            function=self.function,
            table=table,
            patterns=patterns,
            failures=self.failures,
        )
