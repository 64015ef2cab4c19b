"""Converts AppSync's expression objects to parameters of DynamoDB's API."""

from __future__ import annotations

from typing import Any, Final

from appsync_local.datasources.dynamodb.attribute_values import item_to_wire
from appsync_local.datasources.result import RequestProblemError

_ELEMENTS: Final = {
    "ConditionExpression": "condition",
    "FilterExpression": "filter",
    "KeyConditionExpression": "query",
    "ProjectionExpression": "projection",
    "UpdateExpression": "update",
}
"""The path of each parameter's expression in a request."""


class Expressions:
    """Collects the expressions of one call, which share names and values.

    Attributes:
        parameters: ``{"ConditionExpression": ..., "ExpressionAttributeNames": ..., ...}``.
    """

    def __init__(self) -> None:
        self.parameters: dict[str, Any] = {}

    def add(self, parameter: str, expression: dict[str, Any] | None) -> None:
        """Add ``{"expression", "expressionNames", "expressionValues"}`` under a parameter's name; None adds nothing.

        Raises:
            RequestProblemError: it has no expression, or a placeholder has two meanings. The types of its elements
                have been checked (`elements.check_elements`).
        """
        if expression is None:
            return
        text = expression.get("expression")
        if not text:
            raise RequestProblemError(f"Expression block '$[{_ELEMENTS[parameter]}]' requires an expression")
        self.parameters[parameter] = text
        self._merge("ExpressionAttributeNames", expression.get("expressionNames") or {})
        values_at = f"$[{_ELEMENTS[parameter]}][expressionValues]"
        self._merge("ExpressionAttributeValues", item_to_wire(expression.get("expressionValues") or {}, values_at))

    def _merge(self, parameter: str, additions: dict[str, Any]) -> None:
        if not additions:
            return
        merged = self.parameters.setdefault(parameter, {})
        for placeholder, meaning in additions.items():
            if merged.setdefault(placeholder, meaning) != meaning:
                raise RequestProblemError(f"The placeholder {placeholder} stands for two different things.")
