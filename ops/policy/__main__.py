"""Check every synthesized environment and the HCL modules: our own rules, Checkov, and the table of exceptions.

    python -m ops.policy                                                    # what `make policy` runs
    python -m ops.policy --plan-json dev.plan.json --environment dev        # a plan: Checkov with resolved values

Exit codes: 0 fine, 1 findings outside the table (or the table is out of date), 2 wrong usage, 3 error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from common.commands import Parser, run, say
from common.exit_codes import FINE, REFUSED
from ops.order import PromotionOrder
from ops.policy.checkov import scan_modules, scan_plan, scan_stacks
from ops.policy.rules import RULES, violations
from ops.policy.suppressions import FILE, read_suppressions, unmatched, unsuppressed
from ops.waivers import expired
from terraform.stack import STACKS, Stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.policy.rule import Violation


def main(arguments: list[str] | None = None) -> int:
    """Check and print what does not keep the rules."""
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
        table, today = read_suppressions(), datetime.now(UTC).date()
        if options.plan_json:
            found = scan_plan(options.plan_json, options.environment[0])
            stale: list[str] = []
        else:
            environments = options.environment or PromotionOrder.load().environments
            stacks = [Stack.find(options.stacks, environment) for environment in environments]
            found, prefixes = check(stacks, with_checkov=not options.without_checkov)
            if not options.environment and not options.without_checkov:
                found += scan_modules()
            stale = expired(table, today, FILE) + unmatched(table, found, prefixes)
        left = unsuppressed(found, table, today)
        _print(left, stale, options.format)
        say(f"{len(found)} findings, {len(found) - len(left)} in the table of exceptions.")
        return REFUSED if left or stale else FINE

    return run(command)


def _list_rules() -> int:
    for rule in RULES:
        print(f"{rule.id:18} {rule.demands}{' (production)' if rule.production_only else ''}")
    return FINE


def check(stacks: Sequence[Stack], *, with_checkov: bool) -> tuple[list[Violation], tuple[str, ...]]:
    """Return everything found in the stacks, and the beginnings of the rules that were checked.

    Raises:
        OperationError: Checkov is missing or failed.
    """
    found = [violation for stack in stacks for violation in violations(stack)]
    if not with_checkov:
        return found, ("CHAT_",)
    return found + scan_stacks(stacks), ("CHAT_", "CKV")


def _print(left: list[Violation], stale: list[str], style: str) -> None:
    if style == "json":
        print(json.dumps({"findings": [asdict(one) for one in left], "table": stale}, indent=1))
        return
    for line in [*map(str, left), *stale]:
        print(line)


if __name__ == "__main__":
    sys.exit(main())
