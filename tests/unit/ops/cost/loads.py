"""Small environments and estimates whose cost can be computed by hand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ops.cost.environment import Environment
from ops.cost.estimate import Estimate
from ops.cost.measured import Measurements
from ops.cost.prices import PriceList
from ops.cost.usage import Footprint

if TYPE_CHECKING:
    from ops.cost.profile import Profile

REGION = "us-east-1"
QUIET = Footprint(
    log_bytes=0,
    function_log_bytes=0,
    traced_share=0,
    log_months=0,
    function_gigabytes=0.25,
    function_price="lambda_arm",
)
"""No logs and no traces."""


def environment(resources: dict[str, dict[str, Any]] | None = None, footprint: Footprint = QUIET) -> Environment:
    """Return an environment with these resources only."""
    return Environment(
        name="test",
        region=REGION,
        resources=resources or {},
        footprint=footprint,
        keeps_recovery=False,
        has_kms_key=False,
        sweeps=0,
    )


def estimate(profile: Profile, where: Environment | None = None, *, free_tier: bool = False) -> Estimate:
    """Return an estimate with the committed measurements and prices."""
    prices, measured = _read()
    return Estimate(profile, where or environment(), measured, prices, free_tier=free_tier)


@cache
def _read() -> tuple[PriceList, Measurements]:
    return PriceList.load(REGION), Measurements.load()
