"""The state of one resolver call that all DynamoDB operations use: the table, the role, the meter."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Any, Final

from appsync_local.datasources.result import SourceError

if TYPE_CHECKING:
    from appsync_local.api import DataSource, GraphqlApi
    from appsync_local.backend import AwsError, Backend
    from appsync_local.fields import Meter

ILLEGAL_ARGUMENT: Final = "UserIllegalArgumentException"
_MODELLED_ERRORS: Final = frozenset(
    {
        "ConditionalCheckFailedException",
        "IdempotentParameterMismatchException",
        "InternalServerError",
        "ItemCollectionSizeLimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ResourceNotFoundException",
        "TransactionCanceledException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
"""Errors that AppSync reports under DynamoDB's name; all others are ``DynamoDbException``, as in the Java SDK."""


class DynamoDbCall:
    """One request of a resolver to its DynamoDB data source."""

    def __init__(self, api: GraphqlApi, source: DataSource, *, backend: Backend, meter: Meter) -> None:
        self.api = api
        self.meter = meter
        self.table: str = source.config["tableName"]
        self._backend = backend
        self._region: str = source.config.get("awsRegion") or api.region
        self._role_arn = source.role_arn or ""

    async def send(self, action: str, request: dict[str, Any]) -> dict[str, Any]:
        """Call DynamoDB with the data source's role.

        Raises:
            AwsError: DynamoDB rejected the call.
        """
        return await self._backend.dynamodb(
            action, {**request, "ReturnConsumedCapacity": "TOTAL"}, role_arn=self._role_arn, region=self._region
        )


def source_error(refused: AwsError) -> SourceError:
    """Return ``ctx.error`` of a rejected call, with the suffix that the AWS SDK for Java adds to the message."""
    if refused.code == ILLEGAL_ARGUMENT:  # AppSync's own error: DynamoDB was not called
        return SourceError(refused.message, f"DynamoDB:{ILLEGAL_ARGUMENT}")
    code = refused.code if refused.code in _MODELLED_ERRORS else "DynamoDbException"
    status = 500 if code == "InternalServerError" else 400
    request_id = base64.b32hexencode(os.urandom(30)).decode() + "AAJG"
    message = f"{refused.message} (Service: DynamoDb, Status Code: {status}, Request ID: {request_id})"
    return SourceError(message, f"DynamoDB:{code}")
