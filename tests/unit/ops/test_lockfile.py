"""The lock files hold no address: every machine has registries of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ops.lockfile import LOCK, NODE_LOCKS, rewrite_node_lock

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("lock", [LOCK, *NODE_LOCKS], ids=["python", "node", "web"])
def test_the_locks_hold_no_address(lock: Path) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", NODE_LOCKS, ids=["node", "web"])
def test_npms_addresses_are_taken_out_and_nothing_else(file: Path, tmp_path: Path) -> None:
    lock = json.loads(file.read_text(encoding="utf-8"))
    for name, package in lock["packages"].items():
        package["resolved"] = f"https://registry.example/{name}.tgz"
        package["funding"] = [{"type": "github", "url": "https://example.org/give"}]
    written = tmp_path / "package-lock.json"
    written.write_text(json.dumps(lock), encoding="utf-8")

    rewrite_node_lock(written)

    assert written.read_bytes() == file.read_bytes()
