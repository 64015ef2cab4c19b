"""Base class of all sections of the settings, the settings below one, and types of values that several use."""

from __future__ import annotations

from typing import Annotated, Any, TypeGuard

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A table of the file. Unknown keys and values of other types are rejected; instances are immutable."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


LOG_RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""Retentions that CloudWatch Logs accepts (PutRetentionPolicy in its API reference)."""


def _accepted_by_cloudwatch(days: int) -> int:
    if days not in LOG_RETENTION_DAYS:
        raise ValueError("CloudWatch Logs does not accept this number of days")
    return days


RetentionDays = Annotated[int, AfterValidator(_accepted_by_cloudwatch)]
Region = Annotated[str, Field(pattern=r"^(af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d$")]
TagKey = Annotated[str, Field(pattern=r"^[\w .:/=+@-]{1,128}$")]
TagValue = Annotated[str, Field(max_length=256)]


SettingPath = tuple[str, ...]
"""Names of the sections and of the setting, ``("api", "query_depth_limit")``."""


def setting_type(model: type[BaseModel], path: SettingPath) -> Any:  # noqa: ANN401 - a type
    """Return the type of the setting at ``path`` below the model, or None if there is no such setting."""
    for section in path[:-1]:
        known = model.model_fields.get(section)
        if known is None or not _is_section(known.annotation):
            return None
        model = known.annotation
    last = model.model_fields.get(path[-1])
    return None if last is None or _is_section(last.annotation) else last.annotation


def setting_paths(model: type[BaseModel], prefix: SettingPath = ()) -> list[SettingPath]:
    """Return the path of every setting below the model."""
    paths: list[SettingPath] = []
    for name, known in model.model_fields.items():
        if _is_section(known.annotation):
            paths += setting_paths(known.annotation, (*prefix, name))
        else:
            paths.append((*prefix, name))
    return paths


def _is_section(annotation: Any) -> TypeGuard[type[BaseModel]]:  # noqa: ANN401 - a type
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
