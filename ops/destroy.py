"""Destroy an environment, except protected resources and their dependencies.

``terraform destroy`` destroys nothing at all if one resource has ``prevent_destroy``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.commands import RefusedError, counted, log
from ops.plans import Action, Plan
from ops.policy.rule import block
from ops.review.rules.data_loss import DATA_BEARING
from terraform.expressions import references
from terraform.requests import META_ARGUMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ops.terraform import Terraform
    from terraform.stack import Stack

PROTECTED = "is protected (prevent_destroy)"
NEEDED = "is kept, because a protected resource depends on it"


def staying(stack: Stack) -> dict[str, str]:
    """Return the resources that a destroy keeps, with the reason: protected resources and their dependencies."""
    found = {
        address: PROTECTED
        for address, arguments in stack.resources.items()
        if block(arguments, "lifecycle").get("prevent_destroy")
    }
    waiting = set(found)
    while waiting:
        needed = _needs(stack, waiting.pop()) - found.keys()
        found |= dict.fromkeys(needed, NEEDED)
        waiting |= needed
    return found


def _needs(stack: Stack, address: str) -> set[str]:
    arguments = stack.resources[address]
    values = {name: value for name, value in arguments.items() if name not in META_ARGUMENTS}
    named = {reference for is_data, reference in references(values) if not is_data} | set(
        arguments.get("depends_on") or ()
    )
    return named & stack.resources.keys()


@dataclass(frozen=True, slots=True)
class PlannedDestruction:
    """The plan of a destruction.

    Attributes:
        plan: the plan; None if there is nothing to destroy.
        kept: the resources of the state that are kept, with the reason.
    """

    plan: Plan | None
    kept: Mapping[str, str]

    @property
    def destroyed(self) -> list[str]:
        """The addresses of the resources that the plan destroys."""
        changes = self.plan.changes if self.plan else ()
        return [change.address for change in changes if change.action is Action.DESTROY]


def plan_destruction(terraform: Terraform, file: Path) -> PlannedDestruction:
    """Plan the destruction of all resources that are not kept.

    Args:
        terraform: prepared, in the environment's workspace.
        file: receives the plan.

    Raises:
        RefusedError: the plan would destroy a resource to keep.
        TerraformFailedError: planning failed.
    """
    there, kept = _resources(terraform)
    going = sorted(there - kept.keys())
    if not going:
        return PlannedDestruction(None, kept)
    targets = [f"-target={address}" for address in going] if kept else []
    plan = Plan.of(terraform.plan(file, "-destroy", *targets), str(file))
    return _checked(terraform, plan, kept)


def read_destruction(terraform: Terraform, file: Path) -> PlannedDestruction:
    """Return the destruction in a saved plan.

    Raises:
        RefusedError: the plan would destroy a resource to keep.
        TerraformFailedError: Terraform cannot read the plan or the state.
    """
    _, kept = _resources(terraform)
    return _checked(terraform, Plan.of(terraform.show(file), str(file)), kept)


def _resources(terraform: Terraform) -> tuple[set[str], dict[str, str]]:
    """Return the resources in the state, and those of them that are kept, with the reason."""
    kept = staying(terraform.stack)
    there = set(terraform.run("state", "list", what="reading the state").output.split())
    return there, {address: kept[address] for address in sorted(there & kept.keys())}


def _checked(terraform: Terraform, plan: Plan, kept: Mapping[str, str]) -> PlannedDestruction:
    _refuse_kept(plan, staying(terraform.stack))
    planned = PlannedDestruction(plan, kept)
    log(f"{terraform.stack.environment}: {counted(len(planned.destroyed), 'resource')} to destroy, {len(kept)} kept.")
    return planned


def _refuse_kept(plan: Plan, kept: Mapping[str, str]) -> None:
    gone = sorted(change.address for change in plan.changes if change.address in kept)
    if gone:
        raise RefusedError(f"The plan would destroy resources to keep: {', '.join(gone)}. Nothing was destroyed.")


def print_outcome(environment: str, planned: PlannedDestruction, *, confirmed: bool, style: str) -> None:
    """Print the resources that a destroy would delete, or the number of those that were destroyed, and the kept ones.

    Args:
        environment: its name.
        planned: the plan.
        confirmed: whether the plan was applied.
        style: ``text`` or ``json``.
    """
    addresses = planned.destroyed
    if style == "json":
        kept = [{"address": address, "reason": reason} for address, reason in planned.kept.items()]
        document = {"environment": environment, "destroyed": len(addresses) if confirmed else 0}
        document |= {"planned": len(addresses)}
        print(json.dumps({**document, "resources": addresses, "kept": kept}, indent=1))
        return
    if not confirmed:
        for address in addresses:
            has_data = address.partition(".")[0] in DATA_BEARING
            print(f"{address} would be destroyed{', with its data' if has_data else ''}")
    for address, reason in planned.kept.items():
        print(f"{address} {reason}")
    if not addresses:
        log(f"{environment}: nothing to destroy.")
    elif confirmed:
        log(f"{environment}: destroyed {counted(len(addresses), 'resource')}.")
    else:
        log(f"{environment}: would destroy {counted(len(addresses), 'resource')}. To destroy: --confirm {environment}")
