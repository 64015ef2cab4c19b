"""Destroy an environment, except protected resources and their dependencies.

``terraform destroy`` destroys nothing at all if one resource has ``prevent_destroy``.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from common.commands import RefusedError, log
from ops.plans import Action, Plan
from ops.policy.rule import block
from terraform.expressions import references
from terraform.requests import META_ARGUMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def destroy(terraform: Terraform, *, confirmed: bool) -> tuple[int, dict[str, str]]:
    """Plan the destruction of all other resources and, if confirmed, apply it.

    Args:
        terraform: prepared, in the environment's workspace.
        confirmed: whether to apply the plan.

    Returns:
        The number of destroyed resources, and the kept resources with the reason.

    Raises:
        RefusedError: the plan would destroy a resource to keep.
        TerraformFailedError: a resource could not be destroyed; the state contains the remaining ones.
    """
    kept = staying(terraform.stack)
    there = set(terraform.run("state", "list", what="reading the state").output.split())
    left = {address: kept[address] for address in sorted(there & kept.keys())}
    going = sorted(there - kept.keys())
    if not going:
        return 0, left
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "destroy.tfplan"
        targets = [f"-target={address}" for address in going] if left else []
        plan = Plan.of(terraform.plan(file, "-destroy", *targets), str(file))
        _refuse_kept(plan, kept)
        count = plan.count(Action.DESTROY)
        log(f"{terraform.stack.environment}: {count} resources to destroy, {len(left)} kept.")
        if confirmed:
            terraform.apply(file)
    return count, left


def _refuse_kept(plan: Plan, kept: Mapping[str, str]) -> None:
    gone = sorted(change.address for change in plan.changes if change.address in kept)
    if gone:
        raise RefusedError(f"The plan would destroy resources to keep: {', '.join(gone)}. Nothing was destroyed.")


def print_outcome(environment: str, count: int, left: Mapping[str, str], *, confirmed: bool, style: str) -> None:
    """Print the destroyed resources, or those that a destroy would delete, and the kept ones.

    Args:
        environment: its name.
        count: resources of the plan.
        left: address -> reason for keeping it.
        confirmed: whether the plan was applied.
        style: ``text`` or ``json``.
    """
    if style == "json":
        kept = [{"address": address, "reason": reason} for address, reason in left.items()]
        document = {"environment": environment, "destroyed": count if confirmed else 0, "planned": count, "kept": kept}
        print(json.dumps(document, indent=1))
        return
    for address, reason in left.items():
        print(f"{address} {reason}")
    if not count:
        log(f"{environment}: nothing to destroy.")
    elif confirmed:
        log(f"{environment}: {count} resources were destroyed.")
    else:
        log(f"{environment}: {count} resources would be destroyed. To destroy them: --confirm {environment}")
