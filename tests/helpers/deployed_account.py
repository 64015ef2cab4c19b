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


_IDENTITIES = frozenset(
    {
        *("api_id", "arn", "bucket", "domain", "field", "function_id", "function_name", "function_url", "group_name"),
        *("id", "identifier", "key", "key_id", "log_group_name", "name", "policy_arn", "policy_name", "provider_name"),
        *("queue_url", "resource_arn", "role", "rule", "s3_bucket", "s3_key", "statement_id", "stream_arn"),
        *("table_name", "type", "url", "user_pool_id", "uuid"),
    }
)
"""Attributes that identify a resource, or a part of it."""


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
        """Return the differences that Terraform does not detect; the process environment names the local AWS.

        Before ``python -m ops drift`` compares, Terraform reads the settings of all resources from the account into the
        state, so that no check may compare the account with a setting in the state. The state has no settings here.
        """
        refreshed = {
            address: {name: value for name, value in attributes.items() if name in _IDENTITIES}
            for address, attributes in self.state.items()
        }
        comparison = compare_account(self.stack, refreshed)
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
