"""The skeleton of a setting: a field of its section."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from common.commands import RefusedError
from stacks.settings import Settings
from tools.checkout import ROOT
from tools.new.names import checked

if TYPE_CHECKING:
    from tools.new.change import Change

_NAME = re.compile(r"([a-z_]+)\.([a-z][a-z0-9_]{2,48})")


def add_setting(change: Change, name: str) -> None:
    """Add the field of a setting that is disabled by default.

    Args:
        change: receives it.
        name: section and field, for example ``messaging.link_previews``.

    Raises:
        RefusedError: the name cannot be used.
    """
    section, field = checked(_NAME, name, "a setting", "messaging.link_previews").groups()
    sections = {
        known: found.annotation
        for known, found in Settings.model_fields.items()
        if isinstance(found.annotation, type) and issubclass(found.annotation, BaseModel)
    }
    model = sections.get(section)
    if model is None:
        raise RefusedError(f"There is no section {section!r}. Give one of {', '.join(sections)}.")
    file = Path(inspect.getfile(model)).relative_to(ROOT).as_posix()
    lines = change.text(file).splitlines(keepends=True)
    (node,) = (
        node
        for node in ast.parse("".join(lines)).body
        if isinstance(node, ast.ClassDef) and node.name == model.__name__
    )
    fields = [part for part in node.body if isinstance(part, ast.AnnAssign)]
    if field in {ast.unparse(part.target) for part in fields}:
        raise RefusedError(f"The setting {name} exists already. Choose another name.")
    lines.insert(fields[-1].end_lineno or len(lines), _FIELD.format(field=field))
    change.written[file] = "".join(lines)
    change.remaining += [
        f"{file}: type, bounds, default and description",
        "the file in stacks/ that reads it: until then test_every_setting_is_read_by_something fails",
        "the test of that file in tests/unit/stacks/",
    ]


_FIELD = """    {field}: bool = Field(default=False, description="true or false: DESCRIBE THE SETTING HERE")
"""
