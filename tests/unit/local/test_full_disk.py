"""Tests of a full disk (a small tmpfs): no acknowledged write is lost, and no other is stored."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from local.process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MOUNT = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=12m none "$0" && exec "$@"']


def _can_mount(folder: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*MOUNT, str(folder), "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("full")
    if not _can_mount(folder):
        pytest.skip("no file system of a size of its own can be mounted here (unshare)")
    script = [sys.executable, "-m", "tests.unit.local.full_disk", str(folder)]
    done = subprocess.run([*MOUNT, str(folder), *script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _acknowledged(report: dict[str, Any], kind: str) -> list[str]:
    return sorted(name for name, message in report[kind].items() if not message)


@pytest.mark.parametrize("kind", ["items", "users"])
def test_writes_are_refused_for_lack_of_space(report: dict[str, Any], kind: str) -> None:
    messages = [message for message in report[kind].values() if message]
    assert len(_acknowledged(report, kind)) > 10
    assert len(messages) >= 10
    assert all("No space left on device. Nothing was changed. Free disk space" in message for message in messages)


@pytest.mark.parametrize("kind", ["items", "users"])
def test_memory_and_disk_contain_the_acknowledged_writes_only(report: dict[str, Any], kind: str) -> None:
    assert report["memory"][kind] == _acknowledged(report, kind)
    assert report["disk"][kind] == _acknowledged(report, kind)


def test_a_start_on_the_full_disk_reports_it_in_one_sentence(report: dict[str, Any]) -> None:
    assert report["start"]["code"] == 1
    assert "is full. Free some space there and run the same command again." in report["start"]["said"]
    assert "Traceback" not in report["start"]["said"]


def test_refused_writes_can_be_repeated_after_space_was_freed(report: dict[str, Any]) -> None:
    assert report["afterwards"]["items"] == sorted(report["items"])
