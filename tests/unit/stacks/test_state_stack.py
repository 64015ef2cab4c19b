"""Tests of the bootstrap stacks: their state, and their inputs of the HCL modules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.environments import ConfigurationError
from stacks.synthesis import synthesize
from tests.helpers.environments import ENVIRONMENTS, frozen_settings

if TYPE_CHECKING:
    from pathlib import Path


def bootstrap(root: Path, output: Path, **variables: str) -> tuple[Path, dict[str, Any]]:
    """Synthesize dev with overridden settings; return the bootstrap stack's folder and its JSON."""
    environments = frozen_settings(CHAT_ENVIRONMENTS="dev", **variables)
    folder = synthesize(environments, root, output=output)[-1]
    return folder, json.loads((folder / "cdk.tf.json").read_text(encoding="utf-8"))


def test_every_environment_on_aws_has_a_bootstrap_stack(root: Path, tmp_path: Path) -> None:
    folders = synthesize(frozen_settings(), root, output=tmp_path)

    assert [folder.name for folder in folders] == [
        *(f"chat-{name}" for name in ENVIRONMENTS),
        *(f"state-{name}" for name in ENVIRONMENTS if name != "local"),
    ]


def test_its_state_is_in_its_own_bucket_and_locked(root: Path, tmp_path: Path) -> None:
    _, document = bootstrap(root, tmp_path, CHAT_STATE__KMS_KEY_ID="arn:aws:kms:us-east-1:111111111111:key/1")

    assert document["terraform"]["backend"] == {
        "s3": {
            "bucket": "chat-terraform-state-111111111111",
            "region": "us-east-1",
            "key": "bootstrap/dev/terraform.tfstate",
            "encrypt": True,
            "kms_key_id": "arn:aws:kms:us-east-1:111111111111:key/1",
            "use_lockfile": True,
            "allowed_account_ids": ["111111111111"],
        }
    }
    assert document["module"]["state"]["require_key"] is True


def test_its_state_is_local_before_the_bucket_exists(root: Path, tmp_path: Path) -> None:
    _, document = bootstrap(root, tmp_path, CHAT_STATE__BOOTSTRAP="local")

    assert document["terraform"]["backend"] == {"local": {"path": "terraform.tfstate"}}
    assert document["module"]["state"]["require_key"] is False


def test_its_folder_contains_the_modules_that_it_uses(root: Path, tmp_path: Path) -> None:
    folder, document = bootstrap(root, tmp_path, CHAT_GITHUB__REPOSITORY="acme/chat")

    for module in document["module"].values():
        source = root / module["source"]
        copied = {file.name: file.read_bytes() for file in (folder / module["source"]).iterdir()}
        assert copied == {file.name: file.read_bytes() for file in source.glob("*.tf")}


def test_github_gets_no_role_without_a_repository(root: Path, tmp_path: Path) -> None:
    _, document = bootstrap(root, tmp_path)

    assert set(document["module"]) == {"state"}
    assert set(document["output"]) == {"StateBucket", "StateKeyArn", "RecordKeyArn"}


def test_github_gets_the_roles_of_this_environment(root: Path, tmp_path: Path) -> None:
    _, document = bootstrap(
        root,
        tmp_path,
        CHAT_GITHUB__REPOSITORY="acme/chat",
        CHAT_GITHUB__REPOSITORY_IDS='{"owner": 42, "repository": 4711}',
        CHAT_GITHUB__PERMISSIONS_BOUNDARY_ARN="arn:aws:iam::111111111111:policy/boundary",
    )

    module = {name: value for name, value in document["module"]["github"].items() if name != "//"}
    assert module == {
        "source": "./modules/github-oidc",
        "repository": "acme/chat",
        "repository_ids": {"owner": 42, "repository": 4711},
        "default_branch": "main",
        "permissions_boundary_arn": "arn:aws:iam::111111111111:policy/boundary",
        "app_name": "chat",
        "environments": ["dev"],
        "plan_role_name": "chat-plan-dev",
        "pull_request_role_name": "chat-pull-request-dev",
        "record_key_arn": "${module.state.record_key_arn}",
        "state": {
            "bucket_arn": "${module.state.bucket_arn}",
            "kms_key_arn": "${module.state.kms_key_arn}",
            "workspace_key_prefix": "environments",
        },
    }
    assert document["output"]["ApplyRoleArn"]["value"] == '${module.github.apply_role_arns["dev"]}'


def test_a_bucket_of_another_environment_is_only_referenced(root: Path, tmp_path: Path) -> None:
    _, document = bootstrap(root, tmp_path, CHAT_STATE__CREATE_BUCKET="false", CHAT_GITHUB__REPOSITORY="acme/chat")

    assert set(document["module"]) == {"github"}
    assert document["module"]["github"]["state"] == {
        "bucket_arn": "arn:aws:s3:::chat-terraform-state-111111111111",
        "workspace_key_prefix": "environments",
    }
    assert "record_key_arn" not in document["module"]["github"]


def test_a_shared_bucket_has_a_shared_record_key(root: Path, tmp_path: Path) -> None:
    key = "arn:aws:kms:us-east-1:111111111111:key/2"
    settings = {"CHAT_STATE__CREATE_BUCKET": "false", "CHAT_GITHUB__REPOSITORY": "acme/chat"}
    _, document = bootstrap(root, tmp_path, **settings, CHAT_PROMOTION__RECORD_KEY_ARN=key)

    assert document["module"]["github"]["record_key_arn"] == key
    assert "RecordKeyArn" not in document["output"]


def test_the_record_key_may_be_used_by_the_accounts_of_the_next_environments(root: Path, tmp_path: Path) -> None:
    _, document = bootstrap(root, tmp_path, CHAT_PROMOTION__RECORD_VERIFIER_ACCOUNT_IDS='["222222222222"]')

    assert document["module"]["state"]["create_record_key"] is True
    assert document["module"]["state"]["record_verifier_account_ids"] == ["222222222222"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHAT_STATE__BOOTSTRAP", "disk"),
        ("CHAT_GITHUB__REPOSITORY", "acme/*"),
        ("CHAT_GITHUB__REPOSITORY_IDS", '{"owner": 42}'),
        ("CHAT_GITHUB__DEFAULT_BRANCH", "release/*"),
        ("CHAT_PROMOTION__RECORD_KEY_ARN", "alias/records"),
        ("CHAT_PROMOTION__RECORD_VERIFIER_ACCOUNT_IDS", '["2222"]'),
    ],
)
def test_an_invalid_setting_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        frozen_settings(CHAT_ENVIRONMENTS="dev", **{name: value})
