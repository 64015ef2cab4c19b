"""The environments of the tests: constant copies of ``environments/``, whose files everybody may edit.

Tests of the files in ``environments/`` are in tests/integration/test_environments.py.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from common.environment_files import DIRECTORY_VARIABLE
from stacks.environments import load_environments

if TYPE_CHECKING:
    from stacks.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
FROZEN_ENVIRONMENTS = ROOT / "tests" / "fixtures" / "environments"
ENVIRONMENTS = tuple(sorted(file.stem for file in FROZEN_ENVIRONMENTS.glob("*.toml")))
FROZEN = {DIRECTORY_VARIABLE: str(FROZEN_ENVIRONMENTS)}
"""The variable with which commands read these files."""


def frozen_settings(**variables: str) -> list[Settings]:
    """Return the settings of the frozen environments, overridden by ``CHAT_`` variables."""
    return load_environments(ROOT, {**FROZEN, **variables})


def frozen_process_environment(*, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Return this process's environment with the frozen environments and without other settings.

    Args:
        without: further prefixes of variables to leave out.
    """
    left_out = ("CHAT_", "CDKTF_", *without)
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)} | FROZEN


def freeze_environments(checkout: Path) -> None:
    """Replace the environments of a copied checkout by the frozen ones, to be edited there."""
    shutil.rmtree(checkout / "environments", ignore_errors=True)
    shutil.copytree(FROZEN_ENVIRONMENTS, checkout / "environments")
