"""Presence: the function that takes offline, once a minute, who has not been heard of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import Construct
from stacks.functions import Function, FunctionDefinition
from stacks.permissions import Statement
from stacks.schedules import Schedule

if TYPE_CHECKING:
    from stacks.foundation import Foundation

PRESENCE_SWEEP = "presence_sweep"


class Presence(Construct):
    """The sweep and its schedule."""

    def __init__(self, scope: Construct, id_: str, foundation: Foundation) -> None:
        """Add the function and its schedule.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            foundation: What it stands on.
        """
        super().__init__(scope, id_)
        self.function = Function(
            self,
            PRESENCE_SWEEP,
            settings=foundation.settings,
            definition=_definition(foundation),
            archive=foundation.code.stored(PRESENCE_SWEEP),
        )
        Schedule(
            self,
            "schedule",
            settings=foundation.settings,
            function=self.function,
            expression="rate(1 minute)",
            description="Takes users offline who have not been heard of for two minutes",
        )


def _definition(foundation: Foundation) -> FunctionDefinition:
    tables = foundation.tables
    presence, memberships, rooms = tables["presence"], tables["memberships"], tables["rooms"]
    return FunctionDefinition(
        name=PRESENCE_SWEEP,
        description="Takes users offline who have not been heard of, and tells the room they looked at",
        environment={
            "GRAPHQL_URL": foundation.api.url,
            "PRESENCE_TABLE_NAME": presence.name,
            "MEMBERSHIPS_TABLE_NAME": memberships.name,
            "ROOMS_TABLE_NAME": rooms.name,
        },
        statements=(
            Statement(("dynamodb:BatchGetItem", "dynamodb:UpdateItem"), (presence.arn,)),
            Statement(("dynamodb:Query",), (f"{presence.arn}/index/byOnline",)),
            Statement(("dynamodb:GetItem",), (memberships.arn, rooms.arn)),
            foundation.api.publish_statement("publishPresence"),
        ),
        timeout_seconds=29,
    )
