"""Policies of roles that are not in the release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.account_drift.check import Check, added

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.account_drift.check import Account, Difference, Resource

_MISSING = ("NoSuchEntity",)


def _managed(account: Account, role: Resource) -> Iterator[Difference]:
    name = role["name"]
    attached = account.listed("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=name)
    found = [policy["PolicyArn"] for policy in attached]
    declared = account.values("aws_iam_role_policy_attachment", "policy_arn", role=name)
    remedy = f"aws iam detach-role-policy --role-name {name} --policy-arn {{}}"
    yield from added(role, "managed policy", found, declared, remedy)


def _inline(account: Account, role: Resource) -> Iterator[Difference]:
    name = role["name"]
    found = account.listed("iam", "list_role_policies", "PolicyNames", RoleName=name)
    declared = account.values("aws_iam_role_policy", "name", role=name)
    remedy = f"aws iam delete-role-policy --role-name {name} --policy-name {{}}"
    yield from added(role, "inline policy", found, declared, remedy)


CHECKS = (
    Check("aws_iam_role", "attached managed policies", _managed, _MISSING),
    Check("aws_iam_role", "inline policies", _inline, _MISSING),
)
