"""Tests of the resources that a destroy keeps, and of the refusal of plans that destroy them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from common.commands import RefusedError
from common.exit_codes import USAGE
from ops.__main__ import main
from ops.destroy import (
    NEEDED,
    PROTECTED,
    PlannedDestruction,
    plan_destruction,
    print_outcome,
    read_destruction,
    staying,
)
from ops.terraform import Finished, Terraform
from terraform.stack import Stack
from tests.unit.ops.plans import change

KEPT = {"lifecycle": {"prevent_destroy": True}}
RESOURCES: dict[str, dict[str, Any]] = {
    "aws_dynamodb_table": {"messages": {"name": "m", **KEPT}, "presence": {"name": "p"}},
    "aws_lambda_function": {"confirm": {"role": "${aws_iam_role.confirm.arn}"}, "sweep": {"role": "r"}},
    "aws_iam_role": {"confirm": {"name": "c", "depends_on": ["aws_iam_policy.base"]}},
    "aws_iam_policy": {"base": {}},
    "aws_cognito_user_pool": {
        "pool": {"lambda_config": [{"post_confirmation": "${aws_lambda_function.confirm.arn}"}], **KEPT}
    },
}
STAYING = {
    "aws_dynamodb_table.messages": PROTECTED,
    "aws_cognito_user_pool.pool": PROTECTED,
    "aws_lambda_function.confirm": NEEDED,
    "aws_iam_role.confirm": NEEDED,
    "aws_iam_policy.base": NEEDED,
}


class FakeTerraform:
    """Terraform with a state; its plan destroys the requested resources, and ``more``."""

    def __init__(self, stack: Stack, there: set[str], more: tuple[str, ...] = ()) -> None:
        self.stack = stack
        self.there = there
        self.more = more

    def run(self, *_arguments: str, what: str) -> Finished:
        assert what
        return Finished(0, "\n".join(sorted(self.there)), "")

    def plan(self, _file: Path, *arguments: str) -> dict[str, Any]:
        assert arguments[0] == "-destroy"
        targets = {argument.partition("=")[2] for argument in arguments[1:]} or self.there
        gone = [change(address, "delete", before={"name": "x"}) for address in (*targets, *self.more)]
        return {"format_version": "1.2", "resource_changes": gone}

    def show(self, file: Path) -> dict[str, Any]:
        return self.plan(file, "-destroy")


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    (tmp_path / "chat-prod").mkdir()
    (tmp_path / "chat-prod" / "cdk.tf.json").write_text(json.dumps({"resource": RESOURCES}), encoding="utf-8")
    return Stack.find(tmp_path, "prod")


def plan(fake: FakeTerraform) -> PlannedDestruction:
    return plan_destruction(cast("Terraform", fake), Path("destroy.tfplan"))


def test_protected_resources_are_kept_with_their_dependencies(stack: Stack) -> None:
    assert staying(stack) == STAYING


def test_other_resources_are_destroyed_and_remaining_ones_are_listed(stack: Stack) -> None:
    planned = plan(FakeTerraform(stack, {"aws_dynamodb_table.presence", "aws_lambda_function.sweep", *STAYING}))

    assert planned.destroyed == ["aws_dynamodb_table.presence", "aws_lambda_function.sweep"]
    assert planned.kept == STAYING


def test_missing_resources_are_not_listed_as_kept(stack: Stack) -> None:
    planned = plan(FakeTerraform(stack, {"aws_dynamodb_table.messages"}))

    assert planned.plan is None
    assert planned.destroyed == []
    assert planned.kept == {"aws_dynamodb_table.messages": PROTECTED}


def test_a_plan_that_destroys_a_kept_resource_is_refused(stack: Stack) -> None:
    fake = FakeTerraform(stack, {"aws_lambda_function.sweep", *STAYING}, more=("aws_dynamodb_table.messages",))

    with pytest.raises(RefusedError, match=r"aws_dynamodb_table\.messages"):
        plan(fake)


def test_a_saved_plan_that_destroys_a_kept_resource_is_refused(stack: Stack) -> None:
    fake = FakeTerraform(stack, {"aws_lambda_function.sweep", "aws_dynamodb_table.messages"})

    with pytest.raises(RefusedError, match=r"aws_dynamodb_table\.messages"):
        read_destruction(cast("Terraform", fake), Path("destroy.tfplan"))


def test_the_plan_lists_what_would_be_destroyed_with_its_data(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    planned = plan(
        FakeTerraform(stack, {"aws_dynamodb_table.presence", "aws_lambda_function.sweep", "aws_iam_role.confirm"})
    )

    print_outcome("prod", planned, confirmed=False, style="text")

    assert capsys.readouterr().out.splitlines() == [
        "aws_dynamodb_table.presence would be destroyed, with its data",
        "aws_lambda_function.sweep would be destroyed",
        f"aws_iam_role.confirm {NEEDED}",
    ]


def test_the_outcome_as_json_names_all_resources(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    planned = plan(FakeTerraform(stack, {"aws_lambda_function.sweep", "aws_iam_role.confirm"}))

    print_outcome("prod", planned, confirmed=True, style="json")

    assert json.loads(capsys.readouterr().out) == {
        "environment": "prod",
        "destroyed": 1,
        "planned": 1,
        "resources": ["aws_lambda_function.sweep"],
        "kept": [{"address": "aws_iam_role.confirm", "reason": NEEDED}],
    }


def test_another_name_is_not_a_confirmation() -> None:
    assert main(["destroy", "--environment", "staging", "--confirm", "prod"]) == USAGE


@pytest.mark.parametrize("given", [("--plan", "a.tfplan"), ("--record", "a.json")])
@pytest.mark.parametrize("command", [("destroy",), ("rollback", "--to", "RECORD")])
def test_a_plan_needs_its_record(command: tuple[str, ...], given: tuple[str, ...]) -> None:
    assert main([*command, "--environment", "staging", *given]) == USAGE
