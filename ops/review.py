"""Turn a plan into what a reviewer needs.

    terraform show -json PLAN > plan.json
    python -m ops.review --plan-json plan.json --environment dev

Exit codes: 0 fine, 1 refused (data would be lost and no approval names it), 2 wrong usage, 3 error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from common.commands import Parser, run
from common.exit_codes import EXIT_OK, REFUSED
from ops.approvals import Approval, approve, read_approvals
from ops.cost.change import cost_change
from ops.findings import find
from ops.plans import Plan
from ops.report import Review
from terraform.stack import STACKS, Stack

_UNNAMED = "this environment"


def review(plan: Plan, approvals: tuple[Approval, ...], environment: str) -> Review:
    """Look at a plan with the approvals that count today."""
    findings = approve(find(plan), approvals, environment=environment, today=datetime.now(UTC).date())
    return Review(environment, plan, findings, cost_change(plan))


def environment_of(plan: Plan) -> str:
    """Return the environment that a plan is for: the stack's workspace guard carries its name."""
    guards = plan.document.get("planned_values", {}).get("root_module", {}).get("resources", [])
    for resource in guards:
        if resource["address"] == "terraform_data.workspace":
            return str((resource["values"].get("input") or {}).get("environment", _UNNAMED))
    return _UNNAMED


def main(arguments: list[str] | None = None) -> int:
    """Review one plan and print what there is to say."""
    parser = Parser(prog="python -m ops.review", description=__doc__)
    parser.add_argument("--plan-json", type=Path, required=True, help="output of `terraform show -json PLAN`")
    parser.add_argument("--approvals", type=Path, help="the approval file (TOML)")
    parser.add_argument("--environment", help="default: what the plan itself says")
    parser.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    parser.add_argument("--format", choices=("markdown", "json"), default="markdown")
    parser.add_argument("--output", type=Path, help="where to write it (default: standard output)")
    options = parser.parse_args(arguments)

    def command() -> int:
        plan = Plan.read(options.plan_json)
        environment = options.environment or environment_of(plan)
        folder = Stack(options.stacks / f"chat-{environment}", environment)
        if folder.is_there:
            plan = replace(plan, configured=folder.resources)
        found = review(plan, read_approvals(options.approvals), environment)
        text = found.markdown() if options.format == "markdown" else f"{json.dumps(found.document(), indent=1)}\n"
        if options.output is None:
            sys.stdout.write(text)
        else:
            options.output.write_text(text, encoding="utf-8")
        return REFUSED if found.is_refused else EXIT_OK

    return run(command)


if __name__ == "__main__":
    sys.exit(main())
