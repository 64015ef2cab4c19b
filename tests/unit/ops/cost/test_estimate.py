"""Tests of estimates: examples computed by hand, and properties that hold for any load."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appsync_local.request_log import RequestRecord, log_lines
from ops.cost.baseline import REASONS
from ops.cost.environment import LOG_BYTES
from ops.cost.estimate import Bill
from ops.cost.measured import Case, Measurements
from ops.cost.prices import PriceList
from ops.cost.profile import Profile
from ops.cost.this_design import FIXED
from ops.cost.usage import GIGABYTE, Footprint, Usage, Use
from tests.unit.ops.cost.loads import QUIET, environment, estimate

if TYPE_CHECKING:
    from appsync_local.api import GraphqlApi

SILENT: dict[str, Any] = {
    "open_share": 0,
    "reply_share": 0,
    "mention_share": 0,
    "file_share": 0,
    "direct_share": 0,
    "rooms_opened": 0,
    "pages_scrolled": 0,
    "lists_read": 0,
    "threads_viewed": 0,
    "links_followed": 0,
    "reactions": 0,
    "edits": 0,
    "deletions": 0,
    "joins": 0,
    "directs_begun": 0,
    "typing_starts": 0,
    "typing_stops": 0,
    "reconnects": 0,
    "devices": 1,
    "rooms_watched": 0,
}
"""Users who send messages, have their own room open, and do nothing else."""
loads = st.builds(
    Profile,
    users=st.integers(0, 200_000),
    daily_active_share=st.floats(0, 1),
    messages_per_user_day=st.floats(0, 200),
    hours_connected=st.floats(0, 24),
    members_per_room=st.floats(2, 5_000),
    direct_share=st.floats(0, 1),
    open_share=st.floats(0, 1),
    message_bytes=st.integers(100, 16_000),
    file_share=st.floats(0, 1),
)
relaxed = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def quantities(of: list[Use], activity: str) -> dict[str, float]:
    """Return the usage of an activity by price."""
    found: dict[str, float] = {}
    for use in of:
        if use.activity == activity:
            found[use.price] = found.get(use.price, 0) + use.quantity
    return found


def test_a_hundred_sending_users_by_hand() -> None:
    profile = Profile(users=100, daily_active_share=1, messages_per_user_day=10, hours_connected=2, **SILENT)
    bill = estimate(profile).bill

    messages, heartbeats = 100 * 30 * 10, 100 * 30 * 2 * 60
    refreshes = 100 * 30 * 2 * 12
    assert profile.messages == messages
    # Sending: 3 W and 2 R each; a heartbeat: 1 W and 1.5 R; a refresh: 6 R; the inbox once per day: 3 R.
    assert bill.quantity("dynamodb_writes") == pytest.approx(3 * messages + heartbeats)
    reads = 2 * messages + 1.5 * heartbeats + 6 * refreshes + 3 * 3_000
    assert bill.quantity("dynamodb_reads") == pytest.approx(reads)
    assert bill.quantity("appsync_operations") == pytest.approx(messages + heartbeats + refreshes + 3_000)
    # Each message and each heartbeat reaches the sender's own device; one connection and one subscription per day.
    assert bill.quantity("appsync_updates") == pytest.approx(messages + heartbeats + 2 * 3_000)
    assert bill.quantity("appsync_minutes") == pytest.approx(3_000 * 120)
    assert bill.quantity("lambda_requests") == pytest.approx(messages)
    dollars = {line.price: line.dollars for line in bill.lines}
    assert dollars["dynamodb_writes"] == pytest.approx((90_000 + 360_000) * 0.625 / 1e6)
    assert dollars["cognito_users"] == pytest.approx(1.50)


def test_the_audience_by_hand() -> None:
    profile = Profile(daily_active_share=0.5, hours_connected=6, busy_hours=12, open_share=0.2, devices=2)

    assert profile.connected_share == pytest.approx(0.25)
    assert profile.audience(2) == pytest.approx(1 + 1 * 0.25 * 0.2 * 2)
    assert profile.audience(101) == pytest.approx(1 + 100 * 0.25 * 0.2 * 2)


def test_the_receivers_of_a_message_by_hand() -> None:
    """A quarter of 9 others is connected, with 2 devices each; half of their 40 rooms are in the list."""
    profile = Profile(
        daily_active_share=0.25,
        hours_connected=12,
        busy_hours=12,
        open_share=0.1,
        devices=2,
        direct_share=0,
        members_per_room=10,
        rooms_per_user=40,
        rooms_watched=20,
    )

    assert profile.mean_listeners == pytest.approx(1 + 9 * 0.25 * 2 * 0.5)
    assert profile.mean_audience == pytest.approx(1 + 9 * 0.25 * 2 * 0.1)
    assert profile.model_copy(update={"rooms_watched": 0}).mean_listeners == pytest.approx(profile.mean_audience)
    assert profile.model_copy(update={"rooms_per_user": 10}).mean_listeners == pytest.approx(1 + 9 * 0.25 * 2)


def test_events_are_counted_per_started_5_kilobytes() -> None:
    usage = Usage(Profile(), QUIET)
    usage.events("x", 10, 5 * 1024)
    usage.events("y", 10, 5 * 1024 + 1)

    assert quantities(usage.uses, "x")["appsync_updates"] == 10
    assert quantities(usage.uses, "y")["appsync_updates"] == 20


def test_a_write_of_a_4_kb_message_consumes_three_more_units() -> None:
    small = estimate(Profile(message_bytes=400)).bill.quantity("dynamodb_writes")
    large = estimate(Profile(message_bytes=4_000)).bill.quantity("dynamodb_writes")
    profile = Profile()

    written = 1 + profile.reply_share + profile.reactions + profile.edits + profile.deletions
    assert large - small == pytest.approx(3 * profile.messages * written)


def test_the_overhead_of_requests() -> None:
    loud = Footprint(
        log_bytes=1_000,
        function_log_bytes=0,
        traced_share=0.1,
        log_months=2,
        function_gigabytes=0.25,
        function_price="lambda_arm",
        web_acl=True,
    )
    usage = Usage(Profile(), loud)
    usage.requests("x", 1_000)

    assert quantities(usage.uses, "x") == {
        "logs_ingested": pytest.approx(1_000_000 / GIGABYTE),
        "logs_stored": pytest.approx(2_000_000 / GIGABYTE),
        "traces": pytest.approx(100),
        "waf_requests": 1_000,
    }


def test_log_bytes_equal_the_log_lines_of_a_request() -> None:
    api = SimpleNamespace(id="a" * 26, log_config={"fieldLogLevel": "ERROR", "excludeVerboseContent": True})
    record = RequestRecord(cast("GraphqlApi", api), "0" * 36, 0, 200, 123_456_789, [])

    assert sum(len(line.message) + 26 for line in log_lines(record)) == LOG_BYTES


def test_without_users_only_fixed_costs_remain() -> None:
    alarms = {f"aws_cloudwatch_metric_alarm.a{number}": {"period": 60} for number in range(3)}
    empty = estimate(Profile(users=0), environment(alarms))

    assert empty.bill.activities == {FIXED: pytest.approx(0.30)}
    assert empty.bill.total == pytest.approx(0.30)
    assert empty.baseline_bill.total == 0
    assert empty.per_thousand_users is None
    assert empty.per_million_messages is None


def test_the_free_tier_is_deducted_from_each_line_down_to_zero() -> None:
    uses = [Use("x", "lambda_requests", 1_000_000), Use("x", "dashboards", 4), Use("y", "appsync_operations", 1)]

    bill = Bill.of(uses, PriceList.load("us-east-1"), free_tier=True)

    assert {line.price: line.dollars for line in bill.lines} == {
        "dashboards": pytest.approx(3),
        "appsync_operations": pytest.approx(0.000004),
        "lambda_requests": 0,
    }


@relaxed
@given(profile=loads)
def test_services_activities_and_lines_add_up_to_the_total(profile: Profile) -> None:
    for bill in (estimate(profile).bill, estimate(profile).baseline_bill):
        assert sum(bill.services.values()) == pytest.approx(bill.total)
        assert sum(bill.activities.values()) == pytest.approx(bill.total)
        assert all(line.dollars >= 0 for line in bill.lines)


@relaxed
@given(profile=loads, more=st.integers(1, 100_000))
def test_more_users_never_cost_less(profile: Profile, more: int) -> None:
    grown = profile.model_copy(update={"users": profile.users + more})
    before, after = estimate(profile), estimate(grown)

    assert after.bill.total >= before.bill.total
    assert after.baseline_bill.total >= before.baseline_bill.total


@relaxed
@given(profile=loads)
def test_the_free_tier_never_raises_the_total(profile: Profile) -> None:
    assert estimate(profile, free_tier=True).bill.total <= estimate(profile).bill.total


def test_this_design_grows_with_the_users_and_the_baseline_with_their_square() -> None:
    small, large = (estimate(Profile(users=users)) for users in (10_000, 100_000))

    assert large.bill.total == pytest.approx(10 * small.bill.total)
    assert large.baseline_bill.activities["presence"] == pytest.approx(
        100 * small.baseline_bill.activities["presence"], rel=0.05
    )


def test_every_activity_has_a_reason() -> None:
    both = estimate(Profile(), replace(environment({"aws_kms_key.k": {}}), sweeps=43_200))

    assert {row.activity for row in both.differences} == set(REASONS)
    assert sum(row.this_design for row in both.differences) == pytest.approx(both.bill.total)
    assert sum(row.baseline for row in both.differences) == pytest.approx(both.baseline_bill.total)


def test_presence_has_no_events_in_rooms_above_the_limit() -> None:
    small, large = (estimate(Profile(direct_share=0, members_per_room=size)).bill for size in (200, 201))

    assert large.activities["presence"] < small.activities["presence"] / 2


def test_sending_stays_within_the_budget() -> None:
    sending = Measurements.load()[Case.SEND]

    assert (sending.writes, sending.reads, sending.functions) == (3, 2, 0)
