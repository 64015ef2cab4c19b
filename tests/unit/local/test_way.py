"""Which way a data directory was deployed by, whatever has become of the note of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.deployment import way as module
from local.deployment.way import Way, deploy
from local.embedded.environment import DataDirectory
from local.instance import Instance
from terraform.stack import Stack
from tests.helpers.damage import DAMAGES, damage

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Way, bool]]:
    """What deployments were asked for: the way, and whether others' resources may be there."""
    asked: list[tuple[Way, bool]] = []

    def run(deployment: module._Deployment, way: Way) -> tuple[Way, dict[str, str]]:
        asked.append((way, deployment.switching))
        used = Way.TERRAFORM if way is Way.AUTO else way
        if used is Way.DIRECT:
            deployment.directory.deployment_record.write_text("{}", encoding="ascii")
        else:
            (deployment.directory.root / "terraform").mkdir(exist_ok=True)
        return used, {}

    monkeypatch.setattr(module._Deployment, "run", run)  # noqa: SLF001
    return asked


def up(folder: Path, way: Way) -> None:
    (folder / "cdk.tf.json").write_text("{}", encoding="utf-8")
    deploy(Stack(folder, "local"), way, DataDirectory(folder), Instance(1, 2, 3, 4), say=print)


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize(
    ("way", "then"), [(Way.DIRECT, (Way.DIRECT, False)), (Way.TERRAFORM, (Way.AUTO, True))], ids=["direct", "terraform"]
)
def test_a_lost_note_is_made_up_for(
    way: Way, then: tuple[Way, bool], how: str, tmp_path: Path, asked: list[tuple[Way, bool]]
) -> None:
    """A record of the direct deployment tells as much; otherwise what is there is taken over."""
    up(tmp_path, way)
    damage(tmp_path / "deployed-by", how)
    up(tmp_path, Way.AUTO)
    up(tmp_path, Way.AUTO)
    assert asked[1:] == [then, (way, False)]


def test_the_other_way_takes_over_and_leaves_no_record_of_the_first(
    tmp_path: Path, asked: list[tuple[Way, bool]]
) -> None:
    for way in (Way.DIRECT, Way.TERRAFORM, Way.AUTO, Way.DIRECT):
        up(tmp_path, way)
    assert asked[1:] == [(Way.TERRAFORM, True), (Way.TERRAFORM, False), (Way.DIRECT, True)]
    damage(DataDirectory(tmp_path).deployment_record, "truncated")
    up(tmp_path, Way.TERRAFORM)
    assert not DataDirectory(tmp_path).deployment_record.exists()
