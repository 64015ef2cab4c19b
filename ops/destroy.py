"""Destroy an environment, but for what is protected, and say what that is.

    python -m ops.destroy --environment staging                          # plans, and tells what would stay
    python -m ops.destroy --environment staging --confirm staging        # and destroys

``terraform destroy`` destroys nothing at all where one resource says ``prevent_destroy``. This destroys the rest: what
is protected stays, and so does what it stands on. How to take a protection off first: docs/promotion.md, Destroy.

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 error.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from common.commands import Parser, RefusedError, log, run
from common.exit_codes import EXIT_OK
from ops.order import PromotionOrder
from ops.plans import Action, Plan
from ops.policy.rule import block
from ops.provider_lock import COMMITTED, committed_lock
from ops.terraform import Terraform
from terraform.expressions import references
from terraform.requests import META_ARGUMENTS
from terraform.stack import STACKS, Stack

if TYPE_CHECKING:
    from collections.abc import Mapping

PROTECTED = "is protected (prevent_destroy)"
NEEDED = "stays, because what is protected stands on it"


def staying(stack: Stack) -> dict[str, str]:
    """Return address -> why, of what a destroy leaves: what is protected, and everything that it stands on."""
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
    named = {one for is_data, one in references(values) if not is_data} | set(arguments.get("depends_on") or ())
    return named & stack.resources.keys()


def destroy(terraform: Terraform, *, confirmed: bool) -> tuple[int, dict[str, str]]:
    """Plan the destruction of what may go and, where that is confirmed, destroy it.

    Args:
        terraform: prepared, in the environment's workspace.
        confirmed: whether to apply the plan.

    Returns:
        How many resources the plan destroys, and address -> why of what is there and stays.

    Raises:
        RefusedError: the plan would destroy what is to stay.
        TerraformFailedError: something could not be destroyed; the state has what is left.
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
        log(f"{terraform.stack.environment}: {count} resources to destroy, {len(left)} stay.")
        if confirmed:
            terraform.apply(file)
    return count, left


def _refuse_kept(plan: Plan, kept: Mapping[str, str]) -> None:
    gone = sorted(change.address for change in plan.changes if change.address in kept)
    if gone:
        raise RefusedError(f"The plan would destroy what is to stay: {', '.join(gone)}. Nothing has been destroyed.")


def _print(environment: str, count: int, left: Mapping[str, str], *, confirmed: bool, style: str) -> None:
    if style == "json":
        kept = [{"address": address, "reason": reason} for address, reason in left.items()]
        document = {"environment": environment, "destroyed": count if confirmed else 0, "planned": count, "kept": kept}
        print(json.dumps(document, indent=1))
        return
    for address, reason in left.items():
        print(f"{address} {reason}")
    if not count:
        log(f"{environment}: nothing is there that may be destroyed.")
    elif confirmed:
        log(f"{environment}: {count} resources are destroyed.")
    else:
        log(f"Nothing has been destroyed. To do it: --confirm {environment}")


def main(arguments: list[str] | None = None) -> int:
    """Destroy what may be."""
    parser = Parser(prog="python -m ops.destroy", description=__doc__)
    parser.add_argument("--environment", required=True)
    parser.add_argument("--confirm", metavar="ENVIRONMENT", help="the environment's name once more: destroy it")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    parser.add_argument("--lock-file", type=Path, default=COMMITTED, help="the committed provider lock file")
    options = parser.parse_args(arguments)
    if options.confirm not in {None, options.environment}:
        parser.error(f'--confirm "{options.confirm}" is not --environment "{options.environment}"')

    def command() -> int:
        order = PromotionOrder.load()
        order.check(options.environment)
        confirmed = options.confirm is not None
        terraform = Terraform.open(Stack.find(options.stacks, options.environment))
        terraform.prepare(committed_lock=committed_lock(options.environment, order, options.lock_file))
        count, left = destroy(terraform, confirmed=confirmed)
        _print(options.environment, count, left, confirmed=confirmed, style=options.format)
        return EXIT_OK

    return run(command)


if __name__ == "__main__":
    sys.exit(main())
