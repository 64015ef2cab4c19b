"""The tree of settings: which there are, by their path, and of which type each is."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from stacks.settings import Settings

SettingPath = tuple[str, ...]
"""Names of the sections and of the setting, ``("api", "query_depth_limit")``."""


def setting_type(path: SettingPath) -> Any:  # noqa: ANN401 - a type
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


def setting_paths(model: type[BaseModel], prefix: SettingPath = ()) -> list[SettingPath]:
    """Return the path of every setting below the model."""
    paths: list[SettingPath] = []
    for name, known in model.model_fields.items():
        if isinstance(known.annotation, type) and issubclass(known.annotation, BaseModel):
            paths += setting_paths(known.annotation, (*prefix, name))
        else:
            paths.append((*prefix, name))
    return paths
