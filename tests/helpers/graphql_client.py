"""A GraphQL client that requests the cost of operations from the local data plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import chat_client
from chat_client import OperationError

if TYPE_CHECKING:
    from collections.abc import Mapping

METER = {"x-appsync-meter": "on"}
"""The header that requests the cost."""


@dataclass(frozen=True, slots=True)
class Metered:
    """The cost of an operation in DynamoDB units, Lambda invocations and sequential calls to data sources."""

    read_units: float
    write_units: float
    function_invocations: int
    round_trips: int

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Metered:
        """Parse the data plane's format."""
        return cls(raw["readUnits"], raw["writeUnits"], raw["functionInvocations"], raw["roundTrips"])


class GraphQLClient(chat_client.GraphQLClient):
    """A client that can measure the cost of an operation."""

    async def measure(self, document: str, variables: Mapping[str, Any] | None = None) -> tuple[Any, Metered]:
        """Run an operation that must succeed; return its data and its cost.

        Raises:
            OperationError: the response contains errors.
        """
        answer = await self.attempt(document, variables, headers=METER)
        if answer.errors:
            raise OperationError(answer.errors, answer.data)
        return answer.data, Metered.parse(answer.body["extensions"]["meter"])
