"""Direct access to the tables of a running backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.helpers.backend import CLIENT_CONFIG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb.service_resource import Table

    from tests.helpers.backend import LocalBackend

Row = dict[str, Any]


class Tables:
    """Writes rows unchanged.

    Args:
        backend: the running backend.
    """

    def __init__(self, backend: LocalBackend) -> None:
        self._outputs = backend.outputs
        endpoint = self._outputs.endpoint
        self._dynamodb = backend.session().resource("dynamodb", endpoint_url=endpoint, config=CLIENT_CONFIG)

    def table(self, key: str) -> Table:
        """Return one of the chat's tables, for example ``messages``."""
        return self._dynamodb.Table(self._name(key))

    def put(self, key: str, rows: list[Row]) -> None:
        """Write rows into a table."""
        with self.table(key).batch_writer() as batch:
            for row in rows:
                batch.put_item(row)

    def write(self, put: Mapping[str, list[Row]], delete: Mapping[str, list[Row]]) -> None:
        """Write and delete up to 25 rows at once, by table; rows to delete contain only the key."""
        requests: dict[str, list[Any]] = {}
        for key, rows in put.items():
            requests.setdefault(self._name(key), []).extend({"PutRequest": {"Item": row}} for row in rows)
        for key, rows in delete.items():
            requests.setdefault(self._name(key), []).extend({"DeleteRequest": {"Key": row}} for row in rows)
        self._dynamodb.batch_write_item(RequestItems=requests)

    def delete(self, key: str, **row: Any) -> None:  # noqa: ANN401 - keys are texts and numbers
        """Delete the row of a key, if it exists."""
        self.table(key).delete_item(Key=row)

    def _name(self, key: str) -> str:
        return self._outputs[f"{key.capitalize()}TableName"]
