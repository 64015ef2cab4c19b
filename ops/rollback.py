"""Past deployments of an environment, and rollbacks to their stored stacks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from common.commands import RefusedError
from ops.commit import Commit
from ops.make_plan import PlannedChange, PlanRequest, make_plan
from ops.promote import Promotion
from ops.record_key import RecordKey
from ops.records import DeploymentRecord, read_record

if TYPE_CHECKING:
    from ops.history import History
    from ops.order import Environment, PromotionOrder
    from ops.plan_files import PlanFiles
    from ops.records import ReviewRecord
    from ops.review.approvals import Approval
    from terraform.stack import Stack


def print_deployments(history: History, style: str) -> None:
    """Print the deployments, newest first.

    Args:
        history: of the environment.
        style: ``text`` or ``json``.

    Raises:
        OperationError: S3 refused.
    """
    records = [(name, history.read(name)) for name in reversed(history.names())]
    if style == "json":
        print(json.dumps([{"name": name, **record.model_dump(mode="json")} for name, record in records], indent=1))
        return
    for name, record in records:
        print(f"{name}  {_kind(record):11}  commit {record.review.commit[:12]}  by {record.applied_by}")


def _kind(record: DeploymentRecord) -> str:
    if record.review.destroys:
        return "destruction"
    return "rollback" if record.review.rollback_of else "promotion"


def target_of(history: History, given: str, environment: Environment) -> DeploymentRecord:
    """Return the deployment for a rollback.

    A record in the state bucket without authentication is accepted unless the environment requires authentication: it
    may be older than the record key.

    Args:
        history: of the environment.
        given: the name of a deployment, or the file of its record.
        environment: the environment.

    Raises:
        RefusedError: it is a deployment to another environment or a destruction, or its record is not authentic.
        OperationError: there is none, or S3 or KMS refused.
    """
    is_file = Path(given).is_file()
    record = read_record(Path(given), DeploymentRecord) if is_file else history.read(given)
    if record.review.environment != environment.name:
        raise RefusedError(
            f"{given} is a deployment to {record.review.environment}, not to {environment.name}: its names and "
            f"settings are those of {record.review.environment}. Choose one of: "
            f"python -m ops history --environment {environment.name}"
        )
    if record.review.destroys:
        raise RefusedError(
            f"{given} is the destruction of {environment.name}, not a deployment. Choose one of: "
            f"python -m ops history --environment {environment.name}"
        )
    key = RecordKey(environment)
    if is_file:
        key.verify(record, given)
    else:
        choose = (
            'Choose a deployment whose "authentication" is not null: '
            f"python -m ops history --environment {environment.name} --format json"
        )
        key.verify_stored(record, given, remedy=choose)
    return record


@dataclass(frozen=True, slots=True)
class Rollback:
    """A rollback of an environment to one of its deployments.

    Attributes:
        stack: the stored stack of the deployment.
        target: the deployment to return to.
        last: the last deployment, or None.
        order: the promotion order, with the environment.
        lock: the committed provider lock file.
        approvals: approvals of data loss.
    """

    stack: Stack
    target: DeploymentRecord
    last: DeploymentRecord | None
    order: PromotionOrder
    lock: Path
    approvals: tuple[Approval, ...]

    @property
    def _key(self) -> RecordKey:
        return RecordKey(self.order.steps[self.stack.environment])

    @property
    def _replaced(self) -> str | None:
        return self.last.review.release_sha256 if self.last else None

    def plan(self, file: Path) -> PlannedChange:
        """Plan the rollback.

        Raises:
            OperationError: planning failed.
            RefusedError: a check refused the plan.
        """
        request = PlanRequest(
            self.stack,
            self.target.review.release_sha256,
            file,
            self.lock,
            rollback_of=self._replaced,
            commit=Commit(self.target.review.commit, dirty=self.target.review.dirty),
        )
        return make_plan(request, self.order)

    def plan_to(self, files: PlanFiles) -> PlannedChange:
        """Plan the rollback, and write the plan and its authenticated record.

        Raises:
            OperationError: planning failed, or KMS refused.
            RefusedError: a check refused the plan, or the environment requires a record key and has none.
        """
        self._key.check()  # not after minutes of planning
        made = self.plan(files.plan)
        files.write_record(made.record, self._key)
        return made

    def apply(self, file: Path, record: ReviewRecord) -> None:
        """Apply a plan of this rollback.

        Raises:
            RefusedError: the plan must not be applied.
            OperationError: Terraform or S3 failed.
        """
        Promotion(self.stack, file, record, self.lock, self.approvals).apply(self.order)

    def apply_reviewed(self, files: PlanFiles) -> None:
        """Apply exactly the plan that an earlier run has written.

        Raises:
            RefusedError: it is not the plan of this rollback, or must not be applied.
            OperationError: Terraform, S3 or KMS failed.
        """
        record = files.read_record(self._key)
        self._check(record)
        self.apply(files.plan, record)

    def _check(self, record: ReviewRecord) -> None:
        wanted = self.target.review
        if record.destroys or record.review_only or record.rollback_of != self._replaced:
            raise RefusedError(
                f"The record is not that of a rollback from the last deployment to {record.environment}. Create and "
                f"review a new plan: python -m ops rollback --environment {record.environment} ..."
            )
        if (record.stack_sha256, record.release_sha256) != (wanted.stack_sha256, wanted.release_sha256):
            raise RefusedError(
                f"The plan is a rollback to commit {record.commit[:12]}, but --to is a deployment of commit "
                f"{wanted.commit[:12]}. Use the deployment for which the plan was made."
            )
