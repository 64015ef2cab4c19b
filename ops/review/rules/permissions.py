"""New permissions in IAM policies and resource policies. Removed permissions are not reported."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ops.plans import Action
from ops.review.rules.finding import Finding
from ops.sanitize import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ops.plans import Plan, ResourceChange

_POLICIES = {
    "aws_cloudwatch_log_resource_policy": "policy_document",
    "aws_dynamodb_resource_policy": "policy",
    "aws_iam_policy": "policy",
    "aws_iam_role": "assume_role_policy",
    "aws_iam_role_policy": "policy",
    "aws_kms_key": "policy",
    "aws_kms_key_policy": "policy",
    "aws_lambda_layer_version_permission": "policy",
    "aws_s3_bucket_policy": "policy",
    "aws_secretsmanager_secret_policy": "policy",
    "aws_sns_topic_policy": "policy",
    "aws_sqs_queue_policy": "policy",
}
"""The attribute with the policy document, by resource type."""
_EMBEDDED = {"aws_s3_bucket": "policy", "aws_sns_topic": "policy", "aws_sqs_queue": "policy"}
"""Types that may contain their resource policy."""
_KEYS = frozenset({"aws_kms_key", "aws_kms_key_policy"})
"""Types in whose policies the resource ``*`` is the key itself (KMS developer guide, "Key policies")."""
_ATTACHED = frozenset({"aws_iam_role_policy_attachment", "aws_iam_policy_attachment"})
_ROLE = re.compile(r"aws_iam_role\.[\w-]+")


@dataclass(frozen=True, slots=True, order=True)
class _Grant:
    principal: str
    action: str
    resource: str
    condition: str


def permission_findings(plan: Plan) -> Iterator[Finding]:
    """Yield every new permission of each policy, listed under the role of the policy if it has one."""
    owners = _Owners(plan)
    for change in plan.changes:
        for finding in _findings(plan, change):
            owner = owners.of(change)
            yield replace(finding, owner=owner, is_new=owner in owners.added)


def _findings(plan: Plan, change: ResourceChange) -> Iterator[Finding]:
    if change.action in {Action.DESTROY, Action.FORGET} and change.type in _POLICIES:
        for statement in sorted(_denied(change.before, _POLICIES[change.type])):
            yield _finding(change, f"no longer denies {quoted(statement)}")
    if change.action in {Action.DESTROY, Action.MOVE, Action.FORGET, Action.IMPORT}:
        return
    if change.type in _ATTACHED:
        yield _finding(change, f"attaches {quoted(change.after.get('policy_arn', 'a policy'))}")
    elif change.type == "aws_lambda_permission":
        yield _finding(change, _permission(change))
    elif change.type in _POLICIES or (change.type in _EMBEDDED and change.after.get(_EMBEDDED[change.type])):
        attribute = _POLICIES.get(change.type) or _EMBEDDED[change.type]
        configured = plan.configured.get(change.address, {}).get(attribute)
        yield from _widening(change, attribute, configured)
    if change.type == "aws_iam_role" and change.action is Action.CHANGE:
        yield from _role_findings(change)


def _role_findings(change: ResourceChange) -> Iterator[Finding]:
    before, after = change.before.get("permissions_boundary"), change.after.get("permissions_boundary")
    if before and before != after:
        yield _finding(change, f"loses the permissions boundary {quoted(before)}")
    for arn in set(change.after.get("managed_policy_arns") or []) - set(change.before.get("managed_policy_arns") or []):
        yield _finding(change, f"attaches {quoted(arn)}")


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
    return f"{principal} may {action}, for {source}{', public' if is_public else ''}"


def _widening(change: ResourceChange, attribute: str, configured: Any) -> Iterator[Finding]:  # noqa: ANN401 - JSON
    """Yield the new permissions; if the policy is known after apply only, those with a new action or principal."""
    before = set(_grants(change.before.get(attribute)))
    if attribute not in change.unknown:
        after = set(_grants(change.after.get(attribute)))
        added = [grant for grant in after - before if not any(_covers(old, grant) for old in before)]
        for statement in sorted(_denied(change.before, attribute) - _denied(change.after, attribute)):
            yield _finding(change, f"no longer denies {quoted(statement)}")
    elif configured:
        after = set(_grants(configured))
        added = [grant for grant in after if not any(_covers(replace(old, resource="*"), grant) for old in before)]
    elif attribute in change.before or not change.before:
        yield _finding(change, f"{quoted(attribute)} is known after apply only: check the code")
        return
    else:
        return
    if change.type in _KEYS:
        added = [replace(grant, resource="") if grant.resource == "*" else grant for grant in added]
    for message in _messages(added):
        yield _finding(change, message)


def _messages(grants: Iterable[_Grant]) -> Iterator[str]:
    """Yield a message for the actions on each resource."""
    actions: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for grant in sorted(grants):
        actions[grant.principal, grant.resource, grant.condition, _warning(grant)].append(grant.action)
    for (principal, resource, condition, warning), names in actions.items():
        subject = f"{quoted(principal)} may" if principal else "may"
        on = f" on {quoted(resource)}" if resource else ""
        if_ = f" if {quoted(condition)}" if condition else ""
        yield f"{subject} {', '.join(map(quoted, names))}{on}{if_}{warning}"


def _denied(side: dict[str, Any], attribute: str) -> set[str]:
    return {_short(statement) for statement in _statements(side.get(attribute)) if statement.get("Effect") == "Deny"}


def _grants(text: Any) -> Iterator[_Grant]:  # noqa: ANN401 - JSON
    """Yield every permission of a policy document; NotAction and NotResource are one permission each."""
    for statement in _statements(text):
        if statement.get("Effect") != "Allow":
            continue
        condition = _short(statement["Condition"]) if statement.get("Condition") else ""
        actions = _list(statement.get("Action")) or [f"all actions except {_short(statement.get('NotAction'))}"]
        resources = _list(statement.get("Resource")) or (
            [f"all resources except {_short(statement['NotResource'])}"] if "NotResource" in statement else [""]
        )
        for principal in _principals(statement):
            for action in actions:
                for resource in resources:
                    yield _Grant(principal, action, resource, condition)


def _statements(text: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    if not isinstance(text, str) or not text:
        return []
    try:
        statements = json.loads(text).get("Statement", [])
    except ValueError:
        return []
    return statements if isinstance(statements, list) else [statements]


def _principals(statement: dict[str, Any]) -> list[str]:
    if "NotPrincipal" in statement:
        return [f"all principals except {_short(statement['NotPrincipal'])}"]
    principal = statement.get("Principal", "")
    if not isinstance(principal, dict):
        return [str(principal)]
    return [f"{kind} {name}" for kind, names in principal.items() for name in _list(names)]


def _covers(old: _Grant, new: _Grant) -> bool:
    """Return whether a permission includes another: ``dynamodb:*`` includes ``dynamodb:GetItem``."""
    return (
        _matches(old.principal, new.principal)
        and _matches(old.action.lower(), new.action.lower())
        and _matches(old.resource, new.resource)
        and old.condition in {"", new.condition}
    )


def _matches(pattern: str, name: str) -> bool:
    return pattern == name or (pattern.endswith("*") and name.startswith(pattern[:-1]))


def _warning(grant: _Grant) -> str:
    is_wildcard = grant.action.endswith("*") or grant.resource.endswith("*")
    is_public = grant.principal.split(" ")[-1] == "*"
    return (", wildcard" if is_wildcard else "") + (", public" if is_public else "")


def _list(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    if value is None:
        return []
    return list(map(str, value)) if isinstance(value, list) else [str(value)]


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
