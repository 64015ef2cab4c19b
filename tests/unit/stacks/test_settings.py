"""Tests of settings: sources, validation and error messages."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from stacks.environments import ConfigurationError, load_environments
from stacks.settings import LOG_RETENTION_DAYS
from tests.helpers.environments import ENVIRONMENTS, FROZEN
from tests.unit.stacks.conftest import ROOT, edit

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.settings import Settings

SEED_SETTINGS = ("app_name", "environment", "enable_xray", "enable_detailed_monitoring", "log_retention_days")


def load_from(root: Path, **process_environment: str) -> list[Settings]:
    """Load the environments of a copied checkout, or the frozen ones in the checkout itself."""
    return load_environments(root, {**(FROZEN if root == ROOT else {}), **process_environment})


def load(root: Path, **process_environment: str) -> dict[str, Settings]:
    return {settings.environment: settings for settings in load_from(root, **process_environment)}


def refusal(root: Path, **process_environment: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load_from(root, **process_environment)
    return list(caught.value.lines)


def test_all_environments_are_loaded_sorted(root: Path) -> None:
    assert [settings.environment for settings in load_from(root)] == list(ENVIRONMENTS)


def test_settings_have_the_names_of_the_samples_readme(root: Path) -> None:
    assert set(SEED_SETTINGS) <= set(load(root)["dev"].model_dump())


def test_settings_are_immutable(root: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(root)["dev"].region = "eu-west-1"  # type: ignore[misc]


def test_production_protects_data(root: Path) -> None:
    prod = load(root)["prod"]
    assert prod.storage.deletion_protection
    assert prod.storage.point_in_time_recovery
    assert prod.identity.deletion_protection
    assert not prod.api.enable_introspection
    assert not prod.api.enable_api_key


def test_every_retention_of_cloudwatch_is_accepted(root: Path) -> None:
    for days in LOG_RETENTION_DAYS:
        assert load(root, CHAT_LOG_RETENTION_DAYS=str(days))["dev"].log_retention_days == days


# --- Overrides ---


def test_process_environment_overrides_context_and_context_overrides_the_file(checkout: Path) -> None:
    context = json.dumps({"log_retention_days": 60, "enable_xray": False})
    dev = load(checkout, CDKTF_CONTEXT_JSON=context, CHAT_LOG_RETENTION_DAYS="90")["dev"]
    assert (dev.log_retention_days, dev.enable_xray) == (90, False)


def test_process_environment_sets_nested_settings_of_every_type(root: Path) -> None:
    dev = load(
        root,
        CHAT_API__QUERY_DEPTH_LIMIT="5",
        CHAT_API__API_KEY_EXPIRES="2027-03-31",
        CHAT_API__ENABLE_API_KEY="true",
        CHAT_ACCOUNT_ID="123456789012",
        CHAT_TAGS='{"CostCenter": "42"}',
        CHAT_MONITORING__ALARM_TOPIC_ARNS='["arn:aws:sns:us-east-1:111122223333:oncall"]',
    )["dev"]
    assert dev.api.query_depth_limit == 5
    assert dev.api.api_key_expires == date(2027, 3, 31)
    assert dev.api.enable_api_key is True
    assert dev.account_id == "123456789012"
    assert dev.tags == {"CostCenter": "42"}
    assert dev.monitoring.alarm_topic_arns == ("arn:aws:sns:us-east-1:111122223333:oncall",)


def test_context_of_cdktf_json_is_read_without_the_cdktf_command(checkout: Path) -> None:
    edit(checkout / "cdktf.json", '"context": {', '"context": {"app_name": "talk", "api": {"query_depth_limit": 7},')
    dev = load(checkout)["dev"]
    assert (dev.app_name, dev.api.query_depth_limit) == ("talk", 7)


@pytest.mark.parametrize(
    "given",
    [
        {"CHAT_ENVIRONMENTS": "prod, dev"},
        {"CHAT_ENVIRONMENTS": "dev,prod,dev,"},
    ],
)
def test_environments_limit_the_run(root: Path, given: dict[str, str]) -> None:
    assert list(load(root, **given)) == ["dev", "prod"]


def test_environment_of_the_readme_selects_one(root: Path) -> None:
    assert list(load(root, CDKTF_CONTEXT_JSON='{"environment": "prod"}')) == ["prod"]
    assert list(load(root, CHAT_ENVIRONMENT="prod")) == ["prod"]


def test_a_new_file_adds_an_environment(checkout: Path) -> None:
    text = (checkout / "environments/dev.toml").read_text(encoding="utf-8")
    (checkout / "environments/qa.toml").write_text(
        text.replace('environment = "dev"', 'environment = "qa"'), encoding="utf-8"
    )
    assert "qa" in load(checkout)


def test_another_directory_with_files_can_be_named(checkout: Path, tmp_path: Path) -> None:
    (checkout / "environments").rename(tmp_path / "elsewhere")
    (checkout / "config").mkdir()
    (checkout / "config/dev.toml").write_text('environment = "dev"', encoding="utf-8")
    assert list(load(checkout, CHAT_ENVIRONMENTS_DIRECTORY=str(tmp_path / "elsewhere"))) == list(ENVIRONMENTS)
    assert refusal(checkout, CHAT_ENVIRONMENTS_DIRECTORY="config")[0].startswith(
        "config/dev.toml: account_id is missing"
    )
    (line,) = refusal(checkout, CHAT_ENVIRONMENTS_DIRECTORY="none")
    assert line.startswith("none/: there is no environment; add a file, for example none/dev.toml")


# --- Refusals ---

REFUSED = [
    ("CHAT_LOG_RETENTION_DAYS", "6", ["log_retention_days = 6", "one of 1, 3, 5, 7, 14"]),
    ("CHAT_LOG_RETENTION_DAYS", "a week", ['log_retention_days = "a week"', "one of 1, 3, 5"]),
    ("CHAT_ENABLE_XRAY", "maybe", ['enable_xray = "maybe"', "true or false"]),
    ("CHAT_APP_NAME", "My App", ['app_name = "My App"', "2-20 of a-z"]),
    ("CHAT_APP_NAME", "a" * 21, [f'app_name = "{"a" * 21}"', "2-20 of a-z"]),
    ("CHAT_ACCOUNT_ID", "1234", ['account_id = "1234"', "12 digits"]),
    ("CHAT_REGION", "Frankfurt", ['region = "Frankfurt"', "us-east-1"]),
    ("CHAT_STATE__BUCKET", "My_Bucket", ['state.bucket = "My_Bucket"', "3-63 of a-z"]),
    ("CHAT_API__QUERY_DEPTH_LIMIT", "76", ["api.query_depth_limit = 76", "1-75"]),
    ("CHAT_API__RESOLVER_COUNT_LIMIT", "0", ["api.resolver_count_limit = 0", "1-10000"]),
    ("CHAT_API__API_KEY_EXPIRES", "soon", ['api.api_key_expires = "soon"', "2027-03-31"]),
    ("CHAT_IDENTITY__PASSWORD_MINIMUM_LENGTH", "7", ["identity.password_minimum_length = 7", "8-99"]),
    ("CHAT_MESSAGING__DEDUPLICATION_HOURS", "23", ["messaging.deduplication_hours = 23", "24-720"]),
    ("CHAT_TAGS", '{"a": 1}', ["tags.a = 1", "table"]),
    ("CHAT_TAGS", "{", ['tags = "{"', "table"]),
    ("CHAT_MONITORING__ALARM_TOPIC_ARNS", '["oncall"]', ['alarm_topic_arns.0 = "oncall"', "arn:aws:sns"]),
    ("CHAT_LOG_RETENION_DAYS", "7", ["unknown setting", "did you mean CHAT_LOG_RETENTION_DAYS?"]),
    ("CHAT_API", "{}", ["unknown setting"]),
    ("CHAT_ENVIRONMENTS", "nowhere", ['unknown environment "nowhere"', ", ".join(ENVIRONMENTS)]),
    ("CHAT_ENVIRONMENT", "nowhere", ['unknown environment "nowhere"', ", ".join(ENVIRONMENTS)]),
    ("CDKTF_CONTEXT_JSON", '{"environment": "nowhere"}', ['unknown environment "nowhere"', ", ".join(ENVIRONMENTS)]),
    ("CDKTF_CONTEXT_JSON", "{", ["not JSON"]),
    ("CDKTF_CONTEXT_JSON", "[]", ["must be an object"]),
    ("CDKTF_CONTEXT_JSON", '{"log_retention_days": "7"}', ['log_retention_days = "7"']),
    ("CDKTF_CONTEXT_JSON", '{"enable_xray": 1}', ["enable_xray = 1", "true or false"]),
    ("CDKTF_CONTEXT_JSON", '{"api": {"depth": 3}}', ["api.depth = 3", "unknown key", "api.query_depth_limit"]),
    ("CDKTF_CONTEXT_JSON", '{"api": 3}', ["api = 3", "[api]"]),
    ("CDKTF_CONTEXT_JSON", '{"logRetentionDays": 3}', ["logRetentionDays = 3", "unknown key"]),
]


@pytest.mark.parametrize(("name", "value", "said"), REFUSED)
def test_an_invalid_override_is_reported_in_one_line_with_value_and_remedy(
    root: Path, name: str, value: str, said: list[str]
) -> None:
    (line,) = refusal(root, **{name: value})
    assert line.startswith(name)
    assert "\n" not in line
    for part in said:
        assert part in line


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('app_name = "chat"', 'app_nam = "chat"', ['app_nam = "chat"', "unknown key; did you mean app_name?"]),
        ("log_retention_days = 7", 'log_retention_days = "7"', ['log_retention_days = "7"', "one of 1, 3, 5"]),
        ('account_id = "111111111111"', "account_id = 111111111111", ["account_id = 111111111111", "in quotes"]),
        ("enable_xray = true", "enable_xray = 1", ["enable_xray = 1", "true or false"]),
        ('region = "us-east-1"', "", ["region is missing", "us-east-1"]),
        ('environment = "dev"', 'environment = "prod"', ["is not the file's name", 'environment = "dev"']),
        ("enable_api_key = false", "enable_api_key = true", ["api.api_key_expires is missing", "2027-03-31"]),
        (
            "alarm_topic_arns = []",
            "monthly_budget_dollars = 100",
            ["monitoring.alarm_topic_arns is empty", "would notify no topic"],
        ),
        ("[api]", "[api", ["not TOML"]),
    ],
)
def test_an_invalid_file_is_reported_in_one_line_with_key_value_and_remedy(
    checkout: Path, old: str, new: str, said: list[str]
) -> None:
    edit(checkout / "environments/dev.toml", old, new)
    (line,) = refusal(checkout)
    assert line.startswith("environments/dev.toml: ")
    for part in said:
        assert part in line


def test_errors_of_all_environments_are_reported_together(checkout: Path) -> None:
    edit(checkout / "environments/dev.toml", "enable_xray = true", "enable_xray = 1")
    edit(checkout / "environments/prod.toml", "log_retention_days = 365", "log_retention_days = 364")
    lines = refusal(checkout)
    assert [line.split(":")[0] for line in lines] == ["environments/dev.toml", "environments/prod.toml"]


def test_both_selectors_together_are_refused(root: Path) -> None:
    (line,) = refusal(root, CHAT_ENVIRONMENT="dev", CHAT_ENVIRONMENTS="dev")
    assert "unset one of them" in line


def test_variables_of_the_local_backend_are_not_settings(root: Path) -> None:
    assert load(root, CHAT_LOCAL_PORT="4566", CHAT_EAGER_BINDINGS="1")["dev"] == load(root)["dev"]
