"""IAM policy statements as data, which tests can inspect, and the policy documents made from them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Statement:
    """An Allow statement. A resource ``*`` has to be justified in a test."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """IAM's ``Condition`` block; empty for no condition."""


def policy_document(statements: Iterable[Statement]) -> str:
    """Return the IAM policy of ``statements`` as JSON."""
    return document(
        {
            "Effect": "Allow",
            "Action": sorted(statement.actions),
            "Resource": list(statement.resources),
            **({"Condition": statement.condition} if statement.condition else {}),
        }
        for statement in statements
    )


def trust_document(service: str, *, source_account: str | None = None, source_arn: str | None = None) -> str:
    """Return the trust policy of a role that ``service`` assumes.

    The conditions keep other customers of the service from using the role (AWS IAM guide, "The confused deputy
    problem"). AppSync sends both. Lambda sends neither when it assumes an execution role, and does not need them,
    because ``iam:PassRole`` protects the assignment of the role.

    Args:
        service: A service principal, for example ``appsync.amazonaws.com``.
        source_account: Account id, 12 digits.
        source_arn: ARN of the resource that uses the role, if it exists before the role.
    """
    statement: dict[str, Any] = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    if source_account is not None:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": source_account}}
    if source_arn is not None:
        statement.setdefault("Condition", {})["ArnEquals"] = {"aws:SourceArn": source_arn}
    return document([statement])


def tls_only_document(bucket_arn: str) -> str:
    """Return the policy of a bucket that denies requests without TLS."""
    return document(
        [
            {
                "Effect": "Deny",
                "Action": "s3:*",
                "Principal": "*",
                "Resource": [bucket_arn, f"{bucket_arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ]
    )


def log_delivery_document(log_group_arn: str, *, account_id: str, region: str) -> str:
    """Return the policy that allows AWS's log delivery to write to a log group, for this account only.

    It equals the policy that the service would add (CloudWatch Logs user guide, "Logging that requires additional
    permissions").
    """
    return document(
        [
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Principal": {"Service": "delivery.logs.amazonaws.com"},
                "Resource": f"{log_group_arn}:*",
                "Condition": {
                    "ArnLike": {"aws:SourceArn": f"arn:{partition_of(region).name}:logs:{region}:{account_id}:*"},
                    "StringEquals": {"aws:SourceAccount": account_id},
                },
            }
        ]
    )


def document(statements: Iterable[dict[str, Any]]) -> str:
    """Return a policy of these statements as deterministic JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, sort_keys=True, separators=(",", ":"))
