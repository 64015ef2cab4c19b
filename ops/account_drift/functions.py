"""Code, callers, event sources and destinations of functions that are not in the release."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from ops.account_drift.check import Check, Difference, added, extra, or_none, short, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.account_drift.check import Account, Resource

_NOT_FOUND = "ResourceNotFoundException"
_MISSING = (_NOT_FOUND,)
_DISABLED = frozenset({"Disabled", "Disabling"})


def _code(account: Account, function: Resource) -> Iterator[Difference]:
    # Terraform compares `source_code_hash` only with the state: the provider does not read it from AWS
    # (github.com/hashicorp/terraform-provider-aws/issues/42826).
    name, deployed = function["function_name"], function.arguments.get("source_code_hash")
    found = account.client("lambda").get_function_configuration(FunctionName=name)["CodeSha256"]
    if deployed and found != deployed:
        place = f"--s3-bucket {function['s3_bucket']} --s3-key {function['s3_key']}"
        command = f"aws lambda update-function-code --function-name {name} {place}"
        yield Difference(function.address, "source_code_hash", f"is {found}; deployed: {deployed}", "account", command)


def _archive(account: Account, archive: Resource) -> Iterator[Difference]:
    bucket, key, deployed = archive["bucket"], archive["key"], archive.arguments["source_hash"]
    contents = account.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    found = base64.b64encode(hashlib.sha256(contents).digest()).decode()
    if found != deployed:
        command = f"aws s3 cp {archive.arguments['source']} s3://{bucket}/{key} with the file of the release"
        yield Difference(archive.address, "source_hash", f"is {found}; deployed: {deployed}", "account", command)


def _versions(account: Account, function: Resource) -> Iterator[Difference]:
    if function.arguments.get("publish"):
        return
    name = function["function_name"]
    versions = account.listed("lambda", "list_versions_by_function", "Versions", FunctionName=name)
    found = [version["Version"] for version in versions]
    command = f"aws lambda delete-function --function-name {name} --qualifier {{}}"
    # Not `version` of the state: Terraform sets it to the newest version, which may be the added version.
    yield from added(function, "version", found, {"$LATEST"}, command)


def _aliases(account: Account, function: Resource) -> Iterator[Difference]:
    name = function["function_name"]
    found = [alias["Name"] for alias in account.listed("lambda", "list_aliases", "Aliases", FunctionName=name)]
    declared = account.values("aws_lambda_alias", "name")
    yield from added(function, "alias", found, declared, f"aws lambda delete-alias --function-name {name} --name {{}}")


def _permissions(account: Account, function: Resource) -> Iterator[Difference]:
    name = function["function_name"]
    found = or_none(lambda: account.client("lambda").get_policy(FunctionName=name), _NOT_FOUND)
    declared = {
        permission["statement_id"]
        for permission in account.of("aws_lambda_permission")
        if permission["function_name"] in {name, function["arn"]}
    }
    for statement in statements(found and found["Policy"]):
        sid = statement.get("Sid", "")
        if sid not in declared:
            allowed = short({part: statement.get(part) for part in ("Action", "Principal", "Condition")})
            command = f"aws lambda remove-permission --function-name {name} --statement-id {sid}"
            yield extra(function, f"permission {sid} {allowed}", command, f"permission {sid}")


def _urls(account: Account, function: Resource) -> Iterator[Difference]:
    name = function["function_name"]
    urls = account.listed("lambda", "list_function_url_configs", "FunctionUrlConfigs", FunctionName=name)
    found = [url["FunctionUrl"] for url in urls]
    declared = account.values("aws_lambda_function_url", "function_url")
    yield from added(function, "URL", found, declared, f"aws lambda delete-function-url-config --function-name {name}")


def _destinations(account: Account, function: Resource) -> Iterator[Difference]:
    name = function["function_name"]
    if account.values("aws_lambda_function_event_invoke_config", "function_name") & {name, function["arn"]}:
        return
    operation, member = "list_function_event_invoke_configs", "FunctionEventInvokeConfigs"
    for config in account.listed("lambda", operation, member, FunctionName=name):
        what = f"configuration of asynchronous invocations {short(config.get('DestinationConfig') or {})}"
        command = f"aws lambda delete-function-event-invoke-config --function-name {name}"
        yield extra(function, what, command, "event_invoke_config")


def _event_sources(account: Account, function: Resource) -> Iterator[Difference]:
    name = function["function_name"]
    mappings = account.listed("lambda", "list_event_source_mappings", "EventSourceMappings", FunctionName=name)
    found = {mapping["UUID"]: mapping for mapping in mappings}
    declared = {mapping["uuid"]: mapping for mapping in account.of("aws_lambda_event_source_mapping")}
    for uuid, mapping in sorted(found.items()):
        if uuid not in declared:
            what = f"event source {mapping.get('EventSourceArn', uuid)}"
            yield extra(function, what, f"aws lambda delete-event-source-mapping --uuid {uuid}")
        elif mapping.get("State") in _DISABLED and declared[uuid].arguments.get("enabled", True):
            yield Difference(
                declared[uuid].address,
                "enabled",
                "is false: the stream is not processed",
                "account",
                f"aws lambda update-event-source-mapping --uuid {uuid} --enabled",
            )


def _rules(account: Account, function: Resource) -> Iterator[Difference]:
    found = account.listed("events", "list_rule_names_by_target", "RuleNames", TargetArn=function["arn"])
    declared = account.values("aws_cloudwatch_event_target", "rule")
    yield from added(function, "EventBridge rule", found, declared, "aws events delete-rule --name {}")


def _schedules(account: Account, function: Resource) -> Iterator[Difference]:
    schedules = account.listed_once("scheduler", "list_schedules", "Schedules")
    declared = {
        (schedule["group_name"] or "default", schedule["name"]) for schedule in account.of("aws_scheduler_schedule")
    }
    for schedule in schedules:
        place = (schedule["GroupName"], schedule["Name"])
        if schedule.get("Target", {}).get("Arn") == function["arn"] and place not in declared:
            command = f"aws scheduler delete-schedule --group-name {place[0]} --name {place[1]}"
            yield extra(function, f"schedule {place[1]}", command)


CHECKS = (
    Check("aws_lambda_function", "digest of the code, which the provider never reads", _code, _MISSING),
    Check("aws_s3_object", "contents of the functions' archives", _archive, ("NoSuchBucket", "NoSuchKey")),
    Check("aws_lambda_function", "published versions, if the release publishes none", _versions, _MISSING),
    Check("aws_lambda_function", "aliases", _aliases, _MISSING),
    Check("aws_lambda_function", "statements of the resource policy (callers)", _permissions, _MISSING),
    Check("aws_lambda_function", "function URLs", _urls, _MISSING),
    Check("aws_lambda_function", "destinations of asynchronous invocations", _destinations, _MISSING),
    Check("aws_lambda_function", "event source mappings, added or disabled", _event_sources, _MISSING),
    Check("aws_lambda_function", "EventBridge rules that invoke it", _rules, _MISSING),
    Check("aws_lambda_function", "schedules that invoke it", _schedules, _MISSING),
)
