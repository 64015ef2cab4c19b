"""Tests that the deploy mode of a data directory is detected, even if its record is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from common.deploy_mode import DeployMode
from local.deployment import deploy_mode as module
from local.deployment.deploy_mode import deploy
from local.embedded.environment import DataDirectory
from local.instance import Instance
from terraform.stack import Stack
from tests.helpers.damage import DAMAGES, damage

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[DeployMode, bool]]:
    """Return the recorded deployments: the mode, and whether foreign resources are allowed."""
    asked: list[tuple[DeployMode, bool]] = []

    def run(deployment: module._Deployment, mode: DeployMode) -> tuple[DeployMode, dict[str, str]]:
        asked.append((mode, deployment.switching))
        used = DeployMode.TERRAFORM if mode is DeployMode.AUTO else mode
        if used is DeployMode.DIRECT:
            deployment.directory.deployment_record.write_text("{}", encoding="ascii")
        else:
            (deployment.directory.root / "terraform").mkdir(exist_ok=True)
        return used, {}

    monkeypatch.setattr(module._Deployment, "run", run)  # noqa: SLF001
    return asked


def up(folder: Path, mode: DeployMode) -> None:
    (folder / "cdk.tf.json").write_text("{}", encoding="utf-8")
    deploy(Stack(folder, "local"), mode, DataDirectory(folder), Instance(1, 2, 3, 4), say=print)


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize(
    ("mode", "then"),
    [(DeployMode.DIRECT, (DeployMode.DIRECT, False)), (DeployMode.TERRAFORM, (DeployMode.AUTO, True))],
    ids=["direct", "terraform"],
)
def test_a_lost_mode_is_detected(
    mode: DeployMode, then: tuple[DeployMode, bool], how: str, tmp_path: Path, asked: list[tuple[DeployMode, bool]]
) -> None:
    """A record of the direct deployment implies the mode; without it, existing resources are adopted."""
    up(tmp_path, mode)
    damage(tmp_path / "deployed-by", how)
    up(tmp_path, DeployMode.AUTO)
    up(tmp_path, DeployMode.AUTO)
    assert asked[1:] == [then, (mode, False)]


def test_the_other_mode_adopts_resources_and_deletes_the_record_of_the_first(
    tmp_path: Path, asked: list[tuple[DeployMode, bool]]
) -> None:
    for mode in (DeployMode.DIRECT, DeployMode.TERRAFORM, DeployMode.AUTO, DeployMode.DIRECT):
        up(tmp_path, mode)
    assert asked[1:] == [(DeployMode.TERRAFORM, True), (DeployMode.TERRAFORM, False), (DeployMode.DIRECT, True)]
    damage(DataDirectory(tmp_path).deployment_record, "truncated")
    up(tmp_path, DeployMode.TERRAFORM)
    assert not DataDirectory(tmp_path).deployment_record.exists()
