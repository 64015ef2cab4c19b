"""Find the differences between an environment and the release that was last deployed to it."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.commands import RefusedError, counted, log
from ops.account_drift import compare_account
from ops.account_drift.check import TERRAFORM, Comparison, Difference
from ops.account_drift.waivers import FILE, read_drift_waivers, unused, unwaived
from ops.history import History
from ops.plans import SENSITIVE, Action, Plan, ResourceChange
from ops.record_key import RecordKey
from ops.terraform import Terraform
from ops.waivers import expired
from terraform.stack import STACKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.order import Environment
    from ops.records import DeploymentRecord
    from terraform.stack import Stack

_LONGEST = 80


def find_drift(stack: Stack, lock: Path | None) -> Comparison:
    """Return the differences between an environment and a stack, without accepted ones.

    Args:
        stack: the deployed stack.
        lock: the committed provider lock file, or None.

    Raises:
        OperationError: Terraform failed.
    """
    terraform = Terraform.open(stack)
    terraform.prepare(committed_lock=lock)
    with tempfile.TemporaryDirectory() as folder:
        plan = Plan.of(terraform.plan(Path(folder) / "drift.tfplan"), "the plan")
    found = {
        (difference.address, difference.attribute): difference
        for change in plan.changes
        for difference in _differences(change)
    }
    for name in plan.output_changes:
        found[f"output.{name}", ""] = Difference(f"output.{name}", "", "differs from the state", TERRAFORM)
    log("  comparing with the account ...")
    account = compare_account(stack, plan.prior)
    for difference in account.differences:
        # Names the line; Terraform's difference has both complete values.
        found[difference.address, difference.attribute] = difference
    waivers, today = read_drift_waivers(), datetime.now(UTC).date()
    left = unwaived(found.values(), waivers, stack.environment, today)
    if len(left) < len(found):
        log(f"{counted(len(found) - len(left), 'accepted difference')}: ops/account_drift/waivers.toml")
    for message in expired(waivers, today, FILE):
        log(message)
    if not account.errors:  # a check that failed may have a difference that is accepted
        for message in unused(waivers, found.values(), stack.environment):
            log(message)
    return Comparison(left, account.errors)


def _differences(change: ResourceChange) -> Iterator[Difference]:
    if change.action in {Action.ADD, Action.DESTROY}:
        message = "is missing" if change.action is Action.ADD else "is in the state, but not in the release"
        yield Difference(change.address, "", message, TERRAFORM)
        return
    known = [attribute for attribute in change.attributes if attribute not in change.unknown]
    if change.action in {Action.CHANGE, Action.REPLACE} and not known:
        yield Difference(change.address, "", "differs in a value that is known after apply", TERRAFORM)
    for attribute in known:
        now, then = (_short(side.get(attribute)) for side in (change.before, change.after))
        is_secret = attribute in change.masked
        message = f"differs in a {SENSITIVE.strip('()')} value" if is_secret else f"is {now}; deployed: {then}"
        yield Difference(change.address, attribute, message, TERRAFORM)


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    if value == SENSITIVE:
        return SENSITIVE
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ... ({len(text)} characters)"


def print_comparison(environment: str, release: str, comparison: Comparison, style: str) -> None:
    """Print differences as text or as JSON, and errors on standard error.

    Args:
        environment: its name.
        release: the release that it was compared with.
        comparison: the differences and errors.
        style: ``text`` or ``json``.
    """
    found, errors = comparison.differences, comparison.errors
    for error in errors:
        log(f"Not compared: {error}")
    if style == "json":
        document = {"environment": environment, "release": release, "clean": not found and not errors}
        differences = [asdict(difference) for difference in found]
        print(json.dumps({**document, "differences": differences, "errors": errors}, indent=1))
        return
    if not found:
        print(f"{environment} is as deployed ({release}){', as far as it was compared' if errors else ''}.")
        return
    print(f"{environment} differs from {release} in {counted(len(found), 'place')}:")
    for difference in found:
        attribute = f" {difference.attribute}" if difference.attribute else ""
        print(f"  {difference.address}{attribute} {difference.message}.")
        if difference.remedy:
            print(f"    Remedy: {difference.remedy}.")
    if any(not difference.remedy for difference in found):
        print("The others: restore them by a new plan and promotion of the same release, or change the sources.")


def authentic_last(stack: Stack, environment: Environment) -> DeploymentRecord | None:
    """Return the last deployment or destruction of an environment after checking its record; None if there is none.

    If the environment has a record key, the record of a destruction, after which nothing is compared, must be
    authenticated. That of a deployment may be older than the key, unless the environment requires authentication.

    Args:
        stack: a synthesized stack of the environment, which names the location of the state.
        environment: the environment.

    Raises:
        RefusedError: the record is that of another environment, or not authentic.
        OperationError: S3 or KMS refused.
    """
    history = History.of(stack)
    last = history.last()
    if last is None:
        return None
    name, place = environment.name, f"The last record next to {history.location.url}"
    compare = (
        f"Until then, compare with a synthesized release: python -m ops drift --environment {name} --stacks {STACKS}"
    )
    if last.review.environment != name:
        raise RefusedError(
            f"{place} belongs to {last.review.environment}, not to {name}. Find out who wrote it, and delete it. "
            f"{compare}"
        )
    key = RecordKey(environment)
    try:
        if last.review.destroys:
            key.verify(last, place)
        else:
            key.verify_stored(last, place)
    except RefusedError as error:
        raise RefusedError(f"{error} {compare}") from error
    return last


def print_destruction(record: DeploymentRecord, style: str) -> None:
    """Print that an environment was destroyed, as text or as the JSON of an environment without differences.

    Args:
        record: the record of the destruction.
        style: ``text`` or ``json``.
    """
    environment, time = record.review.environment, f"{record.applied_at:%Y-%m-%d %H:%M} UTC"
    if style == "json":
        document = {"environment": environment, "release": f"the destruction of {time}", "clean": True}
        print(json.dumps({**document, "differences": [], "errors": []}, indent=1))
    else:
        print(f"{environment} was destroyed at {time} by {record.applied_by}. Nothing is compared.")
