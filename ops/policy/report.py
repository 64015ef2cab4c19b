"""Check stacks or a plan by the project's rules and Checkov, and print the findings without a waiver."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from common.commands import counted, log
from common.exit_codes import EXIT_OK, REFUSED
from ops.order import PromotionOrder
from ops.policy.checkov import scan_modules, scan_plan, scan_stacks
from ops.policy.rules import RULES, violations
from ops.policy.waivers import FILE, read_policy_waivers, unused, unwaived
from ops.reviewed_plan import check_reviewed_plan
from ops.waivers import expired
from terraform.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from pathlib import Path

    from ops.policy.rule import Violation


def list_rules() -> int:
    """Print this project's own rules."""
    for rule in RULES:
        print(f"{rule.id:18} {rule.requirement}{' (production)' if rule.production_only else ''}")
    return EXIT_OK


def check_stacks(folder: Path, environments: Sequence[str], *, with_checkov: bool, style: str) -> int:
    """Check synthesized stacks and, with all environments and Checkov, the HCL modules; return the exit code.

    Args:
        folder: the synthesized stacks.
        environments: names; all of the order of promotion if there are none.
        with_checkov: whether Checkov's rules are checked too.
        style: ``text`` or ``json``.

    Raises:
        OperationError: a stack is missing, or Checkov is missing or failed.
    """
    order = PromotionOrder.load()
    stacks = [Stack.find(folder, name) for name in environments or order.environments]
    found, prefixes = check(stacks, order.production, with_checkov=with_checkov)
    if not environments and with_checkov:
        found += scan_modules()
    waivers, today = read_policy_waivers(), datetime.now(UTC).date()
    for message in unused(waivers, found, prefixes, order.production):
        log(message)
    return _report(found, unwaived(found, waivers, today, order.production), expired(waivers, today, FILE), style)


def check_plan(file: Path, record: Path, environment: str, *, style: str) -> int:
    """Check a plan by Checkov's rules; return the exit code.

    Args:
        file: the plan's JSON.
        record: the review record of the plan.
        environment: its environment.
        style: ``text`` or ``json``.

    Raises:
        RefusedError: the JSON is not that of the record.
        OperationError: the plan cannot be read, or Checkov is missing or failed.
    """
    check_reviewed_plan(file, record, environment)
    production = PromotionOrder.load().production
    found = scan_plan(file, environment)
    left = unwaived(found, read_policy_waivers(), datetime.now(UTC).date(), production)
    return _report(found, left, [], style)


def check(
    stacks: Sequence[Stack], production: Container[str], *, with_checkov: bool
) -> tuple[list[Violation], tuple[str, ...]]:
    """Return the violations in the stacks, and the prefixes of the rules that were checked.

    Args:
        stacks: the stacks.
        production: the production environments.
        with_checkov: whether Checkov's rules are checked too.

    Raises:
        OperationError: Checkov is missing or failed.
    """
    found = [
        violation for stack in stacks for violation in violations(stack, production=stack.environment in production)
    ]
    if not with_checkov:
        return found, ("CHAT_",)
    return found + scan_stacks(stacks), ("CHAT_", "CKV")


def _report(found: list[Violation], left: list[Violation], stale: list[str], style: str) -> int:
    if style == "json":
        print(json.dumps({"findings": [asdict(violation) for violation in left], "waivers": stale}, indent=1))
    else:
        for line in [*map(str, left), *stale]:
            print(line)
    log(f"{counted(len(found), 'finding')}, {len(found) - len(left)} of them waived.")
    return REFUSED if left or stale else EXIT_OK
