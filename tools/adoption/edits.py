"""Edits of a settings file, as a person makes them: the comments and all other lines stay."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADER = re.compile(r"^\[(?P<table>[\w.]+)\]$")


def edit(text: str, values: Mapping[str, Any]) -> str:
    """Return the text of a settings file with other values.

    Args:
        text: the TOML file. Each of its values is on one line.
        values: the new value of each setting, by its path: ``app_name`` or ``state.bucket``. A setting that the file
            lacks is added to its table, and a table that it lacks is added at the end.
    """
    lines = text.splitlines()
    for path, value in values.items():
        table, _, key = path.rpartition(".")
        _set(lines, table, f"{key} = {_toml(value)}", key)
    return "\n".join([*lines, ""])


def _set(lines: list[str], table: str, line: str, key: str) -> None:
    begin, end = _bounds(lines, table)
    for number in range(begin, end):
        if re.match(rf"{re.escape(key)}\s*=", lines[number]):
            lines[number] = line
            return
    lines.insert(begin, line)


def _bounds(lines: list[str], table: str) -> tuple[int, int]:
    """Return the first line of a table after its header, and the line after its last."""
    headers = {found["table"]: number for number, line in enumerate(lines) if (found := _HEADER.match(line))}
    if table and table not in headers:
        lines += ["", f"[{table}]"]
        return len(lines), len(lines)
    begin = headers[table] + 1 if table else 0
    return begin, min((number for number in headers.values() if number >= begin), default=len(lines))


def _toml(value: Any) -> str:  # noqa: ANN401 - a value of a TOML file
    """Return a value in TOML; strings, numbers and lists are written as in JSON."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml(inner)}' for key, inner in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)
