"""``python -m ops review``."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK, REFUSED
from ops.command_line import FILE, Command, approvals_option, environment_option, format_option, stacks_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Command,
    examples=[
        "python -m ops review --plan-json dev.plan.json",
        "python -m ops review --plan-json dev.plan.json --approvals approvals.toml --format json",
    ],
    exit_codes={REFUSED: "A change needs an approval, and no approval names the resource."},
)
@click.option("--plan-json", type=FILE, required=True, help="Output of `terraform show -json PLAN`.")
@approvals_option
@environment_option("Name of the environment (default: the one in the plan).", required=False)
@stacks_option
@format_option("markdown", "json")
@click.option("--output", type=FILE, help="File that receives the review (default: standard output).")
def review(
    *,
    plan_json: Path,
    approvals: Path | None,
    environment: str | None,
    stacks: Path,
    format: str,  # noqa: A002 - the option's name
    output: Path | None,
) -> int:
    """Summarize a plan for its reviewer.

    Lists the changes, what they cost, and findings about data, permissions and authorization.
    """
    from ops.approvals import read_approvals
    from ops.plans import Plan
    from ops.review import environment_of
    from ops.review import review as review_plan
    from terraform.stack import Stack

    plan = Plan.read(plan_json)
    name = environment or environment_of(plan)
    stack = Stack(stacks / f"chat-{name}", name)
    if stack.is_there:
        plan = replace(plan, configured=stack.resources)
    found = review_plan(plan, read_approvals(approvals), name)
    text = found.markdown() if format == "markdown" else f"{json.dumps(found.document(), indent=1)}\n"
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")
    return REFUSED if found.is_refused else EXIT_OK
