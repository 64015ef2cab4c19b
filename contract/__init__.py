"""Facts that several languages share, each defined once, in the JSON files in this folder.

Resolvers import the files when they are bundled, the web client when it is built. Python reads them through one module
per file, which types the values: ``contract.limits`` for ``limits.json``. A Lambda function's archive contains the
modules that its code imports, with their files. A key that starts with ``//`` describes the key after the slashes. This
package imports nothing else from the project.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parent
_DESCRIPTION = "//"


def values(name: str) -> dict[str, Any]:
    """Return the values of ``<name>.json`` by key, without their descriptions."""
    return {key: value for key, value in _read(name).items() if not key.startswith(_DESCRIPTION)}


def descriptions(name: str) -> dict[str, str]:
    """Return the descriptions in ``<name>.json`` by the key that they describe."""
    return {key.removeprefix(_DESCRIPTION): text for key, text in _read(name).items() if key.startswith(_DESCRIPTION)}


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return content
