"""The lock files hold no address: every machine has registries of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ops.lockfile import LOCK, NODE_LOCK, rewrite_node_lock

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("lock", [LOCK, NODE_LOCK], ids=lambda path: path.name)
def test_the_locks_hold_no_address(lock: Path) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")


def test_npms_addresses_are_taken_out_and_nothing_else(tmp_path: Path) -> None:
    lock = json.loads(NODE_LOCK.read_text(encoding="utf-8"))
    for name, package in lock["packages"].items():
        package["resolved"] = f"https://registry.example/{name}.tgz"
        package["funding"] = [{"type": "github", "url": "https://example.org/give"}]
    written = tmp_path / "package-lock.json"
    written.write_text(json.dumps(lock), encoding="utf-8")

    rewrite_node_lock(written)

    assert written.read_bytes() == NODE_LOCK.read_bytes()
