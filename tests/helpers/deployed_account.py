"""A deployed local AWS as ``python -m ops drift`` sees it: the stack, its state and the account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.embedded.environment import DataDirectory
from ops.account_drift import compare_account
from terraform.stack import Stack

if TYPE_CHECKING:
    from ops.account_drift.check import Difference
    from tests.helpers.backend import LocalBackend


class DeployedAccount:
    """A deployed local AWS with the attributes of its resources."""

    def __init__(self, backend: LocalBackend) -> None:
        self._backend = backend
        directory = DataDirectory(backend.directory)
        self.stack = Stack(directory.stack, "local")
        record = json.loads(directory.deployment_record.read_text(encoding="utf-8"))
        self.state: dict[str, dict[str, Any]] = {address: entry["attributes"] for address, entry in record.items()}

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no common type
        """Return a client of the local AWS."""
        return self._backend.client(service)

    def drift(self) -> list[Difference]:
        """Return what the account has beside the release; the process environment names the local AWS."""
        comparison = compare_account(self.stack, self.state)
        assert comparison.errors == []
        return comparison.differences

    @property
    def pool(self) -> str:
        """The id of the user pool."""
        return str(self.state["aws_cognito_user_pool.pool"]["id"])

    @property
    def api(self) -> str:
        """The id of the API."""
        return str(self.state["aws_appsync_graphql_api.chat"]["id"])

    @property
    def bucket(self) -> str:
        """The name of the bucket with users' files."""
        return str(self.state["aws_s3_bucket.attachments"]["bucket"])
