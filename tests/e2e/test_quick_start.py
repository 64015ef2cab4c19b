"""Runs the quick start of docs/api.md as documented."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.helpers.backend import ROOT

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend

PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_quick_start_sends_a_message(backend: LocalBackend) -> None:
    (program,) = PROGRAM.findall((ROOT / "docs" / "api.md").read_text(encoding="utf-8"))

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "CHAT_OUTPUTS": str(backend.directory / "outputs.json")},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert ast.literal_eval(done.stdout)["content"] == "Who waters the tomatoes?"
