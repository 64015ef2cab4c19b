"""Commands and actions that an apply runs with the role of the apply, in addition to the changes of resources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ops.plans import Action
from ops.review.rules.finding import Finding
from ops.sanitize import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.plans import Plan

KIND = "commands"
_KEY = re.compile(r'\[(?:\d+|"(?:\\.|[^"\\])*")\]')
"""The key of an instance in an address, which the configuration does not have."""
_COMMANDS = ("command", "inline", "script", "scripts")
"""Arguments of provisioners with the command."""
_RUNS = {Action.ADD: "runs", Action.REPLACE: "runs", Action.DESTROY: "may run"}
"""Actions that run provisioners. The JSON does not show which of them run at the destruction (``when``)."""


def command_findings(plan: Plan) -> Iterator[Finding]:
    """Yield the provisioners of the resources that a plan adds, replaces or destroys, and the actions it invokes."""
    provisioners = dict(_provisioners(plan.document.get("configuration", {}).get("root_module", {}), ""))
    for change in plan.changes:
        if change.action in _RUNS:
            for provisioner in provisioners.get(_KEY.sub("", change.address), ()):
                text = f"{_RUNS[change.action]} a command with the role of the apply"
                yield Finding(KIND, change.address, f"{text}: {_command(provisioner)}")
    for invocation in plan.document.get("action_invocations") or []:
        yield Finding(KIND, str(invocation.get("address")), _invocation(invocation))


def _provisioners(module: dict[str, Any], prefix: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield address and provisioners of each resource in the configuration of a module and its child modules."""
    for resource in module.get("resources", []):
        if resource.get("provisioners"):
            yield f"{prefix}{resource.get('address')}", resource["provisioners"]
    for name, call in module.get("module_calls", {}).items():
        yield from _provisioners(call.get("module", {}), f"{prefix}module.{name}.")


def _command(provisioner: dict[str, Any]) -> str:
    kind, expressions = quoted(provisioner.get("type")), provisioner.get("expressions") or {}
    names = [name for name in _COMMANDS if name in expressions]
    values = [expressions[name].get("constant_value", "(an expression)") for name in names]
    return " ".join((kind, *map(quoted, values)))


def _invocation(invocation: dict[str, Any]) -> str:
    trigger = invocation.get("lifecycle_action_trigger") or {}
    resource, event = trigger.get("triggering_resource_address"), trigger.get("action_trigger_event")
    cause = f", by {quoted(resource)} ({quoted(event)})" if resource else ""
    return f"is an action that the apply invokes with its role{cause}"
