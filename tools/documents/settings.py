"""Writes docs/settings.md, the list of all settings: ``python -m tools.documents.settings``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from common.commands import Parser, run
from common.environment_files import DIRECTORY_VARIABLE
from common.exit_codes import EXIT_OK
from stacks.environments import PREFIX
from stacks.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"

INTRODUCTION = f"""# Settings

Generated from `stacks/settings/` by `python -m tools.documents.settings`. A test checks that this page is current.

The settings of an environment are in `environments/<environment>.toml`. They can be overridden for one run. Later
sources take precedence:

1. the file,
2. `context` in `cdktf.json`, nested as in the file: `{{"log_retention_days": 7, "api": {{"query_depth_limit": 5}}}}`,
3. the process environment: `{PREFIX}LOG_RETENTION_DAYS=7`, `{PREFIX}API__QUERY_DEPTH_LIMIT=5`, lists and tables as
   JSON.

`{PREFIX}ENVIRONMENTS=dev,prod` limits a run to these environments. Unknown settings and invalid values are reported,
one per line, and the run ends with exit code 2 before it writes anything. `python -m ops` reads the settings of
`[promotion]` from the files only, so that no variable of a shell changes what may be deployed.

`{DIRECTORY_VARIABLE}` names another directory with the files, absolute or relative to the checkout. The tests read
`tests/fixtures/environments/`, so that they do not depend on your settings. The provider lock file,
`terraform.lock.hcl`, is next to the directory.
"""


def reference() -> str:
    """Return the whole document."""
    rows = [f"| `{name}` | {_default(field)} | {field.description} |" for name, field in _settings(Settings, "")]
    return "\n".join([INTRODUCTION, "| setting | default | description |", "| --- | --- | --- |", *rows, ""])


def _settings(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    """Yield every setting below the model with its dotted name."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _settings(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "required"
    value: Any = field.default
    return "not set" if value is None else f"`{json.dumps(value)}`"


def main(arguments: list[str] | None = None) -> int:
    """Write the document."""
    Parser(prog="python -m tools.documents.settings", description=__doc__).parse_args(arguments)
    return run(_write)


def _write() -> int:
    DOCUMENT.write_text(reference(), encoding="utf-8")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
