"""JSON documents from files and requests; errors name the file and the remedy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from common.error_messages import json_problem, sentence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def parse_json(content: str | bytes, object_hook: Callable[[dict[str, Any]], Any] | None = None) -> Any:  # noqa: ANN401
    """Return the value of a JSON document.

    Args:
        content: the document; bytes in UTF-8.
        object_hook: as for ``json.loads``.

    Raises:
        ValueError: the content is not JSON, or nested too deeply.
    """
    try:
        return json.loads(content, object_hook=object_hook)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def parse_object(content: str | bytes) -> dict[str, Any] | None:
    """Return a document's JSON object; None for other content."""
    try:
        value = parse_json(content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def find_object(file: Path) -> dict[str, Any] | None:
    """Return the JSON object in a file; None if the file is missing, unreadable or has other content."""
    try:
        return parse_object(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def read_json(file: Path, *, remedy: str) -> Any:  # noqa: ANN401 - JSON
    """Return the value of the JSON document in a file.

    Args:
        file: JSON in UTF-8.
        remedy: a sentence for error messages, for example how to create the file.

    Raises:
        OperationError: the file cannot be read, or is not JSON.
    """
    try:
        return parse_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        problem = json_problem(error)
        if problem is None:
            raise OperationError(f"{sentence(error) or f'{file}: {error}.'} {remedy}") from error
        raise OperationError(f"{file} cannot be used: {problem}. {remedy}") from error


def read_object(file: Path, *, remedy: str) -> dict[str, Any]:
    """Return the JSON object in a file.

    Raises:
        OperationError: the file cannot be read, or is not a JSON object.
    """
    document = read_json(file, remedy=remedy)
    if not isinstance(document, dict):
        raise OperationError(f"{file} cannot be used: it is not a JSON object. {remedy}")
    return document
