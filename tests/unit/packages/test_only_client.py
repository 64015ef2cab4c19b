"""Tests that `packages/chat-client` has the only GraphQL and real-time clients in Python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools.checkout import ROOT, tracked

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = "packages/chat-client/"
LIBRARIES = {"aiohttp", "gql", "httpx", "websocket", "websockets"}
"""Libraries with which a second client could be written."""
OTHERS = {
    "packages/appsync-local/": "sends the data plane what no client would",
    "tests/e2e/": "other people's clients",
}
"""Folder -> the reason why it has its own client."""


IMPORT = re.compile(rf"^\s*(?:import|from) ((?:{'|'.join(sorted(LIBRARIES))})\b[.\w]*)", re.MULTILINE)
ALLOWED = {"websockets.asyncio.server", "websockets.typing"}
"""Modules that fake servers use."""


def clients(file: Path) -> list[str]:
    """Return the modules of client libraries that a file imports."""
    found = IMPORT.findall(file.read_text(encoding="utf-8"))
    return [name for name in found if name not in ALLOWED]


def test_there_are_no_other_clients() -> None:
    found = {name: clients(ROOT / name) for name in tracked("*.py")}
    assert any(modules for name, modules in found.items() if name.startswith(PACKAGE)), "nothing is looked for any more"
    elsewhere = {n: m for n, m in found.items() if m and not n.startswith((PACKAGE, *OTHERS))}
    assert elsewhere == {}
