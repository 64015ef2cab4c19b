"""``python -m ops policy``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from common.exit_codes import REFUSED
from ops.command_line import FILE, Command, environment_option, format_option, refuse_usage, stacks_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Command,
    examples=[
        "python -m ops policy --rules",
        "python -m ops policy --plan-json dev.plan.json --record dev.json --environment dev",
    ],
    exit_codes={REFUSED: "There are findings without a waiver, or waivers are outdated."},
)
@stacks_option
@environment_option(
    "Check only this environment; can be repeated (default: all that receive releases).", required=False, multiple=True
)
@click.option("--plan-json", type=FILE, help="Check this plan, with resolved values, of the one named environment.")
@click.option("--record", type=FILE, help="The review record of that plan: --record of `plan`.")
@click.option("--without-checkov", is_flag=True, help="Check this project's own rules only.")
@click.option("--rules", is_flag=True, help="List this project's own rules and exit.")
@format_option("text", "json")
def policy(
    *,
    stacks: Path,
    environment: tuple[str, ...],
    plan_json: Path | None,
    record: Path | None,
    without_checkov: bool,
    rules: bool,
    format: str,  # noqa: A002 - the option's name
) -> int:
    """Check environments and HCL modules against policy rules.

    The rules are this project's own and Checkov's. ops/policy/waivers.toml lists accepted findings.
    `make policy` installs Checkov, synthesizes, and checks everything.
    """
    from ops.policy.report import check_plan, check_stacks, list_rules

    if rules:
        return list_rules()
    if plan_json is None:
        return check_stacks(stacks, environment, with_checkov=not without_checkov, style=format)
    if len(environment) != 1:
        refuse_usage("--plan-json needs exactly one --environment")
    if record is None:
        refuse_usage("--plan-json needs the --record of the same plan")
    return check_plan(plan_json, record, environment[0], style=format)
