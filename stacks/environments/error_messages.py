"""Error messages about settings: one line each, with place, key, value and remedy."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from common.errors import ExpectedError
from common.exit_codes import USAGE
from stacks.settings import Settings
from stacks.settings.section import setting_paths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from stacks.settings.section import SettingPath


class ConfigurationError(ExpectedError):
    """Invalid configuration. Each of ``lines`` has the place, the value and the remedy."""

    code = USAGE

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(self.lines))


def error_message(details: ErrorDetails, sources: Mapping[SettingPath, str], place: str) -> str:
    """Return the message of a validation error: place, key, value, remedy."""
    keys = tuple(str(part) for part in details["loc"] if part != "[key]")
    source = next((sources[keys[:length]] for length in range(len(keys), 0, -1) if keys[:length] in sources), place)
    dotted = ".".join(keys)
    if details["type"] == "missing":
        return f"{source}: {dotted} is missing; add it: {_description(keys)}"
    given = f"{source}: {dotted} = {_shown(details['input'])}"
    if details["type"] == "extra_forbidden":
        siblings = [".".join(path) for path in setting_paths(Settings) if path[:-1] == keys[:-1]]
        return f"{given}: unknown key; {suggestion(dotted, siblings, 'remove it')}"
    if details["type"] == "model_type":
        return f"{given}: must be a table; write [{dotted}] and its keys below it"
    return f"{given}: not allowed; expected: {_description(keys)}"


def _description(keys: SettingPath) -> str:
    model: type[BaseModel] | None = Settings
    description = ""
    for key in keys:
        known = model.model_fields.get(key) if model else None
        if known is None:
            break
        description, model = known.description or description, _section_in(known.annotation)
    return description or f"a table [{'.'.join(keys)}]"


def _section_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - a type
    """Return the section of an annotation, which may be optional."""
    candidates = (annotation, *get_args(annotation))
    return next((found for found in candidates if isinstance(found, type) and issubclass(found, BaseModel)), None)


def _shown(value: Any) -> str:  # noqa: ANN401 - anything a user wrote
    text = json.dumps(value, default=str, ensure_ascii=False)
    longest = 80
    return text if len(text) <= longest else f"{text[:longest]}..."


def suggestion(name: str, known: list[str], otherwise: str) -> str:
    """Return the most similar known name as a suggestion, or the other remedy."""
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"{otherwise}, or choose from: {', '.join(sorted(known))}"
