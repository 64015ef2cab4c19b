"""Destructions of an environment: their plans with a review record, and their record in the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from common.commands import RefusedError, log
from ops.commit import Commit
from ops.destroy import PlannedDestruction, plan_destruction, read_destruction
from ops.history import History
from ops.make_plan import PlanRequest, review_record
from ops.plan_files import reviewed_copy
from ops.plans import Action
from ops.promote import caller
from ops.promotion_checks import check_json, check_lock, check_stack, check_state
from ops.provider_lock import committed_lock
from ops.record_key import RecordKey
from ops.records import DeploymentRecord
from ops.terraform import Terraform

if TYPE_CHECKING:
    from pathlib import Path

    from ops.order import PromotionOrder
    from ops.plan_files import PlanFiles
    from ops.plans import Plan
    from ops.records import ReviewRecord
    from terraform.stack import Stack


@dataclass(frozen=True, slots=True)
class Destruction:
    """A destruction of an environment, which is recorded after its last deployment.

    An environment that was deployed by Terraform alone has no history, so its destruction is not recorded.

    Attributes:
        stack: the stack to destroy.
        last: the last deployment, or None.
        order: the promotion order, with the environment.
        lock: the committed provider lock file.
    """

    stack: Stack
    last: DeploymentRecord | None
    order: PromotionOrder
    lock: Path

    @property
    def _key(self) -> RecordKey:
        return RecordKey(self.order.steps[self.stack.environment])

    def plan(self, file: Path) -> PlannedDestruction:
        """Plan the destruction.

        Raises:
            RefusedError: the plan would destroy a resource to keep.
            OperationError: Terraform failed.
        """
        return plan_destruction(self._terraform(), file)

    def plan_to(self, files: PlanFiles) -> PlannedDestruction:
        """Plan the destruction, and write the plan and its authenticated record.

        No file is written if there is nothing to destroy.

        Raises:
            RefusedError: no deployment is recorded, the environment requires a record key and has none, or the plan
                would destroy a resource to keep.
            OperationError: Terraform or KMS failed.
        """
        if self.last is None:
            raise RefusedError(
                f"No deployment to {self.stack.environment} is recorded, so that its destruction cannot be recorded. "
                "Use the command without --plan and --record."
            )
        self._key.check()  # not after minutes of planning
        terraform = self._terraform()
        planned = plan_destruction(terraform, files.plan)
        if planned.plan is not None:
            files.write_record(self._record(terraform, planned.plan, files.plan, self.last), self._key)
        return planned

    def apply(self, file: Path) -> PlannedDestruction:
        """Plan the destruction, apply the plan and record it.

        Raises:
            RefusedError: the plan would destroy a resource to keep, or the environment requires a record key and has
                none.
            OperationError: Terraform, S3 or KMS failed; the state contains the remaining resources.
        """
        if self.last is not None:
            self._key.check()  # not after the apply
        terraform = self._terraform()
        planned = plan_destruction(terraform, file)
        if planned.plan is not None:
            record = self._record(terraform, planned.plan, file, self.last) if self.last else None
            self._apply(terraform, planned, file, record)
        return planned

    def apply_reviewed(self, files: PlanFiles) -> PlannedDestruction:
        """Apply exactly the plan that an earlier run has written, and record it.

        Raises:
            RefusedError: the files are not those of a destruction, or the stack, the provider lock file or the state
                has changed.
            OperationError: Terraform, S3 or KMS failed; the state contains the remaining resources.
        """
        record = files.read_record(self._key)
        if not record.destroys:
            raise RefusedError(
                f"The plan of {files.record} does not destroy {record.environment}. Create and review one: "
                f"python -m ops destroy --environment {record.environment} --plan FILE --record FILE"
            )
        check_stack(record, self.stack)
        lock = check_lock(record, self.lock, self.order)
        self._key.check()  # not after the apply
        terraform = Terraform.open(self.stack)
        terraform.prepare(committed_lock=lock)
        check_state(record, terraform.state_version())
        with reviewed_copy(record, files.plan) as plan:
            planned = read_destruction(terraform, plan)
            if planned.plan is not None:
                check_json(record, f"The content of {files.plan}", planned.plan.json)
            self._apply(terraform, planned, plan, record)
        return planned

    def _terraform(self) -> Terraform:
        terraform = Terraform.open(self.stack)
        terraform.prepare(committed_lock=committed_lock(self.stack.environment, self.order, self.lock))
        return terraform

    def _record(self, terraform: Terraform, plan: Plan, file: Path, last: DeploymentRecord) -> ReviewRecord:
        request = PlanRequest(
            self.stack,
            last.review.release_sha256,
            file,
            self.lock,
            commit=Commit(last.review.commit, dirty=last.review.dirty),
            destroys=True,
        )
        lock = committed_lock(self.stack.environment, self.order, self.lock)
        return review_record(request, terraform, plan, lock)

    def _apply(
        self, terraform: Terraform, planned: PlannedDestruction, file: Path, record: ReviewRecord | None
    ) -> None:
        history = History.of(self.stack)
        if record is not None:
            history.keep(self.stack)  # to destroy later what is protected now
        terraform.apply(file)
        if record is None:
            return
        state = terraform.state_version()
        destroyed = DeploymentRecord(
            review=record,
            applied_at=datetime.now(UTC),
            applied_by=caller(),
            serial=state[0] if state else 0,
            counts={Action.DESTROY.value: len(planned.destroyed)},
        )
        try:
            destroyed = self._key.sign(destroyed)
        finally:
            place = history.add(destroyed)
        log(f"The destruction of {self.stack.environment} is recorded: {place}")
