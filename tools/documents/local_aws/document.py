"""The document of the local AWS: every behavior with its tests, and every known difference."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any

from tools.documents import ROOT
from tools.documents.local_aws.catalogue import AREAS, BEHAVIOURS, DIFFERENCES, EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCUMENT = ROOT / "docs" / "local-aws.md"
_TESTS = ROOT / "tests"
_PACKAGE_TESTS = ROOT / "packages" / "appsync-local" / "tests"
_FOLDERS = (_PACKAGE_TESTS, _TESTS / "unit" / "local", _TESTS / "integration", _TESTS / "e2e")
_KNOWN = frozenset(behaviour.id for behaviour in BEHAVIOURS)
_INTRODUCTION = """\
# The local AWS compared with AWS

`make up` runs the stack on the project's AppSync data plane (`packages/appsync-local`), in one process with
MiniStack, which provides DynamoDB, Cognito, Lambda, IAM and other services. This page lists the behaviors of AWS
that tests verify, and the known differences. Unsupported features are rejected with an error that names them;
nothing is ignored silently.

`python -m tools.documents.local_aws` generates this page from its `catalogue.py` and the tests with the marker
`conforms`; a test checks that it is current. Names of tests are relative to `packages/appsync-local/tests/` if they
begin with `appsync_local_tests/`, and to `tests/` otherwise. Sources are titles of the AppSync developer guide, unless
another document is given. Nothing was compared with an AWS account of this project; some expected values were
recorded in AWS by others.
"""
_MOST_TESTS_SHOWN = 2


def shown_by() -> dict[str, list[str]]:
    """Return for each behavior id its tests, as ``file::test`` relative to the folder of all tests, sorted.

    Raises:
        ValueError: a test names an id that is missing from the catalogue.
    """
    found: dict[str, list[str]] = {}
    for file in _test_files():
        top = _PACKAGE_TESTS if file.is_relative_to(_PACKAGE_TESTS) else _TESTS
        for test, behaviour in marked(file.read_text(encoding="utf-8")):
            found.setdefault(behaviour, []).append(f"{file.relative_to(top).as_posix()}::{test}")
    return found


def marked(source: str) -> list[tuple[str, str]]:
    """Return every test of a source with the id of each behavior that its marker ``conforms`` names.

    Raises:
        ValueError: an id is missing from the catalogue.
    """
    found = [
        (node.name, str(ast.literal_eval(argument)))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.conforms"
        for argument in decorator.args
    ]
    for test, behaviour in found:
        if behaviour not in _KNOWN:
            raise ValueError(f"{test}: {behaviour} is not in tools/documents/local_aws/catalogue.py")
    return found


def _test_files() -> Iterator[Path]:
    return (file for folder in _FOLDERS for file in sorted(folder.rglob("test_*.py")))


def run_groups() -> set[str]:
    """Return the groups of recorded values that tests use, by their calls of ``recorded_values``."""
    return {
        str(ast.literal_eval(argument))
        for file in _test_files()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "recorded_values"
        for argument in node.args
    }


def recorded() -> list[dict[str, Any]]:
    """Return every value recorded from AWS; ``appsync_local_tests/recorded.py`` describes its keys."""
    files = sorted((_PACKAGE_TESTS / "recorded").glob("*.json"))
    return [value for file in files for value in json.loads(file.read_text(encoding="utf-8"))]


def _recorded_table() -> Iterator[str]:
    """Yield the table of recorded values by group."""
    values = recorded()
    yield from ("## Recorded from AWS", "")
    yield "Each value is in `packages/appsync-local/tests/recorded/` with its public source, and a test compares it."
    yield from ("", "| Group | Values | Equal |", "| --- | --- | --- |")
    for group in sorted({value["group"] for value in values}):
        found = [value for value in values if value["group"] == group]
        yield f"| {group} | {len(found)} | {sum('difference' not in value for value in found)} |"
    yield ""
    different = [value for value in values if "difference" in value]
    yield from (
        f"- {value['group']}, {value['name']} ({value['source']}): {value['difference']}" for value in different
    )
    if different:
        yield ""


def _evidence() -> Iterator[str]:
    yield from ("The column Evidence gives the source of the expected values:", "")
    for evidence, meaning in EVIDENCE.items():
        count = sum(behaviour.evidence == evidence for behaviour in BEHAVIOURS)
        yield f"- **{evidence}** ({count} rows): {meaning}."
    yield ""


def render() -> str:
    """Return the document as Markdown."""
    shown = shown_by()
    covered = sum(behaviour.id in shown for behaviour in BEHAVIOURS)
    lines = [
        _INTRODUCTION,
        f"{covered} of {len(BEHAVIOURS)} behaviors are covered.",
        "",
        *_evidence(),
        *_recorded_table(),
    ]
    for area, title in AREAS.items():
        lines += [f"## {title}", "", "| Behavior | AWS source | Evidence | Covered by |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {behaviour.text} | {behaviour.source} | {behaviour.evidence} | {_tests(shown.get(behaviour.id, []))} |"
            for behaviour in BEHAVIOURS
            if behaviour.id.partition(".")[0] == area
        ]
        lines.append("")
    lines += ["## Known differences", "", "| feature | AWS | local AWS |", "| --- | --- | --- |"]
    lines += [f"| {difference.subject} | {difference.aws} | {difference.here} |" for difference in DIFFERENCES]
    return "\n".join([*lines, ""])


def _tests(tests: list[str]) -> str:
    if not tests:
        return "**not covered**"
    first = ", ".join(f"`{test}`" for test in tests[:_MOST_TESTS_SHOWN])
    more = len(tests) - _MOST_TESTS_SHOWN
    return f"{first} and {more} more" if more > 0 else first
