"""Tests that waivers of drift cover what they name, until their last day, and nothing that Terraform would revert."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from common.commands import OperationError
from ops.account_drift.check import TERRAFORM, Difference
from ops.account_drift.waivers import FILE, DriftWaiver, read_drift_waivers, unused, unwaived
from ops.waivers import expired

if TYPE_CHECKING:
    from pathlib import Path

TODAY = datetime.now(UTC).date()
ROLE = "aws_iam_role.privacy"
AUDIT = Difference(ROLE, "managed policy arn:aws:iam::111111111111:policy/audit", "was added", "account", "aws iam ...")
OTHER = Difference(
    ROLE, "managed policy arn:aws:iam::aws:policy/AdministratorAccess", "was added", "account", "aws ..."
)
REASON = "The security team attaches its audit policy to every role of the account."


def waiver(
    attribute: str = AUDIT.attribute, expires: date = TODAY, environments: tuple[str, ...] = ("*",)
) -> DriftWaiver:
    return DriftWaiver(address=ROLE, attribute=attribute, reason=REASON, expires=expires, environments=environments)


def write(folder: Path, **changed: str) -> Path:
    entry = {
        "address": f'"{ROLE}"',
        "attribute": '"managed policy *audit"',
        "reason": f'"{REASON}"',
        "expires": f"{TODAY + timedelta(days=30)}",
    }
    lines = [f"{name} = {value}" for name, value in {**entry, **changed}.items() if value]
    file = folder / "waivers.toml"
    file.write_text("\n".join(["[[waiver]]", *lines]), encoding="utf-8")
    return file


def test_the_file_of_the_checkout_is_valid() -> None:
    assert expired(read_drift_waivers(), TODAY, FILE) == []


def test_a_waiver_accepts_its_difference_only() -> None:
    assert unwaived([AUDIT, OTHER], [waiver()], "test", TODAY) == [OTHER]
    assert unwaived([AUDIT, OTHER], [waiver("managed policy *audit")], "test", TODAY) == [OTHER]


def test_a_waiver_applies_to_its_environments() -> None:
    limited = waiver(environments=("test*",))

    assert unwaived([AUDIT], [limited], "test-2", TODAY) == []
    assert unwaived([AUDIT], [limited], "live", TODAY) == [AUDIT]


def test_an_expired_waiver_has_no_effect_and_is_reported() -> None:
    old = waiver(expires=TODAY - timedelta(days=1))

    assert unwaived([AUDIT], [old], "test", TODAY) == [AUDIT]
    (message,) = expired([old], TODAY, FILE)
    assert message.startswith(f"The waiver of {ROLE} {AUDIT.attribute} expired on")


def test_what_terraform_would_revert_is_not_accepted() -> None:
    reverted = Difference(ROLE, "managed policy of Terraform", "is x; deployed: y", TERRAFORM)

    assert unwaived([reverted], [waiver("managed policy*")], "test", TODAY) == [reverted]


def test_a_waiver_that_matches_nothing_is_reported() -> None:
    assert unused([waiver()], [AUDIT], "test") == []
    (message,) = unused([waiver()], [OTHER], "test")
    assert message.startswith(f"The waiver of {ROLE} {AUDIT.attribute} matches nothing in test")
    assert unused([waiver(environments=("live",))], [OTHER], "test") == []


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"reason": ""}, r"waiver\.0\.reason: Field required"),
        ({"reason": '"                                        "'}, "sentence of at least 4 different words"),
        ({"expires": ""}, r"waiver\.0\.expires: Field required"),
        ({"expires": "2999-12-31"}, "is more than 400 days ahead"),
        ({"address": '"aws_iam_roles.privacy"'}, "aws_iam_roles is not a resource type"),
        ({"address": '"aws_iam_role.*"'}, r"waiver\.0\.address"),
        ({"attribute": '"*"'}, r"waiver\.0\.attribute"),
        ({"kind": '"role"'}, r"waiver\.0\.kind: Extra inputs are not permitted"),
        ({"environments": "[]"}, r"waiver\.0\.environments"),
    ],
)
def test_an_incomplete_waiver_is_refused(tmp_path: Path, changed: dict[str, str], problem: str) -> None:
    assert len(read_drift_waivers(write(tmp_path))) == 1

    with pytest.raises(OperationError, match=problem):
        read_drift_waivers(write(tmp_path, **changed))
