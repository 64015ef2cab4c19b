"""Tests that every ARN and host name has the partition of the region, compared with botocore's list of partitions."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from botocore.session import Session

from stacks.partitions import Partition, partition_of
from stacks.settings.access import EdgeSettings
from stacks.settings.deployment import MonitoringSettings
from stacks.synthesis import synthesize
from tests.helpers.once import ROOT
from tests.unit.stacks.all_features import production_with_all_features

if TYPE_CHECKING:
    from pathlib import Path

_ARN = re.compile(r"arn:([^:]*):")
_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")


def regions() -> dict[str, Partition]:
    """Return the partition of each region, according to botocore."""
    partitions = Session().get_data("partitions")["partitions"]
    return {
        region: Partition(partition["id"], partition["outputs"]["dnsSuffix"])
        for partition in partitions
        if partition["id"] in _PARTITIONS
        for region in partition["regions"]
        if not region.endswith("-global")
    }


@pytest.mark.parametrize(("region", "partition"), regions().items(), ids=str)
def test_the_partition_of_a_region_is_botocores(region: str, partition: Partition) -> None:
    assert partition_of(region) == partition


@pytest.mark.parametrize("region", ["ap-southeast-4", "cn-north-1", "us-gov-west-1"])
def test_no_arn_has_the_partition_of_another_region(
    region: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    production, _folder = production_with_all_features(tmp_path_factory)
    state = production.state.model_copy(update={"create_bucket": False})
    # The settings accept commercial regions only; ARNs in settings are the operator's.
    edge, monitoring = EdgeSettings(enable_waf=True), MonitoringSettings()
    identity = production.identity.model_copy(update={"email": None})
    own = {"edge": edge, "identity": identity, "monitoring": monitoring}
    settings = production.model_copy(update={"region": region, "state": state} | own)
    partition = partition_of(region)
    arns: set[str] = set()
    for folder in synthesize([settings], ROOT, output=tmp_path / "out"):
        text = json.dumps(json.loads((folder / "cdk.tf.json").read_text(encoding="utf-8")))
        arns |= set(_ARN.findall(text))
        hosts = re.findall(rf"\b\w+\.{region}\.amazonaws\.com[.a-z]*", text)
        assert [host for host in hosts if not host.endswith(f".{region}.{partition.dns_suffix}")] == []
        assert hosts or "state" in folder.name
    assert arns == {partition.name}
