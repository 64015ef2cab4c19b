"""IAM policy statements as data, so that tests can read who may do what, and the documents made from them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Statement:
    """An Allow: these actions on these resources. Both are named; ``*`` as a resource has to be justified in a test."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """IAM's ``Condition`` block; empty for always."""


def policy_document(statements: Iterable[Statement]) -> str:
    """Return the IAM policy that allows ``statements`` and nothing else, as JSON."""
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
    """Return who may assume a role: ``service``, for whomever or for one account and one resource of it only.

    The conditions keep other customers of the service from using the role (AWS IAM guide, "The confused deputy
    problem"). AppSync sends both; Lambda sends neither when it assumes an execution role, and needs no such guard,
    because passing the role to a function is what ``iam:PassRole`` protects.

    Args:
        service: A service principal, for example ``appsync.amazonaws.com``.
        source_account: 12 digits.
        source_arn: ARN of the resource that uses the role, where it exists before the role does.
    """
    statement: dict[str, Any] = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    if source_account is not None:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": source_account}}
    if source_arn is not None:
        statement.setdefault("Condition", {})["ArnEquals"] = {"aws:SourceArn": source_arn}
    return document([statement])


def tls_only_document(bucket_arn: str) -> str:
    """Return the policy of a bucket that nobody may use over plain HTTP."""
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
    """Return who may write to a log group that AWS's log delivery fills: that service, for this account only.

    As the service writes it where it may (CloudWatch Logs user guide, "Logging that requires additional permissions").
    """
    return document(
        [
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Principal": {"Service": "delivery.logs.amazonaws.com"},
                "Resource": f"{log_group_arn}:*",
                "Condition": {
                    "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{region}:{account_id}:*"},
                    "StringEquals": {"aws:SourceAccount": account_id},
                },
            }
        ]
    )


def document(statements: Iterable[dict[str, Any]]) -> str:
    """Return a policy of these statements as JSON, the same for the same statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, sort_keys=True, separators=(",", ":"))
