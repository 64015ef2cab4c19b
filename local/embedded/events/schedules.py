"""Completes the rules of EventBridge and the schedules of EventBridge Scheduler that MiniStack fires.

- Permissions are checked: for a rule, the function's policy (``aws_lambda_permission``), for a schedule, its role.
  MiniStack does not check them, and a missing permission would be noticed in AWS only.
- A failed function is retried, twice unless its event invoke configuration differs, and is then reported to its
  on-failure destination (Lambda Developer Guide, "Asynchronous invocation"). MiniStack does this for other event
  sources.
- The context attributes of Scheduler's inputs are replaced, for example ``<aws.scheduler.scheduled-time>``.
- The time of the last run survives restarts and changes of the clock (`fired`): a one-time schedule fires once, and a
  rule of every minute continues after the clock was set back.

MiniStack 1.5.33 checks every 10 s, which is the maximum delay, and supports UTC only. Uses these internal names of
MiniStack (pinned): ``services.eventbridge``'s ``_invoke_target``, ``_dispatch_to_lambda``, ``_rules``,
``_rule_last_fired`` and ``_tick_scheduled_rules``, ``services.scheduler``'s ``_schedules``, ``_schedule_last_fired``,
``_tick_schedules`` and ``_at_time_epoch``, and ``services.lambda_svc``'s ``_get_func_record_for_ref``,
``_execution_record_for_config`` and ``invoke_async_with_retry``.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import TYPE_CHECKING, Any

from local.embedded.events.fired import Fired, Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local.embedded.emulator import Emulator
    from local.embedded.permissions import Permissions

logger = logging.getLogger(__name__)

_INVOKE = "lambda:InvokeFunction"
_RULES, _SCHEDULER = "events.amazonaws.com", "scheduler.amazonaws.com"
_FROM_SCHEDULER = "aws.scheduler"


class Clock:
    """Sits between MiniStack's ticker threads and the targets."""

    def __init__(self, emulator: Emulator, permissions: Permissions, *, file: Path) -> None:
        self._permissions = permissions
        self._lambda: Any = emulator.module_of("lambda")
        rules, scheduler = emulator.module_of("events"), emulator.module_of("scheduler")
        self._fired = Fired(file, _kinds(rules, scheduler))
        self._between(rules, scheduler)

    def _between(self, rules: Any, scheduler: Any) -> None:  # noqa: ANN401 - MiniStack's own untyped modules
        invoke = rules._invoke_target  # noqa: SLF001

        def invoke_if_allowed(
            target: dict[str, Any],
            event: dict[str, Any],
            rule: dict[str, Any],
            view: Any = None,  # noqa: ANN401 - MiniStack's own
        ) -> None:
            self._fired.write()
            refusal = self._refusal(target, event, rule)
            if refusal:
                logger.warning("%s was not invoked: %s", rule.get("Arn"), refusal)
            else:
                invoke(_with_context(target, event, rule), event, rule, view)

        rules._invoke_target = invoke_if_allowed  # noqa: SLF001
        rules._dispatch_to_lambda = self._invoke_function  # noqa: SLF001
        rules._tick_scheduled_rules = self._looking("rules", rules._tick_scheduled_rules)  # noqa: SLF001
        scheduler._tick_schedules = self._looking("schedules", scheduler._tick_schedules)  # noqa: SLF001

    def _looking(self, kind: str, tick: Callable[[], None]) -> Callable[[], None]:
        def look_and_tick() -> None:
            self._fired.look(kind)
            tick()

        return look_and_tick

    # --- permissions ------------------------------------------------------------------------------

    def _refusal(self, target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any]) -> str | None:
        """Return why a function may not be invoked; None if it may, or if the target is not a function."""
        function_arn = str(target.get("Arn") or "")
        if not function_arn.startswith("arn:aws:lambda:"):
            return None
        if event.get("Source") == _FROM_SCHEDULER:
            return self._refusal_by_role(str(target.get("RoleArn") or ""), function_arn)
        function = self._lambda._get_func_record_for_ref(function_arn)[0]  # noqa: SLF001 - pinned version
        policy = (function or {}).get("policy") or {}
        if self._permissions.service_may(policy, _RULES, _INVOKE, function_arn, source_arn=str(rule["Arn"])):
            return None
        return f"no policy of {function_arn} lets {_RULES} invoke it for this rule"

    def _refusal_by_role(self, role_arn: str, function_arn: str) -> str | None:
        if not self._permissions.trusts(role_arn, _SCHEDULER):
            return f"{_SCHEDULER} may not assume the role {role_arn or '(none)'}"
        region = function_arn.split(":")[3]
        if not self._permissions.role_allows(role_arn, "scheduler", _INVOKE, function_arn, region=region):
            return f"the role {role_arn} may not invoke {function_arn}"
        return None

    # --- invocations ------------------------------------------------------------------------------

    def _invoke_function(self, function_arn: str, payload: str) -> None:
        function, configuration, name = self._lambda._get_func_record_for_ref(function_arn)  # noqa: SLF001
        if not function or not configuration:
            logger.warning("The function %s, which should run now, does not exist", name)
            return
        record = self._lambda._execution_record_for_config(function, configuration)  # noqa: SLF001
        self._lambda.invoke_async_with_retry(record, json.loads(payload))


def _kinds(rules: Any, scheduler: Any) -> dict[str, Kind]:  # noqa: ANN401 - MiniStack's own untyped modules
    def is_due_at(schedule: dict[str, Any]) -> float | None:
        moment: float | None = scheduler._at_time_epoch(str(schedule.get("ScheduleExpression") or ""))  # noqa: SLF001
        return moment

    return {
        "rules": Kind(
            rules._rule_last_fired,  # noqa: SLF001
            lambda: {key: rule for key, rule in list(rules._rules._data.items()) if rule.get("ScheduleExpression")},  # noqa: SLF001
            lambda _rule: None,
            lambda rule: float(rule.get("CreationTime") or 0),
        ),
        "schedules": Kind(
            scheduler._schedule_last_fired,  # noqa: SLF001
            lambda: dict(scheduler._schedules._data),  # noqa: SLF001
            is_due_at,
            lambda schedule: float(schedule.get("LastModificationDate") or 0),
        ),
    }


def _with_context(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any]) -> dict[str, Any]:
    """Replace the context attributes in a schedule's input (Scheduler User Guide, "Adding context attributes")."""
    if event.get("Source") != _FROM_SCHEDULER or not target.get("Input"):
        return target
    moment = dt.datetime.fromtimestamp(float(event["Time"]), dt.UTC).isoformat(timespec="seconds")
    given = str(target["Input"])
    for name, value in {
        "schedule-arn": str(rule.get("Arn") or ""),
        "scheduled-time": moment.replace("+00:00", "Z"),
        "execution-id": str(event["EventId"]),
        "attempt-number": "1",
    }.items():
        given = given.replace(f"<aws.scheduler.{name}>", value)
    return {**target, "Input": given}
