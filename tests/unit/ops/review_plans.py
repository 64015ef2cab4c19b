"""Plans that the tests of the review share, and the findings and values of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ops.review.changed_values import values_of
from ops.review.rules import find
from tests.unit.ops.plans import API, change, plan

if TYPE_CHECKING:
    from ops.plans import Plan

SCHEMA = "type Query @aws_cognito_user_pools { me: User room(id: ID!): String } type User { name: String }"
ROLE = "aws_iam_role_policy.rooms"
LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.attachments"
DEPLOYED = {"aws_s3_bucket.attachments": {"bucket": "attachments"}}


def messages(of: Plan) -> list[str]:
    """Return the findings of a plan."""
    return [f"{finding.address} {finding.message}" for finding in find(of)]


def changed_values(code: Plan) -> list[str]:
    """Return the changed values of a plan, as a review lists them."""
    return [f"{found.path}: {found.before} -> {found.after}" for found in values_of(code, code.changes[0])]


def schema_change(before: str, after: str) -> Plan:
    """Return a plan that changes the schema of the API."""
    return plan(change(API, "update", before={"schema": before}, after={"schema": after}))


def rule(**arguments: object) -> dict[str, Any]:
    """Return a lifecycle rule."""
    return {"id": "all", "status": "Enabled", **arguments}


def expiry(days: int, **more: object) -> dict[str, Any]:
    """Return the arguments of a lifecycle configuration with one rule."""
    return {"rule": [rule(expiration=[{"days": days}], **more)]}
