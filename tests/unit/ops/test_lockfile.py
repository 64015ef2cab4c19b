"""Tests that the lock files hold no registry addresses, because every machine has its own registries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ops.lockfile import LOCK, NODE_LOCKS, local_packages, requirements, rewrite_node_lock
from tests.helpers.backend import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("lock", [LOCK, *NODE_LOCKS], ids=["python", "node", "web"])
def test_the_lock_files_hold_no_address(lock: Path) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")


def test_packages_of_this_repository_are_separate_from_registry_packages() -> None:
    folders = local_packages(["default", "develop"])

    assert {f"packages/{path.parent.name}" for path in ROOT.glob("packages/*/pyproject.toml")} == set(folders)
    lines = requirements(["default", "develop"]).splitlines()
    assert lines
    assert [line for line in lines if "==" not in line or "--hash=" not in line] == []


@pytest.mark.parametrize("file", NODE_LOCKS, ids=["node", "web"])
def test_only_addresses_are_removed_from_npms_lock_file(file: Path, tmp_path: Path) -> None:
    lock = json.loads(file.read_text(encoding="utf-8"))
    for name, package in lock["packages"].items():
        package["resolved"] = f"https://registry.example/{name}.tgz"
        package["funding"] = [{"type": "github", "url": "https://example.org/give"}]
    written = tmp_path / "package-lock.json"
    written.write_text(json.dumps(lock), encoding="utf-8")

    rewrite_node_lock(written)

    assert written.read_bytes() == file.read_bytes()
