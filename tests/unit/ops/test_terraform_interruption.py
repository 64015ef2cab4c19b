"""Tests of signals to a command that runs Terraform, with a shell script in Terraform's place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from common.exit_codes import INTERRUPTED
from tests.helpers.backend import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SECONDS = 30
TERRAFORM = """#!/bin/sh
trap 'echo interrupted >> "$SIGNALS"; [ $(wc -l < "$SIGNALS") -lt 2 ] || exit 1' INT
echo ready > "$READY"
while [ ! -e "$MAY_END" ]; do sleep 0.05; done
"""
"""Like Terraform, which exits without saving its state at the second interrupt."""
COMMAND = """
import os
from pathlib import Path
from common.commands import run
from ops.terraform import Terraform
from terraform.stack import Stack

terraform = Terraform((os.environ["TERRAFORM"],), Stack(Path(os.environ["FOLDER"]), "dev"), os.environ)
raise SystemExit(run(lambda: terraform.run("apply", what="applying dev").code))
"""


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while not file.exists():
        assert time.monotonic() < deadline, f"{file.name} does not appear"
        time.sleep(0.02)


@pytest.mark.parametrize(
    "signals",
    [
        [signal.SIGINT],
        [signal.SIGTERM],
        # GitHub's runner cancels a job with these two.
        [signal.SIGINT, signal.SIGTERM],
    ],
    ids=["Ctrl-C", "SIGTERM", "a cancelled job"],
)
def test_terraform_is_interrupted_once_and_may_save_its_state(
    tmp_path: Path, signals: Sequence[signal.Signals]
) -> None:
    files = {name: tmp_path / name.lower() for name in ("TERRAFORM", "SIGNALS", "READY", "MAY_END")}
    files["TERRAFORM"].write_text(TERRAFORM, encoding="utf-8")
    files["TERRAFORM"].chmod(0o700)
    variables = {**os.environ, "FOLDER": str(tmp_path), **{name: str(file) for name, file in files.items()}}
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND], cwd=ROOT, env=variables, stderr=subprocess.PIPE, text=True
    )
    wait_for(files["READY"])
    for number in signals:
        process.send_signal(number)
        wait_for(files["SIGNALS"])
    time.sleep(0.3)  # a second interrupt would arrive meanwhile
    assert process.poll() is None

    files["MAY_END"].touch()
    _, errors = process.communicate(timeout=_SECONDS)

    assert process.returncode == INTERRUPTED
    assert files["SIGNALS"].read_text(encoding="utf-8").splitlines() == ["interrupted"]
    assert errors.count("Terraform ends applying dev and saves its state") == 1
    assert "docs/promotion.md, Recovery" in errors
