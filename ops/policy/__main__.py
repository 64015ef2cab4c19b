"""Check every synthesized environment and the HCL modules by the project's rules and Checkov.

    python -m ops.policy                                                    # what `make policy` runs
    python -m ops.policy --plan-json dev.plan.json --environment dev        # a plan: Checkov, with resolved values

Accepted findings are waived in ``ops/policy/waivers.toml``. Exit codes: 0 no findings, 1 findings without a waiver, or
outdated waivers, 2 wrong usage, 3 error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from common.commands import Parser, log, run
from common.exit_codes import EXIT_OK, REFUSED
from ops.order import PromotionOrder
from ops.policy.checkov import scan_modules, scan_plan, scan_stacks
from ops.policy.rules import RULES, violations
from ops.policy.waivers import FILE, read_policy_waivers, unused, unwaived
from ops.waivers import expired
from terraform.stack import STACKS, Stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.policy.rule import Violation


def main(arguments: list[str] | None = None) -> int:
    """Check the rules and print the findings."""
    parser = Parser(prog="python -m ops.policy", description=__doc__)
    parser.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    parser.add_argument("--environment", action="append", help="default: all of the order of promotion")
    parser.add_argument("--plan-json", type=Path, help="check this plan, of the one environment named, instead")
    parser.add_argument("--without-checkov", action="store_true", help="our own rules only")
    parser.add_argument("--rules", action="store_true", help="list our own rules and end")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args(arguments)
    if options.rules:
        return run(_list_rules)
    if options.plan_json and len(options.environment or ()) != 1:
        parser.error("--plan-json needs exactly one --environment")

    def command() -> int:
        waivers, today = read_policy_waivers(), datetime.now(UTC).date()
        if options.plan_json:
            found = scan_plan(options.plan_json, options.environment[0])
            stale: list[str] = []
        else:
            environments = options.environment or PromotionOrder.load().environments
            stacks = [Stack.find(options.stacks, environment) for environment in environments]
            found, prefixes = check(stacks, with_checkov=not options.without_checkov)
            if not options.environment and not options.without_checkov:
                found += scan_modules()
            stale = expired(waivers, today, FILE) + unused(waivers, found, prefixes)
        left = unwaived(found, waivers, today)
        _print(left, stale, options.format)
        log(f"{len(found)} findings, {len(found) - len(left)} of them waived.")
        return REFUSED if left or stale else EXIT_OK

    return run(command)


def _list_rules() -> int:
    for rule in RULES:
        print(f"{rule.id:18} {rule.requirement}{' (production)' if rule.production_only else ''}")
    return EXIT_OK


def check(stacks: Sequence[Stack], *, with_checkov: bool) -> tuple[list[Violation], tuple[str, ...]]:
    """Return the violations in the stacks, and the prefixes of the rules that were checked.

    Raises:
        OperationError: Checkov is missing or failed.
    """
    found = [violation for stack in stacks for violation in violations(stack)]
    if not with_checkov:
        return found, ("CHAT_",)
    return found + scan_stacks(stacks), ("CHAT_", "CKV")


def _print(left: list[Violation], stale: list[str], style: str) -> None:
    if style == "json":
        print(json.dumps({"findings": [asdict(violation) for violation in left], "waivers": stale}, indent=1))
        return
    for line in [*map(str, left), *stale]:
        print(line)


if __name__ == "__main__":
    sys.exit(main())
