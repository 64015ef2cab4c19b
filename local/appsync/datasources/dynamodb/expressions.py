"""AppSync's expression objects as parameters of DynamoDB's API."""

from __future__ import annotations

from typing import Any

from local.appsync.datasources.dynamodb.attribute_values import item_to_wire
from local.appsync.datasources.result import RequestProblemError, field_of, optional_field_of


class Expressions:
    """Gathers the expressions of one call; they share their names and values.

    Attributes:
        parameters: ``{"ConditionExpression": ..., "ExpressionAttributeNames": ..., ...}``.
    """

    def __init__(self) -> None:
        self.parameters: dict[str, Any] = {}

    def add(self, parameter: str, expression: object) -> None:
        """Add ``{"expression", "expressionNames", "expressionValues"}`` under a parameter's name; None adds nothing.

        Raises:
            RequestProblemError: it is no such object, or a placeholder stands for two things.
        """
        if expression is None:
            return
        if not isinstance(expression, dict):
            raise RequestProblemError(f"Not an expression: {expression!r}.")
        self.parameters[parameter] = field_of(expression, "expression", str)
        self._merge("ExpressionAttributeNames", optional_field_of(expression, "expressionNames", dict) or {})
        self._merge("ExpressionAttributeValues", item_to_wire(expression.get("expressionValues") or {}))

    def _merge(self, parameter: str, additions: dict[str, Any]) -> None:
        if not additions:
            return
        merged = self.parameters.setdefault(parameter, {})
        for placeholder, meaning in additions.items():
            if merged.setdefault(placeholder, meaning) != meaning:
                raise RequestProblemError(f"The placeholder {placeholder} stands for two different things.")
