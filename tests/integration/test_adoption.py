"""Tests that an adopter's edits of ``environments/`` are synthesized and pass the policy, for each variant.

`python -m tools.adoption` runs lint and the unit tests with the same edits.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from common.environment_files import DIRECTORY_VARIABLE
from tests.helpers.environments import FROZEN_ENVIRONMENTS, ROOT, frozen_process_environment
from tools.adoption.variant import read_variants

if TYPE_CHECKING:
    from pathlib import Path

    from tools.adoption.variant import Variant

VARIANTS = read_variants()
_SECONDS = 300


def run(folder: Path, *arguments: str) -> str:
    """Run a Python command of this checkout with the environments in a folder; return its output."""
    own = {DIRECTORY_VARIABLE: str(folder / "environments"), "CDKTF_OUTDIR": str(folder / "output")}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=frozen_process_environment() | own,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_edited_environments_are_synthesized_and_pass_the_policy(variant: Variant, tmp_path: Path) -> None:
    environments = tmp_path / "environments"
    shutil.copytree(FROZEN_ENVIRONMENTS, environments)
    variant.apply(environments)
    names = {file.stem for file in environments.glob("*.toml")}

    run(tmp_path, "main.py")
    listed = json.loads(run(tmp_path, "-m", "ops", "environments", "--format", "json"))
    run(tmp_path, "-m", "ops", "policy", "--without-checkov", "--stacks", str(tmp_path / "output" / "stacks"))

    assert {file.parent.name for file in tmp_path.glob("output/stacks/chat-*/cdk.tf.json")} == {
        f"chat-{name}" for name in names
    }
    assert {one["name"] for one in listed} == names
