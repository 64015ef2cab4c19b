"""Tests that a clone with Git's usual setting on Windows, ``core.autocrlf=true``, synthesizes the same bytes."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from stacks.synthesis import synthesize
from tests.helpers.environments import frozen_settings
from tests.helpers.once import synthesized_by_main
from tests.unit.stacks.conftest import ROOT, files
from tools.checkout import files as files_of_checkout

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def git(folder: Path, *arguments: str) -> None:
    """Run Git in a folder."""
    subprocess.run(["git", *arguments], cwd=folder, check=True, timeout=120)


def clone_with_crlf(folder: Path) -> Path:
    """Return a clone of this checkout's files that was made with ``core.autocrlf=true``."""
    repository, clone = folder / "repository", folder / "clone"
    for name in files_of_checkout(ROOT):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, repository / name)
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    git(repository, "init", "--quiet")
    git(repository, "add", "--all")
    git(repository, *identity, "commit", "--quiet", "--message", "Files of the checkout")
    git(folder, "-c", "core.autocrlf=true", "clone", "--quiet", str(repository), str(clone))
    return clone


def test_a_clone_with_converted_line_endings_is_synthesized_alike(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clone = clone_with_crlf(tmp_path)
    (clone / "node_modules").symlink_to(ROOT / "node_modules")

    chat, bootstrap = synthesize(frozen_settings(CHAT_ENVIRONMENTS="dev"), clone, output=tmp_path / "output")

    expected = synthesized_by_main(tmp_path_factory) / "stacks"
    for stack in (chat, bootstrap):
        assert files(stack) == files(expected / stack.name)
