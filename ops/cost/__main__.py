"""Estimate what a month costs, from measured units and list prices.

    python -m ops.cost --users 10000 --messages-per-user-day 30 --environment prod

The load has a default for everything (docs/cost.md says where each comes from). The settings of the environment are
those of its synthesized stack: run `make synth` first. Exit codes: 0 fine, 2 wrong usage, 3 error.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from common.commands import Parser, run
from common.exit_codes import EXIT_OK
from ops.cost.environment import Environment
from ops.cost.estimate import Estimate
from ops.cost.measured import MEASURED, Measurements
from ops.cost.prices import PRICES, PriceList
from ops.cost.profile import Profile
from ops.cost.terminal import estimate_text
from terraform.stack import STACKS, Stack

if TYPE_CHECKING:
    import argparse


def parser() -> Parser:
    """Return the parser: an option for each part of the load."""
    made = Parser(prog="python -m ops.cost", description=__doc__)
    made.add_argument("--environment", default="prod", help="whose settings count (default: prod)")
    made.add_argument("--region", help="whose prices count (default: the environment's)")
    made.add_argument("--free-tier", action="store_true", help="take off what is free for ever in an account")
    made.add_argument("--json", action="store_true", help="print JSON")
    made.add_argument("--stacks", type=Path, default=STACKS, help=f"what was synthesized (default: {STACKS})")
    made.add_argument("--prices", type=Path, default=PRICES, help="the price list (default: ops/cost/prices.toml)")
    made.add_argument("--measured", type=Path, default=MEASURED, help="the measured units of operations")
    load = made.add_argument_group("the load")
    for name, field in Profile.model_fields.items():
        about = f"{field.description} (default: {field.default:g})"
        load.add_argument(
            option_of(name), dest=name, type=int if field.annotation is int else float, metavar="N", help=about
        )
    made.usage = "python -m ops.cost [options]: --help lists them"
    return made


def option_of(name: str) -> str:
    """Return the option that gives a part of the load."""
    return f"--{name.replace('_', '-')}"


def profile_of(options: argparse.Namespace, made: Parser) -> Profile:
    """Return the load that was asked for; a wrong one ends the program with one line."""
    given = {name: getattr(options, name) for name in Profile.model_fields if getattr(options, name) is not None}
    try:
        return Profile.model_validate(given)
    except ValidationError as error:
        wrong = error.errors()[0]
        made.error(f"{option_of(str(wrong['loc'][0]))}: {wrong['msg'].lower()}, not {wrong['input']}")


def main(arguments: list[str] | None = None) -> int:
    """Print an estimate."""
    made = parser()
    options = made.parse_args(arguments)
    profile = profile_of(options, made)

    def command() -> int:
        environment = Environment.of(Stack.find(options.stacks, options.environment))
        prices = PriceList.load(options.region or environment.region, options.prices)
        measured = Measurements.load(options.measured)
        estimate = Estimate(profile, environment, measured, prices, free_tier=options.free_tier)
        text = f"{json.dumps(estimate.document(), indent=1)}\n" if options.json else estimate_text(estimate)
        sys.stdout.write(text)
        return EXIT_OK

    return run(command)


if __name__ == "__main__":
    sys.exit(main())
