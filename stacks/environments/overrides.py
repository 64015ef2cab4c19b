"""Settings from outside the environment's file: cdktf's context and the process environment."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

from pydantic import TypeAdapter, ValidationError

from common.environment_files import DIRECTORY_VARIABLE
from stacks.environments.error_messages import suggestion
from stacks.settings import Settings
from stacks.settings.section import setting_paths, setting_type

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stacks.settings.section import SettingPath

CDKTF_FLAGS = ("excludeStackIdFromLogicalIds", "allowSepCharsInLogicalIds")

PREFIX = "CHAT_"
RESERVED = (
    "CHAT_ENVIRONMENTS",
    DIRECTORY_VARIABLE,
    "CHAT_BINDINGS",
    "CHAT_EAGER_BINDINGS",
    "CHAT_LAZY_PACKAGE",
    "CHAT_LOCAL_*",
    "CHAT_TEST_*",
)


@dataclass(frozen=True, slots=True)
class Override:
    """The value of a setting, and its source."""

    path: SettingPath
    value: Any
    source: str


@dataclass(slots=True)
class Overrides:
    """Settings and selected environments from context and process environment, and their errors."""

    settings: list[Override] = field(default_factory=list)
    selected: tuple[str, ...] = ()
    selected_by: str = ""
    lines: list[str] = field(default_factory=list)


def put(values: dict[str, Any], override: Override) -> None:
    """Set the override's value among the values of the file; validation reports a parent that is not a table."""
    *sections, key = override.path
    for section in sections:
        inner = values.setdefault(section, {})
        if not isinstance(inner, dict):
            return
        values = inner
    values[key] = override.value


def from_text(annotation: Any, text: str) -> Any:  # noqa: ANN401 - the type of any setting
    """Return ``text`` converted to the setting's type, or unchanged, so that validation reports it."""
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    if text[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return text
    try:
        return adapter.validate_strings(text)
    except ValidationError:
        return text


def read_context(root: Path, process_environment: Mapping[str, str], overrides: Overrides) -> None:
    """Add the settings of ``cdktf.json`` or ``CDKTF_CONTEXT_JSON`` to ``overrides``."""
    file = root / "cdktf.json"
    source, text = "CDKTF_CONTEXT_JSON", process_environment.get("CDKTF_CONTEXT_JSON")
    try:
        if text is not None:
            context = json.loads(text)
        else:
            source = 'cdktf.json "context"'
            context = json.loads(file.read_text(encoding="utf-8")).get("context", {}) if file.exists() else {}
    except json.JSONDecodeError as error:
        overrides.lines.append(f"{source}: not JSON: {error}")
        return
    if not isinstance(context, dict):
        overrides.lines.append(f"{source}: must be an object of settings, not {json.dumps(context)}")
        return
    for key, value in context.items():
        if key == "environment":
            overrides.selected, overrides.selected_by = (str(value),), source
        elif key not in CDKTF_FLAGS and not key.startswith(("cdktf", "aws:", "@")):
            overrides.settings += _leaves((key,), value, source)


def _leaves(path: SettingPath, value: Any, source: str) -> list[Override]:  # noqa: ANN401 - JSON
    if isinstance(value, dict) and _annotation(path) is not dict:
        return [leaf for key, inner in value.items() for leaf in _leaves((*path, key), inner, source)]
    return [Override(path, _from_json(path, value), source)]


def _annotation(path: SettingPath) -> Any:  # noqa: ANN401 - a type
    known = setting_type(Settings, path)
    return getattr(known, "__origin__", known)


def _from_json(path: SettingPath, value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the value; a string is parsed if the setting is a date, which JSON does not have."""
    known = setting_type(Settings, path)
    return from_text(known, value) if isinstance(value, str) and date in get_args(known) else value


def read_process_environment(process_environment: Mapping[str, str], overrides: Overrides) -> None:
    """Add the settings of the variables with the prefix ``CHAT_`` to ``overrides``."""
    selectors = [name for name in ("CHAT_ENVIRONMENTS", "CHAT_ENVIRONMENT") if process_environment.get(name)]
    if len(selectors) > 1:
        overrides.lines.append("CHAT_ENVIRONMENT and CHAT_ENVIRONMENTS are both set; unset one of them")
    for name in selectors:
        names = (word.strip() for word in process_environment[name].split(","))
        overrides.selected, overrides.selected_by = tuple(dict.fromkeys(word for word in names if word)), name
    for name in sorted(process_environment):
        if name.startswith(PREFIX) and name != "CHAT_ENVIRONMENT" and not _is_reserved(name):
            _read_variable(name, process_environment[name], overrides)


def _is_reserved(name: str) -> bool:
    return any(name == known or (known.endswith("*") and name.startswith(known[:-1])) for known in RESERVED)


def _read_variable(name: str, text: str, overrides: Overrides) -> None:
    path = tuple(part.lower() for part in name.removeprefix(PREFIX).split("__"))
    annotation = setting_type(Settings, path)
    if annotation is None:
        known = [PREFIX + "__".join(path).upper() for path in setting_paths(Settings)]
        overrides.lines.append(f'{name} = "{text}": unknown setting; {suggestion(name, known, "unset it")}')
        return
    overrides.settings.append(Override(path, from_text(annotation, text), name))
