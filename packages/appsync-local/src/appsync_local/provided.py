"""The scalars and directives that AppSync adds to every schema, as SDL for tools that read these schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PROVIDED_SDL: Final = Path(__file__).with_name("provided.graphql").read_text(encoding="utf-8")
