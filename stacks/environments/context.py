"""Settings in cdktf's context."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

from stacks.environments.overrides import Override, from_text
from stacks.environments.tree import SettingPath, setting_type

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stacks.environments.overrides import Overrides

CDKTF_FLAGS = ("excludeStackIdFromLogicalIds", "allowSepCharsInLogicalIds")


def read_context(root: Path, process_environment: Mapping[str, str], overrides: Overrides) -> None:
    """Add to ``overrides`` what ``cdktf.json`` or ``CDKTF_CONTEXT_JSON`` says."""
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
    known = setting_type(path)
    return getattr(known, "__origin__", known)


def _from_json(path: SettingPath, value: Any) -> Any:  # noqa: ANN401 - JSON
    """JSON has no dates: a text in the place of one is read as a date. Everything else keeps its type."""
    known = setting_type(path)
    return from_text(known, value) if isinstance(value, str) and date in get_args(known) else value
