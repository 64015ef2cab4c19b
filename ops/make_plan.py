"""Creates a plan for review, and the record of its sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ops.artifacts import content_digest, file_digest
from ops.commit import Commit, current_commit
from ops.order import ROOT, PromotionOrder
from ops.plans import Action, Plan
from ops.provider_lock import committed_lock, default_lock
from ops.records import ReviewRecord, StateVersion
from ops.terraform import Terraform
from terraform.state_import import check_imports

if TYPE_CHECKING:
    from pathlib import Path

    from terraform.stack import Stack


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """The request for a plan.

    Attributes:
        stack: the stack of the environment.
        release_sha256: the release of the stack.
        out: the file for the plan.
        lock: the committed provider lock file.
        rollback_of: the release before a rollback, or None.
        commit: the commit from which the stack was synthesized; None for the commit of the checkout.
        review_only: whether the plan must not be applied.
        destroys: whether the plan destroys the environment.
    """

    stack: Stack
    release_sha256: str
    out: Path
    lock: Path = field(default_factory=default_lock)
    rollback_of: str | None = None
    commit: Commit | None = None
    review_only: bool = False
    destroys: bool = False


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A saved plan, its record and its JSON form."""

    record: ReviewRecord
    plan: Plan


def make_plan(request: PlanRequest, order: PromotionOrder) -> PlannedChange:
    """Plan an environment.

    Raises:
        OperationError: planning failed.
        RefusedError: a check refused the plan.
    """
    stack = request.stack
    order.check(stack.environment)
    check_imports(stack)
    lock = committed_lock(stack.environment, order, request.lock)
    terraform = Terraform.open(stack)
    terraform.prepare(committed_lock=lock)
    request.out.parent.mkdir(parents=True, exist_ok=True)
    plan = Plan.of(terraform.plan(request.out), str(request.out), stack.resources)
    return PlannedChange(review_record(request, terraform, plan, lock), plan)


def review_record(request: PlanRequest, terraform: Terraform, plan: Plan, lock: Path | None) -> ReviewRecord:
    """Return the record of a saved plan, without authentication.

    Args:
        request: the request for the plan.
        terraform: prepared, in the environment's workspace.
        plan: the plan in `request.out`.
        lock: the provider lock file that was used, or None.

    Raises:
        OperationError: the state cannot be read.
    """
    stack = request.stack
    state = terraform.state_version()
    commit = request.commit or current_commit(ROOT)
    return ReviewRecord(
        environment=stack.environment,
        workspace=stack.environment,
        commit=commit.id,
        dirty=commit.dirty,
        made_at=datetime.now(UTC),
        terraform_version=str(plan.document["terraform_version"]),
        plan_sha256=file_digest(request.out),
        json_sha256=content_digest(plan.json),
        stack_sha256=stack.digest(),
        release_sha256=request.release_sha256,
        lock_sha256=None if lock is None else file_digest(lock),
        state=StateVersion(
            url=stack.state.url, serial=state[0] if state else None, lineage=state[1] if state else None
        ),
        rollback_of=request.rollback_of,
        review_only=request.review_only,
        destroys=request.destroys,
    )


def counts(plan: Plan) -> str:
    """Return the numbers of changes of a plan in words."""
    if plan.is_empty:
        return "no changes"
    numbers = [f"{plan.count(action)} to {action.value}" for action in Action if plan.count(action)]
    return ", ".join(numbers) or f"outputs only: {', '.join(plan.output_changes)}"
