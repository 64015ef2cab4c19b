"""Tests of the Terraform JSON of every environment: provider, state, guard, outputs, addresses."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contract.tables import TABLES
from stacks.background.functions import BACKGROUND_FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.stacks.synthesized import Synthesized

PINNED = Path(__file__).with_name("addresses.json")
UPDATE = "CHAT_TEST_UPDATE_ADDRESSES"

OUTPUTS = {
    "GraphQLAPIId",
    "GraphQLAPIURL",
    "UserPoolId",
    "UserPoolClientId",
    "Region",
    *(f"{table.key.capitalize()}TableName" for table in TABLES),
}


def test_terraform_addresses_are_unchanged(stacks: dict[str, Synthesized]) -> None:
    """A changed address destroys a resource and creates a new one, unless it is moved.

    After an intended change, run ``CHAT_TEST_UPDATE_ADDRESSES=1 python -m pytest tests/unit/stacks/test_chat_stack.py``
    and review the difference of addresses.json.
    """
    addresses = {name: stack.addresses for name, stack in stacks.items()}
    if os.environ.get(UPDATE):
        PINNED.write_text(json.dumps(addresses, indent=1) + "\n", encoding="utf-8")
    pinned = json.loads(PINNED.read_text(encoding="utf-8"))
    for name, expected in pinned.items():
        gone = sorted(set(expected) - set(addresses[name]))
        new = sorted(set(addresses[name]) - set(expected))
        assert (gone, new) == ([], []), f"{name}: set {UPDATE}=1 to pin what is meant"
    assert set(pinned) == set(addresses)


def test_addresses_have_no_hash(stack: Synthesized) -> None:
    """The library cdktf appends hashes to the names of nested constructs."""
    assert {"aws_dynamodb_table.messages", "aws_appsync_resolver.Mutation_createMessage"} <= set(stack.addresses)


def test_addresses_do_not_contain_construct_paths(stack: Synthesized) -> None:
    """Paths of constructs may change, addresses must not: a resource can move to another file."""
    paths = [resource["//"]["metadata"]["path"] for _, resource in _resources(stack) if "//" in resource]
    assert {path.split("/")[1] for path in paths} == {
        "storage",
        "function_code",
        "attachments",
        "identity",
        "api",
        "observability",
        *(definition.name for definition in BACKGROUND_FUNCTIONS),
    }
    for address in stack.addresses:
        assert "/" not in address


def test_providers_of_both_majors_are_accepted(stack: Synthesized) -> None:
    assert stack.document["terraform"]["required_providers"] == {
        "aws": {"source": "hashicorp/aws", "version": ">= 5.100, < 7.0"}
    }
    assert stack.document["terraform"]["required_version"] == ">= 1.11, < 2.0"


def test_no_resource_requires_one_provider_major(stack: Synthesized) -> None:
    for address, resource in _resources(stack):
        assert "region" not in resource, f"{address}: resources know no region in provider 5"


def test_the_provider_is_limited_to_this_account_and_region(stack: Synthesized) -> None:
    (provider,) = stack.document["provider"]["aws"]
    assert provider["allowed_account_ids"] == [stack.settings.account_id]
    assert provider["region"] == stack.settings.region
    assert "endpoints" not in provider
    assert "access_key" not in provider


def test_every_resource_is_tagged(stack: Synthesized) -> None:
    (provider,) = stack.document["provider"]["aws"]
    (default,) = provider["default_tags"]
    assert default["tags"] == {
        "Application": stack.settings.app_name,
        "Environment": stack.settings.environment,
        "ManagedBy": "terraform",
    }


def test_state_is_encrypted_locked_and_separate_by_workspace(stack: Synthesized) -> None:
    assert stack.document["terraform"]["backend"] == {
        "s3": {
            "bucket": stack.settings.state.bucket,
            "key": "chat/terraform.tfstate",
            "region": stack.settings.region,
            "workspace_key_prefix": "environments",
            "encrypt": True,
            "use_lockfile": True,
            "allowed_account_ids": [stack.settings.account_id],
        }
    }


def test_another_workspace_is_refused_with_the_command_that_selects_the_right_one(stack: Synthesized) -> None:
    name = stack.settings.environment
    (precondition,) = stack.only("terraform_data")["lifecycle"]["precondition"]
    assert precondition["condition"] == f'${{terraform.workspace == "{name}"}}'
    assert f"terraform workspace select -or-create {name}" in precondition["error_message"]


def test_outputs_are_those_that_clients_read(stack: Synthesized) -> None:
    expected = OUTPUTS | ({"GraphQLAPIKey"} if stack.settings.api.enable_api_key else set())
    assert set(stack.document["output"]) == expected
    for output in stack.document["output"].values():
        assert output["description"]


def test_only_the_api_key_is_a_secret(stacks: dict[str, Synthesized]) -> None:
    outputs = stacks["local"].document["output"]
    assert [name for name, output in outputs.items() if output.get("sensitive")] == ["GraphQLAPIKey"]
    assert "GraphQLAPIKey" not in stacks["prod"].document["output"]


def test_data_is_protected_in_production_and_disposable_locally(stacks: dict[str, Synthesized]) -> None:
    for name, is_protected in (("prod", True), ("local", False), ("dev", False)):
        for table in stacks[name].all("aws_dynamodb_table").values():
            assert table["deletion_protection_enabled"] is is_protected
            assert _prevents_destruction(table) is is_protected
        pool = stacks[name].only("aws_cognito_user_pool")
        assert pool["deletion_protection"] == ("ACTIVE" if is_protected else "INACTIVE")
        assert _prevents_destruction(pool) is is_protected


def test_settings_of_the_readme_have_an_effect(stacks: dict[str, Synthesized]) -> None:
    dev, prod = stacks["dev"], stacks["prod"]
    assert dev.only("aws_appsync_graphql_api")["xray_enabled"] is True
    assert stacks["local"].only("aws_appsync_graphql_api")["xray_enabled"] is False
    for stack in (dev, prod):
        for group in stack.all("aws_cloudwatch_log_group").values():
            assert group["retention_in_days"] == stack.settings.log_retention_days
    assert "enhanced_metrics_config" not in dev.only("aws_appsync_graphql_api")
    assert "enhanced_metrics_config" in prod.only("aws_appsync_graphql_api")
    assert len(prod.all("aws_cloudwatch_metric_alarm")) > len(dev.all("aws_cloudwatch_metric_alarm"))
    assert (len(dev.all("aws_cloudwatch_dashboard")), len(prod.all("aws_cloudwatch_dashboard"))) == (0, 1)


def test_failing_requests_and_functions_raise_alarms_everywhere(stack: Synthesized) -> None:
    watched = {
        (alarm["namespace"], alarm["metric_name"]) for alarm in stack.all("aws_cloudwatch_metric_alarm").values()
    }
    assert {("AWS/AppSync", "5XXError"), ("AWS/Lambda", "Errors"), ("AWS/Lambda", "Throttles")} <= watched


def test_the_dashboard_is_valid_cloudwatch_json(stacks: dict[str, Synthesized]) -> None:
    body = json.loads(stacks["prod"].only("aws_cloudwatch_dashboard")["dashboard_body"])
    places = [(widget["x"], widget["y"]) for widget in body["widgets"]]
    assert len(set(places)) == len(places)
    for widget in body["widgets"]:
        for metric in widget["properties"].get("metrics", []):
            assert len(metric) % 2 == 0, "namespace, name, then pairs of dimension and value"


def test_the_output_contains_no_machine_name_and_no_time(stack: Synthesized, root: Path) -> None:
    for file in stack.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for trace in (str(root), str(stack.folder), str(Path.home())):
                assert trace.encode() not in content, f"{trace} in {file.name}"


@pytest.mark.parametrize("function", ["timestamp()", "uuid()", "bcrypt("])
def test_repeated_plans_have_no_differences(stack: Synthesized, function: str) -> None:
    for address, resource in _resources(stack):
        text = json.dumps(resource)
        assert f"${{{function}" not in text, address


def _resources(stack: Synthesized) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, named in stack.document["resource"].items():
        for name, resource in named.items():
            yield f"{kind}.{name}", resource


def _prevents_destruction(resource: dict[str, Any]) -> bool:
    return bool(resource.get("lifecycle", {}).get("prevent_destroy", False))
