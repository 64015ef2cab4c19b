"""``python -m ops cost``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click
from pydantic import ValidationError

from common.exit_codes import EXIT_OK
from ops.command_line import FILE, Command, FiniteNumber, environment_option, refuse_usage, stacks_option
from ops.cost.profile import Profile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydantic.fields import FieldInfo


def load_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add an option for each part of the load."""
    for name, field in reversed(Profile.model_fields.items()):
        function = click.option(
            option_of(name),
            name,
            type=click.INT if field.annotation is int else FiniteNumber(*_bounds(field)),
            metavar="N",
            help=f"Load: {field.description} (default: {field.default:g}).",
        )(function)
    return function


def _bounds(field: FieldInfo) -> tuple[float | None, float | None]:
    """Return the smallest and the largest allowed value."""
    bounds = {name: getattr(bound, name) for bound in field.metadata for name in ("ge", "le") if hasattr(bound, name)}
    return bounds.get("ge"), bounds.get("le")


def option_of(name: str) -> str:
    """Return the option that gives a part of the load."""
    return f"--{name.replace('_', '-')}"


@click.command(
    cls=Command,
    examples=["python -m ops cost --users 10000 --messages-per-user-day 30 --environment prod"],
)
@environment_option(
    "Environment whose settings are used; run `make synth` first.", required=False, default="prod", show_default=True
)
@click.option("--region", help="Region whose prices are used (default: the environment's).")
@click.option("--free-tier", is_flag=True, help="Subtract the part of the free tier that does not expire.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@stacks_option
@click.option("--prices", type=FILE, help="Price list (default: ops/cost/prices.toml).")
@click.option("--measured", type=FILE, help="Measured units of the operations (default: benchmarks/operations.json).")
@load_options
def cost(
    *,
    environment: str,
    region: str | None,
    free_tier: bool,
    as_json: bool,
    stacks: Path,
    prices: Path | None,
    measured: Path | None,
    **load: Any,  # noqa: ANN401 - a number for each part of the load
) -> int:
    """Estimate the cost of a month from measured units and list prices.

    docs/cost.md explains the defaults of the load.
    """
    from ops.cost.environment import Environment
    from ops.cost.estimate import Estimate
    from ops.cost.measured import MEASURED, Measurements
    from ops.cost.prices import PRICES, PriceList
    from ops.cost.terminal import estimate_text
    from terraform.stack import Stack

    profile = _profile(load)
    settings = Environment.of(Stack.find(stacks, environment))
    price_list = PriceList.load(region or settings.region, prices or PRICES)
    estimate = Estimate(profile, settings, Measurements.load(measured or MEASURED), price_list, free_tier=free_tier)
    sys.stdout.write(f"{json.dumps(estimate.document(), indent=1)}\n" if as_json else estimate_text(estimate))
    return EXIT_OK


def _profile(load: dict[str, Any]) -> Profile:
    """Return the load; a wrong one ends the command with one line."""
    try:
        return Profile.model_validate({name: value for name, value in load.items() if value is not None})
    except ValidationError as error:
        wrong = error.errors()[0]
        option = option_of(str(wrong["loc"][0]))
        refuse_usage(f"Invalid value for '{option}': {wrong['msg'].lower()}, not {wrong['input']}.")
