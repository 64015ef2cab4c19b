"""Data loss by a plan, which needs an approval for each resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.plans import Action
from ops.review_rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.plans import Plan, ResourceChange

DATA_BEARING = {
    "aws_cognito_user_pool": "accounts and passwords",
    "aws_dynamodb_table": "the rows of the table",
    "aws_kms_key": "all data encrypted with the key",
    "aws_s3_bucket": "the objects in the bucket",
}
"""Resource types with data, and their data."""

PROTECTIONS = {
    "aws_cognito_user_pool": ("deletion_protection", "ACTIVE"),
    "aws_dynamodb_table": ("deletion_protection_enabled", True),
}
"""The attribute and value that protect a resource from deletion in AWS."""

_ENDS = {Action.REPLACE: "replaced", Action.DESTROY: "destroyed"}


def data_loss_findings(plan: Plan) -> Iterator[Finding]:
    """Yield a finding for each resource with data that is replaced, destroyed, forgotten or loses its protection."""
    for change in plan.changes:
        if change.type not in DATA_BEARING:
            continue
        if change.action in _ENDS:
            yield Finding("data loss", change.address, _end(change), refused=True)
        elif change.action is Action.FORGET:
            message = "would no longer be managed by Terraform: it stays in AWS without any plan for it"
            yield Finding("data loss", change.address, message, refused=True)
        elif _loses_protection(change):
            attribute, _ = PROTECTIONS[change.type]
            yield Finding("data loss", change.address, f"loses its deletion protection ({attribute})", refused=True)


def _end(change: ResourceChange) -> str:
    message = f"would be {_ENDS[change.action]}, with {DATA_BEARING[change.type]}"
    if change.replaced_by:
        return f"{message}, because of a change of {', '.join(change.replaced_by)}"
    if change.action is Action.DESTROY and change.reason == "delete_because_no_resource_config":
        return f"{message}, because it is no longer in the configuration"
    return message


def _loses_protection(change: ResourceChange) -> bool:
    attribute, protected = PROTECTIONS.get(change.type, ("", None))
    return change.action is Action.CHANGE and change.before.get(attribute) == protected != change.after.get(attribute)
