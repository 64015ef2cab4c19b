"""EventBridge Scheduler schedules, and EventBridge rules and targets."""

from __future__ import annotations

from terraform.requests import request
from terraform.resources.resource import Arguments, Attributes, Kind, Target

_DEFAULT = "default"
"""The name of the default schedule group and of the default event bus."""

_RETRIES = {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
"""The provider's defaults of a retry policy."""


def _group(arguments: Arguments) -> str:
    return str(arguments.get("group_name") or _DEFAULT)


def _find_schedule(target: Target, arguments: Arguments) -> Attributes | None:
    scheduler = target.clients["scheduler"]
    try:
        there = scheduler.get_schedule(Name=arguments["name"], GroupName=_group(arguments))
    except scheduler.exceptions.ResourceNotFoundException:
        return None
    return _schedule_attributes(there["Arn"], arguments)


def _schedule_attributes(arn: str, arguments: Arguments) -> Attributes:
    return {**arguments, "id": f"{_group(arguments)}/{arguments['name']}", "arn": arn}


def _schedule(target: Target, arguments: Arguments) -> Attributes:
    scheduler = target.clients["scheduler"]
    found = _find_schedule(target, arguments)
    wanted = request(scheduler, "CreateSchedule" if found is None else "UpdateSchedule", arguments)
    wanted.setdefault("GroupName", _DEFAULT)
    wanted.setdefault("ScheduleExpressionTimezone", "UTC")
    wanted.setdefault("State", "ENABLED")
    if "RetryPolicy" in wanted["Target"]:
        wanted["Target"]["RetryPolicy"] = {**_RETRIES, **wanted["Target"]["RetryPolicy"]}
    if found is None:
        return _schedule_attributes(scheduler.create_schedule(**wanted)["ScheduleArn"], arguments)
    scheduler.update_schedule(**wanted)
    return found


def _remove_schedule(target: Target, attributes: Attributes) -> None:
    target.clients["scheduler"].delete_schedule(Name=attributes["name"], GroupName=_group(attributes))


def _find_group(target: Target, arguments: Arguments) -> Attributes | None:
    scheduler = target.clients["scheduler"]
    try:
        there = scheduler.get_schedule_group(Name=arguments["name"])
    except scheduler.exceptions.ResourceNotFoundException:
        return None
    return {**arguments, "id": arguments["name"], "arn": there["Arn"]}


def _schedule_group(target: Target, arguments: Arguments) -> Attributes:
    scheduler = target.clients["scheduler"]
    found = _find_group(target, arguments)
    if found is None:
        made = scheduler.create_schedule_group(Name=arguments["name"], Tags=target.tag_list(arguments))
        return {**arguments, "id": arguments["name"], "arn": made["ScheduleGroupArn"]}
    scheduler.tag_resource(ResourceArn=found["arn"], Tags=target.tag_list(arguments))
    return found


def _remove_group(target: Target, attributes: Attributes) -> None:
    target.clients["scheduler"].delete_schedule_group(Name=attributes["name"])


def _bus(arguments: Arguments) -> str:
    return str(arguments.get("event_bus_name") or _DEFAULT)


def _find_rule(target: Target, arguments: Arguments) -> Attributes | None:
    events = target.clients["events"]
    try:
        there = events.describe_rule(Name=arguments["name"], EventBusName=_bus(arguments))
    except events.exceptions.ResourceNotFoundException:
        return None
    return _rule_attributes(there["Arn"], arguments)


def _rule_attributes(arn: str, arguments: Arguments) -> Attributes:
    name, bus = arguments["name"], _bus(arguments)
    return {**arguments, "id": name if bus == _DEFAULT else f"{bus}/{name}", "arn": arn}


def _rule(target: Target, arguments: Arguments) -> Attributes:
    events = target.clients["events"]
    wanted = request(events, "PutRule", arguments, without=["tags", "is_enabled", "force_destroy"])
    wanted.setdefault("State", "DISABLED" if arguments.get("is_enabled") is False else "ENABLED")
    arn = events.put_rule(**wanted)["RuleArn"]
    events.tag_resource(ResourceARN=arn, Tags=target.tag_list(arguments))
    return _rule_attributes(arn, arguments)


def _remove_rule(target: Target, attributes: Attributes) -> None:
    target.clients["events"].delete_rule(Name=attributes["name"], EventBusName=_bus(attributes))


def _target_id(arguments: Arguments) -> str:
    return str(arguments.get("target_id") or f"terraform-{arguments['rule']}")


def _target_attributes(arguments: Arguments) -> Attributes:
    identity = _target_id(arguments)
    return {**arguments, "id": f"{arguments['rule']}-{identity}", "target_id": identity}


def _find_target(target: Target, arguments: Arguments) -> Attributes | None:
    events = target.clients["events"]
    try:
        there = events.list_targets_by_rule(Rule=arguments["rule"], EventBusName=_bus(arguments))["Targets"]
    except events.exceptions.ResourceNotFoundException:
        return None
    if _target_id(arguments) not in {each["Id"] for each in there}:
        return None
    return _target_attributes(arguments)


def _rule_target(target: Target, arguments: Arguments) -> Attributes:
    events = target.clients["events"]
    apart = {"rule", "event_bus_name", "target_id"}
    one = {**{name: value for name, value in arguments.items() if name not in apart}, "id": _target_id(arguments)}
    wanted = request(
        events,
        "PutTargets",
        {"rule": arguments["rule"], "event_bus_name": _bus(arguments), "targets": [one]},
        renames={"targets.input_transformer.input_paths": "InputPathsMap"},
    )
    events.put_targets(**wanted)
    return _target_attributes(arguments)


def _remove_target(target: Target, attributes: Attributes) -> None:
    place = {"Rule": attributes["rule"], "EventBusName": _bus(attributes)}
    target.clients["events"].remove_targets(**place, Ids=[attributes["target_id"]])


KINDS = {
    "aws_scheduler_schedule": Kind(_find_schedule, _schedule, _remove_schedule, tagged=False),
    "aws_scheduler_schedule_group": Kind(_find_group, _schedule_group, _remove_group),
    "aws_cloudwatch_event_target": Kind(
        _find_target,
        _rule_target,
        _remove_target,
        tagged=False,
        import_id=lambda one: f"{_bus(one)}/{one['rule']}/{one['target_id']}",
    ),
    "aws_cloudwatch_event_rule": Kind(
        _find_rule, _rule, _remove_rule, import_id=lambda rule: f"{_bus(rule)}/{rule['name']}"
    ),
}
