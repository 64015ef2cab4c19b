"""The files with the settings of the environments, one per environment, and their provider lock file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DIRECTORY_VARIABLE = "CHAT_ENVIRONMENTS_DIRECTORY"
PROVIDER_LOCK_FILE = "terraform.lock.hcl"
_DEFAULT = "environments"


def environments_directory(root: Path, process_environment: Mapping[str, str]) -> Path:
    """Return the directory of the files: ``environments/``, unless ``CHAT_ENVIRONMENTS_DIRECTORY`` names another.

    Args:
        root: The checkout; a relative path in the variable is relative to it.
        process_environment: ``os.environ``, except in tests.
    """
    return root / (process_environment.get(DIRECTORY_VARIABLE) or _DEFAULT)


def environment_files(root: Path, process_environment: Mapping[str, str]) -> dict[str, Path]:
    """Return the file of each environment by the environment's name, sorted. Arguments: `environments_directory`."""
    return {file.stem: file for file in sorted(environments_directory(root, process_environment).glob("*.toml"))}


def provider_lock_file(root: Path, process_environment: Mapping[str, str]) -> Path:
    """Return the committed provider lock file of all environments, next to their directory; it may be missing.

    Environments in another directory have another lock file. Arguments: `environments_directory`.
    """
    return environments_directory(root, process_environment).parent / PROVIDER_LOCK_FILE
