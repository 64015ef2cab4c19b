"""Tests of the direct deployment of a small stack: created, changed in place, reduced and refused, on a real server."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from local.clients import clients
from local.deployment import direct
from terraform.requests import DeploymentError, request
from terraform.resources import KINDS, SERVICES
from terraform.resources.resource import Target
from terraform.state_import import write_imports
from tests.helpers.damage import DAMAGES, damage
from tests.helpers.stacks import write_stack
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from terraform.stack import Stack

CODE = "export function request(ctx) { return {}; }\nexport function response(ctx) { return ctx.result; }\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("direct") / "data") as server:
        yield server


@pytest.fixture
def target(server: ServerProcess, tmp_path: Path) -> Target:
    return Target(
        clients(SERVICES, server.url, server.credentials),
        tmp_path,
        {"Application": "test"},
        "us-east-1",
        "000000000000",
    )


def _stack(folder: Path, name: str, **changed: Any) -> Stack:  # noqa: ANN401 - JSON
    trust = (
        '{"Statement":[{"Effect":"Allow","Principal":{"Service":"appsync.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
    )
    runtime = {"name": "APPSYNC_JS", "runtime_version": "1.0.0"}
    resources: dict[str, Any] = {
        "terraform_data": {
            "guard": {
                "lifecycle": {
                    "precondition": [
                        {
                            "condition": '${terraform.workspace == "local"}',
                            "error_message": "not ${terraform.workspace}",
                        }
                    ]
                }
            }
        },
        "aws_dynamodb_table": {
            "t": {
                "name": f"{name}-t",
                "billing_mode": "PAY_PER_REQUEST",
                "hash_key": "id",
                "attribute": [{"name": "id", "type": "S"}],
                "ttl": {"attribute_name": "expiresAt", "enabled": True},
            }
        },
        "aws_iam_role": {"r": {"name": f"{name}-r", "assume_role_policy": trust}},
        "aws_appsync_graphql_api": {
            "a": {"name": name, "authentication_type": "API_KEY", "schema": "type Query { a: String }"}
        },
        "aws_appsync_datasource": {
            "d": {
                "api_id": "${aws_appsync_graphql_api.a.id}",
                "name": "d",
                "type": "AMAZON_DYNAMODB",
                "service_role_arn": "${aws_iam_role.r.arn}",
                "dynamodb_config": {"table_name": "${aws_dynamodb_table.t.name}"},
            }
        },
        "aws_appsync_resolver": {
            "q": {
                "api_id": "${aws_appsync_graphql_api.a.id}",
                "type": "Query",
                "field": "a",
                "data_source": "${aws_appsync_datasource.d.name}",
                "runtime": runtime,
                "code": CODE,
            }
        },
    }
    for address, arguments in changed.items():
        kind, _, label = address.partition("__")
        if arguments is None:
            del resources[kind]
        else:
            resources.setdefault(kind, {}).setdefault(label, {}).update(arguments)
    outputs = {"Table": {"value": "${aws_dynamodb_table.t.name}"}, "Arn": {"value": "role ${aws_iam_role.r.arn}"}}
    return write_stack(folder, {"resource": resources, "output": outputs})


def _deploy(stack: Stack, target: Target) -> direct.Deployed:
    return direct.deploy(stack, target, target.folder / "record.json", say=lambda _text: None)


def test_creates_all_resources_in_order_and_returns_the_outputs(target: Target) -> None:
    done = _deploy(_stack(target.folder, "made"), target)
    assert done.outputs == {"Table": "made-t", "Arn": "role arn:aws:iam::000000000000:role/made-r"}
    assert (done.created_or_changed, done.unchanged) == (5, 0)
    ttl = target.clients["dynamodb"].describe_time_to_live(TableName="made-t")["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"}
    role = target.clients["iam"].get_role(RoleName="made-r")["Role"]
    assert role["Tags"] == [{"Key": "Application", "Value": "test"}]


class NotingKind:
    """A resource type without an implementation that records the order of creation, optionally with a delay."""

    tagged = False

    def __init__(self) -> None:
        self.made: list[str] = []

    def ensure(self, _: Target, arguments: dict[str, Any]) -> dict[str, Any]:
        """Record the creation."""
        time.sleep(arguments.get("delay", 0))
        self.made.append(arguments["name"])
        return arguments


@pytest.mark.parametrize("how", [{"depends_on": ["aws_noted.b"]}, {"of": "${aws_noted.b.name}"}])
def test_waits_for_references_and_dependencies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: dict[str, Any]
) -> None:
    kind = NotingKind()
    monkeypatch.setitem(KINDS, "aws_noted", kind)
    resources = {"a": {"name": "a", **how}, "b": {"name": "b", "delay": 0.05}, "c": {"name": "c"}}
    stack = write_stack(tmp_path, {"resource": {"aws_noted": resources}})
    nowhere = Target({}, tmp_path, {}, "us-east-1", "000000000000")
    _deploy(stack, nowhere)
    assert kind.made == ["c", "b", "a"]


def test_keeps_unchanged_resources_and_updates_changed_ones_in_place(target: Target) -> None:
    first = _stack(target.folder, "again")
    _deploy(first, target)
    assert _deploy(first, target).created_or_changed == 0
    code = CODE.replace("ctx.result", "null")
    done = _deploy(_stack(target.folder, "again", aws_appsync_resolver__q={"code": code}), target)
    assert (done.created_or_changed, done.unchanged) == (1, 4)


def test_finds_resources_without_a_record_by_name(target: Target) -> None:
    stack = _stack(target.folder, "lost")
    _deploy(stack, target)
    (target.folder / "record.json").unlink()
    _deploy(stack, target)
    apis = target.clients["appsync"].list_graphql_apis()["graphqlApis"]
    assert [api["name"] for api in apis].count("lost") == 1


def test_deletes_removed_resources_except_data(target: Target) -> None:
    _deploy(_stack(target.folder, "shrunk"), target)
    smaller = _stack(target.folder, "shrunk", aws_appsync_resolver=None, aws_appsync_datasource=None)
    said: list[str] = []
    done = direct.deploy(smaller, target, target.folder / "record.json", say=said.append)
    assert done.removed == 2
    without_table = _stack(target.folder, "shrunk", aws_appsync_resolver=None, aws_appsync_datasource=None)
    del without_table.document["resource"]["aws_dynamodb_table"]
    del without_table.document["output"]["Table"]
    direct.deploy(without_table, target, target.folder / "record.json", say=said.append)
    assert "aws_dynamodb_table.t is no longer in the stack; it contains data and is kept" in said[-1]
    assert target.clients["dynamodb"].describe_table(TableName="shrunk-t")["Table"]["TableName"] == "shrunk-t"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"aws_neptune_cluster__q": {"name": "q"}},
            "aws_neptune_cluster.q: the direct deployment does not support this resource",
        ),
        (
            {"aws_dynamodb_table__t": {"replica": []}},
            "aws_dynamodb_table.t: the direct deployment does not support the argument replica",
        ),
        (
            {"aws_iam_role__r": {"colour": "red"}},
            "aws_iam_role.r: the direct deployment does not support the argument colour",
        ),
        ({"aws_iam_role__r": {"name": "${aws_iam_role.x.name}"}}, "has a circular reference, or refers to an element"),
        (
            {"aws_iam_role__r": {"description": "${timestamp()}"}},
            "aws_iam_role.r: the direct deployment does not support the expression",
        ),
        (
            {"aws_appsync_graphql_api__a": {"schema": "type Query {"}},
            "aws_appsync_graphql_api.a: the schema is refused",
        ),
        ({"aws_appsync_resolver__q": {"code": "export async function request() {}"}}, "aws_appsync_resolver.q: "),
        ({"aws_appsync_resolver__q": {"data_source": "absent"}}, "No data source found named absent"),
        (
            {
                "terraform_data__guard": {
                    "lifecycle": {
                        "precondition": [{"condition": "${false}", "error_message": "not ${terraform.workspace}"}]
                    }
                }
            },
            "not local",
        ),
    ],
)
def test_refuses_with_the_address_and_the_reason(target: Target, changed: dict[str, Any], words: str) -> None:
    with pytest.raises(DeploymentError) as refused:
        _deploy(_stack(target.folder, "refused", **changed), target)
    assert words in str(refused.value)


def test_never_replaces_a_table(target: Target) -> None:
    _deploy(_stack(target.folder, "keyed"), target)
    changed = {"hash_key": "other", "attribute": [{"name": "other", "type": "S"}]}
    with pytest.raises(DeploymentError, match="would replace it and lose its rows"):
        _deploy(_stack(target.folder, "keyed", aws_dynamodb_table__t=changed), target)


def test_lists_existing_resources_that_are_not_in_terraforms_state(target: Target) -> None:
    stack = _stack(target.folder, "adopted")
    assert write_imports(stack, target, set()) == 0
    _deploy(stack, target)
    assert write_imports(stack, target, {"aws_iam_role.r"}) == 4
    imports = json.loads((target.folder / "adopted.tf.json").read_text())["import"]
    ids = {one["to"]: one["id"] for one in imports}
    api = ids["aws_appsync_graphql_api.a"]
    assert ids == {
        "aws_dynamodb_table.t": "adopted-t",
        "aws_appsync_graphql_api.a": api,
        "aws_appsync_datasource.d": f"{api}-d",
        "aws_appsync_resolver.q": f"{api}-Query-a",
    }


def test_a_second_factor_is_added_to_a_pool_and_removed(target: Target) -> None:
    cognito, kind = target.clients["cognito-idp"], KINDS["aws_cognito_user_pool"]
    with_apps = {"mfa_configuration": "OPTIONAL", "software_token_mfa_configuration": {"enabled": True}}
    pool = kind.ensure(target, {"name": "factor", **with_apps})

    asked = cognito.get_user_pool_mfa_config(UserPoolId=pool["id"])
    assert (asked["MfaConfiguration"], asked["SoftwareTokenMfaConfiguration"]) == ("OPTIONAL", {"Enabled": True})

    assert kind.ensure(target, {"name": "factor", "mfa_configuration": "OFF"})["id"] == pool["id"]
    assert cognito.get_user_pool_mfa_config(UserPoolId=pool["id"])["MfaConfiguration"] == "OFF"


def test_arguments_become_requests_by_the_shape_of_the_request(target: Target) -> None:
    arguments = {
        "name": "pool",
        "password_policy": [{"minimum_length": "12", "require_symbols": False}],
        "auto_verified_attributes": "email",
        "lambda_config": {"post_confirmation": "arn"},
        "device_configuration": None,
    }
    renames = {"name": "PoolName", "password_policy": "Policies.PasswordPolicy"}
    assert request(target.clients["cognito-idp"], "CreateUserPool", arguments, renames=renames) == {
        "PoolName": "pool",
        "Policies": {"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": False}},
        "AutoVerifiedAttributes": ["email"],
        "LambdaConfig": {"PostConfirmation": "arn"},
    }


@pytest.mark.parametrize("how", [*DAMAGES, '{"aws_iam_role.r": {}}', '{"aws_iam_role.r": 7}'])
def test_a_damaged_record_is_ignored(how: str, tmp_path: Path) -> None:
    file = tmp_path / "direct.json"
    entries = {"aws_iam_role.r": {"fingerprint": "a", "attributes": {}}}
    direct.Record(file, entries).save()
    assert direct.Record.load(file).entries == entries
    damage(file, how)
    assert direct.Record.load(file).entries == {}
    direct.Record(file, entries).save()
    assert direct.Record.load(file).entries == entries


@pytest.mark.parametrize("gone", ["api", "table", "role"])
def test_deleted_resources_are_created_again(gone: str, target: Target, tmp_path: Path) -> None:
    stack = _stack(tmp_path, f"gone-{gone}")
    first = direct.deploy(stack, target, tmp_path / "direct.json", say=print)
    assert direct.deploy(stack, target, tmp_path / "direct.json", say=print).created_or_changed == 0
    record = direct.Record.load(tmp_path / "direct.json").entries
    api_id = record["aws_appsync_graphql_api.a"]["attributes"]["id"]
    if gone == "api":
        target.clients["appsync"].delete_graphql_api(apiId=api_id)
    elif gone == "table":
        target.clients["dynamodb"].delete_table(TableName=f"gone-{gone}-t")
    else:
        target.clients["iam"].delete_role(RoleName=f"gone-{gone}-r")

    again = direct.deploy(stack, target, tmp_path / "direct.json", say=print)

    assert again.created_or_changed >= 1
    appsync = target.clients["appsync"]
    api_id = direct.Record.load(tmp_path / "direct.json").entries["aws_appsync_graphql_api.a"]["attributes"]["id"]
    assert appsync.get_graphql_api(apiId=api_id)["graphqlApi"]["name"] == f"gone-{gone}"
    assert [one["name"] for one in appsync.list_data_sources(apiId=api_id)["dataSources"]] == ["d"]
    assert target.clients["dynamodb"].describe_table(TableName=f"gone-{gone}-t")
    assert target.clients["iam"].get_role(RoleName=f"gone-{gone}-r")
    assert direct.deploy(stack, target, tmp_path / "direct.json", say=print).created_or_changed == 0
    assert first.created_or_changed >= again.created_or_changed
