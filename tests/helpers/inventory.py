"""What a deployment left in the embedded AWS, read through AWS's own APIs, without what two deployments differ in.

Two inventories are equal when the same resources with the same settings are there: identifiers that AWS invents are
replaced by names, times are left out, and so is what is empty, zero or false: one way says it, the other leaves it to
AWS's default.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.helpers.event_inventory import event_resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chat_client.graphql import Json
    from tests.helpers.backend import LocalBackend

Inventory = dict[str, Any]
"""Resource kind and name, as in ``dynamodb/chat-rooms-local`` -> its settings."""

INVENTED = re.compile(
    r".*(Date|DateTime|Timestamp|Time|Modified|Count|Bytes)"  # times, and what AWS counts
    r"|id|apiKeyId|TableId|RoleId|RevisionId|Etag|uris|dns|LatestStreamArn|LatestStreamLabel"
    r"|functionVersion"  # there is one only; Terraform's provider says "", AWS fills it in
    r"|RoleLastUsed|EstimatedNumberOfUsers|StateValue|StateReason|StateReasonData|ResponseMetadata"
)
"""Keys with identifiers, addresses and times that AWS gives, and with what it counts and observes."""

BEGINNING = re.compile(r"/stream/[\d:.T-]+")
"""The end of a stream's ARN is the time at which the stream began."""


def differences(one: Json, other: Json, place: str = "") -> Iterator[str]:
    """Tell where two inventories differ, a line each."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from differences(one.get(key), other.get(key), f"{place}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, f"{place}[{index}]")
    elif one != other:
        yield f"{place}: {one!r:.200} and {other!r:.200}"


def take(backend: LocalBackend) -> Inventory:
    """Read everything that a deployment makes, by kind and name."""
    found = dict(_everything(backend))
    names = dict(_invented_names(found, backend))
    return {without_invented(kind, names): without_invented(value, names) for kind, value in sorted(found.items())}


def _everything(backend: LocalBackend) -> Iterator[tuple[str, Json]]:
    for read in (_tables, _user_pools, _apis, _functions, _roles, _logs_and_alarms):
        yield from read(backend)
    yield from event_resources(backend.client)


def _tables(backend: LocalBackend) -> Iterator[tuple[str, Json]]:
    dynamodb = backend.client("dynamodb")
    for name in dynamodb.list_tables()["TableNames"]:
        table = dynamodb.describe_table(TableName=name)["Table"]
        table["AttributeDefinitions"].sort(key=lambda definition: definition["AttributeName"])
        yield (
            f"dynamodb/{name}",
            {
                "table": table,
                "ttl": dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"],
                "recovery": dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"],
                "tags": dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"],
            },
        )


def _user_pools(backend: LocalBackend) -> Iterator[tuple[str, Json]]:
    cognito = backend.client("cognito-idp")
    for entry in cognito.list_user_pools(MaxResults=60)["UserPools"]:
        pool = cognito.describe_user_pool(UserPoolId=entry["Id"])["UserPool"]
        pool["SchemaAttributes"] = sorted(pool.get("SchemaAttributes", []), key=lambda attribute: attribute["Name"])
        yield f"cognito/{pool['Name']}", pool
        for client in cognito.list_user_pool_clients(UserPoolId=pool["Id"], MaxResults=60)["UserPoolClients"]:
            described = cognito.describe_user_pool_client(UserPoolId=pool["Id"], ClientId=client["ClientId"])
            yield f"cognito/{pool['Name']}/client/{client['ClientName']}", described["UserPoolClient"]
        for group in cognito.list_groups(UserPoolId=pool["Id"])["Groups"]:
            yield f"cognito/{pool['Name']}/group/{group['GroupName']}", group


def _apis(backend: LocalBackend) -> Iterator[tuple[str, Json]]:
    appsync = backend.client("appsync")
    for api in appsync.list_graphql_apis()["graphqlApis"]:
        place, api_id = f"appsync/{api['name']}", api["apiId"]
        yield place, api
        yield f"{place}/schema", appsync.get_introspection_schema(apiId=api_id, format="SDL")["schema"].read().decode()
        yield f"{place}/keys", appsync.list_api_keys(apiId=api_id)["apiKeys"]
        for source in appsync.list_data_sources(apiId=api_id)["dataSources"]:
            yield f"{place}/source/{source['name']}", source
        for function in appsync.list_functions(apiId=api_id, maxResults=25)["functions"]:
            yield f"{place}/function/{function['name']}", function
        for type_name in ("Query", "Mutation", "Subscription"):
            for resolver in appsync.list_resolvers(apiId=api_id, typeName=type_name)["resolvers"]:
                yield f"{place}/resolver/{type_name}.{resolver['fieldName']}", resolver


def _functions(backend: LocalBackend) -> Iterator[tuple[str, Json]]:
    functions = backend.client("lambda")
    for entry in functions.list_functions()["Functions"]:
        name = entry["FunctionName"]
        answer = functions.get_function(FunctionName=name)
        try:
            policy = json.loads(functions.get_policy(FunctionName=name)["Policy"])["Statement"]
        except functions.exceptions.ResourceNotFoundException:  # nobody else invokes it, its mapping does
            policy = []
        yield (
            f"lambda/{name}",
            {
                "configuration": answer["Configuration"],
                "tags": answer.get("Tags"),
                "concurrency": answer.get("Concurrency"),
                "policy": policy,
            },
        )


def _roles(backend: LocalBackend) -> Iterator[tuple[str, Json]]:
    iam = backend.client("iam")
    for entry in iam.list_roles()["Roles"]:
        name = entry["RoleName"]
        role = iam.get_role(RoleName=name)["Role"]
        policies = {
            policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
        }
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        yield f"iam/{name}", {"role": role, "policies": policies, "attached": attached}


def _logs_and_alarms(backend: LocalBackend) -> Iterator[tuple[str, Json]]:
    logs = backend.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        tags = logs.list_tags_log_group(logGroupName=group["logGroupName"])["tags"]
        yield f"logs/{group['logGroupName']}", {"group": group, "tags": tags}
    for alarm in backend.client("cloudwatch").describe_alarms()["MetricAlarms"]:
        yield f"cloudwatch/{alarm['AlarmName']}", alarm


def _invented_names(found: Inventory, backend: LocalBackend) -> Iterator[tuple[str, str]]:
    """Identifiers that AWS invents, and what they are called in an inventory."""
    yield backend.outputs.endpoint, "<endpoint>"
    for kind, value in found.items():
        if kind.startswith("cognito/"):
            for key in ("ClientId", "Id"):
                if key in value:
                    yield value[key], f"<{kind}>"
        if kind.startswith("appsync/") and isinstance(value, dict):
            for key in ("functionId", "apiId"):
                if key in value:
                    yield value[key], f"<{kind}>"


def without_invented(value: Json, names: dict[str, str]) -> Json:
    """Leave out what AWS invents and what is empty, and call identifiers by ``names``."""
    if isinstance(value, dict):
        settings = {key: without_invented(inner, names) for key, inner in value.items() if not INVENTED.fullmatch(key)}
        return {without_invented(key, names): inner for key, inner in sorted(settings.items()) if inner}
    if isinstance(value, list):
        return (
            sorted((without_invented(inner, names) for inner in value), key=_text)
            if _is_set(value)
            else [without_invented(inner, names) for inner in value]
        )
    if isinstance(value, str):
        text = unquote(value) if value.startswith("%7B") else value
        for invented, name in names.items():
            text = text.replace(invented, name)
        return BEGINNING.sub("/stream/...", text)
    return value


def _is_set(values: list[Json]) -> bool:
    """Tags, scopes and the like have no order in AWS; a pipeline's functions have one, and are names of functions."""
    return all(isinstance(value, dict) for value in values)


def _text(value: Json) -> str:
    return json.dumps(value, sort_keys=True, default=str)
