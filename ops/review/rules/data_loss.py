"""Data loss by a plan, which needs an approval for each resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ops.plans import Action, nested
from ops.review.rules.finding import Finding
from ops.sanitize import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.plans import Plan, ResourceChange
    from ops.review.rules.finding import RefusedChange

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

_LONGEST_RECOVERY = 35
"""Days that point-in-time recovery covers by default."""
_ENDS = {Action.REPLACE: "replaced", Action.DESTROY: "destroyed"}


def data_loss_findings(plan: Plan) -> Iterator[Finding]:
    """Yield each resource with data that is replaced, destroyed, forgotten, or loses a protection of its data."""
    for change in plan.changes:
        if change.type not in DATA_BEARING:
            continue
        if change.action in _ENDS:
            refusal: RefusedChange = "replace" if change.action is Action.REPLACE else "destroy"
            yield Finding("data loss", change.address, _end(change), refusal)
        elif change.action is Action.FORGET:
            message = "would no longer be managed by Terraform: it stays in AWS without any plan for it"
            yield Finding("data loss", change.address, message, "forget")
        elif change.action is Action.CHANGE:
            for kind, lost in _lost_protection(change):
                yield Finding("data loss", change.address, lost, kind)


def _end(change: ResourceChange) -> str:
    message = f"would be {_ENDS[change.action]}, with {DATA_BEARING[change.type]}"
    if change.replaced_by:
        return f"{message}, because of a change of {', '.join(map(quoted, change.replaced_by))}"
    if change.action is Action.DESTROY and change.reason == "delete_because_no_resource_config":
        return f"{message}, because it is no longer in the configuration"
    return message


def _lost_protection(change: ResourceChange) -> Iterator[tuple[RefusedChange, str]]:
    attribute, protected = PROTECTIONS.get(change.type, ("", None))
    if change.before.get(attribute) == protected != change.after.get(attribute):
        yield "deletion_protection", f"loses its deletion protection (`{attribute}`)"
    if change.type == "aws_dynamodb_table":
        before, after = (_recovery_days(side) for side in (change.before, change.planned))
        if after < before and not after:
            text = "loses its point-in-time recovery (`point_in_time_recovery`): AWS deletes the continuous backups"
            yield "point_in_time_recovery", f"{text} of the last {before} days at once"
        elif after < before:
            text = f"can be restored to the last {after} days only, instead of {before} days"
            yield "recovery_period_in_days", text
    # An import does not show the setting, which exists in Terraform only: it is null before.
    is_kept = change.before.get("force_destroy") is False
    if change.type == "aws_s3_bucket" and is_kept and change.after.get("force_destroy"):
        yield "force_destroy", "can be deleted together with its objects (`force_destroy`)"


def _recovery_days(side: dict[str, Any]) -> int:
    """Return the number of days of continuous backups; 0 if point-in-time recovery is off."""
    block = nested(side.get("point_in_time_recovery"))
    days = block.get("recovery_period_in_days")
    return (days if isinstance(days, int) and days else _LONGEST_RECOVERY) if block.get("enabled") else 0
