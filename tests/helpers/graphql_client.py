"""The client with the cost of operations, which the local data plane reports when it is asked to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import chat_client
from chat_client import OperationError

if TYPE_CHECKING:
    from collections.abc import Mapping

METER = {"x-appsync-meter": "on"}
"""The header that asks for the cost."""


@dataclass(frozen=True, slots=True)
class Metered:
    """What one operation cost in DynamoDB units, Lambda invocations and rounds to a data source."""

    read_units: float
    write_units: float
    function_invocations: int
    round_trips: int

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Metered:
        """Read the data plane's own form."""
        return cls(raw["readUnits"], raw["writeUnits"], raw["functionInvocations"], raw["roundTrips"])


class GraphQLClient(chat_client.GraphQLClient):
    """A caller who can ask what an operation cost."""

    async def measure(self, document: str, variables: Mapping[str, Any] | None = None) -> tuple[Any, Metered]:
        """Run an operation that must succeed, and return its data and what it cost.

        Raises:
            OperationError: the answer carries errors.
        """
        answer = await self.attempt(document, variables, headers=METER)
        if answer.errors:
            raise OperationError(answer.errors, answer.data)
        return answer.data, Metered.parse(answer.body["extensions"]["meter"])
