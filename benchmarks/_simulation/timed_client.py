"""The tests' GraphQL client with a clock."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from tests.helpers.graphql_client import Answer, GraphQLClient

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from benchmarks._simulation.figures import Figures

_FIELD = re.compile(r"\{\s*(\w+)")


class TimedClient(GraphQLClient):
    """Times every request, by the field that it asks for."""

    def __init__(self, url: str, headers: dict[str, str], figures: Figures) -> None:
        super().__init__(url, headers)
        self._figures = figures

    async def attempt(
        self, document: str, variables: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Run an operation and return whatever came back."""
        begun = time.perf_counter()
        answer = await super().attempt(document, variables, headers=headers)
        self._figures.answered(field_of(document), time.perf_counter() - begun)
        return answer


def field_of(document: str) -> str:
    """Return the first field of a document's first operation."""
    found = _FIELD.search(document)
    return found[1] if found else "?"
