"""New IAM permissions, one finding each. Removed permissions are not reported."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ops.plans import Action
from ops.review_rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.plans import Plan, ResourceChange

_POLICIES = {
    "aws_iam_role_policy": "policy",
    "aws_iam_policy": "policy",
    "aws_iam_role": "assume_role_policy",
    "aws_s3_bucket_policy": "policy",
    "aws_sqs_queue_policy": "policy",
    "aws_kms_key": "policy",
}
"""The attribute with the policy document, by resource type."""
_ATTACHED = frozenset({"aws_iam_role_policy_attachment", "aws_iam_policy_attachment"})


@dataclass(frozen=True, slots=True, order=True)
class _Grant:
    principal: str
    action: str
    resource: str
    condition: str

    def __str__(self) -> str:
        principal = f"{self.principal} may " if self.principal else "may "
        resource = f" on {self.resource}" if self.resource else ""
        return f"{principal}{self.action}{resource}{f' if {self.condition}' if self.condition else ''}"


def permission_findings(plan: Plan) -> Iterator[Finding]:
    """Yield every new permission of each policy."""
    for change in plan.changes:
        if change.action in {Action.DESTROY, Action.MOVE, Action.FORGET, Action.IMPORT}:
            continue
        if change.type in _ATTACHED:
            yield Finding("permissions", change.address, f"attaches {change.after.get('policy_arn', 'a policy')}")
        elif change.type == "aws_lambda_permission":
            yield Finding("permissions", change.address, _permission(change))
        elif change.type in _POLICIES:
            attribute = _POLICIES[change.type]
            configured = plan.configured.get(change.address, {}).get(attribute)
            yield from _widening(change, attribute, configured)


def _permission(change: ResourceChange) -> str:
    after = change.after
    source = after.get("source_arn") or ("a source (known after apply)" if "source_arn" in change.unknown else "")
    return f"{after.get('principal', '?')} may {after.get('action', '?')}, for {source or 'ANY SOURCE'}"


def _widening(change: ResourceChange, attribute: str, configured: Any) -> Iterator[Finding]:  # noqa: ANN401 - JSON
    """Yield the new permissions; if the policy is known after apply only, those with a new action or principal."""
    before = set(_grants(change.before.get(attribute)))
    if attribute not in change.unknown:
        after = set(_grants(change.after.get(attribute)))
        added = [grant for grant in after - before if not any(_covers(old, grant) for old in before)]
        for statement in sorted(_denied(change.before, attribute) - _denied(change.after, attribute)):
            yield Finding("permissions", change.address, f"no longer denies {statement}")
    elif configured:
        after = set(_grants(configured))
        added = [grant for grant in after if not any(_covers(replace(old, resource="*"), grant) for old in before)]
    elif attribute in change.before or not change.before:
        yield Finding("permissions", change.address, f"{attribute} is known after apply only: check the code")
        return
    else:
        return
    for grant in sorted(added):
        yield Finding("permissions", change.address, f"{grant}{_warning(grant)}")


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
    return (" - **wildcard**" if is_wildcard else "") + (" - **public**" if is_public else "")


def _list(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    if value is None:
        return []
    return list(map(str, value)) if isinstance(value, list) else [str(value)]


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
