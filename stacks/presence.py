"""Presence: the function that takes offline, once a minute, who has not been heard of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import Construct, DynamodbTable
from stacks.functions import Function, FunctionDefinition
from stacks.permissions import Statement
from stacks.schedules import Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.api import Api
    from stacks.archives import Archive
    from stacks.settings import Settings

PRESENCE_SWEEP = "presence_sweep"


class Presence(Construct):
    """The sweep and its schedule."""

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
        """Add the function and its schedule.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            settings: The environment.
            api: Where changes are published.
            tables: The DynamoDB tables by key.
            archives: The functions' code by name.
        """
        super().__init__(scope, id_)
        self.function = Function(
            self,
            PRESENCE_SWEEP,
            settings=settings,
            definition=_definition(api, tables),
            archive=archives[PRESENCE_SWEEP],
        )
        Schedule(
            self,
            "schedule",
            settings=settings,
            function=self.function,
            expression="rate(1 minute)",
            description="Takes users offline who have not been heard of for two minutes",
        )


def _definition(api: Api, tables: Mapping[str, DynamodbTable]) -> FunctionDefinition:
    presence, memberships, rooms = tables["presence"], tables["memberships"], tables["rooms"]
    return FunctionDefinition(
        name=PRESENCE_SWEEP,
        description="Takes users offline who have not been heard of, and tells the room they looked at",
        environment={
            "GRAPHQL_URL": api.url,
            "PRESENCE_TABLE_NAME": presence.name,
            "MEMBERSHIPS_TABLE_NAME": memberships.name,
            "ROOMS_TABLE_NAME": rooms.name,
        },
        statements=(
            Statement(("dynamodb:BatchGetItem", "dynamodb:UpdateItem"), (presence.arn,)),
            Statement(("dynamodb:Query",), (f"{presence.arn}/index/byOnline",)),
            Statement(("dynamodb:GetItem",), (memberships.arn, rooms.arn)),
            api.publish_statement("publishPresence"),
        ),
        timeout_seconds=29,
    )
