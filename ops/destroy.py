"""Destroy an environment, but for what is protected, and say what that is.

    python -m ops.destroy --environment staging             # plans only
    python -m ops.destroy --environment staging --confirm staging

`terraform destroy` destroys nothing at all where one resource says ``prevent_destroy``. This destroys the rest: what is
protected stays, and so does what it stands on. A second way, for taking protection off on purpose, is in
docs/promotion.md.

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 error.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from local.deployment.expressions import references
from local.deployment.requests import META_ARGUMENTS
from ops.commands import FINE, Parser, RefusedError, run, say
from ops.order import PromotionOrder
from ops.plans import Action, Plan
from ops.policy.rule import block
from ops.provider_lock import COMMITTED, committed_lock
from ops.stack_folder import STACKS, StackFolder
from ops.terraform import Terraform


def protected(stack: StackFolder) -> frozenset[str]:
    """Return the addresses of what refuses to be destroyed."""
    return frozenset(
        address for address, one in stack.resources.items() if block(one, "lifecycle").get("prevent_destroy")
    )


def kept(stack: StackFolder) -> frozenset[str]:
    """Return the addresses of what stays: what is protected, and everything that it stands on."""
    found: set[str] = set()
    waiting = set(protected(stack))
    while waiting:
        address = waiting.pop()
        found.add(address)
        arguments = stack.resources[address]
        named = {name: value for name, value in arguments.items() if name not in META_ARGUMENTS}
        needs = {one for is_data, one in references(named) if not is_data} | set(arguments.get("depends_on") or ())
        waiting |= (needs & stack.resources.keys()) - found
    return frozenset(found)


def main(arguments: list[str] | None = None) -> int:
    """Destroy what may be."""
    parser = Parser(prog="python -m ops.destroy", description=__doc__)
    parser.add_argument("--environment", required=True)
    parser.add_argument("--confirm", metavar="ENVIRONMENT", help="the environment's name once more: destroy it")
    parser.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    parser.add_argument("--lock-file", type=Path, default=COMMITTED, help="the committed provider lock file")
    options = parser.parse_args(arguments)
    if options.confirm not in {None, options.environment}:
        parser.error(f'--confirm "{options.confirm}" is not --environment "{options.environment}"')

    def command() -> int:
        order = PromotionOrder.load()
        order.check(options.environment)
        stack = StackFolder.find(options.stacks, options.environment)
        terraform = Terraform.open(stack)
        terraform.prepare(committed_lock=committed_lock(options.environment, order, options.lock_file))
        staying = kept(stack)
        there = set(terraform.run("state", "list", what="reading the state").output.split())
        targets = [f"-target={address}" for address in sorted(there - staying)] if staying else []
        if not there - staying:
            say(f"{options.environment}: nothing is there that may be destroyed.")
            return FINE
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "destroy.tfplan"
            plan = Plan.of(terraform.plan(file, "-destroy", *targets), str(file))
            _refuse_kept(plan, staying)
            say(f"{options.environment}: {plan.count(Action.DESTROY)} resources to destroy.")
            if options.confirm:
                terraform.apply(file)
        for address in sorted(staying & there):
            why = "is protected" if address in protected(stack) else "stays, because what is protected stands on it"
            print(f"{address} {why}")
        if not options.confirm:
            say(f"Nothing has been destroyed. To do it: --confirm {options.environment}")
        return FINE

    return run(command)


def _refuse_kept(plan: Plan, staying: frozenset[str]) -> None:
    gone = sorted(change.address for change in plan.changes if change.address in staying)
    if gone:
        raise RefusedError(f"The plan would destroy what is to stay: {', '.join(gone)}. Nothing has been destroyed.")


if __name__ == "__main__":
    sys.exit(main())
