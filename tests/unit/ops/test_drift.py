"""Tests of the reported differences between an environment and its last release, from a plan in JSON form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from common.exit_codes import FAILED
from ops import drift as command
from ops.__main__ import main
from ops.account_drift.check import TERRAFORM, Comparison, Difference
from ops.order import PromotionOrder
from ops.terraform import Terraform
from tests.helpers.stacks import write_stack
from tests.unit.ops.plans import change
from tests.unit.ops.test_promotion_checks import ORDER

if TYPE_CHECKING:
    from pathlib import Path

    from terraform.stack import Stack

GROUP = "aws_cloudwatch_log_group.api"


def found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *changes: dict[str, Any], **more: object
) -> list[Difference]:
    """Return the differences if Terraform plans these changes."""
    document = {"format_version": "1.2", "resource_changes": list(changes), **more}

    class Planning:
        def __init__(self, stack: Stack) -> None:
            assert stack.environment == "dev"

        def prepare(self, *, committed_lock: Path | None) -> None:
            assert committed_lock is None

        def plan(self, _file: Path) -> dict[str, Any]:
            return document

    monkeypatch.setattr(Terraform, "open", Planning)
    comparison = command.find_drift(write_stack(tmp_path, {}, "dev"), None)
    assert comparison.errors == []
    return comparison.differences


def test_an_empty_plan_is_not_drift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unchanged = {"output_changes": {"Region": {"actions": ["no-op"]}}}

    assert found(tmp_path, monkeypatch, **unchanged) == []


def test_a_change_is_reported_with_both_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = {"retention_in_days": 30, "name": "x"}, {"retention_in_days": 7, "name": "x"}

    (difference,) = found(tmp_path, monkeypatch, change(GROUP, "update", before=before, after=after))

    assert (difference.address, difference.attribute, difference.message) == (
        GROUP,
        "retention_in_days",
        "is 30; deployed: 7",
    )


def test_missing_and_unknown_resources_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = change("aws_sqs_queue.q", "create", after={"name": "q"})
    new = change("aws_sqs_queue.r", "delete", before={"name": "r"})

    told = [(difference.address, difference.message) for difference in found(tmp_path, monkeypatch, gone, new)]

    assert told == [("aws_sqs_queue.q", "is missing"), ("aws_sqs_queue.r", "is in the state, but not in the release")]


def test_a_changed_secret_is_reported_without_its_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = change(
        "aws_appsync_api_key.chat",
        "update",
        before={"key": "one"},
        after={"key": "two"},
        before_sensitive={"key": True},
        after_sensitive={"key": True},
    )

    (difference,) = found(tmp_path, monkeypatch, secret)

    assert (difference.address, difference.attribute) == ("aws_appsync_api_key.chat", "key")
    assert difference.message == "differs in a sensitive value"


def test_a_change_to_an_unknown_value_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = change(GROUP, "update", before={"arn": "x"}, after={}, after_unknown={"arn": True})

    (difference,) = found(tmp_path, monkeypatch, unknown)

    assert (difference.address, difference.message) == (GROUP, "differs in a value that is known after apply")


def test_a_changed_output_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = {"output_changes": {"GraphQLAPIURL": {"actions": ["update"]}}}

    assert [difference.address for difference in found(tmp_path, monkeypatch, **changed)] == ["output.GraphQLAPIURL"]


@pytest.mark.parametrize("differences", [[], [Difference(GROUP, "kms_key_id", "is x; deployed: y", TERRAFORM)]])
def test_a_failed_comparison_keeps_the_differences_and_fails(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    differences: list[Difference],
) -> None:
    monkeypatch.setattr(PromotionOrder, "load", lambda: ORDER)
    monkeypatch.setattr(command, "find_drift", lambda *_: Comparison(differences, ["queue policy of x: denied"]))
    (tmp_path / "chat-dev").mkdir()
    write_stack(tmp_path / "chat-dev", {}, "dev")
    words = ["drift", "--environment", "dev", "--stacks", str(tmp_path)]

    assert main([*words, "--format", "json"]) == FAILED
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert document["clean"] is False
    assert [each["attribute"] for each in document["differences"]] == [each.attribute for each in differences]
    assert document["errors"] == ["queue policy of x: denied"]
    assert "Not compared: queue policy of x: denied" in printed.err

    assert main(words) == FAILED
    text = capsys.readouterr().out
    assert ("kms_key_id is x; deployed: y" if differences else ", as far as it was compared.") in text
