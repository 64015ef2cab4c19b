"""Apply exactly the plan that was reviewed, one environment after the other.

    python -m ops.promote --to dev --plan dev.tfplan --record dev.json
    python -m ops.promote --from dev --to staging --plan staging.tfplan --record staging.json

Exit codes: 0 applied, 1 refused (nothing was touched), 2 wrong usage, 3 error.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from common.commands import Parser, RefusedError, log, run
from common.exit_codes import EXIT_OK
from ops.approvals import Approval, read_approvals
from ops.artifacts import release_digest
from ops.history import History
from ops.order import PromotionOrder
from ops.plan import counts
from ops.plans import Action, Plan
from ops.promotion_checks import (
    check_artifact,
    check_environment,
    check_lock,
    check_plan,
    check_source,
    check_state,
)
from ops.provider_lock import COMMITTED
from ops.records import DeploymentRecord, ReviewRecord, read_record, write_record
from ops.recover import ADOPTED
from ops.review import review
from ops.terraform import Terraform
from terraform.stack import STACKS, Stack

if TYPE_CHECKING:
    from ops.report import Review


@dataclass(frozen=True, slots=True)
class Promotion:
    """A reviewed plan on its way.

    Attributes:
        stack: what it was made of.
        plan: the saved plan.
        record: its review record.
        lock: the committed provider lock file.
        approvals: what may lose its data.
    """

    stack: Stack
    plan: Path
    record: ReviewRecord
    lock: Path
    approvals: tuple[Approval, ...]

    def apply(self, order: PromotionOrder) -> DeploymentRecord:
        """Check once more what can change between review and now, apply, and write it down.

        Raises:
            RefusedError: the plan must not be applied.
            OperationError: Terraform or S3 failed.
        """
        environment = self.record.environment
        check_plan(self.record, self.plan)
        lock = check_lock(self.record, self.lock, order)
        terraform = Terraform.open(self.stack)
        terraform.prepare(committed_lock=lock)
        check_state(self.record, terraform.state_version())
        plan = Plan.of(terraform.show(self.plan), str(self.plan), self.stack.resources)
        reviewed = review(plan, self.approvals, environment)
        if reviewed.is_refused:
            raise RefusedError(_refusal(reviewed))
        history = History.of(self.stack)
        history.keep(self.stack)
        log(f"Applying to {environment}: {counts(plan)} ...")
        terraform.apply(self.plan)
        (self.stack.folder / ADOPTED).unlink(missing_ok=True)
        state = terraform.state_version()
        deployed = DeploymentRecord(
            review=self.record,
            applied_at=datetime.now(UTC),
            applied_by=_caller(),
            serial=state[0] if state else 0,
            counts={action.value: plan.count(action) for action in Action if plan.count(action)},
            approvals={one.address: one.approval_reason for one in reviewed.findings if one.approval_reason},
        )
        log(f"{environment} has release {self.record.release_sha256[:12]}: {history.add(deployed)}")
        return deployed


def _refusal(reviewed: Review) -> str:
    lines = [f"The plan for {reviewed.environment} is refused, because data would be lost:"]
    lines += [f"  {finding.address} {finding.message}." for finding in reviewed.findings if finding.blocks]
    lines.append("If that is meant: take a backup, name each resource with a reason in an approval file, have it")
    lines.append("reviewed, and add --approvals FILE. docs/promotion.md, Approvals, shows one.")
    return "\n".join(lines)


def _caller() -> str:
    try:
        return boto3.client("sts").get_caller_identity()["Arn"]
    except (ClientError, BotoCoreError):
        return "unknown"


def main(arguments: list[str] | None = None) -> int:
    """Promote one release by one step."""
    parser = Parser(prog="python -m ops.promote", description=__doc__)
    parser.add_argument("--from", dest="source", help="the environment that has the release; none for the first one")
    parser.add_argument("--to", dest="environment", required=True, help="the environment that gets it")
    parser.add_argument("--plan", type=Path, required=True, help="the reviewed plan (ops.plan --out)")
    parser.add_argument("--record", type=Path, required=True, help="its record (ops.plan --record)")
    parser.add_argument("--approvals", type=Path, help="the approval file (TOML)")
    parser.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    parser.add_argument("--lock-file", type=Path, default=COMMITTED, help="the committed provider lock file")
    parser.add_argument(
        "--source-record",
        type=Path,
        help="the deployment record of --from, where its state bucket cannot be read with these credentials",
    )
    parser.add_argument("--deployment", type=Path, help="receives the deployment record (JSON)")
    options = parser.parse_args(arguments)

    def command() -> int:
        order = PromotionOrder.load()
        record = read_record(options.record, ReviewRecord)
        check_environment(record, options.environment, options.source, order)
        stack = Stack.find(options.stacks, options.environment)
        check_plan(record, options.plan)
        check_artifact(record, stack, release_digest(options.stacks, order.environments))
        if options.source is not None:
            check_source(record, options.source, _last_of(options.source, options.stacks, options.source_record))
        promotion = Promotion(stack, options.plan, record, options.lock_file, read_approvals(options.approvals))
        deployed = promotion.apply(order)
        if options.deployment is not None:
            write_record(deployed, options.deployment)
        return EXIT_OK

    return run(command)


def _last_of(source: str, stacks: Path, given: Path | None) -> DeploymentRecord | None:
    if given is None:
        return History.of(Stack.find(stacks, source)).last()
    record = read_record(given, DeploymentRecord)
    if record.review.environment != source:
        raise RefusedError(f"{given} is the deployment record of {record.review.environment}, not of {source}")
    return record


if __name__ == "__main__":
    sys.exit(main())
