"""Tests of the command's output and error messages."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from ops.__main__ import main
from ops.cost.measured import MEASURED
from ops.cost.profile import Profile

if TYPE_CHECKING:
    from pathlib import Path

USAGE = re.compile(r"Usage: |Try '|$")
STACK: dict[str, Any] = {
    "provider": {"aws": [{"region": "us-east-1"}]},
    "resource": {
        "aws_appsync_graphql_api": {"chat": {"xray_enabled": True, "log_config": {"field_log_level": "ERROR"}}},
        "aws_cloudwatch_dashboard": {"chat": {}},
        "aws_cloudwatch_log_group": {"api": {"retention_in_days": 90}},
        "aws_dynamodb_table": {
            "rooms": {"billing_mode": "PAY_PER_REQUEST", "point_in_time_recovery": {"enabled": True}}
        },
        "aws_kms_key": {"data": {}},
        "aws_lambda_function": {"sweep": {"memory_size": 512, "architectures": ["arm64"]}},
        "aws_scheduler_schedule": {"sweep": {}},
        "aws_wafv2_web_acl": {"chat": {"rule": [{}, {}]}},
        "aws_wafv2_web_acl_association": {"chat": {}},
    },
}


@pytest.fixture
def stacks(tmp_path: Path) -> str:
    """Return a folder with one small stack of the environment ``test``."""
    folder = tmp_path / "chat-test"
    folder.mkdir()
    (folder / "cdk.tf.json").write_text(json.dumps(STACK))
    return str(tmp_path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command; return its exit code and output."""
    code = main(["cost", *arguments])
    written = capsys.readouterr()
    return code, written.out, written.err


def test_the_settings_of_the_stack_affect_the_price(stacks: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--environment", "test", "--stacks", stacks, "--json")

    document = json.loads(out)
    assert code == 0
    assert document["settings"] == {
        "region": "us-east-1",
        "log retention": "90 days",
        "X-Ray": "on",
        "point-in-time recovery": "on",
        "WAF": "on",
        "customer managed KMS key": "yes",
        "alarms, metrics, dashboards": "$11.00 per month",
        "free tier": "not deducted",
    }
    quantities = {line["price"]: line["quantity"] for line in document["lines"]}
    assert quantities["waf_rules"] == 2
    requests = quantities["waf_requests"]
    assert quantities["traces"] == pytest.approx(requests * 0.05)
    assert quantities["logs_stored"] == pytest.approx(quantities["logs_ingested"] * 3)
    assert quantities["lambda_arm"] == pytest.approx(quantities["lambda_requests"] * 0.1 * 0.5)
    assert sum(document["services"].values()) == pytest.approx(document["total"])


def test_the_table_ends_with_the_total_and_the_cost_per_user(stacks: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--environment", "test", "--stacks", stacks, "--users", "2000", "--messages-per-user-day", "50")
    _, text, _ = run(capsys, *arguments)
    _, as_json, _ = run(capsys, *arguments, "--json")

    document = json.loads(as_json)
    assert f"${document['total']:,.2f}" in next(line for line in text.splitlines() if line.startswith("total"))
    assert f"${document['total'] / 2:,.2f} per 1,000 users" in text
    assert f"${document['total'] / 1.5:,.2f} per million messages" in text
    assert f"The same load on the baseline design: ${document['baseline']['total']:,.2f}" in text
    assert "Largest activities" in text


@pytest.mark.parametrize("name", sorted(Profile.model_fields))
def test_every_part_of_the_load_has_an_option_that_changes_it(
    name: str, stacks: str, capsys: pytest.CaptureFixture[str]
) -> None:
    value = Profile.model_fields[name].default / 2 or 0.5
    if name in {"busy_hours", "message_bytes"}:
        value = 200
    if name in {"busy_hours", "devices", "heartbeat_seconds"}:
        value = 20
    option = f"--{name.replace('_', '-')}"

    _, out, _ = run(capsys, "--environment", "test", "--stacks", stacks, "--json", option, f"{value:g}")

    assert json.loads(out)["profile"][name] == value


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["--nobody", "1"], 2, "No such option '--nobody'"),
        (["--users", "-1"], 2, "Invalid value for '--users': input should be greater than or equal to 0, not -1"),
        (["--users", "many"], 2, "Invalid value for '--users': 'many' is not a valid integer"),
        (["--direct-share", "1.5"], 2, "Invalid value for '--direct-share': 1.5 is not in the range 0<=x<=1"),
        (["--devices", "inf"], 2, "Invalid value for '--devices': 'inf' is not a finite number"),
        (["--region", "eu-north-9"], 3, "has no prices for the region eu-north-9, only for eu-west-1, us-east-1"),
        (["--environment", "nowhere"], 3, "nowhere has not been synthesized. Run `make synth`"),
        (["--measured", "nothing.json"], 3, "python -m benchmarks operations"),
    ],
)
def test_errors_are_one_line(
    arguments: list[str], code: int, expected: str, stacks: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found, out, err = run(capsys, "--environment", "test", "--stacks", stacks, *arguments)

    assert (found, out) == (code, "")
    assert expected in err
    assert len([line for line in err.splitlines() if not USAGE.match(line)]) == 1


def test_missing_measurements_are_named(tmp_path: Path, stacks: str, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(MEASURED.read_text())
    del document["operations"]["createMessage"]
    less = tmp_path / "operations.json"
    less.write_text(json.dumps(document))

    code, _, err = run(capsys, "--environment", "test", "--stacks", stacks, "--measured", str(less))

    assert code == 3
    assert "createMessage (a text) was not measured" in err
