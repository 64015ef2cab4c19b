"""The AppSync API and what hangs on it."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from local.deployment.requests import DeploymentError, request
from local.deployment.resources.resource import Arguments, Attributes, Kind, Target

_API_RENAMES = {
    "additional_authentication_provider": "additionalAuthenticationProviders",
    "additional_authentication_provider.openid_connect_config": "openIDConnectConfig",
    "openid_connect_config": "openIDConnectConfig",
}
_SCHEMA_SECONDS = 30


def _api(target: Target, arguments: Arguments) -> Attributes:
    appsync = target.clients["appsync"]
    pages = appsync.get_paginator("list_graphql_apis").paginate()
    found = next((api for page in pages for api in page["graphqlApis"] if api["name"] == arguments["name"]), None)
    if found is None:
        wanted = request(appsync, "CreateGraphqlApi", arguments, renames=_API_RENAMES, without=["tags", "schema"])
        api = appsync.create_graphql_api(**_with_pool_defaults(wanted, target), tags=target.tagged(arguments))
    else:
        wanted = request(
            appsync, "UpdateGraphqlApi", arguments, renames=_API_RENAMES, without=["tags", "schema", "visibility"]
        )
        api = appsync.update_graphql_api(**_with_pool_defaults(wanted, target), apiId=found["apiId"])
        appsync.tag_resource(resourceArn=found["arn"], tags=target.tagged(arguments))
    described = api["graphqlApi"]
    if arguments.get("schema"):
        _schema(appsync, described["apiId"], arguments["schema"])
    return {**arguments, "id": described["apiId"], "arn": described["arn"], "uris": described["uris"]}


def _with_pool_defaults(wanted: dict[str, Any], target: Target) -> dict[str, Any]:
    """Add the region of a user pool where it is left out, as the provider does."""
    for provider in [wanted, *wanted.get("additionalAuthenticationProviders", [])]:
        if "userPoolConfig" in provider:
            provider["userPoolConfig"].setdefault("awsRegion", target.region)
    return wanted


def _schema(appsync: Any, api_id: str, definition: str) -> None:  # noqa: ANN401 - a boto3 client
    appsync.start_schema_creation(apiId=api_id, definition=definition.encode())
    deadline = time.monotonic() + _SCHEMA_SECONDS
    while time.monotonic() < deadline:
        answer = appsync.get_schema_creation_status(apiId=api_id)
        if answer["status"] == "FAILED":
            message = f"the schema is refused: {answer.get('details')}"
            raise DeploymentError(message)
        if answer["status"] not in {"PROCESSING", "DELETING"}:
            return
        time.sleep(0.1)
    message = f"the schema is still being processed after {_SCHEMA_SECONDS} s"
    raise DeploymentError(message)


def _remove_api(target: Target, attributes: Attributes) -> None:
    target.clients["appsync"].delete_graphql_api(apiId=attributes["id"])


def _api_key(target: Target, arguments: Arguments) -> Attributes:
    appsync = target.clients["appsync"]
    api_id = arguments["api_id"]
    wanted = {"description": arguments.get("description", "Managed by Terraform")}
    if arguments.get("expires"):
        wanted["expires"] = int(dt.datetime.fromisoformat(arguments["expires"]).timestamp())
    keys = appsync.list_api_keys(apiId=api_id)["apiKeys"]
    found = next((key for key in keys if key.get("description") == wanted["description"]), None)
    if found is None:
        key = appsync.create_api_key(apiId=api_id, **wanted)["apiKey"]
    else:
        key = appsync.update_api_key(apiId=api_id, id=found["id"], **wanted)["apiKey"]
    return {**arguments, "id": f"{api_id}:{key['id']}", "key": key["id"]}


def _remove_api_key(target: Target, attributes: Attributes) -> None:
    target.clients["appsync"].delete_api_key(apiId=attributes["api_id"], id=attributes["key"])


def _data_source(target: Target, arguments: Arguments) -> Attributes:
    appsync = target.clients["appsync"]
    wanted = request(
        appsync,
        "CreateDataSource",
        arguments,
        renames={
            "dynamodb_config.region": "awsRegion",
            "dynamodb_config.use_caller_credentials": "useCallerCredentials",
        },
    )
    if "dynamodbConfig" in wanted:
        wanted["dynamodbConfig"].setdefault("awsRegion", target.region)
    try:
        source = appsync.create_data_source(**wanted)["dataSource"]
    except appsync.exceptions.BadRequestException:  # there is one of this name
        source = appsync.update_data_source(**wanted)["dataSource"]
    return {**arguments, "id": f"{arguments['api_id']}-{arguments['name']}", "arn": source["dataSourceArn"]}


def _remove_data_source(target: Target, attributes: Attributes) -> None:
    target.clients["appsync"].delete_data_source(apiId=attributes["api_id"], name=attributes["name"])


def _function(target: Target, arguments: Arguments) -> Attributes:
    appsync = target.clients["appsync"]
    api_id = arguments["api_id"]
    wanted = request(appsync, "CreateFunction", arguments, renames={"data_source": "dataSourceName"})
    pages = appsync.get_paginator("list_functions").paginate(apiId=api_id)
    found = next((one for page in pages for one in page["functions"] if one["name"] == arguments["name"]), None)
    if found is None:
        function = appsync.create_function(**wanted)["functionConfiguration"]
    else:
        function = appsync.update_function(**wanted, functionId=found["functionId"])["functionConfiguration"]
    identity = function["functionId"]
    return {
        **arguments,
        "id": f"{api_id}-{identity}",
        "function_id": identity,
        "arn": function["functionArn"],
    }


def _remove_function(target: Target, attributes: Attributes) -> None:
    target.clients["appsync"].delete_function(apiId=attributes["api_id"], functionId=attributes["function_id"])


def _resolver(target: Target, arguments: Arguments) -> Attributes:
    appsync = target.clients["appsync"]
    renames = {"type": "typeName", "field": "fieldName", "data_source": "dataSourceName"}
    wanted = request(appsync, "CreateResolver", arguments, renames=renames)
    wanted.setdefault("kind", "UNIT")
    place = {"apiId": wanted["apiId"], "typeName": wanted["typeName"], "fieldName": wanted["fieldName"]}
    try:
        appsync.get_resolver(**place)
    except appsync.exceptions.NotFoundException:
        resolver = appsync.create_resolver(**wanted)["resolver"]
    else:
        resolver = appsync.update_resolver(**wanted)["resolver"]
    identity = f"{arguments['api_id']}-{arguments['type']}-{arguments['field']}"
    return {**arguments, "id": identity, "arn": resolver["resolverArn"]}


def _remove_resolver(target: Target, attributes: Attributes) -> None:
    target.clients["appsync"].delete_resolver(
        apiId=attributes["api_id"], typeName=attributes["type"], fieldName=attributes["field"]
    )


KINDS = {
    "aws_appsync_graphql_api": Kind(_api, _remove_api),
    "aws_appsync_api_key": Kind(_api_key, _remove_api_key, tagged=False),
    "aws_appsync_datasource": Kind(_data_source, _remove_data_source, tagged=False),
    "aws_appsync_function": Kind(_function, _remove_function, tagged=False),
    "aws_appsync_resolver": Kind(_resolver, _remove_resolver, tagged=False),
}
