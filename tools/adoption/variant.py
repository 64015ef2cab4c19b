"""A variant: what one adopter changes in ``environments/``."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stacks.settings import PromotionSettings
from tools.adoption.edits import edit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE: Final = Path(__file__).with_name("variants.toml")


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant; ``variants.toml`` describes the attributes."""

    name: str
    description: str
    promoted: Mapping[str, Any]
    files: Mapping[str, Mapping[str, Any]]
    added: Mapping[str, str]
    removed: Sequence[str]

    def apply(self, folder: Path) -> None:
        """Edit the files of the environments in a folder."""
        for name, source in self.added.items():
            shutil.copy(folder / f"{source}.toml", folder / f"{name}.toml")
            self._edit(folder / f"{name}.toml", {"environment": name})
        for name in self.removed:
            (folder / f"{name}.toml").unlink()
        for file in sorted(folder.glob("*.toml")):
            settings = tomllib.loads(file.read_text(encoding="utf-8"))
            receives_releases = PromotionSettings.model_validate(settings.get("promotion", {})).workflows
            self._edit(file, {**(self.promoted if receives_releases else {}), **self.files.get(file.stem, {})})

    def _edit(self, file: Path, values: Mapping[str, Any]) -> None:
        named = {path: _named(value, file.stem) for path, value in values.items()}
        file.write_text(edit(file.read_text(encoding="utf-8"), named), encoding="utf-8")


def read_variants() -> dict[str, Variant]:
    """Return the variants by name."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    defaults: dict[str, Any] = {"promoted": {}, "files": {}, "added": {}, "removed": ()}
    return {name: Variant(**{"name": name, **defaults, **table}) for name, table in tables.items()}


def _named(value: Any, environment: str) -> Any:  # noqa: ANN401 - a value of a TOML file
    """Return a value with the environment's name."""
    if isinstance(value, str):
        return value.replace("{environment}", environment)
    if isinstance(value, dict):
        return {key: _named(inner, environment) for key, inner in value.items()}
    return value
