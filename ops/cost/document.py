"""docs/cost.md: ``python -m ops.cost.document > docs/cost.md``. Figures have two digits: they are estimates."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from common.commands import Parser, run
from common.exit_codes import FINE
from ops.cost.chat import FIXED
from ops.cost.environment import Environment
from ops.cost.estimate import Estimate
from ops.cost.measured import Measurements
from ops.cost.prices import PriceList, read_items
from ops.cost.profile import Profile
from ops.cost.rounding import rough_count, rough_money
from ops.cost.tables import DIFFERENCE_HEADINGS, markdown, share, unit_price
from terraform.stack import STACKS, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.cost.bill import Line

ENVIRONMENT = "prod"
_SMALL = 0.005
_OPENING = """# What it costs

Made by `python -m ops.cost.document > docs/cost.md`; a test compares the two. Every figure is an estimate: units of
operations measured at the running backend (`python -m benchmarks operations`), times a load, times AWS's list prices.
Nothing of it is taken from a bill. The load is yours to change, and much of it is assumed:

```bash
make synth
python -m ops.cost --users 10000 --messages-per-user-day 30 --environment prod
```

prints the first table of this page to the cent, with what drives it; `--json` prints everything.
"""
_NOT_IN_IT = """## What is in it, and what is not

- Fan-out: AppSync counts an update for each subscriber and each 5 KB of an event. Who receives is computed from
  members, the share of them that is connected, the share of these that looks at the room or watches it in a list, and
  devices.
- A subscription that starts counts as a real-time update, as a connection does: AppSync's price page counts "WebSocket
  operations" so, and does not list them one by one. {subscriptions} of the total are such starts.
- AppSync writes four lines to its log for every request at the log level used here, 520 bytes with the 26 that
  CloudWatch adds to each; subscriptions are logged too.
- X-Ray's default rule traces 5 % of requests. Enhanced metrics are counted as if every resolver had data all month.
- A function is called once for each message, never for a batch: the most that can be.
- Not in it: taxes, support, discounts for volume or commitment, the state bucket and its key, e-mails and SMS of
  Cognito, CloudWatch queries, people who sign up, moderation, retries after errors.
- AWS's lasting free tier is not taken off, because it counts the whole account: `--free-tier` takes it off. AppSync has
  none that lasts. Quotas are not in it either: they would stop some of these loads before the bill does.
"""


@dataclass(frozen=True, slots=True)
class Variant:
    """Another load, by the options that ask for it."""

    name: str
    options: Mapping[str, float]

    @property
    def command(self) -> str:
        """The options as they are typed."""
        return " ".join(f"--{name.replace('_', '-')} {value}" for name, value in self.options.items())


_LOADS = (
    Variant("a tenth of the users", {"users": 1_000}),
    Variant("ten times the users", {"users": 100_000}),
    Variant("a hundred times the users", {"users": 1_000_000}),
    Variant("twice the messages", {"messages_per_user_day": 60}),
    Variant("messages of 4 KB", {"message_bytes": 4_000}),
    Variant("rooms of 100", {"members_per_room": 100}),
    Variant("rooms of 200, the largest in which presence is told", {"members_per_room": 200}),
    Variant("rooms of 1,000", {"members_per_room": 1_000}),
    Variant("rooms of 1,000 that everybody looks at", {"members_per_room": 1_000, "open_share": 1}),
)
_SAVINGS = (
    Variant(
        "clients stay subscribed to the rooms shown last, which then hear more",
        {"subscriptions_kept": 0.8, "open_share": 0.4},
    ),
    Variant("clients leave out typing, presence and membership events", {"subscriptions_per_room": 5}),
    Variant("clients connect only while they are in front", {"hours_connected": 4}),
    Variant("clients read a room again every 15 minutes, not 5", {"refresh_minutes": 15}),
    Variant("one typing indicator a message, not two", {"typing_starts": 1}),
    Variant("clients do not listen to the rooms in their list", {"rooms_watched": 0}),
)


def document(environment: Environment, measured: Measurements) -> str:
    """Return the whole page.

    Args:
        environment: prod, as it is synthesized.
        measured: the units of operations.
    """
    estimate = Estimate(Profile(), environment, measured, PriceList.load(environment.region))
    sections = (
        [_OPENING],
        _month(estimate),
        _sample(estimate),
        _sensitivity(estimate),
        _savings(estimate),
        [_NOT_IN_IT.format(subscriptions=rough_money(_subscription_starts(estimate)))],
        _load(),
        _prices(),
    )
    return "\n".join(line for section in sections for line in section)


def _month(estimate: Estimate) -> Iterator[str]:
    bill, profile = estimate.bill, estimate.profile
    activities = list(bill.activities.items())[:5]
    yield "## One month\n"
    yield (
        f"{profile.users:,} users, half of them there on a day, for 8 hours and with 30 messages each: "
        f"{rough_count(profile.messages)} messages. Settings of `environments/{ENVIRONMENT}.toml`: "
        f"{', '.join(_settings(estimate))}.\n"
    )
    rows = [_bill_row(line, bill.total) for line in bill.lines if line.dollars / bill.total >= _SMALL]
    small = sum(line.dollars for line in bill.lines if line.dollars / bill.total < _SMALL)
    rows.append(["everything else", "", "", "", rough_money(small), share(small, bill.total)])
    rows.append(["**total**", "", "", "", f"**{rough_money(bill.total)}**", ""])
    yield markdown(("service", "driver", "quantity", "unit price", "dollars", "share"), rows)
    yield (
        f"\nThat is {rough_money(estimate.per_thousand_users or 0)} for each 1,000 users, or "
        f"{rough_money(estimate.per_million_messages or 0)} for each million messages. "
        f"{rough_money(bill.activities[FIXED], 1)} of it are there without any use: alarms, a dashboard, and the "
        "metrics of every resolver.\n"
    )
    yield "What drives it:\n"
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


def _sample(estimate: Estimate) -> Iterator[str]:
    yield "## Beside the sample's design\n"
    yield (
        "The same load on the design of the sample that this repository began from, as far as it can carry it: "
        f"{rough_money(estimate.sample_bill.total)}. The sample does not synthesize and was never run; its units are "
        "derived from its tables and resolvers, and the size of its log entries is assumed "
        f"({rough_money(_logs(estimate))} of its bill are logs, because it logs every field with its content). "
        "Where it is cheaper, it does less: no read state, no membership checks, no notifications, no gap filling, no "
        "heartbeat.\n"
    )
    rows = [[one.activity, rough_money(one.here), rough_money(one.sample), one.reason] for one in estimate.differences]
    yield markdown(DIFFERENCE_HEADINGS, rows)
    yield ""


def _logs(estimate: Estimate) -> float:
    return sum(line.dollars for line in estimate.sample_bill.lines if line.price.startswith("logs_"))


def _subscription_starts(estimate: Estimate) -> float:
    free = replace(estimate, profile=estimate.profile.model_copy(update={"subscriptions_per_room": 0}))
    updates = [one.bill.quantity("appsync_updates") for one in (estimate, free)]
    return estimate.prices.dollars("appsync_updates", updates[0] - updates[1])


def _sensitivity(estimate: Estimate) -> Iterator[str]:
    yield "## What changes it\n"
    yield (
        "With more users the bill grows as they do, since nobody hears of other people's rooms; the sample's grows "
        "with their square. With larger rooms the fan-out of messages, typing and presence takes over.\n"
    )
    yield markdown(("load", "options", "here", "the sample"), [_variant_row(one, estimate) for one in _LOADS])
    yield ""


def _variant_row(variant: Variant, estimate: Estimate) -> list[str]:
    other = _other(variant, estimate)
    here, sample = rough_money(other.bill.total), rough_money(other.sample_bill.total)
    return [variant.name, f"`{variant.command}`", here, sample]


def _other(variant: Variant, estimate: Estimate) -> Estimate:
    profile = Profile.model_validate({**estimate.profile.model_dump(), **variant.options})
    return Estimate(profile, estimate.environment, estimate.measured, estimate.prices)


def _savings(estimate: Estimate) -> Iterator[str]:
    total = estimate.bill.total
    yield "## How to lower it\n"
    rows = [
        [one.name, f"`{one.command}`", f"{rough_money(total - _other(one, estimate).bill.total)} less"]
        for one in _SAVINGS
    ]
    rows += [
        [name, setting, f"{rough_money(total - other)} less"] for name, setting, other in _settings_savings(estimate)
    ]
    yield markdown(("what", "options or settings", "a month"), rows)
    yield "\nIn larger rooms, `presenceMembersMaximum` in `contract/limits.json` is where presence ends.\n"


def _settings_savings(estimate: Estimate) -> Iterator[tuple[str, str, float]]:
    """Yield what is changed, the setting, and the total then."""
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
        "Each has an option of the same name. *Mattermost* is the action mix of its load test "
        "(mattermost/mattermost-load-test-ng, `simulcontroller/controller.go`), taken from its production: for each "
        "message that somebody sends. *Assumed* is what to put right first.\n"
    )
    rows = []
    for name, field in Profile.model_fields.items():
        extra = field.json_schema_extra
        source = extra["source"] if isinstance(extra, dict) else ""
        rows.append([f"`--{name.replace('_', '-')}`", f"{field.default:g}", str(field.description), str(source)])
    yield markdown(("option", "default", "what it is", "from"), rows)
    yield ""


def _prices() -> Iterator[str]:
    yield "## The prices\n"
    yield (
        "From `ops/cost/prices.toml`, in dollars. The day is that on which the source was published, where it says so, "
        "otherwise that on which it was read. Prices whose source is a pricing page are known from quotations of it: "
        "check them first.\n"
    )
    rows = []
    for item in read_items().values():
        for region, quote in item.regions.items():
            price = unit_price(quote.dollars, item.per, item.unit)
            rows.append([item.service, item.driver, region, price, str(quote.date), f"<{quote.source}>"])
    yield markdown(("service", "driver", "region", "price", "day", "source"), rows)
    yield ""


def main(arguments: list[str] | None = None) -> int:
    """Print the page."""
    Parser(prog="python -m ops.cost.document", description=__doc__).parse_args(arguments)

    def command() -> int:
        environment = Environment.of(Stack.find(STACKS, ENVIRONMENT))
        sys.stdout.write(document(environment, Measurements.load()))
        return FINE

    return run(command)


if __name__ == "__main__":
    sys.exit(main())
