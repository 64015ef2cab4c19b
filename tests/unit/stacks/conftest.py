"""Fixtures: one synthesis per test run, and copies of the checkout to modify."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.environments import ENVIRONMENTS, FROZEN, freeze_environments, frozen_settings
from tests.helpers.once import synthesized_by_main
from tests.unit.stacks.all_features import production_with_all_features
from tests.unit.stacks.synthesized import Synthesized

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ("main.py", "cdktf.json", "common", "contract", "stacks", "graphql", "lambdas", "modules")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Synthesized]:
    """Return the synthesized stack of every environment, by its name."""
    folder = synthesized_by_main(tmp_path_factory) / "stacks"
    return {
        settings.environment: Synthesized.read(settings, folder / settings.stack_name) for settings in frozen_settings()
    }


@pytest.fixture(scope="session")
def hardened(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """Return production with every optional feature enabled."""
    return Synthesized.read(*production_with_all_features(tmp_path_factory))


@pytest.fixture(scope="session", params=ENVIRONMENTS)
def stack(request: pytest.FixtureRequest, stacks: dict[str, Synthesized]) -> Synthesized:
    """Return each synthesized stack in turn."""
    return stacks[request.param]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a modifiable copy of everything that synthesis reads."""
    return copy_checkout(tmp_path / "checkout")


def copy_checkout(folder: Path) -> Path:
    """Copy what synthesis reads to ``folder``, with the compiled modules; the installed tools are linked.

    The copy has the frozen environments, which the test may edit.
    """
    folder.mkdir(parents=True)
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    freeze_environments(folder)
    for name in ("node_modules", ".venv"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def run_main(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``python main.py`` in ``checkout`` as a user does, with ``environment`` added to the process environment."""
    return run(checkout, [sys.executable, "main.py", *arguments], **environment)


def run(checkout: Path, command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``command`` in ``checkout`` without settings of the surrounding run, with the frozen environments."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        # Reuse compiled modules: without them, the plain import takes a minute.
        if not name.startswith(("CHAT_", "CDKTF_")) and name not in ("PYTHONDONTWRITEBYTECODE", "TF_CLI_CONFIG_FILE")
    }
    return subprocess.run(
        command,
        cwd=checkout,
        env={**inherited, **(FROZEN if checkout == ROOT else {}), **environment},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.fixture
def refused(checkout: Path) -> Callable[..., list[str]]:
    """Run ``main.py`` in the copy, assert that it exits with 2 and writes nothing, and return the lines of stderr."""

    def run_and_check(**environment: str) -> list[str]:
        before = files(checkout)
        result = run_main(checkout, PYTHONDONTWRITEBYTECODE="1", **environment)
        assert (result.returncode, result.stdout) == (2, ""), result.stderr
        assert files(checkout) == before
        return result.stderr.splitlines()

    return run_and_check


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below ``folder`` except the installed tools, by relative path."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for name in sorted(entry.name for entry in folder.iterdir())
        if not (folder / name).is_symlink()
        for file in [folder / name, *(folder / name).rglob("*")]
        if file.is_file() and "__pycache__" not in file.parts
    }


def edit(file: Path, old: str, new: str) -> None:
    """Replace ``old``, which must exist, by ``new``."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def details(value: dict[str, Any]) -> dict[str, Any]:
    """Return a resource without cdktf's metadata."""
    return {name: inner for name, inner in value.items() if name != "//"}
