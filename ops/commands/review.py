"""``python -m ops review``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK, REFUSED
from ops.command_line import FILE, Command, approvals_option, environment_option, format_option, stacks_option

if TYPE_CHECKING:
    from pathlib import Path

    from ops.review.report import Review


@click.command(
    cls=Command,
    examples=[
        "python -m ops review --plan-json dev.plan.json --record dev.json",
        "python -m ops review --plan-json dev.plan.json --record dev.json --approvals approvals.toml --format json",
    ],
    exit_codes={
        REFUSED: "A change needs an approval, and no approval names the resource; or the files are of different plans."
    },
)
@click.option("--plan-json", type=FILE, required=True, help="The plan: --json of `plan`.")
@click.option("--record", type=FILE, required=True, help="Its review record: --record of `plan`.")
@approvals_option
@environment_option("Name of the environment (default: the one in the record).", required=False)
@stacks_option
@format_option("markdown", "text", "json")
@click.option("--output", type=FILE, help="File that receives the review (default: standard output).")
@click.option("--summary", type=FILE, help="File to append the review to, for example a GitHub job summary.")
def review(
    *,
    plan_json: Path,
    record: Path,
    approvals: Path | None,
    environment: str | None,
    stacks: Path,
    format: str,  # noqa: A002 - the option's name
    output: Path | None,
    summary: Path | None,
) -> int:
    """Summarize a plan for its reviewer.

    Lists the changes with their values, their cost, and findings about data, authorization and permissions. Markdown is
    shortened to fit in one GitHub comment, with a notice; the other formats and the summary are complete. The JSON of
    another plan than the record's, or another stack in --stacks, is refused.
    """
    from ops.files import check_writable, clear_outputs
    from ops.review import review as review_plan
    from ops.review.approvals import read_approvals
    from ops.reviewed_plan import read_reviewed_plan

    if summary is not None:
        check_writable(summary)
    clear_outputs(output, inputs=(plan_json, record, approvals))
    plan, name = read_reviewed_plan(plan_json, record, environment, stacks)
    found = review_plan(plan, read_approvals(approvals), name)
    text = _formatted(found, format)
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")
    if summary is not None:
        with summary.open("a", encoding="utf-8") as file:
            file.write(found.summary())
    return REFUSED if found.is_refused else EXIT_OK


def _formatted(review: Review, name: str) -> str:
    if name == "json":
        return f"{json.dumps(review.document(), indent=1)}\n"
    return review.text() if name == "text" else review.markdown()
