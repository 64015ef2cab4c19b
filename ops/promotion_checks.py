"""What must be true before a reviewed plan is applied; each check names the thing, the place and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.commands import RefusedError
from ops.artifacts import file_digest
from ops.provider_lock import committed_lock

if TYPE_CHECKING:
    from pathlib import Path

    from ops.order import PromotionOrder
    from ops.records import DeploymentRecord, ReviewRecord
    from terraform.stack import Stack

_AGAIN = "Make and review a new plan: python -m ops.plan --environment {environment} ..."


def check_environment(record: ReviewRecord, environment: str, source: str | None, order: PromotionOrder) -> None:
    """Refuse a record of another environment, and a step that the order of promotion does not have.

    Raises:
        RefusedError: with the step that comes next.
    """
    if record.environment != environment or record.workspace != environment:
        raise RefusedError(
            f'The record is of a plan for {record.environment} (workspace "{record.workspace}"), and this is a '
            f"promotion to {environment}. Give the record and the plan of {environment}."
        )
    before = order.before(environment)
    if source != before:
        step = f"--from {before} --to {environment}" if before else f"--to {environment}, without --from"
        raise RefusedError(
            f"{environment} is not promoted to {f'from {source}' if source else 'without --from'}: the order is "
            f"{' -> '.join(order.environments)} (ops/promotion.toml). Say: {step}"
        )


def check_plan(record: ReviewRecord, plan: Path) -> None:
    """Refuse a plan file that is not the one that was reviewed.

    Raises:
        RefusedError: with both fingerprints.
    """
    if not plan.is_file():
        raise RefusedError(f"{plan} does not exist. Fetch the plan that was reviewed, or plan again.")
    digest = file_digest(plan)
    if digest != record.plan_sha256:
        raise RefusedError(
            f"{plan} is not the plan that was reviewed: its SHA-256 is {digest}, the record says "
            f"{record.plan_sha256}. {_again(record)}"
        )


def check_artifact(record: ReviewRecord, stack: Stack, release_sha256: str) -> None:
    """Refuse a stack that is not what the plan was made of.

    Raises:
        RefusedError: with both fingerprints.
    """
    digest = stack.digest()
    if digest != record.stack_sha256:
        raise RefusedError(
            f"{stack.folder} is not what the plan was made of: its SHA-256 is {digest}, the record says "
            f"{record.stack_sha256} (commit {record.commit}). Fetch that commit's artifact, or: {_again(record)}"
        )
    if release_sha256 != record.release_sha256:
        raise RefusedError(
            f"{stack.folder.parent} is not the release that was reviewed: the stack of {record.environment} is, but "
            f"another environment's differs. Fetch the artifact of commit {record.commit}; one synthesis goes through "
            "all environments."
        )


def check_lock(record: ReviewRecord, lock: Path, order: PromotionOrder) -> Path | None:
    """Refuse a provider lock file that is missing where required, or is not the reviewed one; return it.

    Raises:
        RefusedError: naming the file.
    """
    committed = committed_lock(record.environment, order, lock)
    digest = None if committed is None else file_digest(committed)
    if digest != record.lock_sha256:
        raise RefusedError(
            f"{lock} is not the provider lock file that the plan was made with (SHA-256 "
            f"{digest or 'none'}, the record says {record.lock_sha256 or 'none'}). Restore it from commit "
            f"{record.commit}, or commit the new one and: {_again(record)}"
        )
    return committed


def check_state(record: ReviewRecord, state: tuple[int, str] | None) -> None:
    """Refuse a plan whose state has moved on.

    Raises:
        RefusedError: with both serial numbers.
    """
    serial, lineage = state or (None, None)
    if (serial, lineage) == (record.state.serial, record.state.lineage):
        return
    if lineage != record.state.lineage:
        raise RefusedError(
            f"{record.state.url} is another state than the plan was made against (lineage {lineage}, the record says "
            f"{record.state.lineage}). Find out who replaced it before anything else."
        )
    raise RefusedError(
        f"The plan is stale: {record.state.url} has moved on from serial {record.state.serial} to {serial} since it "
        f"was made at {record.made_at:%Y-%m-%d %H:%M} UTC. {_again(record)}"
    )


def check_source(record: ReviewRecord, source: str, last: DeploymentRecord | None) -> None:
    """Refuse a release that the environment before does not have.

    Raises:
        RefusedError: naming what it has.
    """
    if last is None:
        raise RefusedError(
            f"Nothing has been promoted to {source} yet, and {record.environment} comes after it. "
            f"Promote this release to {source} first."
        )
    if last.review.release_sha256 != record.release_sha256:
        raise RefusedError(
            f"{record.environment} is out of order: {source} has release {last.review.release_sha256[:12]} (commit "
            f"{last.review.commit[:12]}, applied {last.applied_at:%Y-%m-%d %H:%M} UTC), and this plan is of release "
            f"{record.release_sha256[:12]} (commit {record.commit[:12]}). Promote this release to {source} first."
        )


def _again(record: ReviewRecord) -> str:
    return _AGAIN.format(environment=record.environment)
