"""Tests of the resources that recovery keeps after an interrupted apply."""

from __future__ import annotations

from typing import Any, cast

import pytest

from ops.recover import untaint
from ops.terraform import Finished, Terraform


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
def test_only_resources_with_data_are_untainted(kind: str, is_kept: bool) -> None:
    state = {"resources": [resource(f"{kind}.tainted", "tainted"), resource(f"{kind}.complete", None)]}
    terraform = FakeTerraform(state)

    kept = untaint(cast("Terraform", terraform))

    assert kept == ([f"{kind}.tainted"] if is_kept else [])
    assert terraform.commands == [("untaint", address) for address in kept]


def test_without_a_state_nothing_is_untainted() -> None:
    assert untaint(cast("Terraform", FakeTerraform(None))) == []
