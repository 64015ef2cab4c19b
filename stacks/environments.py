"""Reading of settings: ``environments/<name>.toml``, then cdktf's context, then the process environment; the last wins.

* Context: the keys of ``"context"`` in ``cdktf.json`` (or of ``CDKTF_CONTEXT_JSON``, which the ``cdktf`` command passes
  on) are settings, nested as in the files: ``{"log_retention_days": 7, "api": {"query_depth_limit": 5}}``. cdktf's own
  feature flags are left alone.
* Process environment: ``CHAT_<SETTING>``, in capitals, with ``__`` between levels: ``CHAT_LOG_RETENTION_DAYS=7``,
  ``CHAT_API__QUERY_DEPTH_LIMIT=5``. Lists and tables are written as JSON.
* ``CHAT_ENVIRONMENTS=dev,prod`` limits the run to these environments, and so does ``environment`` in the context or
  ``CHAT_ENVIRONMENT``. Without any of them all environments are synthesized.

Nothing else beginning with ``CHAT_`` is accepted, but for the names in ``RESERVED``: a misspelt setting is an error.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from stacks.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails

PREFIX = "CHAT_"
RESERVED = (
    "CHAT_ENVIRONMENTS",
    "CHAT_BINDINGS",
    "CHAT_EAGER_BINDINGS",
    "CHAT_LAZY_PACKAGE",
    "CHAT_LOCAL_*",
    "CHAT_TEST_*",
)
CDKTF_FLAGS = ("excludeStackIdFromLogicalIds", "allowSepCharsInLogicalIds")

_Path = tuple[str, ...]


class ConfigurationError(Exception):
    """What the user gave cannot be used. Each of ``lines`` names the place, the value and the remedy."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(self.lines))


@dataclass(frozen=True, slots=True)
class _Override:
    """A value for one setting, and where it was given."""

    path: _Path
    value: Any
    source: str


@dataclass(slots=True)
class _Overrides:
    """What context and process environment say, and what is wrong with how they say it."""

    settings: list[_Override] = field(default_factory=list)
    selected: tuple[str, ...] = ()
    selected_by: str = ""
    lines: list[str] = field(default_factory=list)


def load_environments(root: Path, process_environment: Mapping[str, str]) -> list[Settings]:
    """Return the settings of every environment of this run, all of them validated, sorted by name.

    Args:
        root: The checkout: the folder with ``environments/`` and ``cdktf.json``.
        process_environment: Usually ``os.environ``.

    Raises:
        ConfigurationError: With one line for each problem in any of the environments.
    """
    files = {file.stem: file for file in sorted((root / "environments").glob("*.toml"))}
    overrides = _Overrides()
    _read_context(root, process_environment, overrides)
    _read_process_environment(process_environment, overrides)
    unknown = [name for name in overrides.selected if name not in files]
    overrides.lines += [
        f'{overrides.selected_by}: unknown environment "{name}"; valid environments: {", ".join(files)}'
        for name in unknown
    ]
    if not files:
        overrides.lines.append("environments/: no environment is described here; add for example environments/dev.toml")
    if overrides.lines:
        raise ConfigurationError(*overrides.lines)
    loaded: list[Settings] = []
    lines: list[str] = []
    for name in overrides.selected or tuple(files):
        try:
            loaded.append(_load(files[name], overrides.settings))
        except ConfigurationError as error:
            lines += error.lines
    if lines:
        # One wrong override is wrong in every environment: say it once.
        raise ConfigurationError(*dict.fromkeys(lines))
    return sorted(loaded, key=lambda settings: settings.environment)


def _load(file: Path, overrides: list[_Override]) -> Settings:
    place = f"environments/{file.name}"
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{place}: not TOML: {error}; see https://toml.io") from None
    sources: dict[_Path, str] = {}
    for override in overrides:
        _put(values, override)
        sources[override.path] = override.source
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(*(_line(details, sources, place) for details in error.errors())) from None
    if settings.environment != file.stem:
        raise ConfigurationError(
            f'{place}: environment = "{settings.environment}" is not the file\'s name; '
            f'write environment = "{file.stem}"'
        )
    if settings.api.enable_api_key and settings.api.api_key_expires is None:
        raise ConfigurationError(
            f"{place}: api.api_key_expires is missing though api.enable_api_key is true; "
            "add the day the key ends, for example api_key_expires = 2027-03-31"
        )
    return settings


def _put(values: dict[str, Any], override: _Override) -> None:
    *sections, key = override.path
    for section in sections:
        inner = values.setdefault(section, {})
        if not isinstance(inner, dict):
            return
        values = inner
    values[key] = override.value


def _read_context(root: Path, process_environment: Mapping[str, str], overrides: _Overrides) -> None:
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


def _leaves(path: _Path, value: Any, source: str) -> list[_Override]:  # noqa: ANN401 - JSON
    if isinstance(value, dict) and _annotation(path) is not dict:
        return [leaf for key, inner in value.items() for leaf in _leaves((*path, key), inner, source)]
    return [_Override(path, _from_json(path, value), source)]


def _from_json(path: _Path, value: Any) -> Any:  # noqa: ANN401 - JSON
    """JSON has no dates: a text in the place of one is read as a date. Everything else keeps its type."""
    known = _field(path)
    return _from_text(known, value) if isinstance(value, str) and date in get_args(known) else value


def _read_process_environment(process_environment: Mapping[str, str], overrides: _Overrides) -> None:
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


def _read_variable(name: str, text: str, overrides: _Overrides) -> None:
    path = tuple(part.lower() for part in name.removeprefix(PREFIX).split("__"))
    annotation = _field(path)
    if annotation is None:
        known = [PREFIX + "__".join(path).upper() for path in _paths(Settings)]
        overrides.lines.append(f'{name} = "{text}": unknown setting; {_suggestion(name, known, "unset it")}')
        return
    overrides.settings.append(_Override(path, _from_text(annotation, text), name))


def _from_text(annotation: Any, text: str) -> Any:  # noqa: ANN401 - the type of any setting
    """Return ``text`` as the setting's type wants it, or as it is: validation then says what is wrong with it."""
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


def _field(path: _Path) -> Any:  # noqa: ANN401 - a type
    """Return the type of the setting at ``path``, None where there is no such setting."""
    model: type[BaseModel] = Settings
    for section in path[:-1]:
        known = model.model_fields.get(section)
        if known is None or not (isinstance(known.annotation, type) and issubclass(known.annotation, BaseModel)):
            return None
        model = known.annotation
    last = model.model_fields.get(path[-1])
    if last is None or (isinstance(last.annotation, type) and issubclass(last.annotation, BaseModel)):
        return None
    return last.annotation


def _annotation(path: _Path) -> Any:  # noqa: ANN401 - a type
    known = _field(path)
    return getattr(known, "__origin__", known)


def _paths(model: type[BaseModel], prefix: _Path = ()) -> list[_Path]:
    paths: list[_Path] = []
    for name, known in model.model_fields.items():
        if isinstance(known.annotation, type) and issubclass(known.annotation, BaseModel):
            paths += _paths(known.annotation, (*prefix, name))
        else:
            paths.append((*prefix, name))
    return paths


def _line(details: ErrorDetails, sources: Mapping[_Path, str], place: str) -> str:
    """Say one problem in one line: place, key, value, remedy."""
    keys = tuple(str(part) for part in details["loc"] if part != "[key]")
    source = next((sources[keys[:length]] for length in range(len(keys), 0, -1) if keys[:length] in sources), place)
    dotted = ".".join(keys)
    if details["type"] == "missing":
        return f"{source}: {dotted} is missing; add it: {_description(keys)}"
    given = f"{source}: {dotted} = {_shown(details['input'])}"
    if details["type"] == "extra_forbidden":
        siblings = [".".join(path) for path in _paths(Settings) if path[:-1] == keys[:-1]]
        return f"{given}: unknown key; {_suggestion(dotted, siblings, 'remove it')}"
    if details["type"] == "model_type":
        return f"{given}: must be a table; write [{dotted}] and its keys below it"
    return f"{given}: not allowed; expected: {_description(keys)}"


def _description(keys: _Path) -> str:
    model: Any = Settings
    description = ""
    for key in keys:
        known = model.model_fields.get(key) if isinstance(model, type) and issubclass(model, BaseModel) else None
        if known is None:
            break
        description, model = known.description or description, known.annotation
    return description or f"a table [{'.'.join(keys)}]"


def _shown(value: Any) -> str:  # noqa: ANN401 - anything a user wrote
    text = json.dumps(value, default=str, ensure_ascii=False)
    longest = 80
    return text if len(text) <= longest else f"{text[:longest]}..."


def _suggestion(name: str, known: list[str], otherwise: str) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"{otherwise}, or choose from: {', '.join(sorted(known))}"
