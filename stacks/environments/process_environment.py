"""Settings in the process environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.environments.overrides import Override, from_text
from stacks.environments.problems import suggestion
from stacks.environments.tree import setting_paths, setting_type
from stacks.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.environments.overrides import Overrides

PREFIX = "CHAT_"
RESERVED = (
    "CHAT_ENVIRONMENTS",
    "CHAT_BINDINGS",
    "CHAT_EAGER_BINDINGS",
    "CHAT_LAZY_PACKAGE",
    "CHAT_LOCAL_*",
    "CHAT_TEST_*",
)


def read_process_environment(process_environment: Mapping[str, str], overrides: Overrides) -> None:
    """Add to ``overrides`` what the variables that begin with ``CHAT_`` say."""
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
    annotation = setting_type(path)
    if annotation is None:
        known = [PREFIX + "__".join(path).upper() for path in setting_paths(Settings)]
        overrides.lines.append(f'{name} = "{text}": unknown setting; {suggestion(name, known, "unset it")}')
        return
    overrides.settings.append(Override(path, from_text(annotation, text), name))
