"""What the direct deployment can make: one module a service, each a table of resource types."""

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
"""By Terraform's resource type, in the order of removal: what refers to others goes before them."""

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
"""The boto3 clients that making them needs."""
