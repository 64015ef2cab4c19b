"""Tests of rules and schedules that invoke functions: permissions, retries, and one-time schedules."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.events.schedules import Clock
from tests.helpers.waiting import eventually
from tests.unit.local.functions import ACCOUNT, REGION, Cloud, Written

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.local.conftest import Embedded

FUNCTIONS = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"
LONG_AGO = "at(2020-01-01T00:00:00)"
SCHEDULER_TRUST = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}]
}


@pytest.fixture
def cloud(embedded: Embedded, tmp_path: Path) -> Cloud:
    return Cloud(embedded.emulator, tmp_path)


async def _events(embedded: Embedded, action: str, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return await embedded.emulator.call_json("events", f"AWSEvents.{action}", request, region=REGION)


async def _rule(embedded: Embedded, function: Written, **target: str) -> str:
    name = function.name
    arn = (await _events(embedded, "PutRule", Name=name, ScheduleExpression="rate(1 minute)"))["RuleArn"]
    await _events(embedded, "PutTargets", Rule=name, Targets=[{"Id": "1", "Arn": f"{FUNCTIONS}:{name}", **target}])
    return str(arn)


async def _minute_later(embedded: Embedded, rule: str) -> None:
    """Make MiniStack assume that a rule last fired long ago, and run the scheduler."""
    events: Any = embedded.emulator.module_of("events")
    (key,) = (key for key in events._rules._data if key[2].endswith(rule))  # noqa: SLF001
    events._rule_last_fired[key] = 0  # noqa: SLF001
    await asyncio.to_thread(events._tick_scheduled_rules)  # noqa: SLF001


async def _permit(cloud: Cloud, function: Written, rule_arn: str) -> None:
    permission = {
        "StatementId": "rule",
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        "SourceArn": rule_arn,
    }
    answer = await cloud.function_api("POST", f"functions/{function.name}/policy", permission)
    assert answer.status == 201, answer.body


async def test_a_rule_invokes_with_the_scheduled_event(cloud: Cloud, embedded: Embedded) -> None:
    function = await cloud.function("by_rule")
    rule = await _rule(embedded, function)
    await _permit(cloud, function, rule)
    await _minute_later(embedded, "by_rule")
    await eventually(lambda: bool(function.invocations()))
    event = function.invocations()[0]["event"]
    assert (event["source"], event["detail-type"], event["resources"]) == ("aws.events", "Scheduled Event", [rule])


async def test_a_rule_without_permission_does_not_invoke(
    cloud: Cloud, embedded: Embedded, caplog: pytest.LogCaptureFixture
) -> None:
    function = await cloud.function("not_by_rule")
    other = await _rule(embedded, await cloud.function("other_rule"))
    rule = await _rule(embedded, function)
    await _permit(cloud, function, other)  # for another rule only
    await _minute_later(embedded, "not_by_rule")
    await eventually(lambda: f"{rule} was not invoked: no policy of" in caplog.text)
    assert function.invocations() == []


async def _schedule(embedded: Embedded, function: Written, role: str, expression: str, given: str) -> None:
    request = {
        "ScheduleExpression": expression,
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": f"{FUNCTIONS}:{function.name}", "RoleArn": role, "Input": given},
    }
    body = json.dumps(request).encode()
    path = f"/schedules/{function.name}"
    answer = await embedded.emulator.call("scheduler", "POST", path, body=body, region=REGION)
    assert answer.status == 200, answer.body


async def _scheduler_role(cloud: Cloud, name: str, *, may_invoke: str) -> str:
    trust = json.dumps(SCHEDULER_TRUST)
    await cloud.form("iam", Action="CreateRole", RoleName=name, AssumeRolePolicyDocument=trust)
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": may_invoke}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    await cloud.form("iam", Action="PutRolePolicy", RoleName=name, PolicyName="own", PolicyDocument=document)
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


async def _look_at_the_clock(embedded: Embedded) -> None:
    scheduler: Any = embedded.emulator.module_of("scheduler")
    await asyncio.to_thread(scheduler._tick_schedules)  # noqa: SLF001


async def test_a_one_time_schedule_invokes_once_with_its_input(
    cloud: Cloud, embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = await cloud.function("by_schedule")
    role = await _scheduler_role(cloud, "by_schedule_role", may_invoke=f"{FUNCTIONS}:by_schedule")
    given = '{"schedule": "<aws.scheduler.schedule-arn>", "at": "<aws.scheduler.scheduled-time>", "a": 1}'
    await _schedule(embedded, function, role, LONG_AGO, given)
    await _look_at_the_clock(embedded)
    await eventually(lambda: bool(function.invocations()))
    event = function.invocations()[0]["event"]
    assert event["schedule"] == f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/by_schedule"
    assert event["at"].endswith("Z")
    assert event["a"] == 1

    scheduler: Any = embedded.emulator.module_of("scheduler")
    events: Any = embedded.emulator.module_of("events")
    for name in ("_invoke_target", "_dispatch_to_lambda", "_tick_scheduled_rules"):
        monkeypatch.setattr(events, name, getattr(events, name))  # changes by a second clock are undone after the test
    monkeypatch.setattr(scheduler, "_tick_schedules", scheduler._tick_schedules)  # noqa: SLF001
    scheduler._schedule_last_fired.clear()  # noqa: SLF001 - as after a restart
    Clock(embedded.emulator, embedded.backend.permissions, file=embedded.directory.root / "fired.json")
    await _look_at_the_clock(embedded)
    await asyncio.sleep(0.3)
    assert len(function.invocations()) == 1


async def test_a_schedule_whose_role_lacks_the_permission_does_not_invoke(
    cloud: Cloud, embedded: Embedded, caplog: pytest.LogCaptureFixture
) -> None:
    function = await cloud.function("not_by_schedule")
    role = await _scheduler_role(cloud, "elsewhere_role", may_invoke=f"{FUNCTIONS}:elsewhere")
    await _schedule(embedded, function, role, LONG_AGO, "{}")
    await _look_at_the_clock(embedded)
    untrusted = await cloud.function("untrusting")
    await _schedule(embedded, untrusted, f"arn:aws:iam::{ACCOUNT}:role/untrusting", LONG_AGO, "{}")
    await _look_at_the_clock(embedded)
    await eventually(lambda: "may not invoke" in caplog.text)
    await eventually(lambda: "scheduler.amazonaws.com may not assume the role" in caplog.text)
    assert function.invocations() == untrusted.invocations() == []


async def test_a_failing_function_is_retried_and_then_given_up(
    cloud: Cloud, embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions: Any = embedded.emulator.module_of("lambda")
    monkeypatch.setattr(functions, "_LAMBDA_ASYNC_RETRY_BASE_SECONDS", 0.05)
    code = """
import json, os
def handler(event, context):
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(json.dumps({"event": event}) + "\\n")
    raise ValueError("always")
"""
    function = await cloud.function("failing_by_rule", code=code)
    queue = await cloud.queue("failing_by_rule")
    config = {"MaximumRetryAttempts": 1, "DestinationConfig": {"OnFailure": {"Destination": queue}}}
    path = "/2019-09-25/functions/failing_by_rule/event-invoke-config"
    answer = await embedded.emulator.call("lambda", "PUT", path, body=json.dumps(config).encode(), region=REGION)
    assert answer.status == 200, answer.body
    await _permit(cloud, function, await _rule(embedded, function, Input='{"n": 1}'))
    await _minute_later(embedded, "failing_by_rule")
    message = (await eventually(lambda: cloud.messages(queue)))[0]
    assert [one["event"] for one in function.invocations()] == [{"n": 1}] * 2
    assert message["requestPayload"] == {"n": 1}


async def test_a_rule_of_every_minute_fires_after_the_clock_steps_back(
    cloud: Cloud, embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = await cloud.function("after_a_step")
    await _permit(cloud, function, await _rule(embedded, function))
    await _minute_later(embedded, "after_a_step")
    await eventually(lambda: len(function.invocations()) == 1)
    events: Any = embedded.emulator.module_of("events")

    async def look(shift: float) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + shift)
        await asyncio.to_thread(events._tick_scheduled_rules)  # noqa: SLF001

    real = time.time
    for shift in (-3600, -3600 + 50, 2 * 86_400, 2 * 86_400 + 50, -5, -5 + 50):
        await look(shift)
    await eventually(lambda: len(function.invocations()) >= 2)
    await asyncio.sleep(0.5)
    assert len(function.invocations()) == 2, "once after the step forward, though it missed 2,880 minutes"
    await look(65)
    await eventually(lambda: len(function.invocations()) == 3)


async def test_a_one_time_schedule_does_not_fire_again_after_the_clock_steps_back(
    cloud: Cloud, embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = await cloud.function("once_only")
    role = await _scheduler_role(cloud, "once_only_role", may_invoke=f"{FUNCTIONS}:once_only")
    real = time.time
    due = time.strftime("at(%Y-%m-%dT%H:%M:%S)", time.gmtime(real() + 1800))
    await _schedule(embedded, function, role, due, "{}")
    for shift in (0, 3600, 0, 3600, 2 * 86_400, -3600, 3600):
        monkeypatch.setattr(time, "time", lambda shift=shift: real() + shift)
        await _look_at_the_clock(embedded)
    await eventually(lambda: bool(function.invocations()))
    await asyncio.sleep(0.5)
    assert len(function.invocations()) == 1
