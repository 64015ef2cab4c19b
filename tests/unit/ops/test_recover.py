"""Tests of the resources that recovery keeps after an interrupted apply."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from common.commands import RefusedError
from common.exit_codes import LOCKED, REFUSED, USAGE
from ops.__main__ import main
from ops.recover import tainted_with_data, untaint
from ops.terraform import Finished, Terraform
from terraform.state_lock import Lock

if TYPE_CHECKING:
    from pathlib import Path

    from terraform.stack import Stack


class FakeTerraform:
    """Terraform with a state, which records the commands."""

    def __init__(self, state: dict[str, Any] | None) -> None:
        self._state = state
        self.commands: list[tuple[str, ...]] = []

    def state(self) -> dict[str, Any] | None:
        return self._state

    def run(self, *arguments: str, what: str) -> Finished:
        assert what
        self.commands.append(arguments)
        return Finished(0, "", "")


def resource(address: str, status: str | None, mode: str = "managed") -> dict[str, Any]:
    kind, name = address.split(".")
    return {"mode": mode, "type": kind, "name": name, "instances": [{"status": status} if status else {}]}


@pytest.mark.parametrize(
    ("kind", "is_kept"),
    [
        ("aws_dynamodb_table", True),
        ("aws_cognito_user_pool", True),
        ("aws_s3_bucket", True),
        ("aws_kms_key", True),
        ("aws_lambda_function", False),
        ("aws_sqs_queue", False),
    ],
)
def test_only_resources_with_data_are_kept(kind: str, is_kept: bool) -> None:
    state = {"resources": [resource(f"{kind}.tainted", "tainted"), resource(f"{kind}.complete", None)]}

    found = tainted_with_data(cast("Terraform", FakeTerraform(state)))

    assert found == ([f"{kind}.tainted"] if is_kept else [])


def test_without_a_state_nothing_is_tainted() -> None:
    assert tainted_with_data(cast("Terraform", FakeTerraform(None))) == []


def test_each_resource_is_untainted() -> None:
    terraform = FakeTerraform(None)

    untaint(cast("Terraform", terraform), ["aws_s3_bucket.files", "aws_kms_key.data"])

    assert terraform.commands == [("untaint", "aws_s3_bucket.files"), ("untaint", "aws_kms_key.data")]


def test_a_lock_is_not_released_by_a_command_that_only_reads(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recover", "--environment", "dev", "--read-only", "--lock-id", "an-id"]) == USAGE
    assert "--read-only does not release a lock" in capsys.readouterr().err


@pytest.mark.parametrize("given", [(), ("--lock-id", "another"), ("--read-only",)])
def test_a_locked_state_has_an_exit_code_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: tuple[str, ...]
) -> None:
    write_stack(tmp_path)
    held = Lock("an-id", "runner@host", "2030-01-01T00:00:00Z", "OperationTypeApply", "etag")
    monkeypatch.setattr("ops.recover.held_lock", lambda _stack: held)

    assert main(["recover", "--environment", "dev", "--stacks", str(tmp_path), *given]) == LOCKED
    assert "locked by runner@host" in capsys.readouterr().err


def test_another_refusal_is_not_taken_for_a_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_stack(tmp_path)
    monkeypatch.setattr("ops.recover.held_lock", lambda _stack: None)

    def refuse(_stack: Stack) -> Terraform:
        raise RefusedError("The credentials belong to another account.")

    monkeypatch.setattr("ops.terraform.Terraform.open", refuse)

    assert main(["recover", "--environment", "dev", "--stacks", str(tmp_path)]) == REFUSED != LOCKED


def write_stack(stacks: Path) -> None:
    backend = {"s3": {"bucket": "states", "region": "eu-west-1", "key": "chat/terraform.tfstate"}}
    (stacks / "chat-dev").mkdir()
    (stacks / "chat-dev" / "cdk.tf.json").write_text(json.dumps({"terraform": {"backend": backend}}), encoding="utf-8")
