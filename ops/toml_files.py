"""TOML from files: read whole, or refused with one sentence that names the file."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from common.error_messages import json_problem, sentence

if TYPE_CHECKING:
    from pathlib import Path


def read_toml(file: Path) -> dict[str, Any]:
    """Return the document in a file.

    Raises:
        OperationError: it cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise OperationError(sentence(error)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise OperationError(f"{file} cannot be used: {json_problem(error) or f'it is not TOML: {error}'}.") from error
