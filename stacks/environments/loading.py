"""Reading and checking the settings of every environment of a run."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from pydantic import ValidationError

from stacks.environments.context import read_context
from stacks.environments.contradictions import contradictions
from stacks.environments.errors import ConfigurationError
from stacks.environments.overrides import Override, Overrides, put
from stacks.environments.problems import problem_line
from stacks.environments.process_environment import read_process_environment
from stacks.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stacks.environments.tree import SettingPath


def load_environments(root: Path, process_environment: Mapping[str, str]) -> list[Settings]:
    """Return the settings of every environment of this run, all of them validated, sorted by name.

    Args:
        root: The checkout: the folder with ``environments/`` and ``cdktf.json``.
        process_environment: Usually ``os.environ``.

    Raises:
        ConfigurationError: With one line for each problem in any of the environments.
    """
    files = {file.stem: file for file in sorted((root / "environments").glob("*.toml"))}
    overrides = Overrides()
    read_context(root, process_environment, overrides)
    read_process_environment(process_environment, overrides)
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


def _load(file: Path, overrides: list[Override]) -> Settings:
    place = f"environments/{file.name}"
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{place}: not TOML: {error}; see https://toml.io") from None
    sources: dict[SettingPath, str] = {}
    for override in overrides:
        put(values, override)
        sources[override.path] = override.source
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(*(problem_line(details, sources, place) for details in error.errors())) from None
    if settings.environment != file.stem:
        raise ConfigurationError(
            f'{place}: environment = "{settings.environment}" is not the file\'s name; '
            f'write environment = "{file.stem}"'
        )
    lines = [f"{place}: {line}" for line in contradictions(settings)]
    if lines:
        raise ConfigurationError(*lines)
    return settings
