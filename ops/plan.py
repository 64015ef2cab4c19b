"""Make a plan to be reviewed, and the record that ties it to what it was made from.

    python -m ops.plan --environment dev --out dev.tfplan --record dev.json --json dev.plan.json

A plan file holds values of the state: keep it as you keep the state. Exit codes: 0 made, 1 refused, 2 wrong usage,
3 error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from common.commands import Parser, log, run
from common.exit_codes import EXIT_OK
from ops.artifacts import file_digest, release_digest
from ops.commit import current_commit
from ops.files import check_writable
from ops.order import ROOT, PromotionOrder
from ops.plans import Action, Plan
from ops.provider_lock import COMMITTED, committed_lock
from ops.records import ReviewRecord, StateVersion, write_record
from ops.terraform import Terraform
from terraform.stack import STACKS, Stack


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to plan, and where to put it.

    Attributes:
        stack: the stack of the environment.
        release_sha256: the release it belongs to.
        out: receives the plan.
        lock: the committed provider lock file.
        rollback_of: the release that is left, in a rollback.
    """

    stack: Stack
    release_sha256: str
    out: Path
    lock: Path = COMMITTED
    rollback_of: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A saved plan, its record and its JSON form."""

    record: ReviewRecord
    plan: Plan


def make_plan(request: PlanRequest, order: PromotionOrder) -> PlannedChange:
    """Plan one environment.

    Raises:
        OperationError: it could not be planned.
        RefusedError: it must not be planned like this.
    """
    stack = request.stack
    order.check(stack.environment)
    lock = committed_lock(stack.environment, order, request.lock)
    terraform = Terraform.open(stack)
    terraform.prepare(committed_lock=lock)
    request.out.parent.mkdir(parents=True, exist_ok=True)
    document = terraform.plan(request.out)
    state = terraform.state_version()
    commit = current_commit(ROOT)
    record = ReviewRecord(
        environment=stack.environment,
        workspace=stack.environment,
        commit=commit.id,
        dirty=commit.dirty,
        made_at=datetime.now(UTC),
        terraform_version=str(document["terraform_version"]),
        plan_sha256=file_digest(request.out),
        stack_sha256=stack.digest(),
        release_sha256=request.release_sha256,
        lock_sha256=None if lock is None else file_digest(lock),
        state=StateVersion(
            url=stack.state.url, serial=state[0] if state else None, lineage=state[1] if state else None
        ),
        rollback_of=request.rollback_of,
    )
    return PlannedChange(record, Plan.of(document, str(request.out), stack.resources))


def counts(plan: Plan) -> str:
    """Say in a few words what a plan would do."""
    if plan.is_empty:
        return "no changes"
    numbers = [f"{plan.count(action)} to {action.value}" for action in Action if plan.count(action)]
    return ", ".join(numbers) or f"outputs only: {', '.join(plan.output_changes)}"


def main(arguments: list[str] | None = None) -> int:
    """Plan one environment and write plan and record."""
    parser = Parser(prog="python -m ops.plan", description=__doc__)
    parser.add_argument("--environment", required=True)
    parser.add_argument("--out", type=Path, required=True, help="receives the plan")
    parser.add_argument("--record", type=Path, required=True, help="receives the review record (JSON)")
    parser.add_argument("--json", type=Path, help="receives the plan as JSON, for ops.review and ops.policy")
    parser.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    parser.add_argument("--lock-file", type=Path, default=COMMITTED, help="the committed provider lock file")
    options = parser.parse_args(arguments)

    def command() -> int:
        order = PromotionOrder.load()
        order.check(options.environment)
        stack = Stack.find(options.stacks, options.environment)
        for file in filter(None, (options.out, options.record, options.json)):
            check_writable(file)
        release = release_digest(options.stacks, order.environments)
        made = make_plan(PlanRequest(stack, release, options.out, options.lock_file), order)
        write_record(made.record, options.record)
        if options.json is not None:
            options.json.write_text(json.dumps(made.plan.document), encoding="utf-8")
        log(f"Plan for {options.environment}: {counts(made.plan)}. Plan: {options.out}, record: {options.record}")
        return EXIT_OK

    return run(command)


if __name__ == "__main__":
    sys.exit(main())
