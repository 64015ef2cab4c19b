"""Applies reviewed plans, one environment after the other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from common.commands import RefusedError, log
from ops.history import History
from ops.make_plan import counts
from ops.plan_files import reviewed_copy
from ops.plans import Action, Plan
from ops.promotion_checks import check_json, check_lock, check_stack, check_state
from ops.reapply import apply_reviewed
from ops.record_key import RecordKey
from ops.records import DeploymentRecord, ReviewRecord, read_record
from ops.review import review
from ops.review.approvals import examples
from ops.terraform import Terraform
from terraform.stack import IMPORTS, Stack

if TYPE_CHECKING:
    from pathlib import Path

    from ops.order import Environment, PromotionOrder
    from ops.review.approvals import Approval
    from ops.review.report import Review


@dataclass(frozen=True, slots=True)
class Promotion:
    """The promotion of a reviewed plan.

    Attributes:
        stack: the stack of the plan.
        plan: the saved plan.
        record: its review record.
        lock: the committed provider lock file.
        approvals: approvals of data loss.
    """

    stack: Stack
    plan: Path
    record: ReviewRecord
    lock: Path
    approvals: tuple[Approval, ...]

    def apply(self, order: PromotionOrder) -> DeploymentRecord:
        """Repeat the checks, apply the plan, and record the deployment.

        Raises:
            RefusedError: the plan must not be applied.
            OperationError: Terraform or S3 failed.
        """
        with reviewed_copy(self.record, self.plan) as plan:
            return self._apply(plan, order)

    def _apply(self, file: Path, order: PromotionOrder) -> DeploymentRecord:
        environment = self.record.environment
        key = RecordKey(order.steps[environment])
        lock = check_lock(self.record, self.lock, order)
        terraform = Terraform.open(self.stack)
        terraform.prepare(committed_lock=lock)
        check_state(self.record, terraform.state_version())
        plan = Plan.of(terraform.show(file), str(self.plan), self.stack.resources)
        check_json(self.record, f"The content of {self.plan}", plan.json)
        check_stack(self.record, self.stack)
        reviewed = review(plan, self.approvals, environment)
        if reviewed.is_refused:
            raise RefusedError(_refusal(reviewed))
        key.check()  # not after the apply
        history = History.of(self.stack)
        history.keep(self.stack)
        log(f"Applying to {environment}: {counts(plan)} ...")
        apply_reviewed(terraform, file, plan)
        (self.stack.folder / IMPORTS).unlink(missing_ok=True)
        state = terraform.state_version()
        approved = _approved_changes(reviewed)
        deployed = DeploymentRecord(
            review=self.record,
            applied_at=datetime.now(UTC),
            applied_by=caller(),
            serial=state[0] if state else 0,
            counts={action.value: plan.count(action) for action in Action if plan.count(action)},
            approvals={address: "; ".join(dict.fromkeys(kinds.values())) for address, kinds in approved.items()},
            approved_changes=approved,
        )
        try:
            deployed = key.sign(deployed)
        finally:
            place = history.add(deployed)
        log(f"{environment} has release {self.record.release_sha256[:12]}: {place}")
        return deployed


def _approved_changes(reviewed: Review) -> dict[str, dict[str, str]]:
    """Return the reason of each approved change, by address and kind."""
    approved: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for finding in reviewed.findings:
        if finding.refusal and finding.approval_reason:
            approved[finding.address][finding.refusal] = finding.approval_reason
    return dict(approved)


def _refusal(reviewed: Review) -> str:
    lines = [f"The plan for {reviewed.environment} is refused, because these changes need an approval:"]
    lines += [f"  {finding.address} {finding.message}." for finding in reviewed.findings if finding.blocks]
    lines.append("If this is intended: back up the data, add each resource with a reason to an approval file, have it")
    lines.append("reviewed, and add --approvals FILE (docs/promotion.md, Approvals):")
    first = next(finding.address for finding in reviewed.findings if finding.blocks)
    of_first = [finding for finding in reviewed.findings if finding.address == first]
    lines += [f"  {line}" for line in examples(of_first, reviewed.environment, datetime.now(UTC).date())]
    return "\n".join(lines)


def caller() -> str:
    """Return the ARN of the caller of AWS, or ``unknown``."""
    try:
        return boto3.client("sts").get_caller_identity()["Arn"]
    except (ClientError, BotoCoreError):
        return "unknown"


def last_deployment(
    source: Environment, target: Environment, stacks: Path, given: Path | None
) -> DeploymentRecord | None:
    """Return the last deployment of an environment, from its history or from a file; None if there is none.

    Args:
        source: the environment.
        target: the environment that takes its release.
        stacks: the synthesized stacks.
        given: the file of the record, or None for the newest record in the history.

    Raises:
        RefusedError: the record is not authentic, or not authenticated although the target requires it, or the file is
            the record of another environment.
        OperationError: S3 or KMS refused, or the file cannot be used.
    """
    if given is None:
        history = History.of(Stack.find(stacks, source.name))
        record, place = history.last(), f"The last record next to {history.location.url}"
    else:
        record, place = read_record(given, DeploymentRecord), str(given)
    if record is None:
        return None
    if record.review.environment != source.name:
        raise RefusedError(f"{place} is the deployment record of {record.review.environment}, not of {source.name}")
    RecordKey(source).verify(record, place, target=target)
    return record
