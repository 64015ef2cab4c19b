"""Data that a plan would destroy: refused, unless each resource is named with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.findings.finding import Finding
from ops.plans import Action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.plans import Plan, ResourceChange

DATA_BEARING = {
    "aws_cognito_user_pool": "people's accounts and passwords",
    "aws_dynamodb_table": "the rows of the table",
    "aws_kms_key": "everything that is encrypted with the key",
    "aws_s3_bucket": "the objects in the bucket",
}
"""Resource types whose end takes data with it, and which data."""

PROTECTIONS = {
    "aws_cognito_user_pool": ("deletion_protection", "ACTIVE"),
    "aws_dynamodb_table": ("deletion_protection_enabled", True),
}
"""The attribute with which AWS itself refuses a deletion, and its value then."""

_ENDS = {Action.REPLACE: "replaced", Action.DESTROY: "destroyed"}


def data_loss_findings(plan: Plan) -> Iterator[Finding]:
    """Yield one finding for each data-bearing resource that would end, be forgotten or lose its protection."""
    for change in plan.changes:
        if change.type not in DATA_BEARING:
            continue
        if change.action in _ENDS:
            yield Finding("data loss", change.address, _end(change), refused=True)
        elif change.action is Action.FORGET:
            message = "would no longer be managed: it stays in AWS, and no plan shows what happens to it"
            yield Finding("data loss", change.address, message, refused=True)
        elif _loses_protection(change):
            attribute, _ = PROTECTIONS[change.type]
            yield Finding("data loss", change.address, f"loses its deletion protection ({attribute})", refused=True)


def _end(change: ResourceChange) -> str:
    what = f"would be {_ENDS[change.action]}, and with it {DATA_BEARING[change.type]}"
    if change.replaced_by:
        return f"{what}, because of a change of {', '.join(change.replaced_by)}"
    if change.action is Action.DESTROY and change.reason == "delete_because_no_resource_config":
        return f"{what}, because it is no longer in the configuration"
    return what


def _loses_protection(change: ResourceChange) -> bool:
    attribute, protected = PROTECTIONS.get(change.type, ("", None))
    return change.action is Action.CHANGE and change.before.get(attribute) == protected != change.after.get(attribute)
