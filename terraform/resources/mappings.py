"""Event source mappings, and destinations of failed asynchronous invocations."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from terraform.requests import request
from terraform.resources.resource import Arguments, Attributes, Kind, Target

if TYPE_CHECKING:
    from collections.abc import Callable

_RENAMES = {
    "filter_criteria.filter": "Filters",
    "destination_config.on_failure.destination_arn": "Destination",
    "destination_config.on_success.destination_arn": "Destination",
}
_ONLY_AT_CREATION = ("event_source_arn", "starting_position", "starting_position_timestamp")
_PERMISSION_SECONDS = 10
_PERMISSION_MISSING = ("ensure the role can perform", "does not have permissions")


def _find_mapping(target: Target, arguments: Arguments) -> Attributes | None:
    functions = target.clients["lambda"]
    asked = {"FunctionName": arguments["function_name"], "EventSourceArn": arguments["event_source_arn"]}
    try:
        found = functions.list_event_source_mappings(**asked)["EventSourceMappings"]
    except functions.exceptions.ResourceNotFoundException:
        return None
    return _mapping_attributes(found[0], target, arguments) if found else None


def _mapping_attributes(mapping: dict[str, Any], target: Target, arguments: Arguments) -> Attributes:
    identity = mapping["UUID"]
    return {
        **arguments,
        "id": identity,
        "uuid": identity,
        "arn": f"arn:aws:lambda:{target.region}:{target.account_id}:event-source-mapping:{identity}",
        "function_arn": mapping["FunctionArn"],
    }


def _mapping(target: Target, arguments: Arguments) -> Attributes:
    functions = target.clients["lambda"]
    found = _find_mapping(target, arguments)
    if found is None:
        wanted = request(functions, "CreateEventSourceMapping", arguments, renames=_RENAMES, without=["tags"])
        create = functions.create_event_source_mapping
        made = _once_permitted(functions, lambda: create(**wanted, Tags=target.tagged(arguments)))
        return _mapping_attributes(made, target, arguments)
    changed = request(
        functions, "UpdateEventSourceMapping", arguments, renames=_RENAMES, without=["tags", *_ONLY_AT_CREATION]
    )
    changed.setdefault("Enabled", True)
    changed.setdefault("FilterCriteria", {"Filters": []})
    changed.setdefault("FunctionResponseTypes", [])
    _once_permitted(functions, lambda: functions.update_event_source_mapping(**changed, UUID=found["uuid"]))
    functions.tag_resource(Resource=found["arn"], Tags=target.tagged(arguments))
    return found


def _once_permitted(functions: Any, call: Callable[[], dict[str, Any]]) -> dict[str, Any]:  # noqa: ANN401 - a boto3 client
    """Retry a call while the role lacks a policy, as Terraform does: another thread may attach it."""
    deadline = time.monotonic() + _PERMISSION_SECONDS
    while True:
        try:
            return call()
        except functions.exceptions.InvalidParameterValueException as error:
            if time.monotonic() > deadline or not any(part in str(error) for part in _PERMISSION_MISSING):
                raise
            time.sleep(0.2)


def _remove_mapping(target: Target, attributes: Attributes) -> None:
    target.clients["lambda"].delete_event_source_mapping(UUID=attributes["uuid"])


def _find_invoke_config(target: Target, arguments: Arguments) -> Attributes | None:
    functions = target.clients["lambda"]
    try:
        functions.get_function_event_invoke_config(FunctionName=arguments["function_name"])
    except functions.exceptions.ResourceNotFoundException:
        return None
    return {**arguments, "id": arguments["function_name"]}


def _invoke_config(target: Target, arguments: Arguments) -> Attributes:
    functions = target.clients["lambda"]
    wanted = request(functions, "PutFunctionEventInvokeConfig", arguments, renames=_RENAMES)
    functions.put_function_event_invoke_config(**wanted)
    return {**arguments, "id": arguments["function_name"]}


def _remove_invoke_config(target: Target, attributes: Attributes) -> None:
    target.clients["lambda"].delete_function_event_invoke_config(FunctionName=attributes["function_name"])


KINDS = {
    "aws_lambda_event_source_mapping": Kind(_find_mapping, _mapping, _remove_mapping),
    "aws_lambda_function_event_invoke_config": Kind(
        _find_invoke_config, _invoke_config, _remove_invoke_config, tagged=False
    ),
}
