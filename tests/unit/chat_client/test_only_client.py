"""There is one GraphQL client and one real-time client in Python: everything else uses the package."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from tests.helpers.backend import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = "packages/chat-client/"
LIBRARIES = {"aiohttp", "gql", "httpx", "websocket", "websockets"}
"""What a second client would be made with."""
OTHERS = {
    "packages/appsync-local/": "sends the data plane what no client would",
    "tests/unit/appsync/": "sends the data plane what no client would",
    "tests/e2e/": "other people's clients",
}
"""Folder -> why it has a client of its own."""


IMPORT = re.compile(rf"^\s*(?:import|from) ((?:{'|'.join(sorted(LIBRARIES))})\b[.\w]*)", re.MULTILINE)
ALLOWED = {"websockets.asyncio.server", "websockets.typing"}
"""Fake servers are made with these."""


def clients(file: Path) -> list[str]:
    """Return the modules of client libraries that a file imports."""
    found = IMPORT.findall(file.read_text(encoding="utf-8"))
    return [name for name in found if name not in ALLOWED]


def test_no_other_client_is_made() -> None:
    listed = subprocess.run(["git", "ls-files", "-z", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    found = {name: clients(ROOT / name) for name in files}
    assert any(modules for name, modules in found.items() if name.startswith(PACKAGE)), "nothing is looked for any more"
    elsewhere = {n: m for n, m in found.items() if m and not n.startswith((PACKAGE, *OTHERS))}
    assert elsewhere == {}
