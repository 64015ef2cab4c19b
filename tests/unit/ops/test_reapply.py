"""Tests of completing a reviewed plan after conflicts of AppSync: only reviewed changes are applied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from common.commands import RefusedError
from ops import reapply
from ops.reapply import ATTEMPTS, apply_reviewed, check_remaining, is_conflict
from ops.terraform import Finished, TerraformFailedError
from tests.unit.ops.plans import change, plan

if TYPE_CHECKING:
    from pathlib import Path

CONFLICT = "Error: creating AppSync Function: ConcurrentModificationException: Another modification is in progress"
OTHER = "Error: creating Lambda Function: AccessDeniedException: not authorized"
PUT = change("aws_appsync_function.put", "create", after={"name": "put", "code": "1"}, after_unknown={"id": True})
GET = change("aws_appsync_function.get", "create", after={"name": "get", "code": "1"}, after_unknown={"id": True})


@dataclass
class FakeTerraform:
    """Terraform whose applies fail with these errors, one after the other."""

    folder: Path
    errors: list[str]
    remaining: list[dict[str, Any]] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)

    def apply(self, file: Path, *arguments: str) -> None:
        assert arguments == (("-parallelism=1",) if self.applied else ())
        self.applied.append(file.name)
        error = self.errors.pop(0) if self.errors else ""
        if error:
            raise TerraformFailedError("applying dev", Finished(1, "", error))

    def plan(self, file: Path) -> dict[str, Any]:
        file.write_text("values of the state", encoding="utf-8")
        return plan(*self.remaining).document


@pytest.fixture(autouse=True)
def immediately(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reapply, "WAIT_SECONDS", 0)


def completed(terraform: FakeTerraform, *reviewed: dict[str, Any]) -> int:
    return apply_reviewed(terraform, terraform.folder / "dev.tfplan", plan(*reviewed))  # type: ignore[arg-type]


def test_a_plan_without_conflicts_is_applied_once(tmp_path: Path) -> None:
    terraform = FakeTerraform(tmp_path, [])

    assert completed(terraform, PUT) == 1
    assert terraform.applied == ["dev.tfplan"]


def test_the_remaining_changes_are_applied_and_their_plan_is_deleted(tmp_path: Path) -> None:
    terraform = FakeTerraform(tmp_path, [CONFLICT, f"{CONFLICT}\n{CONFLICT}"], [GET])

    assert completed(terraform, PUT, GET) == 3
    assert terraform.applied == ["dev.tfplan", "remaining.tfplan", "remaining.tfplan"]
    assert list(tmp_path.iterdir()) == []


def test_conflicts_without_end_fail(tmp_path: Path) -> None:
    terraform = FakeTerraform(tmp_path, [CONFLICT] * (ATTEMPTS + 1), [PUT])

    with pytest.raises(TerraformFailedError, match="ConcurrentModificationException"):
        completed(terraform, PUT)
    assert len(terraform.applied) == ATTEMPTS
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [OTHER, f"{CONFLICT}\n{OTHER}", "killed"])
def test_another_error_is_not_repeated(error: str, tmp_path: Path) -> None:
    terraform = FakeTerraform(tmp_path, [error], [PUT])

    with pytest.raises(TerraformFailedError):
        completed(terraform, PUT)
    assert len(terraform.applied) == 1


def test_a_change_that_was_not_reviewed_is_refused(tmp_path: Path) -> None:
    terraform = FakeTerraform(tmp_path, [CONFLICT], [GET, change("aws_dynamodb_table.messages", "delete", before={})])

    with pytest.raises(RefusedError, match=r"aws_dynamodb_table\.messages: destroy was not reviewed"):
        completed(terraform, PUT, GET)
    assert terraform.applied == ["dev.tfplan"]


UPDATE = change("aws_appsync_function.put", "update", before={"code": "1"}, after={"code": "2"})


@pytest.mark.parametrize(
    ("reviewed", "remaining", "problem"),
    [
        (PUT, change("aws_appsync_function.put", "delete", before={"name": "put"}), "destroy instead of add"),
        (PUT, change("aws_appsync_function.put", "create", after={"name": "put", "code": "2"}), "other values of code"),
        (PUT, change("aws_appsync_function.put", "delete", "create", before={}, after={}), "replace instead of add"),
        (
            UPDATE,
            change("aws_appsync_function.put", "update", before={"code": "0"}, after={"code": "2"}),
            "other values of code",
        ),
    ],
)
def test_a_change_with_another_intent_is_refused(
    reviewed: dict[str, Any], remaining: dict[str, Any], problem: str
) -> None:
    with pytest.raises(RefusedError, match=problem):
        check_remaining(plan(reviewed), plan(remaining))


@pytest.mark.parametrize(
    ("reviewed", "remaining"),
    [
        (PUT, PUT),
        (PUT, change("aws_appsync_function.put", "create", after={"name": "put", "code": "1", "id": "known now"})),
        (UPDATE, UPDATE),
        (
            change("aws_appsync_function.put", "delete", "create", before={"name": "a"}, after={"name": "b"}),
            change("aws_appsync_function.put", "create", after={"name": "b"}),
        ),
    ],
)
def test_a_reviewed_change_may_remain(reviewed: dict[str, Any], remaining: dict[str, Any]) -> None:
    check_remaining(plan(reviewed), plan(remaining))


def test_output_without_an_error_is_no_conflict() -> None:
    assert not is_conflict("ConcurrentModificationException")
