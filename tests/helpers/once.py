"""Resources that all workers of a test run share: the first worker creates them, the others wait."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.helpers.environments import frozen_process_environment

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

ROOT = Path(__file__).resolve().parents[2]
_SYNTHESIS_SECONDS = 900


def once_per_run(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder ``name`` of this test run. Tests that change its files work on a copy.

    Args:
        factory: pytest's factory of temporary folders, which knows the folder of the run.
        name: name of the folder; the same name means the same content.
        make: creates the folder at the path that it receives. After a failure the next caller tries
            again.
    """
    own = factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    shared.mkdir(exist_ok=True)
    folder, ready = shared / name, shared / f"{name}.ready"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            shutil.rmtree(folder, ignore_errors=True)  # remains of a failed attempt
            make(folder)
            ready.touch()
    return folder


def synthesized_by_main(factory: pytest.TempPathFactory) -> Path:
    """Return the output of ``python main.py`` for all frozen environments, as `once_per_run`."""

    def synthesize(output: Path) -> None:
        kept = frozen_process_environment(without=("PYTHONDONTWRITEBYTECODE",))
        done = subprocess.run(
            [sys.executable, "main.py"],
            cwd=ROOT,
            env={**kept, "CDKTF_OUTDIR": str(output)},
            check=False,
            capture_output=True,
            text=True,
            timeout=_SYNTHESIS_SECONDS,
        )
        assert (done.returncode, done.stderr) == (0, "")

    return once_per_run(factory, "synthesized", synthesize)
