"""Terraform modules of this repository, applied to a local AWS of their own."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.deployment.outputs import read_credentials
from local.embedded.environment import DataDirectory, client_environment
from local.process import Ports, start, stop
from tests.helpers.shared_provider import shared_provider
from tests.helpers.terraform import TerraformStack, discover_or_skip
from tests.unit.stacks.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_ENDPOINTS = ("", "_S3", "_STS", "_IAM")
"""Suffixes of the variables with the endpoint of the local AWS."""


@dataclass(frozen=True, slots=True)
class AppliedModules:
    """An applied configuration.

    Attributes:
        stack: the configuration and its state.
        variables: the environment variables with which commands reach the local AWS.
    """

    stack: TerraformStack
    variables: Mapping[str, str]


@contextmanager
def applied_modules(folder: Path, module: str, configuration: Mapping[str, Any]) -> Iterator[AppliedModules]:
    """Apply a configuration that calls a module, and stop the local AWS at the end.

    Args:
        folder: an empty folder.
        module: the name of the module, which the configuration calls as ``./<module>``.
        configuration: the root module as Terraform JSON.
    """
    engine = discover_or_skip()
    root = folder / "root"
    shutil.copytree(ROOT / "modules" / module, root / module, ignore=shutil.ignore_patterns("tests"))
    (root / "main.tf.json").write_text(json.dumps(configuration), encoding="utf-8")
    directory = DataDirectory(folder / "aws")
    server = start(directory, Ports(0, 0, 0), attached=False, say=print)
    try:
        own = client_environment(read_credentials(directory)) | {"CHECKPOINT_DISABLE": "1"}
        variables = own | {f"AWS_ENDPOINT_URL{name}": server.instance.url for name in _ENDPOINTS}
        with shared_provider(root, variables) as connection:
            stack = TerraformStack(root, engine, variables | connection)
            stack.init(backend=False)
            stack.run("apply", "-input=false", "-no-color", "-auto-approve")
            yield AppliedModules(stack, variables)
    finally:
        stop(directory, say=print)
