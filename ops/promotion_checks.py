"""Checks before a reviewed plan is applied; each error message names the problem and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.commands import RefusedError
from ops.artifacts import content_digest, file_digest
from ops.commit import is_older
from ops.provider_lock import committed_lock

if TYPE_CHECKING:
    from pathlib import Path

    from ops.order import PromotionOrder
    from ops.records import DeploymentRecord, ReviewRecord
    from terraform.stack import Stack


def check_environment(record: ReviewRecord, environment: str, source: str | None, order: PromotionOrder) -> None:
    """Check that a record belongs to the environment, and that the promotion follows the order.

    Raises:
        RefusedError: one of them does not hold; the message names the next step.
    """
    if record.environment != environment or record.workspace != environment:
        raise RefusedError(
            f'The record belongs to a plan for {record.environment} (workspace "{record.workspace}"), not for '
            f"{environment}. Use the record and the plan of {environment}."
        )
    before = order.before(environment)
    if source != before:
        step = f"--from {before} --to {environment}" if before else f"--to {environment}, without --from"
        raise RefusedError(
            f"{environment} cannot be promoted to {f'from {source}' if source else 'without --from'}: the order is "
            f"{' -> '.join(order.path(environment))} (promotion.after in {order.steps[environment].file}). Use: {step}"
        )


def check_purpose(record: ReviewRecord) -> None:
    """Check that `promote` may apply a plan.

    Raises:
        RefusedError: it was made for a review only, or destroys the environment.
    """
    if record.destroys:
        raise RefusedError(
            f"The plan destroys {record.environment}. Apply it with: python -m ops destroy --environment "
            f"{record.environment} --confirm {record.environment} --plan FILE --record FILE"
        )
    if record.review_only:
        raise RefusedError(
            f"The plan for {record.environment} was made for a review only (--review-only), for example for a pull "
            f"request. {_again(record)}"
        )


def check_plan(record: ReviewRecord, plan: Path) -> None:
    """Check that a plan file is the reviewed one.

    Raises:
        RefusedError: it is not; the message has both digests.
    """
    if not plan.is_file():
        raise RefusedError(f"{plan} does not exist. Fetch the reviewed plan, or plan again.")
    digest = file_digest(plan)
    if digest != record.plan_sha256:
        raise RefusedError(
            f"{plan} is not the reviewed plan: its SHA-256 is {digest}, but the record has {record.plan_sha256}. "
            f"{_again(record)}"
        )


def check_json(record: ReviewRecord, what: str, content: bytes) -> None:
    """Check that a plan's JSON is that of the plan in the record.

    Args:
        record: the record.
        what: the content, as messages name it: usually the path of its file.
        content: the JSON, as `python -m ops plan --json` writes it.

    Raises:
        RefusedError: it is not; the message has both digests.
    """
    if record.json_sha256 is None:
        raise RefusedError(
            f"The record of the plan for {record.environment} was made by an earlier version of these commands: it "
            f"does not identify the JSON of the plan. {_again(record)}"
        )
    digest = content_digest(content)
    if digest != record.json_sha256:
        raise RefusedError(
            f"{what} is not the plan of the record: the SHA-256 of its JSON is {digest}, but the record has "
            f"{record.json_sha256} ({record.environment}, commit {record.commit[:12]}, planned "
            f"{record.made_at:%Y-%m-%d %H:%M} UTC). Use the files that one run of `python -m ops plan` wrote to --json "
            f"and --record. {_again(record)}"
        )


def check_artifact(record: ReviewRecord, stack: Stack, release_sha256: str) -> None:
    """Check that a stack and its release are those of the plan.

    Raises:
        RefusedError: they are not; the message names the difference.
    """
    check_stack(record, stack)
    if release_sha256 != record.release_sha256:
        raise RefusedError(
            f"{stack.folder.parent} is not the reviewed release: the stack of {record.environment} is the same, "
            f"but that of another environment differs. Fetch the artifact of commit {record.commit}: all environments "
            "use the same synthesis."
        )


def check_stack(record: ReviewRecord, stack: Stack) -> None:
    """Check that a stack is the one of the plan.

    Raises:
        RefusedError: it is not; the message has both digests.
    """
    digest = stack.digest()
    if digest != record.stack_sha256:
        raise RefusedError(
            f"{stack.folder} is not the stack of the plan: its SHA-256 is {digest}, but the record has "
            f"{record.stack_sha256} (commit {record.commit}). Fetch that commit's artifact. {_again(record)}"
        )


def check_lock(record: ReviewRecord, lock: Path, order: PromotionOrder) -> Path | None:
    """Check that the provider lock file is the reviewed one, and return it.

    Raises:
        RefusedError: it is not, or it is required and missing.
    """
    committed = committed_lock(record.environment, order, lock)
    digest = None if committed is None else file_digest(committed)
    if digest != record.lock_sha256:
        raise RefusedError(
            f"{lock} is not the provider lock file of the plan: its SHA-256 is {digest or 'none'}, but the record has "
            f"{record.lock_sha256 or 'none'}. Restore it from commit {record.commit}, or commit the new file. "
            f"{_again(record)}"
        )
    return committed


def check_state(record: ReviewRecord, state: tuple[int, str] | None) -> None:
    """Check that the state has not changed since the plan.

    Raises:
        RefusedError: it has; the message has both serial numbers or lineages.
    """
    serial, lineage = state or (None, None)
    if (serial, lineage) == (record.state.serial, record.state.lineage):
        return
    if lineage != record.state.lineage:
        raise RefusedError(
            f"{record.state.url} is not the state of the plan: its lineage is {lineage}, but the record has "
            f"{record.state.lineage}. Find out who replaced the state before you continue."
        )
    raise RefusedError(
        f"The plan is stale: {record.state.url} has changed from serial {record.state.serial} to {serial} since the "
        f"plan was created at {record.made_at:%Y-%m-%d %H:%M} UTC. {_again(record)}"
    )


def check_source(record: ReviewRecord, source: str, last: DeploymentRecord | None) -> None:
    """Check that the previous environment has the release.

    Raises:
        RefusedError: it does not; the message names its release.
    """
    if last is None or last.review.destroys:
        state = "has no release yet" if last is None else "was destroyed"
        raise RefusedError(
            f"{source} {state}, and it precedes {record.environment} in the promotion order. "
            f"Promote this release to {source} first."
        )
    if last.review.release_sha256 != record.release_sha256:
        raise RefusedError(
            f"{record.environment} cannot be promoted yet: {source} has release {last.review.release_sha256[:12]} "
            f"(commit {last.review.commit[:12]}, applied {last.applied_at:%Y-%m-%d %H:%M} UTC), but this plan has "
            f"release {record.release_sha256[:12]} (commit {record.commit[:12]}). "
            f"Promote this release to {source} first."
        )


def check_commit(record: ReviewRecord, last: DeploymentRecord | None, root: Path) -> None:
    """Check that the environment does not have a newer commit, as far as the checkout's history shows.

    Args:
        record: the record of the plan.
        last: the last deployment to the environment. After a rollback or a destruction, every commit is accepted.
        root: the checkout.

    Raises:
        RefusedError: it has; the message names both commits.
    """
    if last is None or last.review.rollback_of is not None or last.review.destroys:
        return
    if is_older(root, record.commit, last.review.commit):
        raise RefusedError(
            f"{record.environment} has commit {last.review.commit[:12]}, applied {last.applied_at:%Y-%m-%d %H:%M} UTC, "
            f"which is newer than commit {record.commit[:12]} of this plan. To return to an earlier release: "
            f"python -m ops rollback --environment {record.environment} --list"
        )


def _again(record: ReviewRecord) -> str:
    command = "destroy" if record.destroys else "rollback" if record.rollback_of else "plan"
    return f"Create and review a new plan: python -m ops {command} --environment {record.environment} ..."
