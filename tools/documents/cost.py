"""Writes docs/cost.md: ``python -m tools.documents.cost``.

The settings are those of the frozen environment prod of the tests, because ``environments/prod.toml`` may be edited.
Figures are rounded to two significant digits, because they are estimates.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from math import floor, log10
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from common.commands import Parser, run
from common.exit_codes import EXIT_OK
from ops.cost.environment import Environment
from ops.cost.estimate import Estimate
from ops.cost.measured import Measurements
from ops.cost.prices import PriceList, read_items
from ops.cost.profile import Profile
from ops.cost.text import BILL_HEADINGS, DIFFERENCE_HEADINGS, count, markdown, share, unit_price
from ops.cost.this_design import FIXED
from stacks.synthesis import synthesize
from terraform.stack import Stack
from tests.helpers.environments import frozen_settings
from tools.documents import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.cost.estimate import Line

DOCUMENT = ROOT / "docs" / "cost.md"
ENVIRONMENT = "prod"
_SMALL = 0.005
_INTRODUCTION = """# What it costs

Made by `python -m tools.documents.cost`; a test compares the two. All figures are estimates: units of operations,
measured on the running backend (`python -m benchmarks operations`), times a load, times AWS's list prices. No figure
comes from a bill. Much of the load is assumed; set your own with options:

```bash
make synth
python -m ops cost --users 10000 --messages-per-user-day 30 --environment prod
```

This prints the first table of this page with cents, and the largest activities. `--json` prints all figures.
"""
_SCOPE = """## Included and not included

- Fan-out: AppSync counts a real-time update per subscriber and started 5 KB of an event. The number of subscribers
  follows from the members of a room, the share of them that is connected, the share of these that has the room open or
  in a room list, and the devices per user.
- A started subscription counts as a real-time update, as a connection does: AppSync's pricing page counts "WebSocket
  operations" without listing them. Starts of subscriptions are {subscriptions} of the total.
- AppSync logs four lines per request at the log level of the stack: 520 bytes, including the 26 bytes that CloudWatch
  adds to each line. Subscriptions are logged, too.
- X-Ray's default rule traces 5 % of the requests. Enhanced metrics are counted as if every resolver had data all month.
- Functions are counted with one invocation per message, without batching: the maximum.
- Not included: taxes, support, volume and commitment discounts, the state bucket and its key, e-mails and SMS of
  Cognito, CloudWatch queries, sign-ups, moderation, and retries after errors.
- AWS's permanent free tier is not deducted, because it applies to the whole account: `--free-tier` deducts it. AppSync
  has no permanent free tier. Quotas are not considered; some of these loads need higher quotas.
"""


@dataclass(frozen=True, slots=True)
class Variant:
    """Another load.

    Attributes:
        name: its description.
        options: the values of ``Profile`` that differ from the defaults.
    """

    name: str
    options: Mapping[str, float]

    @property
    def command(self) -> str:
        """The options of ``python -m ops cost``."""
        return " ".join(f"--{name.replace('_', '-')} {value}" for name, value in self.options.items())


_LOADS = (
    Variant("a tenth of the users", {"users": 1_000}),
    Variant("ten times the users", {"users": 100_000}),
    Variant("a hundred times the users", {"users": 1_000_000}),
    Variant("twice the messages", {"messages_per_user_day": 60}),
    Variant("messages of 4 KB", {"message_bytes": 4_000}),
    Variant("rooms of 100", {"members_per_room": 100}),
    Variant("rooms of 200, the largest with presence", {"members_per_room": 200}),
    Variant("rooms of 1,000", {"members_per_room": 1_000}),
    Variant("rooms of 1,000 that all connected members have open", {"members_per_room": 1_000, "open_share": 1}),
)
_SAVINGS = (
    Variant(
        "clients stay subscribed to recent rooms, and receive more events",
        {"subscriptions_kept": 0.8, "open_share": 0.4},
    ),
    Variant("clients do not subscribe to typing, presence and membership events", {"subscriptions_per_room": 5}),
    Variant("clients connect only while they are in the foreground", {"hours_connected": 4}),
    Variant("clients refresh an open room every 15 minutes instead of 5", {"refresh_minutes": 15}),
    Variant("one typing indicator per message instead of two", {"typing_starts": 1}),
    Variant("clients do not subscribe to the rooms in their list", {"rooms_watched": 0}),
)


def document(environment: Environment, measured: Measurements) -> str:
    """Return docs/cost.md.

    Args:
        environment: the synthesized stack of prod.
        measured: the units of operations.
    """
    estimate = Estimate(Profile(), environment, measured, PriceList.load(environment.region))
    sections = (
        [_INTRODUCTION],
        _month(estimate),
        _baseline(estimate),
        _sensitivity(estimate),
        _savings(estimate),
        [_SCOPE.format(subscriptions=rough_money(_subscription_starts(estimate)))],
        _load(),
        _prices(),
    )
    return "\n".join(line for section in sections for line in section)


def _month(estimate: Estimate) -> Iterator[str]:
    bill, profile = estimate.bill, estimate.profile
    activities = list(bill.activities.items())[:5]
    yield "## One month\n"
    yield (
        f"{profile.users:,} users, half of them active on a day, each connected for 8 hours and with 30 messages: "
        f"{rough_count(profile.messages)} messages. Settings of `environments/{ENVIRONMENT}.toml` as "
        f"delivered, without your changes: {', '.join(_settings(estimate))}.\n"
    )
    rows = [_bill_row(line, bill.total) for line in bill.lines if line.dollars / bill.total >= _SMALL]
    small = sum(line.dollars for line in bill.lines if line.dollars / bill.total < _SMALL)
    rows.append(["everything else", "", "", "", rough_money(small), share(small, bill.total)])
    rows.append(["**total**", "", "", "", f"**{rough_money(bill.total)}**", ""])
    yield markdown(BILL_HEADINGS, rows)
    yield (
        f"\nThis is {rough_money(estimate.per_thousand_users or 0)} per 1,000 users, or "
        f"{rough_money(estimate.per_million_messages or 0)} per million messages. "
        f"{rough_money(bill.activities[FIXED])} of it are fixed costs: alarms, a dashboard, and the metrics of "
        "every resolver.\n"
    )
    yield "The largest activities:\n"
    yield markdown(
        ("activity", "dollars", "share"),
        [[name, rough_money(dollars), share(dollars, bill.total)] for name, dollars in activities],
    )
    yield ""


def _settings(estimate: Estimate) -> Iterator[str]:
    for name, value in estimate.settings.items():
        if name not in {"alarms, metrics, dashboards", "free tier"}:
            yield f"{name} {value}"


def _bill_row(line: Line, total: float) -> list[str]:
    price = unit_price(line.unit_price, line.per, line.unit)
    amount = rough_money(line.dollars)
    return [line.service, line.driver, rough_count(line.quantity), price, amount, share(line.dollars, total)]


def _baseline(estimate: Estimate) -> Iterator[str]:
    yield "## Comparison with the baseline\n"
    yield (
        "The baseline is the design that this repository was derived from. The same load on it costs "
        f"{rough_money(estimate.baseline_bill.total)}. It does not synthesize and was never run: its units are derived "
        "from its tables and resolvers, and the size of its log entries is assumed "
        f"({rough_money(_logs(estimate))} of its bill are logs, because it logs every field with its content). "
        "Activities that are cheaper in it do less: it has no read state, membership checks, notifications, gap "
        "filling or heartbeats.\n"
    )
    rows = [
        [row.activity, rough_money(row.this_design), rough_money(row.baseline), row.reason]
        for row in estimate.differences
    ]
    yield markdown(DIFFERENCE_HEADINGS, rows)
    yield ""


def _logs(estimate: Estimate) -> float:
    return sum(line.dollars for line in estimate.baseline_bill.lines if line.price.startswith("logs_"))


def _subscription_starts(estimate: Estimate) -> float:
    free = replace(estimate, profile=estimate.profile.model_copy(update={"subscriptions_per_room": 0}))
    updates = estimate.bill.quantity("appsync_updates") - free.bill.quantity("appsync_updates")
    return estimate.prices.dollars("appsync_updates", updates)


def _sensitivity(estimate: Estimate) -> Iterator[str]:
    yield "## What changes it\n"
    yield (
        "The bill is proportional to the number of users, because events reach members of a room only; the baseline's "
        "bill grows with the square of the users. In larger rooms, the fan-out of messages, typing and presence "
        "dominates.\n"
    )
    rows = [_variant_row(variant, estimate) for variant in _LOADS]
    yield markdown(("load", "options", "this design", "baseline"), rows)
    yield ""


def _variant_row(variant: Variant, estimate: Estimate) -> list[str]:
    other = _other(variant, estimate)
    dollars = (rough_money(bill.total) for bill in (other.bill, other.baseline_bill))
    return [variant.name, f"`{variant.command}`", *dollars]


def _other(variant: Variant, estimate: Estimate) -> Estimate:
    profile = Profile.model_validate({**estimate.profile.model_dump(), **variant.options})
    return Estimate(profile, estimate.environment, estimate.measured, estimate.prices)


def _savings(estimate: Estimate) -> Iterator[str]:
    total = estimate.bill.total
    yield "## How to lower it\n"
    rows = [
        [variant.name, f"`{variant.command}`", f"{rough_money(total - _other(variant, estimate).bill.total)} less"]
        for variant in _SAVINGS
    ]
    rows += [
        [name, setting, f"{rough_money(total - other)} less"] for name, setting, other in _settings_savings(estimate)
    ]
    yield markdown(("change", "options or settings", "per month"), rows)
    yield "\nRooms with more than `presenceMembersMaximum` members (`contract/limits.json`) have no presence.\n"


def _settings_savings(estimate: Estimate) -> Iterator[tuple[str, str, float]]:
    """Yield the change, the setting, and the total with it."""
    environment = estimate.environment
    footprint = environment.footprint
    untraced = replace(environment, footprint=replace(footprint, traced_share=0))
    shorter = replace(environment, footprint=replace(footprint, log_months=1))
    bare = replace(environment, resources={})
    for name, setting, other in (
        ("no traces", "`enable_xray = false`", untraced),
        ("logs kept for 30 days", "`log_retention_days = 30`", shorter),
        ("no alarms, no dashboard, no metrics of resolvers", "most of it: `enable_detailed_monitoring = false`", bare),
    ):
        yield name, setting, replace(estimate, environment=other).bill.total


def _load() -> Iterator[str]:
    yield "## The load\n"
    yield (
        "Each value has an option. *Mattermost* is the action mix of its load test "
        "(mattermost/mattermost-load-test-ng, `simulcontroller/controller.go`), taken from its production, per message "
        "sent. Replace *assumed* values first.\n"
    )
    rows = []
    for name, field in Profile.model_fields.items():
        extra = field.json_schema_extra
        source = extra["source"] if isinstance(extra, dict) else ""
        rows.append([f"`--{name.replace('_', '-')}`", f"{field.default:g}", str(field.description), str(source)])
    yield markdown(("option", "default", "description", "source"), rows)
    yield ""


def _prices() -> Iterator[str]:
    yield "## The prices\n"
    yield (
        "From `ops/cost/prices.toml`, in dollars. The date is the source's date of publication if known, otherwise the "
        "date of reading. Prices whose source is a pricing page were taken from quotations of the page: check them "
        "first.\n"
    )
    rows = []
    for item in read_items().values():
        for region, quote in item.regions.items():
            price = unit_price(quote.dollars, item.per, item.unit)
            rows.append([item.service, item.driver, region, price, str(quote.date), f"<{quote.source}>"])
    yield markdown(("service", "driver", "region", "price", "date", "source"), rows)
    yield ""


def rough_money(dollars: float, digits: int = 2) -> str:
    """Return dollars with two significant digits: ``$3,200``; amounts below a dollar are ``<$1``."""
    rounded = _significant(dollars, digits)
    if abs(rounded) < 1:
        return "<$1" if rounded else "$0"
    return f"{'-' if rounded < 0 else ''}${abs(rounded):,.{1 if abs(rounded) < 10 and rounded % 1 else 0}f}"  # noqa: PLR2004 - $9.50


def rough_count(number: float) -> str:
    """Return a quantity with two significant digits: ``540 M``."""
    return count(_significant(number)).replace(".0 ", " ")


def _significant(number: float, digits: int = 2) -> float:
    return round(number, digits - 1 - floor(log10(abs(number)))) if number else 0.0


def main(arguments: list[str] | None = None) -> int:
    """Write the page."""
    Parser(prog="python -m tools.documents.cost", description=__doc__).parse_args(arguments)
    return run(_write)


def _write() -> int:
    with TemporaryDirectory() as folder:
        (stack, *_) = synthesize(frozen_settings(CHAT_ENVIRONMENTS=ENVIRONMENT), ROOT, output=Path(folder))
        environment = Environment.of(Stack(stack, ENVIRONMENT))
    DOCUMENT.write_text(document(environment, Measurements.load()), encoding="utf-8")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
