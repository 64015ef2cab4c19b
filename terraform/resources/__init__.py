"""The resource types of the direct deployment, a module per service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terraform.resources import (
    appsync,
    buckets,
    cloudwatch,
    cognito,
    dynamodb,
    functions,
    iam,
    keys,
    mappings,
    queues,
    schedules,
    topics,
)

if TYPE_CHECKING:
    from terraform.resources.resource import Kind

KINDS: dict[str, Kind] = {
    **appsync.KINDS,
    **cloudwatch.KINDS,
    **cognito.KINDS,
    **dynamodb.KINDS,
    **mappings.KINDS,
    **schedules.KINDS,
    **topics.KINDS,
    **functions.KINDS,
    **queues.KINDS,
    **buckets.KINDS,
    **iam.KINDS,
    **keys.KINDS,
}
"""All resource types in the order of removal: resources before those that they reference."""

SERVICES = (
    "appsync",
    "cloudwatch",
    "cognito-idp",
    "dynamodb",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "s3",
    "scheduler",
    "sns",
    "sqs",
)
"""The boto3 clients of these resource types."""
