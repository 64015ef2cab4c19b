"""In-memory DynamoDB: the reads and conditional writes that the functions use."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from contract.tables import TABLES
from lambdas.common.items import Row, to_item, to_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEYS = {table.key: tuple(table.primary_key.attributes) for table in TABLES}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TERM = re.compile(r"(?:(attribute_exists|attribute_not_exists)\((\S+)\)|(\S+) (=|<>|<=|>=|<|>) (\S+))")
_CLAUSES = re.compile(r"\b(SET|REMOVE|ADD|DELETE) ")


class RefusedError(ClientError):
    """A condition was refused."""

    def __init__(self, code: str) -> None:
        super().__init__({"Error": {"Code": code, "Message": "refused"}}, "Write")


class MemoryDynamodb:
    """A client of the chat's tables.

    ``before_write`` is called before each write or transaction. An eventually consistent read of one row returns
    nothing that was written after the client was created.
    """

    class exceptions:  # noqa: N801 - as boto3 calls it
        """The exceptions of a boto3 client."""

        ConditionalCheckFailedException = RefusedError

    def __init__(self, **rows: list[Row]) -> None:
        self.tables: dict[str, dict[tuple[Any, ...], Row]] = {name: {} for name in KEYS}
        self.before_write: Callable[[], None] = lambda: None
        for table, given in rows.items():
            for row in given:
                self.give(table, row)
        self._old = {table: dict(given) for table, given in self.tables.items()}

    def give(self, table: str, row: Row) -> None:
        """Put a row as a precondition of the test."""
        self.tables[table][_key(table, row)] = row

    def row(self, table: str, *key: object) -> Row | None:
        """Return a row by the values of its key."""
        return self.tables[table].get(key)

    def rows(self, table: str) -> list[Row]:
        """Return all rows of a table."""
        return list(self.tables[table].values())

    def get_item(self, *, TableName: str, Key: dict[str, Any], ConsistentRead: bool) -> dict[str, Any]:  # noqa: N803
        """Return the row, if it exists."""
        tables = self.tables if ConsistentRead else self._old
        row = tables[TableName].get(_key(TableName, to_row(Key)))
        return {} if row is None else {"Item": to_item(row)}

    def query(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3
        """Return all rows with one value of the partition key of a table or an index."""
        (attribute,) = request["ExpressionAttributeNames"].values()
        (value,) = to_row(request["ExpressionAttributeValues"]).values()
        return {"Items": [to_item(row) for row in self.rows(request["TableName"]) if row.get(attribute) == value]}

    def get_paginator(self, _: str) -> MemoryDynamodb:
        """Return a paginator of a query."""
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - as boto3
        """Yield the single page of a query."""
        yield self.query(**request)

    def put_item(self, **request: Any) -> None:  # noqa: ANN401 - as boto3
        """Write a row."""
        self._write([("Put", request)], "ConditionalCheckFailedException")

    def update_item(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3
        """Change a row."""
        self._write([("Update", request)], "ConditionalCheckFailedException")
        key = _key(request["TableName"], to_row(request["Key"]))
        return {"Attributes": to_item(self.tables[request["TableName"]][key])}

    def delete_item(self, **request: Any) -> None:  # noqa: ANN401 - as boto3
        """Remove a row."""
        self._write([("Delete", request)], "ConditionalCheckFailedException")

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]]) -> None:  # noqa: N803 - as boto3
        """Do all writes or none."""
        self._write([write for item in TransactItems for write in item.items()], "TransactionCanceledException")

    def _write(self, writes: list[tuple[str, dict[str, Any]]], refused: str) -> None:
        self.before_write()
        planned = []
        for kind, request in writes:
            table = request["TableName"]
            key = _key(table, to_row(request["Item"] if kind == "Put" else request["Key"]))
            if not _holds(request, self.tables[table].get(key, {})):
                raise RefusedError(refused)
            planned.append((kind, request, table, key))
        for kind, request, table, key in planned:
            if kind == "Delete":
                self.tables[table].pop(key, None)
            elif kind == "Put":
                self.tables[table][key] = to_row(request["Item"])
            else:
                before = self.tables[table].get(key) or to_row(request["Key"])
                self.tables[table][key] = _updated(before, request)


def _key(table: str, row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEYS[table])


def _name(request: dict[str, Any], name: str) -> str:
    return str(request.get("ExpressionAttributeNames", {}).get(name, name))


def _holds(request: dict[str, Any], row: Row) -> bool:
    values = to_row(request.get("ExpressionAttributeValues", {}))
    for term in filter(None, request.get("ConditionExpression", "").split(" AND ")):
        match = _TERM.fullmatch(term)
        assert match is not None, f"not modelled: {term}"
        function, tested, name, comparison, value = match.groups()
        if function is not None:
            is_held = (_name(request, tested) in row) == (function == "attribute_exists")
        else:
            found = row.get(_name(request, name))
            # As in DynamoDB, a missing attribute is unequal to every value, and all other comparisons are false.
            is_held = comparison == "<>" if found is None else _COMPARISONS[comparison](found, values[value])
        if not is_held:
            return False
    return True


def _updated(row: Row, request: dict[str, Any]) -> Row:
    values = to_row(request.get("ExpressionAttributeValues", {}))
    changed = dict(row)
    _, *clauses = _CLAUSES.split(request["UpdateExpression"])
    for verb, terms in zip(clauses[::2], clauses[1::2], strict=True):
        for term in terms.strip().split(", "):
            name, _, value = term.replace(" = ", " ").partition(" ")
            attribute = _name(request, name)
            if verb == "SET":
                changed[attribute] = values[value]
            elif verb == "REMOVE":
                changed.pop(attribute, None)
            elif verb == "ADD":
                changed[attribute] = changed.get(attribute, 0) + values[value]
            else:
                changed[attribute] = sorted(set(changed.get(attribute, ())) - set(values[value]))
    return changed
