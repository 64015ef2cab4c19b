"""Tests that the data plane is independent: its imports, and the program of its README with another schema."""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import appsync_local
from appsync_local_tests.fakes import connected, post

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from appsync_local.server import AppSyncDataPlane

PART = Path(appsync_local.__file__).parent
LIBRARIES = {"graphql", "jwt", "cryptography"}
LIBRARIES_OF_THE_COMMAND = {"botocore", "uvicorn"}
"""Libraries that only ``appsync_local/standalone`` imports, so that library users do not load them."""
README = Path(__file__).parents[2] / "README.md"
KEY = {"x-api-key": "da2-notes"}


def _imported(source: str) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            modules.add(node.module or "")
    return modules


@pytest.mark.conforms("operations.standalone")
def test_it_imports_few_libraries_and_nothing_of_this_repository() -> None:
    files = {file: _imported(file.read_text(encoding="utf-8")) for file in sorted(PART.rglob("*.py"))}
    for_all = set().union(*(modules for file, modules in files.items() if "standalone" not in file.parts))
    foreign = {module.split(".")[0] for module in for_all} - set(sys.stdlib_module_names)
    assert foreign == {"appsync_local", *LIBRARIES}
    foreign |= {module.split(".")[0] for modules in files.values() for module in modules} - set(sys.stdlib_module_names)
    assert foreign == {"appsync_local", *LIBRARIES, *LIBRARIES_OF_THE_COMMAND}


def test_its_javascript_imports_nothing_of_this_repository_and_takes_its_packages_from_one_place() -> None:
    sources = [file.read_text(encoding="utf-8") for file in sorted(PART.rglob("*.mjs"))]
    imported = {name for source in sources for name in re.findall(r"^import .*?from '([^']+)';$", source, re.MULTILINE)}
    assert "./bridge.mjs" in imported
    assert [name for name in imported if not name.startswith(("./", "../", "node:"))] == []
    required = {name for source in sources for name in re.findall(r"require\('([^']+)'\)", source)}
    listed = json.loads((PART / "javascript/node/package.json").read_text(encoding="utf-8"))["dependencies"]
    assert required | {"@aws-appsync/utils"} == set(listed)


def test_it_does_not_depend_on_the_chat() -> None:
    sources = [*PART.rglob("*.py"), *PART.rglob("*.mjs")]
    speaking = [file.name for file in sources if re.search(r"(?i)\bchat|membership", file.read_text(encoding="utf-8"))]
    assert speaking == ["__init__.py"]  # which states that it does not depend on it


@pytest.fixture
async def notes() -> AsyncIterator[AppSyncDataPlane]:
    """Run the program of the README unchanged."""
    (program,) = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {"__name__": "notes"}
    exec(compile(program, "README.md", "exec"), names)  # noqa: S102 - it is ours, and this is its test
    async with names["serving"]() as plane:
        yield plane


@pytest.mark.conforms("operations.standalone")
async def test_the_example_of_its_readme_runs(notes: AppSyncDataPlane) -> None:
    socket = await connected(notes, KEY)
    socket.start("1", "subscription { onWrite { id text } }", headers=KEY)
    assert await socket.message() == {"type": "start_ack", "id": "1"}

    answer = await post(notes, 'mutation { write(text: "Milk") { id text writtenAt } }', headers=KEY)
    written = answer.body["data"]["write"]
    assert (answer.status, written["text"]) == (200, "Milk")
    assert (await socket.message())["payload"]["data"]["onWrite"] == {"id": written["id"], "text": "Milk"}
    await socket.disconnect()

    again = await post(
        notes, "query ($id: ID!) { note(id: $id) { text writtenAt } }", {"id": written["id"]}, headers=KEY
    )
    assert again.body == {"data": {"note": {"text": "Milk", "writtenAt": written["writtenAt"]}}}
    assert (await post(notes, "{ __typename }", headers={"x-api-key": "another"})).status == 401
