"""New permissions in IAM policies and resource policies, and lost denials. Removed permissions are not reported."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ops.plans import Action
from ops.review.rules.configured_policy import aligned, resolved
from ops.review.rules.finding import Finding
from ops.review.rules.grants import grants, is_document
from ops.sanitize import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ops.plans import Plan, ResourceChange
    from ops.review.rules.grants import Grant

_POLICIES = {
    "aws_cloudwatch_log_resource_policy": "policy_document",
    "aws_dynamodb_resource_policy": "policy",
    "aws_iam_group_policy": "policy",
    "aws_iam_policy": "policy",
    "aws_iam_role": "assume_role_policy",
    "aws_iam_role_policy": "policy",
    "aws_iam_user_policy": "policy",
    "aws_kms_key": "policy",
    "aws_kms_key_policy": "policy",
    "aws_lambda_layer_version_permission": "policy",
    "aws_s3_bucket_policy": "policy",
    "aws_secretsmanager_secret_policy": "policy",
    "aws_sns_topic_policy": "policy",
    "aws_sqs_queue_policy": "policy",
}
"""The attribute with the policy document, by resource type."""
_UNLISTED = frozenset({"policy", "policy_document"})
"""Attributes of other types that have a policy document, as far as their value does not show it."""
_EMBEDDED = {"aws_s3_bucket": "policy", "aws_sns_topic": "policy", "aws_sqs_queue": "policy"}
"""Types that may contain their resource policy."""
_KEYS = frozenset({"aws_kms_key", "aws_kms_key_policy"})
"""Types in whose policies the resource ``*`` is the key itself (KMS developer guide, "Key policies")."""
_ATTACHED = frozenset(
    {
        "aws_iam_group_policy_attachment",
        "aws_iam_policy_attachment",
        "aws_iam_role_policy_attachment",
        "aws_iam_user_policy_attachment",
    }
)
_TARGETS = frozenset(
    {
        "arn",
        "bucket",
        "group",
        "key_id",
        "layer_name",
        "queue_url",
        "resource_arn",
        "role",
        "secret_arn",
        "user",
    }
)
"""Arguments with the owner of a policy. A policy that moves to another owner is new there, and gone at the old one."""
_ALLOWED = "may"
_NOT_DENIED = "is no longer denied"
_ROLE = re.compile(r"aws_iam_role\.[\w-]+")


def permission_findings(plan: Plan) -> Iterator[Finding]:
    """Yield every new permission of each policy, listed under the role of the policy if it has one."""
    owners = _Owners(plan)
    for change in plan.changes:
        for finding in _findings(plan, change):
            owner = owners.of(change)
            yield replace(finding, owner=owner, is_new=owner in owners.added)


def _findings(plan: Plan, change: ResourceChange) -> Iterator[Finding]:
    attribute = _POLICIES.get(change.type) or _EMBEDDED.get(change.type) or _document_of(plan, change)
    if change.action in {Action.DESTROY, Action.FORGET} and change.type not in _EMBEDDED:
        yield from _lost_denials(change, grants(change.before.get(attribute), "Deny"), set())
    if change.action in {Action.DESTROY, Action.MOVE, Action.FORGET, Action.IMPORT}:
        return
    if change.type in _ATTACHED:
        arn = change.after.get("policy_arn") or resolved(plan, change.address, "policy_arn") or "a policy"
        yield _finding(change, f"attaches {quoted(arn)}")
    elif change.type == "aws_lambda_permission":
        yield _finding(change, _permission(change))
    elif attribute:
        yield from _widening(plan, change, attribute)
    if change.type == "aws_iam_role":
        yield from _role_findings(change)


def _document_of(plan: Plan, change: ResourceChange) -> str:
    """Return the attribute with a policy document of a type that is not listed; empty if it has none."""
    configured = plan.configured.get(change.address, {})
    values = [item for side in (change.before, change.after, configured) for item in side.items()]
    unknown = _UNLISTED & change.unknown & configured.keys()
    return next((name for name, value in values if is_document(value)), next(iter(unknown), ""))


def _role_findings(change: ResourceChange) -> Iterator[Finding]:
    before, after = change.before.get("permissions_boundary"), change.after.get("permissions_boundary")
    if before and before != after:
        yield _finding(change, f"loses the permissions boundary {quoted(before)}")
    after_arns, before_arns = (set(side.get("managed_policy_arns") or []) for side in (change.after, change.before))
    for arn in sorted(after_arns - before_arns):
        yield _finding(change, f"attaches {quoted(arn)}")
    after, before = (_inline(side) for side in (change.after, change.before))
    yield from _new_grants(change, after, before)


def _inline(role: dict[str, Any]) -> set[Grant]:
    return {grant for block in role.get("inline_policy") or [] for grant in grants(block.get("policy"), "Allow")}


def _finding(change: ResourceChange, message: str) -> Finding:
    return Finding("permissions", change.address, message)


class _Owners:
    """The roles of policies, from the plan or the configuration."""

    def __init__(self, plan: Plan) -> None:
        self._configured = plan.configured
        values = {**plan.prior, **{change.address: {**change.before, **change.after} for change in plan.changes}}
        self._by_name = {str(role.get("name")): address for address, role in values.items() if _ROLE.fullmatch(address)}
        self.added = {change.address for change in plan.changes if change.action is Action.ADD}

    def of(self, change: ResourceChange) -> str:
        """Return the address of the role, or of the resource if it belongs to none."""
        reference = _ROLE.search(str(self._configured.get(change.address, {}).get("role", "")))
        name = str(change.after.get("role") or change.before.get("role") or "")
        return reference[0] if reference else self._by_name.get(name, change.address)


def _permission(change: ResourceChange) -> str:
    after = change.after
    source = quoted(after["source_arn"]) if after.get("source_arn") else "any source"
    if "source_arn" in change.unknown:
        source = "a source that is known after apply"
    principal, action = quoted(after.get("principal", "?")), quoted(after.get("action", "?"))
    accounts = after.get("source_account") or after.get("principal_org_id")
    is_public = after.get("principal") == "*" and not accounts
    return f"{'public: ' if is_public else ''}{principal} may {action}, for {source}"


def _widening(plan: Plan, change: ResourceChange, attribute: str) -> Iterator[Finding]:
    """Yield the new permissions and the lost denials of a policy."""
    text = change.after.get(attribute)
    if attribute in change.unknown:
        text = resolved(plan, change.address, attribute)
        if not is_document(text):
            if change.type in _POLICIES or text is not None:
                yield _finding(change, f"{quoted(attribute)} is known after apply only: check the code")
            return
    before, is_moved = change.before.get(attribute), _is_moved(change)
    yield from _new_grants(change, grants(text, "Allow"), set() if is_moved else grants(before, "Allow"))
    yield from _lost_denials(change, grants(before, "Deny"), set() if is_moved else grants(text, "Deny"))


def _is_moved(change: ResourceChange) -> bool:
    """Return whether a policy is replaced by one of another owner."""
    sides = [(change.before.get(name), change.after.get(name)) for name in _TARGETS]
    is_other = any(old != new for old, new in sides if old is not None and new is not None)
    return change.action is Action.REPLACE and (is_other or not _TARGETS.isdisjoint(change.replaced_by))


def _new_grants(change: ResourceChange, after: set[Grant], before: set[Grant]) -> Iterator[Finding]:
    added = {new for new in after if not any(old.includes(aligned(new, old)) for old in before)}
    if change.type in _KEYS:
        added = {replace(grant, resource="") if grant.resource == "*" else grant for grant in added}
    yield from _by_resource(change, _ALLOWED, added)


def _lost_denials(change: ResourceChange, before: set[Grant], after: set[Grant]) -> Iterator[Finding]:
    lost = {old for old in before if not any(aligned(new, old).includes(old) for new in after)}
    yield from _by_resource(change, _NOT_DENIED, lost)


def _by_resource(change: ResourceChange, verb: str, found: Iterable[Grant]) -> Iterator[Finding]:
    """Yield a finding for the actions on each resource; warnings and the resource precede a list of any length."""
    groups: dict[tuple[str, str, str, tuple[str, ...]], list[Grant]] = defaultdict(list)
    for grant in sorted(found):
        warnings = _warnings(grant) if verb == _ALLOWED else ()
        groups[grant.principal, grant.resource, grant.condition, warnings].append(grant)
    for (principal, resource, condition, warnings), of_group in groups.items():
        place = ", ".join((*warnings, *([f"on {quoted(resource)}"] if resource else [])))
        subject = f"{quoted(principal)} {verb}" if principal else verb
        names = ", ".join(quoted(grant.action) for grant in of_group)
        text = f"{f'{place}: ' if place else ''}{subject} {names}{f' if {quoted(condition)}' if condition else ''}"
        yield replace(_finding(change, text), grants=tuple(of_group) if verb == _ALLOWED else ())


def _warnings(grant: Grant) -> tuple[str, ...]:
    return (*(["public"] if grant.is_public else []), *(["wildcard"] if grant.is_wildcard else []))
