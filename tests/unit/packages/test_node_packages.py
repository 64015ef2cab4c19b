"""Tests that appsync-local and the project use the same versions of npm packages."""

from __future__ import annotations

import json
from pathlib import Path

import appsync_local
from tests.helpers.backend import ROOT


def _dependencies(file: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))["dependencies"]
    return found


def test_the_javascript_runtime_needs_the_versions_of_the_project() -> None:
    needed = _dependencies(Path(appsync_local.__file__).parent / "javascript" / "node" / "package.json")
    ours = _dependencies(ROOT / "package.json")
    assert needed
    assert {name: ours.get(name) for name in needed} == needed
