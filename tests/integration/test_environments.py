"""Tests of the files in ``environments/``: each loads, and its stacks are synthesized and valid.

All other tests use constant copies of the files (tests/helpers/environments.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from common.environment_files import environment_files
from local.embedded.environment import client_environment
from stacks.environments import load_environments
from stacks.synthesis import synthesize
from tests.helpers.shared_provider import shared_provider
from tests.helpers.terraform import TerraformStack, discover_or_skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.settings import Settings
    from tests.helpers.terraform import Engine

ROOT = Path(__file__).resolve().parents[2]
FILES = environment_files(ROOT, {})


@pytest.fixture(scope="module")
def environments() -> dict[str, Settings]:
    """Return the settings of each file."""
    return {settings.environment: settings for settings in load_environments(ROOT, {})}


@pytest.fixture(scope="module")
def stacks(environments: dict[str, Settings], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the synthesized stacks."""
    output = tmp_path_factory.mktemp("environments") / "output"
    synthesize(list(environments.values()), ROOT, output=output)
    return output / "stacks"


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Return Terraform and the location of its provider; skip the tests if one of them is missing."""
    return discover_or_skip()


@pytest.fixture(scope="module")
def variables(stacks: Path) -> Iterator[dict[str, str]]:
    """Return Terraform's environment variables for validation."""
    own = client_environment() | {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    with shared_provider(stacks, own) as connection:
        yield own | connection


def test_there_is_an_environment_for_the_local_aws() -> None:
    assert "local" in FILES


@pytest.mark.parametrize("name", FILES)
def test_the_stacks_of_every_environment_are_valid(
    name: str, environments: dict[str, Settings], stacks: Path, engine: Engine, variables: dict[str, str]
) -> None:
    settings = environments[name]
    folders = [settings.stack_name, *([settings.state_stack_name] if settings.state.bootstrap != "none" else [])]

    for folder in folders:
        stack = TerraformStack(stacks / folder, engine, variables)
        stack.init(backend=False)
        assert stack.validate() == []
