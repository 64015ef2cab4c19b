"""Files that a command is given: read whole, or refused with one sentence that names the file and the remedy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from common.error_messages import json_problem, sentence

if TYPE_CHECKING:
    from pathlib import Path


def read_json(file: Path, *, remedy: str) -> Any:  # noqa: ANN401 - JSON
    """Return what the JSON in a file says.

    Args:
        file: JSON in UTF-8.
        remedy: a sentence that says where such a file comes from.

    Raises:
        OperationError: it cannot be read, or is not JSON.
    """
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        problem = json_problem(error)
        if problem is None:
            raise OperationError(f"{sentence(error) or f'{file}: {error}.'} {remedy}") from error
        raise OperationError(f"{file} cannot be used: {problem}. {remedy}") from error


def read_object(file: Path, *, remedy: str) -> dict[str, Any]:
    """Return the JSON object in a file.

    Raises:
        OperationError: it cannot be read, or is something else.
    """
    document = read_json(file, remedy=remedy)
    if not isinstance(document, dict):
        raise OperationError(f"{file} cannot be used: it is not a JSON object. {remedy}")
    return document
