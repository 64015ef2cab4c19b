"""Go back to a release that an environment had before.

    python -m ops.rollback --environment prod --list
    python -m ops.rollback --environment prod --to RECORD               # plans and reviews
    python -m ops.rollback --environment prod --to RECORD --apply       # and applies what it has just planned

RECORD is a name that ``--list`` prints, or the file of a deployment record. The release's kept artifact is planned as
it was; nothing is synthesized anew. Data is not rolled back, and a rollback that would lose data is refused as any
plan is.

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 error.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from common.commands import OperationError, Parser, RefusedError, log, run
from common.exit_codes import EXIT_OK, REFUSED
from ops.approvals import read_approvals
from ops.artifacts import unpack
from ops.history import History
from ops.order import PromotionOrder
from ops.plan import PlanRequest, make_plan
from ops.promote import Promotion
from ops.provider_lock import COMMITTED
from ops.records import DeploymentRecord, read_record
from ops.review import review
from terraform.stack import STACKS, Stack


def main(arguments: list[str] | None = None) -> int:
    """Plan, review and, where asked for, apply a former release."""
    parser = Parser(prog="python -m ops.rollback", description=__doc__)
    parser.add_argument("--environment", required=True)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--to", metavar="RECORD", help="the deployment to go back to")
    what.add_argument("--list", action="store_true", help="print the deployments, newest first")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="of the list")
    parser.add_argument("--apply", action="store_true", help="apply what was planned, unless it is refused")
    parser.add_argument("--approvals", type=Path, help="the approval file (TOML)")
    parser.add_argument("--settings", type=Path, default=STACKS, help=f"where the state is (default: {STACKS})")
    parser.add_argument("--lock-file", type=Path, default=COMMITTED, help="the committed provider lock file")
    options = parser.parse_args(arguments)

    def command() -> int:
        order = PromotionOrder.load()
        order.check(options.environment)
        history = History.of(Stack.find(options.settings, options.environment))
        if options.list:
            _print_deployments(history, options.format)
            return EXIT_OK
        target = _target(history, options.to, options.environment)
        with tempfile.TemporaryDirectory() as folder:
            stack = _former_stack(history, target, Path(folder) / "stack")
            last = history.last()
            leaving = last.review.release_sha256 if last else None
            request = PlanRequest(
                stack, target.review.release_sha256, Path(folder) / "rollback.tfplan", options.lock_file, leaving
            )
            made = make_plan(request, order)
            approvals = read_approvals(options.approvals)
            reviewed = review(made.plan, approvals, options.environment)
            sys.stdout.write(reviewed.markdown())
            if reviewed.is_refused:
                return REFUSED
            if options.apply:
                Promotion(stack, request.out, made.record, options.lock_file, approvals).apply(order)
            else:
                log("Nothing has been applied. The same command with --apply plans again and applies.")
        return EXIT_OK

    return run(command)


def _print_deployments(history: History, style: str) -> None:
    records = [(name, history.read(name)) for name in reversed(history.names())]
    if style == "json":
        print(json.dumps([{"name": name, **record.model_dump(mode="json")} for name, record in records], indent=1))
        return
    for name, record in records:
        kind = "rollback" if record.review.rollback_of else "promotion"
        print(f"{name}  {kind:9}  commit {record.review.commit[:12]}  by {record.applied_by}")


def _target(history: History, given: str, environment: str) -> DeploymentRecord:
    record = read_record(Path(given), DeploymentRecord) if Path(given).is_file() else history.read(given)
    if record.review.environment != environment:
        raise RefusedError(
            f"{given} is a deployment to {record.review.environment}, not to {environment}: its names and settings are "
            f"those of {record.review.environment}. Choose one of: "
            f"python -m ops.rollback --environment {environment} --list"
        )
    return record


def _former_stack(history: History, target: DeploymentRecord, folder: Path) -> Stack:
    stack = unpack(history.archive(target.review.stack_sha256), folder, target.review.environment)
    if stack.digest() != target.review.stack_sha256:
        raise OperationError(
            f"The artifact {target.review.stack_sha256} beside {history.location.url} is not what its name says: "
            "somebody has changed it. Restore its former version in S3."
        )
    return stack


if __name__ == "__main__":
    sys.exit(main())
