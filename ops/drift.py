"""Tell what differs between an environment and the release that was last deployed to it.

    python -m ops.drift --environment dev [--format json]

Compared with the kept artifact of the last deployment, so that commits that are not deployed yet are no drift, or with
``--stacks``. Terraform's plan finds what it knows of. AppSync's schema, which Terraform never reads back, and what
nobody declared are compared here. Nothing is changed.

Exit codes: 0 clean, 2 drift, 3 error or wrong usage.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.commands import OperationError, Parser, RefusedError, log, run
from common.exit_codes import EXIT_OK, FAILED
from ops.appsync_drift import API, Difference, appsync_differences
from ops.artifacts import unpack
from ops.history import History
from ops.order import PromotionOrder
from ops.plans import SENSITIVE, Action, Plan, ResourceChange
from ops.provider_lock import COMMITTED, committed_lock
from ops.terraform import Terraform
from terraform.stack import STACKS, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

DRIFT = 2
"""As ``terraform plan -detailed-exitcode``."""
_LONGEST = 80


def drift(stack: Stack, lock: Path | None) -> list[Difference]:
    """Return everything that differs from a stack.

    Args:
        stack: what was deployed.
        lock: the committed provider lock file, or None.

    Raises:
        OperationError: Terraform or AppSync refused.
    """
    terraform = Terraform.open(stack)
    terraform.prepare(committed_lock=lock)
    with tempfile.TemporaryDirectory() as folder:
        plan = Plan.of(terraform.plan(Path(folder) / "drift.tfplan"), "the plan")
    found = {(one.address, one.attribute): one for change in plan.changes for one in _differences(change)}
    for name in plan.output_changes:
        found[f"output.{name}", ""] = Difference(f"output.{name}", "", "is not what the state says", "terraform")
    api_id = plan.prior.get(API, {}).get("id")
    if api_id is not None:
        log(f"  comparing the AppSync API {api_id} ...")
        for one in appsync_differences(stack, api_id):
            found[one.address, one.attribute] = one  # names the line, where Terraform shows both values whole
    return sorted(found.values())


def _differences(change: ResourceChange) -> Iterator[Difference]:
    if change.action in {Action.ADD, Action.DESTROY}:
        message = "is gone" if change.action is Action.ADD else "is in the state, and not in the release"
        yield Difference(change.address, "", message, "terraform")
        return
    if change.action in {Action.CHANGE, Action.REPLACE} and not change.attributes:
        yield Difference(change.address, "", f"differs in what is {SENSITIVE.strip('()')}", "terraform")
    for attribute in change.attributes:
        if attribute in change.unknown:
            continue
        now, then = (_short(side.get(attribute)) for side in (change.before, change.after))
        yield Difference(change.address, attribute, f"is {now}; deployed: {then}", "terraform")


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    if value == SENSITIVE:
        return SENSITIVE
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ... ({len(text)} characters)"


def _print(environment: str, release: str, found: list[Difference], style: str) -> None:
    if style == "json":
        document = {"environment": environment, "release": release, "clean": not found}
        print(json.dumps({**document, "differences": [asdict(one) for one in found]}, indent=1))
        return
    if not found:
        print(f"{environment} is as deployed ({release}).")
        return
    print(f"{environment} differs from {release} in {len(found)} places:")
    for one in found:
        print(f"  {one.address}{f' {one.attribute}' if one.attribute else ''} {one.message}")
    print("Bring it back by a new plan and promotion of the same release, or make the change in the sources.")
    if any(one.seen_by == "appsync" for one in found):
        print("No plan brings back what Terraform does not see, such as the schema: docs/promotion.md, Drift.")


def main(arguments: list[str] | None = None) -> int:
    """Look for drift in one environment."""
    parser = Parser(prog="python -m ops.drift", description=__doc__, usage_code=FAILED)
    parser.add_argument("--environment", required=True)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--stacks", type=Path, help="compare with this synthesis, not with what was last deployed")
    parser.add_argument("--settings", type=Path, default=STACKS, help=f"where the state is (default: {STACKS})")
    parser.add_argument("--lock-file", type=Path, default=COMMITTED, help="the committed provider lock file")
    options = parser.parse_args(arguments)

    def command() -> int:
        order = PromotionOrder.load()
        order.check(options.environment)
        with tempfile.TemporaryDirectory() as folder:
            stack, release = _deployed(options, Path(folder))
            found = drift(stack, committed_lock(options.environment, order, options.lock_file))
        _print(options.environment, release, found, options.format)
        return DRIFT if found else EXIT_OK

    return _without_refusals(command)


def _deployed(options: Any, folder: Path) -> tuple[Stack, str]:  # noqa: ANN401 - argparse's options
    """Return the stack to compare with and what to call it."""
    if options.stacks is not None:
        return Stack.find(options.stacks, options.environment), f"what is in {options.stacks}"
    history = History.of(Stack.find(options.settings, options.environment))
    last = history.last()
    if last is None:
        raise OperationError(
            f"{options.environment}: no deployment is recorded beside {history.location.url}. Promote a release first, "
            f"or compare with a synthesis: --stacks {STACKS}"
        )
    stack = unpack(history.archive(last.review.stack_sha256), folder / "stack", options.environment)
    if stack.digest() != last.review.stack_sha256:
        raise OperationError(
            f"The artifact {last.review.stack_sha256} beside {history.location.url} is not what its name says: "
            "somebody has changed it. Restore its former version in S3."
        )
    return stack, f"release {last.review.release_sha256[:12]} of {last.applied_at:%Y-%m-%d %H:%M} UTC"


def _without_refusals(command: Any) -> int:  # noqa: ANN401 - a function
    """Run it; a refusal is an error here, because 1 and 2 have other meanings."""

    def guarded() -> int:
        try:
            code: int = command()
        except RefusedError as error:
            raise OperationError(str(error)) from error
        return code

    return run(guarded)


if __name__ == "__main__":
    sys.exit(main())
