"""Tests of the quotas that are printed before the first apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from common.exit_codes import EXIT_OK
from ops.__main__ import main
from ops.quotas import Quota, load, report, uses
from terraform.stack import Stack
from tests.helpers.documents import documented
from tests.unit.stacks.all_features import production_with_all_features

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

NEAR = Quota("Service", "service", "Things", 10, ("aws_thing",), "https://docs.aws.amazon.com/")


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """Return the stack of production with all features."""
    settings, folder = production_with_all_features(tmp_path_factory)
    return Stack(folder, settings.environment)


def things(number: int) -> dict[str, Any]:
    return {f"aws_thing.t{at}": {} for at in range(number)}


def test_a_quota_is_near_from_a_fifth_on() -> None:
    assert [uses(things(number), (NEAR,))[0].is_near for number in (0, 1, 2, 10)] == [False, False, True, True]


def test_the_value_of_a_new_account_counts() -> None:
    (use,) = uses(things(10), (Quota("Service", "service", "Things", 1000, ("aws_thing",), "", new_account=10),))

    assert use.percent == 100


def test_a_quota_with_a_reason_is_always_near() -> None:
    (use,) = uses({}, (Quota("Service", "service", "Messages", 50, (), "", why="each one counts"),))

    assert use.is_near


def test_a_quota_can_depend_on_an_attribute() -> None:
    resources = {"aws_pool.users": {"name": "users", "email": {"arn": "x"}}, "aws_other.x": {"sender": 1}}

    def applies(only_if: str = "", unless: str = "") -> bool:
        quota = Quota("Service", "service", "Messages", 50, (), "", why="each counts", only_if=only_if, unless=unless)
        return [use.quota for use in uses(resources, (quota,))] == [quota]

    assert applies(only_if="aws_pool.email.arn")
    assert not applies(unless="aws_pool.email.arn")
    assert not applies(only_if="aws_pool.name.arn")
    assert applies(unless="aws_pool.sender")
    assert not applies(only_if="aws_pool.sender")
    assert not applies(only_if="aws_pools.email")


def test_the_sender_of_email_determines_its_quota(production: Stack) -> None:
    resources = production.resources
    default = {"email_configuration": {"email_sending_account": "COGNITO_DEFAULT"}}
    by_cognito = {**resources, "aws_cognito_user_pool.pool": default}

    def about_email(found: Mapping[str, Any]) -> list[str]:
        return [f"{use.quota.service}: {use.quota.name}" for use in uses(found, load()) if "Emails" in use.quota.name]

    assert about_email(resources) == ["SES: Emails per day in the sandbox"]
    assert about_email(by_cognito) == ["Cognito: Emails per day with Cognito's own sender"]


def test_production_comes_near_two_quotas(production: Stack) -> None:
    lines = report(production).splitlines()

    assert lines[0] == "Quotas of a new account that prod comes near in us-east-1:"
    named = [line.split(":")[0].strip() for line in lines[1:-1] if line.startswith("  ") and not line.startswith("   ")]
    assert named == ["Lambda, Concurrent executions", "SES, Emails per day in the sandbox"]
    functions = len(production.document["resource"]["aws_lambda_function"])
    assert f"at least {functions} of 1,000, 10 in new accounts" in lines[1]
    assert any("lambda/L-B99A9384" in line for line in lines)
    assert "11 other quotas: at most 10% (CloudWatch Logs, Resource policies per Region)" in lines[-1]


def test_every_counted_kind_is_in_the_stack(production: Stack) -> None:
    """A renamed resource type would count as zero."""
    counted = {kind for quota in load() for kind in quota.counts}

    assert counted - production.document["resource"].keys() == set()


def test_every_quota_has_a_page_of_aws() -> None:
    assert {quota.name for quota in load() if not quota.source.startswith("https://docs.aws.amazon.com/")} == set()
    codes = [quota.code for quota in load() if quota.code]
    assert len(codes) == len(set(codes))


def test_the_documented_command(production: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    command = documented("docs/operations.md", "python -m ops quotas")
    words = [production.environment if word == "dev" else word for word in command.words[3:]]

    assert main([*words, "--stacks", str(production.folder.parent)]) == EXIT_OK

    assert capsys.readouterr().out == f"{report(production)}\n"
