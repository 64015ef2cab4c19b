"""IAM: who may do more after the apply than before. Fewer permissions are no finding; new ones are, one by one."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ops.findings.finding import Finding
from ops.plans import Action

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
"""Resource type -> the attribute with its policy document."""
_ATTACHED = frozenset({"aws_iam_role_policy_attachment", "aws_iam_policy_attachment"})


@dataclass(frozen=True, slots=True, order=True)
class _Grant:
    principal: str
    action: str
    resource: str
    condition: str

    def __str__(self) -> str:
        who = f"{self.principal} may " if self.principal else "may "
        what = f" on {self.resource}" if self.resource else ""
        return f"{who}{self.action}{what}{f' if {self.condition}' if self.condition else ''}"


def permission_findings(plan: Plan) -> Iterator[Finding]:
    """Yield what each policy allows that it did not allow before."""
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
    source = after.get("source_arn") or ("a source known after the apply" if "source_arn" in change.unknown else "")
    return f"{after.get('principal', '?')} may {after.get('action', '?')}, for {source or 'ANY SOURCE'}"


def _widening(change: ResourceChange, attribute: str, configured: Any) -> Iterator[Finding]:  # noqa: ANN401 - JSON
    """Yield the new grants; of a policy that is not known yet those whose action or principal is new."""
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
        yield Finding("permissions", change.address, f"{attribute} is known after the apply only: read the code")
        return
    else:
        return
    for grant in sorted(added):
        yield Finding("permissions", change.address, f"{grant}{_warning(grant)}")


def _denied(side: dict[str, Any], attribute: str) -> set[str]:
    return {_short(one) for one in _statements(side.get(attribute)) if one.get("Effect") == "Deny"}


def _grants(text: Any) -> Iterator[_Grant]:  # noqa: ANN401 - JSON
    """Yield every single thing that a document allows; what it does not name, such as NotAction, is one thing."""
    for statement in _statements(text):
        if statement.get("Effect") != "Allow":
            continue
        condition = _short(statement["Condition"]) if statement.get("Condition") else ""
        actions = _list(statement.get("Action")) or [f"everything but {_short(statement.get('NotAction'))}"]
        resources = _list(statement.get("Resource")) or (
            [f"everything but {_short(statement['NotResource'])}"] if "NotResource" in statement else [""]
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
        return [f"everybody but {_short(statement['NotPrincipal'])}"]
    principal = statement.get("Principal", "")
    if not isinstance(principal, dict):
        return [str(principal)]
    return [f"{kind} {name}" for kind, names in principal.items() for name in _list(names)]


def _covers(old: _Grant, new: _Grant) -> bool:
    """Tell whether the old one allowed at least as much already: ``dynamodb:*`` covers ``dynamodb:GetItem``."""
    return (
        _matches(old.principal, new.principal)
        and _matches(old.action.lower(), new.action.lower())
        and _matches(old.resource, new.resource)
        and old.condition in {"", new.condition}
    )


def _matches(pattern: str, name: str) -> bool:
    return pattern == name or (pattern.endswith("*") and name.startswith(pattern[:-1]))


def _warning(grant: _Grant) -> str:
    wide = [what for what, value in (("action", grant.action), ("resource", grant.resource)) if value.endswith("*")]
    everybody = grant.principal.split(" ")[-1] == "*"
    return (" - **wildcard**" if wide else "") + (" - **everybody**" if everybody else "")


def _list(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
