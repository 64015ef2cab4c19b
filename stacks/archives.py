"""Reproducible zip archives of Lambda functions."""

from __future__ import annotations

import ast
import base64
import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from stacks.environments import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

_EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE_READABLE_BY_ALL = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip and its hash in Lambda's format (base64 of SHA-256)."""

    content: bytes

    @property
    def source_code_hash(self) -> str:
        """Terraform compares it to detect changed code."""
        return base64.b64encode(hashlib.sha256(self.content).digest()).decode()


def lambda_archive(root: Path, function: str) -> Archive:
    """Return a function's archive: its folder, ``lambdas/common``, and the modules of ``contract`` that these import.

    Without compression: compressed bytes differ between versions of zlib, and the sources are a few kilobytes.

    Raises:
        ConfigurationError: The function has no ``handler.py``.
    """
    lambdas = root / "lambdas"
    if not (lambdas / function / "handler.py").is_file():
        raise ConfigurationError(f"lambdas/{function}/handler.py is missing; every function needs it")
    files = [lambdas / "__init__.py", *_sources(lambdas / "common"), *_sources(lambdas / function)]
    files += _imported_contract(root / "contract", files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted((file for file in files if file.is_file()), key=lambda file: file.parts):
            entry = zipfile.ZipInfo(file.relative_to(root).as_posix(), _EARLIEST_ZIP_TIME)
            entry.create_system = 3  # Unix, also on Windows
            entry.external_attr = _REGULAR_FILE_READABLE_BY_ALL
            archive.writestr(entry, file.read_bytes())
    return Archive(buffer.getvalue())


def _sources(folder: Path) -> list[Path]:
    return [
        file
        for file in folder.rglob("*")
        if file.suffix != ".pyc" and "__pycache__" not in file.parts and not file.name.startswith(".")
    ]


def _imported_contract(contract: Path, files: list[Path]) -> set[Path]:
    """Return the modules of ``contract`` that files import, each with its data.

    With all modules, a changed table would update every function.
    """
    names: set[str] = set()
    unread = [file for file in files if file.suffix == ".py"]
    while unread:
        new = _contract_modules(unread.pop().read_bytes()) - names
        names |= new
        unread += [contract / f"{name}.py" for name in new if name]
    if not names:
        return set()
    return {
        contract / "__init__.py",
        *(contract / f"{name}{kind}" for name in names - {""} for kind in (".py", ".json")),
    }


@cache  # every function has the files of lambdas/common
def _contract_modules(source: bytes) -> frozenset[str]:
    """Return the modules of ``contract`` that a source imports; an empty name for the package itself."""
    imported = {node.module for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom) and node.module}
    return frozenset(module.partition(".")[2] for module in imported if module.split(".")[0] == "contract")
