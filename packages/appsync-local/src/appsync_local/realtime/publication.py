"""Publications of a mutation to subscribers: the fields that its caller selected.

Source: "Using subscriptions" in the AppSync developer guide: a subscriber receives no field that the mutation did not
select. The name under which an aliased field arrives is contested (aws/aws-appsync-community#160): both variants are
supported here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from appsync_local.selections import selected_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode, SelectionSetNode

    from appsync_local.operation import OperationContext

Delivery = Literal["field", "alias"]
"""Whether subscribers and filters receive a field under its own name or under the mutation's alias."""
DELIVERY_VARIABLE: Final = "APPSYNC_DELIVERY"
"""The environment variable with the delivery mode of a local AWS, for tests."""

TYPE_NAME: Final = "__typename"
"""The key of the concrete type in the payload of an object of an interface or union type."""


@dataclass(frozen=True, slots=True)
class Publication:
    """The result of a mutation field for the subscribers of one Subscription field."""

    subscription_field: str
    payload: object
    """For an object name -> value, also for nested objects; fields that were not selected are absent."""

    @property
    def subject(self) -> dict[str, Any]:
        """Return the fields of an object for filters; AppSync does not filter lists and scalars."""
        return self.payload if isinstance(self.payload, dict) else {}


def publications_of(
    subscriptions: Mapping[str, Sequence[str]],
    operation: OperationDefinitionNode,
    context: OperationContext,
    data: dict[str, Any],
    errors: list[dict[str, Any]],
    *,
    delivery: Delivery = "field",
) -> list[Publication]:
    """Return the publications of a mutation: one per Subscription field that names a successful mutation field.

    Args:
        subscriptions: Mutation field -> the Subscription fields that name it.
        operation: the mutation.
        context: the shared state of its fields.
        data: the data of its response.
        errors: the errors of its response.
        delivery: the names of the fields in the payload.

    A field whose resolver reported an error is not published. An error in a nested field results in a null.
    """
    failed = {entry["path"][0] for entry in errors if entry.get("path") and len(entry["path"]) == 1}
    reader = _Reader(context.document.fragments, context.coerced_variables, context.concrete_types, delivery)
    publications = []
    for node in reader.fields(operation.selection_set):
        key = (node.alias or node.name).value
        names = subscriptions.get(node.name.value, ())
        if not names or key in failed or data.get(key) is None:
            continue
        payload = reader.read(node.selection_set, data[key], (key,))
        publications += [Publication(name, payload) for name in names]
    return publications


class _Reader:
    """Converts a response, which is keyed by alias, to a payload."""

    def __init__(
        self,
        fragments: dict[str, FragmentDefinitionNode],
        variables: dict[str, Any],
        concrete_types: dict[tuple[str | int, ...], str],
        delivery: Delivery,
    ) -> None:
        self._fragments = fragments
        self._variables = variables
        self._concrete_types = concrete_types
        self._keeps_aliases = delivery == "alias"

    def fields(self, selections: SelectionSetNode) -> Iterator[FieldNode]:
        """Return all fields of a selection set, including those of fragments on any type."""
        return selected_fields(selections, self._fragments, self._variables)

    def _read_object(
        self, selections: SelectionSetNode, data: dict[str, Any], path: tuple[str | int, ...]
    ) -> dict[str, Any]:
        """Read an object of the response; fields that were selected twice are merged, as in GraphQL."""
        payload: dict[str, Any] = {}
        for node in self.fields(selections):
            key = (node.alias or node.name).value
            name = key if self._keeps_aliases else node.name.value
            if key in data:
                value = self.read(node.selection_set, data[key], (*path, key))
                payload[name] = merged(payload.get(name), value)
        concrete = self._concrete_types.get(path)
        if concrete is not None:
            payload[TYPE_NAME] = concrete
        return payload

    def read(self, selections: SelectionSetNode | None, value: object, path: tuple[str | int, ...]) -> object:
        """Return a value of the response, with objects keyed by the names of the payload."""
        if selections is None or value is None:
            return value
        if isinstance(value, list):
            return [self.read(selections, item, (*path, index)) for index, item in enumerate(value)]
        return self._read_object(selections, value, path) if isinstance(value, dict) else value


def delivery_of(environment: Mapping[str, str]) -> Delivery:
    """Return the delivery mode that the environment sets, by field name if it sets none.

    Raises:
        ValueError: the mode is unknown.
    """
    value = environment.get(DELIVERY_VARIABLE, "field")
    for delivery in get_args(Delivery):
        if value == delivery:
            return delivery  # type: ignore[no-any-return]
    raise ValueError(f"{DELIVERY_VARIABLE} is {value!r}: give field or alias")


def merged(before: object, now: object) -> object:
    """Merge the values of two selections of the same field."""
    if isinstance(before, dict) and isinstance(now, dict):
        return {name: merged(before.get(name), now[name]) if name in now else before[name] for name in before | now}
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [merged(left, right) for left, right in zip(before, now, strict=True)]
    return now
